import { createHmac } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import { JoseError } from '../../src/index.ts'
import { builtin } from '../../src/runtime.ts'
import { REFUSALS } from '../cases/all.ts'
import { forge, segmentsOf } from '../forge.ts'
import { ALGS, privateJwk } from '../keys.ts'
import { PATHS, type Path } from '../paths.ts'
import { type Case, casesOf, refusalOf, SECRET, verifyCase } from '../verdict.ts'

const inspect = builtin<typeof import('node:util')>('node:util')?.inspect

function wordsOf(refusal: JoseError | undefined): readonly unknown[] {
  return [refusal?.code, refusal?.claim, refusal?.message]
}

/** The refusals of the tables on one path, by their place; those that the path cannot take are left out. */
async function refusalsOf(path: Path): Promise<ReadonlyMap<Case, JoseError>> {
  const refusals = new Map<Case, JoseError>()
  for (const entry of casesOf(path, REFUSALS)) refusals.set(entry, await refusalOf(() => verifyCase(entry, path)))
  return refusals
}

const refused = new Map<string, ReadonlyMap<Case, JoseError>>()
beforeAll(async () => {
  for (const path of PATHS) refused.set(path.name, await refusalsOf(path))
})

describe('R16: every path refuses with the same code, claim and words', () => {
  // That it is the right code, and what is accepted, is tested where the tables are.
  for (const name of ['web', 'sync']) {
    test(name, () => {
      const shared = [...(refused.get(name) ?? [])]
      expect(shared.length).toBeGreaterThan(1000)
      for (const [entry, refusal] of shared) {
        expect(wordsOf(refusal), `${entry.rule}: ${entry.title}`).toEqual(wordsOf(refused.get('node')?.get(entry)))
      }
    })
  }

  test('the tables have every code of a token that is refused', () => {
    const codes = new Set(REFUSALS.map(({ verdict }) => verdict.split(' ')[0]))
    expect([...codes].sort()).toEqual([
      ...[
        'ERR_ALG_NOT_ALLOWED',
        'ERR_ALG_UNSUPPORTED',
        'ERR_BASE64URL',
        'ERR_CRIT',
        'ERR_JWS_INVALID',
        'ERR_JWS_SIGNATURE',
      ],
      ...['ERR_JWT_CLAIM', 'ERR_JWT_EXPIRED', 'ERR_JWT_INVALID', 'ERR_JWT_NOT_YET_VALID', 'ERR_KEY_NOT_FOUND'],
    ])
  })
})

describe('errors tell nothing of a token or a key (attack 41)', () => {
  /** Pieces of the secrets in play, so that a part of one is found, too. */
  const secrets = ALGS.flatMap((alg) => {
    const { k, d, n, x } = privateJwk(alg)
    return [k, d, n, x].filter((member) => typeof member === 'string').map((member) => member.slice(0, 12))
  })

  for (const { name } of PATHS) {
    test(name, () => {
      const errors = [...(refused.get(name) ?? [])]
      expect(errors.length).toBeGreaterThan(1000)
      for (const [entry, error] of errors) {
        expect(Object.keys(error).filter((member) => member !== 'code' && member !== 'claim')).toEqual([])
        expect('cause' in error, entry.title).toBe(false)
        const said = sayings(error)
        for (const part of [...secrets, ...parts(entry), ...expectedMacs(entry)]) {
          if (said.includes(part)) expect.unreachable(`${entry.title}: "${part}" in "${error.message}"`)
        }
      }
    }, 30_000)
  }

  test('which these tests would find', () => {
    const token = forge({ alg: 'HS256' }, { sub: 'alice' }, SECRET)
    const entry: Case = { rule: '', title: '', token, verdict: '' }
    for (const quoted of [token.slice(0, 20), token.slice(-20), '"sub" is alice', '{"sub":"al']) {
      const said = sayings(new JoseError('ERR_JWT_CLAIM', `bad: ${quoted}`))
      expect(parts(entry).some((part) => said.includes(part))).toBe(true)
    }
    const mac = segmentsOf(token)[2]
    expect(expectedMacs({ ...entry, token: `${token.slice(0, -mac.length)}AAAA` })).toContain(mac.slice(0, 12))
    expect(sayings(new JoseError('ERR_JWT_CLAIM', 'bad', { cause: new Error('inside') }))).toContain('inside')
  })
})

const MAC_SECRET = Buffer.from(String(SECRET.k), 'base64url')

/** What the right signature would begin with: an error that tells it signs for everyone. */
function expectedMacs({ token }: Case): string[] {
  if (typeof token !== 'string' || token.length > 100_000) return []
  const input = Buffer.from(token.slice(0, token.lastIndexOf('.')))
  const mac = createHmac('sha256', MAC_SECRET).update(input).digest()
  return [mac.toString('base64url').slice(0, 12), mac.toString('hex').slice(0, 12)]
}

/** Message, stack, and what becomes of an error in a log. */
function sayings(error: JoseError): string {
  // But for the lines of the stack, which are of our own files.
  const texts = [
    error.message,
    String(error.stack),
    JSON.stringify(error),
    String(error.cause),
    inspect?.(error, { depth: 9, showHidden: true }) ?? '',
  ]
  return texts.join('\n').replace(/^\s+at .*$/gm, '')
}

/** Pieces of the token, encoded and decoded, that do not stand in a message by chance. */
function parts({ token }: Case): string[] {
  if (typeof token !== 'string' || token.length > 100_000) return []
  const segments = token.split('.').filter(({ length }) => length >= 12)
  const texts = segments.slice(0, 2).map(decodeLoosely)
  const words = texts.flatMap(
    (text) => text.match(/good|evil|alice|mallory|attacker|17000000\d\d|dev\/null|\{"\w+":/g) ?? [],
  )
  return [...segments.flatMap((segment) => [segment.slice(0, 12), segment.slice(-12)]), ...words]
}

/** Nothing where the runtime's decoder is a strict one. */
function decodeLoosely(segment: string): string {
  try {
    return Buffer.from(segment, 'base64url').toString('latin1')
  } catch {
    return ''
  }
}
