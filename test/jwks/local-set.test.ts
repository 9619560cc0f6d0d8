import { describe, expect, test } from 'vitest'
import { createLocalJwks, type Jwk, type JwkSet, type LocalJwksOptions } from '../../src/index.ts'
import { forge, segment } from '../forge.ts'
import { freshJwk, privateJwk, publicJwk } from '../keys.ts'
import { PATHS, type Path } from '../paths.ts'
import { policyOf, refusalOf, verdictOf } from '../verdict.ts'

const GOOD = freshJwk('ES256', { kid: 'good' })

/** R23: entries that cannot be used, and a word of the reason. */
const UNUSABLE: readonly (readonly [title: string, jwk: Record<string, unknown>, reason: string])[] = [
  ['of an unknown type', { kty: 'DSA', alg: 'DSA', y: 'AA' }, '"kty"'],
  ['of a type in another case', { ...publicJwk('ES256'), kty: 'ec' }, '"kty"'],
  ['without a type', { ...publicJwk('ES256'), kty: undefined }, '"kty"'],
  ['with a type that is no string', { ...publicJwk('ES256'), kty: 5 }, '"kty"'],
  ['on an unknown curve', { ...publicJwk('ES256'), crv: 'secp256k1', alg: 'ES256K' }, 'not supported'],
  ['on an unknown curve, without alg', { ...publicJwk('ES256'), crv: 'secp256k1', alg: undefined }, '"crv"'],
  ['for encryption', { ...publicJwk('RS256'), use: 'enc' }, '"use"'],
  ['with an algorithm of encryption', { ...publicJwk('RS256'), alg: 'RSA-OAEP' }, 'not supported'],
  ['that only signs', { ...publicJwk('RS256'), key_ops: ['sign'] }, '"key_ops"'],
  ['that is weak', { ...publicJwk('RS256'), n: segment(Buffer.alloc(128, 0xff)) }, '2048'],
  ['without alg', { ...publicJwk('RS256'), alg: undefined }, 'algorithm'],
  ['off its curve', { ...publicJwk('ES256'), y: publicJwk('ES256').x }, 'curve'],
  ['with a short coordinate', { ...publicJwk('ES256'), x: segment(Buffer.alloc(31, 1)) }, '31'],
  ['without a coordinate', { ...publicJwk('ES256'), y: undefined }, '"y"'],
  ['that is empty', {}, '"kty"'],
]

function entry(jwk: Record<string, unknown>, members: Record<string, unknown> = {}): Jwk {
  const entries = Object.entries({ ...jwk, ...members }).filter(([, value]) => value !== undefined)
  return Object.fromEntries(entries) as Jwk
}

describe('R23: one key that cannot be used does not spoil the others', () => {
  for (const [title, jwk, reason] of UNUSABLE) {
    test(`one ${title}`, async () => {
      const bad = entry(jwk, { kid: 'bad' })
      for (const [place, keys] of [
        [0, [bad, GOOD]],
        [1, [GOOD, bad]],
      ] as const) {
        for (const path of PATHS) {
          const source = path.use(() => createLocalJwks({ keys: [...keys] }))
          const verify = (kid: string) => path.verifyJwt(forge({ alg: 'ES256', kid }, {}, GOOD), source, policyOf())
          expect(await verdictOf(() => verify('good'))).toBe('accepted')
          const refusal = await refusalOf(() => verify('bad'))
          expect(refusal.code).toBe('ERR_KEY_NOT_FOUND')
          expect(refusal.message).toContain(`key ${place}`)
          expect(refusal.message).toContain(reason)
          expect(refusal.cause).toMatchObject({ name: 'JoseError' })
          expect((await refusalOf(() => verify('nobody'))).message).not.toContain(reason)
        }
      }
    })

    test(`but a set with only one ${title} is refused, and the reason told`, async () => {
      const refusal = await refusalOf(() => createLocalJwks({ keys: [entry(jwk)] }))
      expect(refusal.code).toBe('ERR_JWKS_INVALID')
      expect(refusal.message).toContain(reason)
    })
  }

  test('a kid that is no string cannot be named', async () => {
    for (const kid of [5, null, ['good'], {}]) {
      const source = createLocalJwks({ keys: [entry(GOOD, { kid }), freshJwk('ES256')] })
      const [path] = PATHS as readonly [Path]
      const verify = (header: object) =>
        path.verifyJwt(forge({ alg: 'ES256', ...header }, {}, GOOD), source, policyOf())
      expect(await verdictOf(() => verify({ kid: String(kid) }))).toBe('ERR_KEY_NOT_FOUND')
      expect(await verdictOf(() => verify({}))).toBe('ERR_JWS_SIGNATURE')
    }
  })

  test('the reasons of the first three are told, without what is in the keys', async () => {
    const keys = ['a', 'b', 'c', 'd'].map((kid) => entry(publicJwk('RS256'), { kid, use: 'enc' }))
    const { message } = await refusalOf(() => createLocalJwks({ keys }))
    expect(message).toMatch(/key 0: .*key 1: .*key 2: /)
    expect(message).not.toContain('key 3')
    expect(message).not.toContain(String(publicJwk('RS256').n).slice(0, 10))
  })
})

describe('ERR_JWKS_INVALID: what is not a set', () => {
  const rows: readonly unknown[] = [
    ...[null, undefined, [], [GOOD], 'set', '{"keys":[]}', 5, true, {}, GOOD, { Keys: [GOOD] }],
    ...[undefined, null, {}, 'keys', 5, { 0: GOOD, length: 1 }, [1], [null], ['key'], [[GOOD]], [GOOD, null]].map(
      (keys) => ({ keys }),
    ),
    { keys: [] },
    Object.create({ keys: [GOOD] }),
    JSON.parse('{"__proto__":{"keys":[]}}'),
  ]
  for (const [index, set] of rows.entries()) {
    test(`${index}: ${JSON.stringify(set)?.slice(0, 60)}`, async () => {
      expect(await verdictOf(() => createLocalJwks(set as JwkSet))).toBe('ERR_JWKS_INVALID')
    })
  }

  test('a set has members that nobody knows', async () => {
    const set = { keys: [GOOD], version: 5 } as JwkSet
    expect(await verdictOf(() => createLocalJwks(set))).toBe('accepted')
  })
})

describe('R8: the same id twice', () => {
  const other = freshJwk('ES256')
  const named = (jwk: Jwk, members: object) => ({ ...jwk, ...members })
  const rows: readonly (readonly [
    title: string,
    keys: Jwk[],
    options: LocalJwksOptions | undefined,
    verdict: string,
  ])[] = [
    ['one kid, one algorithm', [named(GOOD, { kid: 'k' }), named(other, { kid: 'k' })], undefined, 'ERR_JWKS_INVALID'],
    ['the same key twice', [GOOD, { ...GOOD }], undefined, 'ERR_JWKS_INVALID'],
    ['one kid, the third key', [GOOD, other, named(other, { kid: 'good' })], undefined, 'ERR_JWKS_INVALID'],
    ['one kid, other algorithms', [GOOD, publicJwk('ES384', { kid: 'good' })], undefined, 'accepted'],
    ['no kid', [named(GOOD, { kid: undefined }), other].map((jwk) => entry(jwk)), undefined, 'accepted'],
    ['one kid, one key that cannot be used', [GOOD, named(other, { kid: 'good', use: 'enc' })], undefined, 'accepted'],
    [
      'an algorithm by its curve and one by its name',
      [entry(GOOD, { alg: undefined }), named(other, { kid: 'good' })],
      undefined,
      'ERR_JWKS_INVALID',
    ],
    [
      'one of the allowed algorithms',
      [publicJwk('RS256', { kid: 'k', alg: undefined }), publicJwk('PS256', { kid: 'k' })],
      { algorithms: ['RS256', 'PS256'] },
      'ERR_JWKS_INVALID',
    ],
    [
      'one of the allowed algorithms, the other way round',
      [publicJwk('PS256', { kid: 'k' }), publicJwk('RS256', { kid: 'k', alg: undefined })],
      { algorithms: ['RS256', 'PS256'] },
      'ERR_JWKS_INVALID',
    ],
    [
      'none of the allowed algorithms',
      [publicJwk('RS256', { kid: 'k' }), publicJwk('PS256', { kid: 'k' })],
      { algorithms: ['RS256', 'PS256'] },
      'accepted',
    ],
    [
      'one x5t where it identifies',
      [named(GOOD, { x5t: 't' }), named(other, { x5t: 't' })],
      { identify: 'x5t' },
      'ERR_JWKS_INVALID',
    ],
    [
      'one x5t where the kid identifies',
      [named(GOOD, { x5t: 't' }), named(other, { x5t: 't', kid: 'k' })],
      undefined,
      'accepted',
    ],
    [
      'one kid where x5t identifies',
      [named(GOOD, { x5t: 't' }), named(other, { x5t: 'u', kid: 'good' })],
      { identify: 'x5t' },
      'accepted',
    ],
  ]
  for (const [title, keys, options, verdict] of rows) {
    test(`${title}: ${verdict}`, async () => {
      expect(await verdictOf(() => createLocalJwks({ keys }, options))).toBe(verdict)
    })
  }

  test('is told by its place, not by its value', async () => {
    const { message } = await refusalOf(() => createLocalJwks({ keys: [privateJwk('ES384'), GOOD, { ...GOOD }] }))
    expect(message).toContain('key 2')
    expect(message).not.toContain('good')
  })
})

describe('R19: wrong options are mistakes of the programmer', () => {
  const rows: readonly (readonly [name: string, values: readonly unknown[]])[] = [
    [
      'algorithms',
      [[], 'ES256', null, {}, 5, [''], [5], ['none'], ['es256'], ['ES256', 'foo'], ['ES256K'], [null], [['ES256']]],
    ],
    ['identify', ['', 'x5c', 'KID', null, 5, ['kid'], {}, 'toString']],
    ['algorithm', [['ES256']]],
    ['maxAge', [5]],
  ]
  for (const [name, values] of rows) {
    for (const value of values) {
      test(`${name} ${JSON.stringify(value)}`, () => {
        const options = { [name]: value } as LocalJwksOptions
        expect(() => createLocalJwks({ keys: [GOOD] }, options)).toThrow(TypeError)
        expect(() => createLocalJwks({ keys: [GOOD] }, options)).toThrow(`"${name}"`)
      })
    }
  }
  for (const options of [null, 'kid', 5]) {
    test(`${JSON.stringify(options)} for the options`, () => {
      expect(() => createLocalJwks({ keys: [GOOD] }, options as LocalJwksOptions)).toThrow(TypeError)
    })
  }
  test('undefined is the default', async () => {
    const options = { algorithms: undefined, identify: undefined } as unknown as LocalJwksOptions
    expect(await verdictOf(() => createLocalJwks({ keys: [GOOD] }, options))).toBe('accepted')
  })
})
