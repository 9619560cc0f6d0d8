import { describe, expect, test } from 'vitest'
import type { KeySource, VerificationKey } from '../src/index.ts'
import { fittingKeys, parseCompact } from '../src/jws.ts'
import { forge } from './forge.ts'
import { freshJwk, publicJwk } from './keys.ts'
import { PATHS, type Path } from './paths.ts'
import { policyOf, SECRET, verdictOf } from './verdict.ts'

// R3, R8: what becomes of the array that a key source answers with, up to the last key that is looked at.

const TOKEN = forge({ alg: 'HS256' }, {}, SECRET)

/** Keys of the token's algorithm that did not sign it. */
const strangers = (path: Path, count: number): VerificationKey[] =>
  Array.from({ length: count }, () => path.importVerificationKey(freshJwk('HS256')))

/** What the path makes of the token, given these keys: the code, or `TypeError`. */
async function verdictFor(path: Path, keys: readonly unknown[]): Promise<string> {
  const source = (() => keys) as KeySource
  const verdicts = [
    () => path.verifyCompact(TOKEN, source),
    () => path.verifyJwt(TOKEN, source, policyOf()),
    () => path.createVerifier({ ...policyOf(), keys: source })(TOKEN),
  ].map((run) =>
    verdictOf(run).catch((error) => {
      if (!(error instanceof TypeError)) throw error
      expect(error.message).toBe('the key source must answer with an array of VerificationKey')
      return 'TypeError'
    }),
  )
  const [one, ...others] = await Promise.all(verdicts)
  for (const other of others) expect(other).toBe(one)
  return one as string
}

/** The array with something put in at a place. */
const withAt = (keys: readonly unknown[], place: number, value: unknown): unknown[] => [
  ...keys.slice(0, place),
  value,
  ...keys.slice(place),
]

describe.each(PATHS)('R3: an answer with what is no key ($name)', (path) => {
  const right = path.importVerificationKey(SECRET)
  const wrong = strangers(path, 12)
  const others = Array.from({ length: 12 }, () => path.importVerificationKey(freshJwk('HS512')))
  const noKeys: readonly (readonly [title: string, value: unknown])[] = [
    ['undefined', undefined],
    ['null', null],
    ['a string', 'secret'],
    ['a JWK', SECRET],
    ['what looks like a key', { alg: 'HS256', kid: undefined }],
    ['an object on top of a key', Object.create(right)],
    ['a SigningKey', path.importSigningKey(SECRET)],
    ['an array of a key', [right]],
    ['a promise of a key', Promise.resolve(right)],
  ]

  for (const [title, noKey] of noKeys) {
    test(`${title}, alone or at places 0 to 4, is a mistake, wherever the right key is`, async () => {
      expect(await verdictFor(path, [noKey])).toBe('TypeError')
      for (const place of [0, 1, 2, 3, 4]) {
        expect(await verdictFor(path, withAt(wrong, place, noKey)), `strangers, ${place}`).toBe('TypeError')
        expect(await verdictFor(path, withAt(wrong.slice(0, 4), place, noKey)), `four, ${place}`).toBe('TypeError')
        for (const rightAt of [0, 1, 4, 5]) {
          const keys = withAt(withAt(wrong, rightAt, right).slice(0, 6), place, noKey)
          expect(await verdictFor(path, keys), `right at ${rightAt}, ${place}`).toBe('TypeError')
        }
      }
    })

    test(`${title} is a mistake at every place as long as no more than four keys before it fit`, async () => {
      for (const place of [0, 4, 5, 6, 11, 12]) {
        expect(await verdictFor(path, withAt(others, place, noKey)), `others, ${place}`).toBe('TypeError')
        expect(await verdictFor(path, withAt([right, ...others], place, noKey)), `right, ${place}`).toBe('TypeError')
        const mixed = [...wrong.slice(0, 4), ...others]
        expect(await verdictFor(path, withAt(mixed, place, noKey)), `four and others, ${place}`).toBe('TypeError')
      }
    })

    test(`${title} behind five keys that fit is not looked at, and changes nothing`, async () => {
      for (const place of [5, 6, 12]) {
        expect(await verdictFor(path, withAt(wrong, place, noKey)), `strangers, ${place}`).toBe('ERR_KEY_NOT_FOUND')
        const keys = withAt([...wrong.slice(0, 3), right, ...wrong.slice(3)], place, noKey)
        expect(await verdictFor(path, keys), `right, ${place}`).toBe('accepted')
      }
    })
  }

  test('a hole is no key either', async () => {
    const keys: unknown[] = [right]
    keys.length = 2
    expect(await verdictFor(path, keys)).toBe('TypeError')
    expect(await verdictFor(path, new Array(1))).toBe('TypeError')
  })

  test('one key is taken as it is, when it fits', async () => {
    expect(await verdictFor(path, [right])).toBe('accepted')
    expect(await verdictFor(path, Object.freeze([right]))).toBe('accepted')
    expect(await verdictFor(path, [wrong[0]])).toBe('ERR_JWS_SIGNATURE')
    expect(await verdictFor(path, [others[0]])).toBe('ERR_ALG_NOT_ALLOWED')
    expect(await verdictFor(path, [path.importVerificationKey(publicJwk('RS256'))])).toBe('ERR_ALG_NOT_ALLOWED')
  })

  test('R8: the right key is found among the first four that fit, and not behind them', async () => {
    for (const place of [0, 1, 2, 3]) {
      expect(await verdictFor(path, withAt(wrong, place, right)), String(place)).toBe('accepted')
      expect(await verdictFor(path, [...others, ...withAt(wrong, place, right)]), String(place)).toBe('accepted')
    }
    for (const place of [4, 5, 12]) {
      expect(await verdictFor(path, withAt(wrong, place, right)), String(place)).toBe('ERR_KEY_NOT_FOUND')
    }
    expect(await verdictFor(path, wrong.slice(0, 4))).toBe('ERR_JWS_SIGNATURE')
    expect(await verdictFor(path, [...wrong.slice(0, 4), ...others])).toBe('ERR_JWS_SIGNATURE')
    expect(await verdictFor(path, wrong.slice(0, 5))).toBe('ERR_KEY_NOT_FOUND')
  })

  test('R25: of a thousand keys no more than five are collected, in their order', () => {
    const jws = parseCompact(TOKEN, { maxTokenLength: 1000, understood: null })
    const keys = Array.from({ length: 1000 }, (_, index) => (index % 2 === 0 ? others : wrong)[index % 12])
    const fitting = keys.filter((key) => key?.alg === 'HS256').slice(0, 5)
    expect(fittingKeys(jws, keys as VerificationKey[])).toEqual(fitting)
  })
})
