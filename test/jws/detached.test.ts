import { describe, expect, test } from 'vitest'
import { importSigningKey, verifyCompact, verifyJwt } from '../../src/index.ts'
import { signDetached, signUnencoded, verifyDetached, verifyUnencoded } from '../../src/jws/index.ts'
import { seal, segment } from '../forge.ts'
import { ALGS, privateJwk } from '../keys.ts'
import { ASYNCHRONOUS_PATHS } from '../paths.ts'
import { keyOf, policyOf, SECRET, verdictOf } from '../verdict.ts'
import { forgeSignature, OCTETS, PAYLOAD, TEXT } from './forms.ts'

const HEADER = { alg: 'HS256' }
const RAW = { alg: 'HS256', b64: false, crit: ['b64'] }

/** A compact serialization with this between the periods, signed over that. */
function compact(header: unknown, between: string, signed: string): string {
  return `${segment(header)}.${between}.${forgeSignature(header, signed).signature}`
}

const DETACHED: readonly (readonly [title: string, token: unknown, verdict: string])[] = [
  ['of an encoded payload', compact(HEADER, '', PAYLOAD), 'accepted'],
  ['of a payload as it is', compact(RAW, '', TEXT), 'accepted'],
  ['b64 of true, which crit names', compact({ ...HEADER, b64: true, crit: ['b64'] }, '', PAYLOAD), 'accepted'],
  ['b64 of true, alone', compact({ ...HEADER, b64: true }, '', PAYLOAD), 'accepted'],
  ['encoded, signed as it is', compact(HEADER, '', TEXT), 'ERR_JWS_SIGNATURE'],
  ['as it is, signed encoded', compact(RAW, '', PAYLOAD), 'ERR_JWS_SIGNATURE'],
  ['of another payload', compact(HEADER, '', segment('sold for 13')), 'ERR_JWS_SIGNATURE'],
  ['with its payload inside', compact(HEADER, PAYLOAD, PAYLOAD), 'ERR_JWS_INVALID'],
  ['with its payload inside as it is', compact(RAW, TEXT, TEXT), 'ERR_JWS_INVALID'],
  ['b64 that crit does not name', compact({ ...HEADER, b64: false }, '', TEXT), 'ERR_CRIT'],
  ['b64 that crit does not name, beside another', compact({ ...RAW, crit: ['x'], x: 1 }, '', TEXT), 'ERR_CRIT'],
  ['b64 as text', compact({ ...RAW, b64: 'false' }, '', TEXT), 'ERR_CRIT'],
  ['b64 of null', compact({ ...RAW, b64: null }, '', TEXT), 'ERR_CRIT'],
  ['crit that names b64, which is not there', compact({ ...HEADER, crit: ['b64'] }, '', TEXT), 'ERR_CRIT'],
  ['an extension that is understood', compact({ ...RAW, crit: ['b64', 'x'], x: 1 }, '', TEXT), 'accepted'],
  ['an extension that is not understood', compact({ ...RAW, crit: ['b64', 'y'], y: 1 }, '', TEXT), 'ERR_CRIT'],
  ['alg none', `${segment({ alg: 'none' })}..`, 'ERR_ALG_UNSUPPORTED'],
  ['no signature', `${segment(HEADER)}..`, 'ERR_JWS_SIGNATURE'],
  ['a padded signature', `${compact(HEADER, '', PAYLOAD)}=`, 'ERR_BASE64URL'],
  ['two segments', compact(HEADER, '', PAYLOAD).replace('..', '.'), 'ERR_JWS_INVALID'],
  ['four segments', `${compact(HEADER, '', PAYLOAD)}.`, 'ERR_JWS_INVALID'],
  ['an array', [compact(HEADER, '', PAYLOAD)], 'ERR_JWS_INVALID'],
]

const UNENCODED: readonly (readonly [title: string, token: unknown, verdict: string])[] = [
  ['text', compact(RAW, TEXT, TEXT), 'accepted'],
  ['nothing', compact(RAW, '', ''), 'accepted'],
  ['every character that may be', compact(RAW, printable(), printable()), 'accepted'],
  ['another text', compact(RAW, TEXT, 'sold for 13'), 'ERR_JWS_SIGNATURE'],
  ['signed encoded', compact(RAW, TEXT, PAYLOAD), 'ERR_JWS_SIGNATURE'],
  ['an encoded payload', compact(HEADER, PAYLOAD, PAYLOAD), 'ERR_CRIT'],
  ['b64 of true', compact({ ...RAW, b64: true }, PAYLOAD, PAYLOAD), 'ERR_CRIT'],
  ['b64 that crit does not name', compact({ ...HEADER, b64: false }, TEXT, TEXT), 'ERR_CRIT'],
  ['a period', compact(RAW, '$.02', '$.02'), 'ERR_JWS_INVALID'],
  ['a line feed', compact(RAW, 'a\n', 'a\n'), 'ERR_JWS_INVALID'],
  ['a delete', compact(RAW, 'a\x7f', 'a\x7f'), 'ERR_JWS_INVALID'],
  ['a letter beyond ASCII', compact(RAW, '\u00e9', '\xc3\xa9'), 'ERR_JWS_INVALID'],
]

/** Printable ASCII without the period. */
function printable(): string {
  return String.fromCharCode(...Array.from({ length: 95 }, (_, index) => index + 32)).replace('.', '')
}

for (const path of ASYNCHRONOUS_PATHS) {
  describe(`detached (${path.name})`, () => {
    const options = { crit: ['x'] }
    for (const [title, token, verdict] of DETACHED) {
      test(`${title}: ${verdict}`, async () => {
        const key = keyOf('HS256', path)
        for (const payload of [TEXT, OCTETS]) {
          expect(await verdictOf(() => verifyDetached(token as string, payload, key, options))).toBe(verdict)
        }
      })
    }

    test.each(ALGS)('%s: what is signed verifies, over any octets', async (alg) => {
      const key = path.importSigningKey(privateJwk(alg, { kid: 'k' }))
      const octets = Uint8Array.from({ length: 300 }, (_, index) => index)
      for (const unencoded of [true, false]) {
        const token = await signDetached(octets, key, { typ: 'a' }, { unencoded })
        const verified = await verifyDetached(token, octets, keyOf(alg, path))
        const header = { alg, kid: 'k', typ: 'a', ...(unencoded ? { b64: false, crit: ['b64'] } : {}) }
        expect(verified).toEqual({ header, payload: octets, key: keyOf(alg, path) })
        expect(await verdictOf(() => verifyDetached(token, octets.subarray(1), keyOf(alg, path)))).toBe(
          'ERR_JWS_SIGNATURE',
        )
      }
    })

    test('what changes while it is verified is not what is handed out', async () => {
      const octets = new Uint8Array(OCTETS)
      const verifying = verifyDetached(compact(RAW, '', TEXT), octets, async () => [keyOf('HS256', path)])
      octets.fill(0)
      expect((await verifying).payload).toEqual(OCTETS)
    })
  })

  describe(`compact and not encoded (${path.name})`, () => {
    for (const [title, token, verdict] of UNENCODED) {
      test(`${title}: ${verdict}`, async () => {
        expect(await verdictOf(() => verifyUnencoded(token as string, keyOf('HS256', path)))).toBe(verdict)
      })
    }

    test('what is signed verifies, and is what RFC 7797 says', async () => {
      const key = path.importSigningKey(SECRET)
      const token = await signUnencoded(printable(), key)
      expect(token).toBe(compact(RAW, printable(), printable()))
      const verified = await verifyUnencoded(token, keyOf('HS256', path))
      expect(verified.payload).toEqual(new TextEncoder().encode(printable()))
    })

    test("is neither a JWT nor everybody's compact JWS", async () => {
      const token = seal(`${segment(RAW)}.{}`, SECRET, 'HS256')
      expect(await verdictOf(() => verifyUnencoded(token, keyOf('HS256', path)))).toBe('accepted')
      const jwt = () => path.verifyJwt(token, keyOf('HS256', path), policyOf({ crit: ['b64'] }))
      expect(await verdictOf(jwt)).toBe('ERR_CRIT')
      expect(await verdictOf(() => verifyCompact(token, keyOf('HS256', path), { crit: ['b64'] }))).toBe('ERR_CRIT')
      const claims = segment({ sub: 'a' })
      const encoded = `${segment(RAW)}.${claims}.${forgeSignature(RAW, claims).signature}`
      expect(await verdictOf(() => verifyJwt(encoded, keyOf('HS256', path), policyOf({ crit: ['b64'] })))).toBe(
        'ERR_CRIT',
      )
    })
  })
}

describe('signing', () => {
  const key = importSigningKey(SECRET)

  test.each(['$.02', 'a\n', '\u00e9', '\0'])('refuses to carry %j as it is', async (payload) => {
    expect(await verdictOf(() => signUnencoded(payload, key))).toBe('ERR_SIGN')
  })

  test('refuses half a character', async () => {
    expect(await verdictOf(() => signDetached('\udc00', key))).toBe('ERR_SIGN')
    expect(await verdictOf(() => signDetached('\ud83d\ude00', key))).toBe('accepted')
  })

  test('R19: refuses wrong payloads, options and keys', async () => {
    const token = compact(HEADER, '', PAYLOAD)
    const wrong: readonly (() => Promise<unknown>)[] = [
      () => signDetached(TEXT, key, {}, { unencoded: 1 as never }),
      () => signDetached(TEXT, key, {}, { detached: true } as never),
      () => signDetached(undefined as never, key),
      () => signDetached([1] as never, key),
      () => signDetached(TEXT, 'secret' as never),
      () => signUnencoded(OCTETS as never, key),
      () => verifyDetached(token, undefined as never, () => []),
      () => verifyDetached(token, TEXT, 'secret' as never),
      () => verifyDetached(token, TEXT, () => [], { payload: TEXT } as never),
      () => verifyUnencoded(compact(RAW, TEXT, TEXT), 'secret' as never),
    ]
    for (const run of wrong) await expect(run()).rejects.toThrow(TypeError)
  })
})
