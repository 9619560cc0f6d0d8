import { describe, expect, test } from 'vitest'
import { decodeByHand, decodeStrictly } from '../src/base64url.ts'
import type { JoseError } from '../src/index.ts'
import type { Alg } from '../src/jwa.ts'
import { VerificationKey } from '../src/key.ts'
import { forge, segmentsOf } from './forge.ts'
import { ALGS, privateJwk, publicJwk } from './keys.ts'
import { PATHS, type Path } from './paths.ts'
import { keyOf, policyOf, SECRET } from './verdict.ts'
import { importWithoutNode } from './without-node.ts'

// R10, where the signature is compared or decoded without a look at its letters before, and the payload after it only.

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

interface Way {
  readonly name: string
  readonly library: Pick<Path, 'verifyCompact' | 'verifyJwt'>
  readonly keyOf: (alg: Alg) => VerificationKey
}

const [node] = PATHS as [Path]
const bare = await importWithoutNode(() => import('../src/index.ts'))
const bareKeys = new Map<string, VerificationKey>(
  ALGS.map((alg) => [alg, bare.importVerificationKey(publicJwk(alg))] as const),
)
/** The three paths, and the library in a runtime that has neither node:crypto nor Buffer. */
const WAYS: readonly Way[] = [
  ...PATHS.map((path) => ({ name: path.name, library: path, keyOf: (alg: Alg) => keyOf(alg, path) })),
  { name: 'without Node', library: bare, keyOf: (alg) => bareKeys.get(alg) as VerificationKey },
]

/** By the name and not by the class, of which the library without Node has one of its own. */
async function codeOf(run: () => Promise<unknown>): Promise<string> {
  try {
    await run()
    return 'accepted'
  } catch (error) {
    if ((error as Error).name !== 'JoseError') throw error
    return (error as JoseError).code
  }
}

type Variant = readonly [title: string, text: string]

const replaceAt = (text: string, place: number, letter: string): string =>
  text.slice(0, place) + letter + text.slice(place + 1)

/** First, middle and last. */
const placesOf = (text: string): readonly number[] => [0, text.length >> 1, text.length - 1]

/** Texts of the same length that are not base64url, or not canonical; many decoders take them for the same octets. */
function variantsOf(text: string): readonly Variant[] {
  const plus = text.replace('-', '+')
  const slash = text.replace('_', '/')
  const wrong = ['+', '/', '=', ' ', '\n', '\0', '%', '\u00e9', '\u2028', '\ufeff', '\ud83d']
  const unused = text.length % 4 === 2 ? 15 : text.length % 4 === 3 ? 3 : 0
  const last = ALPHABET.indexOf(text.slice(-1))
  return [
    ['"+" for "-"', plus] as const,
    ['"/" for "_"', slash] as const,
    ['"==" at the end', `${text.slice(0, -2)}==`] as const,
    ...wrong.flatMap((letter) =>
      placesOf(text).map((place) => [`${JSON.stringify(letter)} at ${place}`, replaceAt(text, place, letter)] as const),
    ),
    ...Array.from({ length: unused }, (_, index) => {
      const letter = ALPHABET.charAt(last | (index + 1))
      return [`unused bits ${index + 1}`, replaceAt(text, text.length - 1, letter)] as const
    }),
  ]
}

/** A good token that has "-" and "_" in its payload and in its signature. */
function tokenFor(alg: Alg): string {
  for (let count = 0; ; count++) {
    const token = forge({ alg }, `{"sub":"???>>>","n":${count}}`, privateJwk(alg))
    if (segmentsOf(token).every((text, index) => index === 0 || /^(?=.*-)(?=.*_)/.test(text))) return token
  }
}

describe.each(ALGS)('R10: %s', (alg) => {
  const token = tokenFor(alg)
  const [header, payload, signature] = segmentsOf(token)

  test.each(WAYS)('a signature that is as long as it must be, but not canonical base64url ($name)', async (way) => {
    const key = way.keyOf(alg)
    expect(await codeOf(() => way.library.verifyCompact(token, key))).toBe('accepted')
    const codes: [string, string][] = []
    for (const [title, text] of variantsOf(signature)) {
      expect(text, title).not.toBe(signature)
      expect(text, title).toHaveLength(signature.length)
      codes.push([title, await codeOf(() => way.library.verifyCompact(`${header}.${payload}.${text}`, key))])
    }
    expect(codes.length).toBeGreaterThan(30)
    expect(codes.filter(([, code]) => code !== 'ERR_BASE64URL')).toEqual([])
  })

  test.each(WAYS)('a payload that is not, whether the signature is good or not ($name)', async (way) => {
    const key = way.keyOf(alg)
    const accepted: unknown[] = []
    for (const [title, text] of variantsOf(payload)) {
      for (const [sealed, bad] of [
        ['with the signature of the good one', `${header}.${text}.${signature}`],
        ['with no signature', `${header}.${text}.`],
      ]) {
        const code = await codeOf(() => way.library.verifyJwt(bad as string, key, policyOf()))
        if (code !== 'ERR_BASE64URL') accepted.push([title, sealed, code])
      }
    }
    expect(accepted).toEqual([])
  })
})

/** The code units that have the same low octet, of which there are 255 above 255. */
const aliasesOf = (letter: string): string[] =>
  Array.from({ length: 255 }, (_, high) => String.fromCharCode(letter.charCodeAt(0) + 256 * (high + 1)))

describe.each(['HS256', 'HS384', 'HS512'] as const)('R10: code units whose low octet is a letter: %s', (alg) => {
  const token = tokenFor(alg)
  const segments = segmentsOf(token)

  test('the premise: the MAC over the low octets is that of the token', () => {
    const [header, payload, signature] = segments
    const aliased = [...`${header}.${payload}`].map((letter) => aliasesOf(letter)[0]).join('')
    expect(VerificationKey.verifySync(keyOf(alg, node), aliased, signature)).toBe(true)
  })

  test.each(WAYS)('are refused in each segment, at the first, middle and last place ($name)', async (way) => {
    const key = way.keyOf(alg)
    expect(await codeOf(() => way.library.verifyJwt(token, key, policyOf()))).toBe('accepted')
    const wrong: unknown[] = []
    for (const [index, text] of segments.entries()) {
      const every = [...text].map((letter) => aliasesOf(letter)[0]).join('')
      const texts = placesOf(text).flatMap((place) =>
        aliasesOf(text.charAt(place)).map((alias) => replaceAt(text, place, alias)),
      )
      for (const variant of [every, ...texts]) {
        const bad = segments.map((each, place) => (place === index ? variant : each)).join('.')
        const code = await codeOf(() => way.library.verifyJwt(bad, key, policyOf()))
        if (code !== 'ERR_BASE64URL') wrong.push([index, variant, code])
      }
    }
    expect(wrong).toEqual([])
  })
})

const UNITS = Array.from({ length: 0x10000 }, (_, unit) => String.fromCharCode(unit))

/** The code units with which `text`, at one place, is taken though it should not be, or the other way round. */
function wrongUnits(text: string, place: number, isTaken: (text: string) => boolean): string[] {
  const unused = place < text.length - 1 ? 1 : [1, 1, 16, 4][text.length % 4]
  return UNITS.filter((letter) => {
    const sextet = ALPHABET.indexOf(letter)
    return isTaken(replaceAt(text, place, letter)) !== (sextet !== -1 && sextet % (unused as number) === 0)
  })
}

const [, , MAC] = segmentsOf(tokenFor('HS256'))

describe('R10: every code unit, at the first, middle and last place', () => {
  const texts: readonly Variant[] = [
    ['a payload of 4n letters', 'eyJzdWIiOiJhbGljZSJ9'],
    ['a payload of 4n+2 letters', 'eyJzdWIiOiJhbGljZSJ9Cg'],
    ['a signature of 43 letters', MAC],
  ]
  for (const [title, text] of texts) {
    test.each([
      ['the native decoder', decodeStrictly],
      ['the decoder by hand', decodeByHand],
    ])(`of ${title}: %s`, (_, decode) => {
      for (const place of placesOf(text)) {
        expect(wrongUnits(text, place, (each) => decode(each) !== undefined)).toEqual([])
      }
    })
  }

  test.each(['HS256', 'ES256'] as const)('of a signature of %s: node verifies none but its own', (alg) => {
    const [header, payload, signature] = segmentsOf(tokenFor(alg))
    const key = keyOf(alg, node)
    for (const place of [20, signature.length - 1]) {
      const good = UNITS.filter((letter) =>
        VerificationKey.verifySync(key, `${header}.${payload}`, replaceAt(signature, place, letter)),
      )
      expect(good).toEqual([signature.charAt(place)])
    }
  })
})

test('R10: a header that has been seen is not taken for another with aliased letters', async () => {
  const token = forge({ alg: 'HS256', kid: 'seen' }, {}, SECRET)
  const [header, payload, signature] = segmentsOf(token)
  for (const way of WAYS) {
    for (const place of placesOf(header)) {
      expect(await codeOf(() => way.library.verifyJwt(token, way.keyOf('HS256'), policyOf()))).toBe('accepted')
      const aliased = replaceAt(header, place, aliasesOf(header.charAt(place))[0] as string)
      const bad = `${aliased}.${payload}.${signature}`
      expect(await codeOf(() => way.library.verifyJwt(bad, way.keyOf('HS256'), policyOf()))).toBe('ERR_BASE64URL')
    }
  }
})
