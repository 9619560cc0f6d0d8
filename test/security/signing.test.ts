import { expect, test } from 'vitest'
import type { Claims, HeaderParameters, SigningKey } from '../../src/index.ts'
import { privateJwk, publicJwk } from '../keys.ts'
import { keyOf, policyOf, SECRET, verdictOf } from '../verdict.ts'
import { describeAttack, testEach } from './attack.ts'

describeAttack(42, (path) => {
  const key = path.importSigningKey(SECRET)

  const claims: readonly (readonly [title: string, claims: unknown])[] = [
    ...['exp', 'nbf', 'iat'].flatMap((name) =>
      [Number.NaN, Number.POSITIVE_INFINITY, '60', null, true, {}, new Date(0), 5n].map(
        (value) => [`${name}: ${String(value)} (${typeof value})`, { [name]: value }] as const,
      ),
    ),
    ...['iss', 'sub', 'jti'].flatMap((name) =>
      [5, null, ['a'], {}].map((value) => [`${name}: ${JSON.stringify(value)}`, { [name]: value }] as const),
    ),
    ['aud: a number among strings', { aud: ['a', 5] }],
    ['aud: an object', { aud: { 0: 'a' } }],
    ['NaN, deep inside', { a: [{ b: Number.NaN }] }],
    ['a hole', { a: new Array(2) }],
    ['toJSON', { toJSON: () => ({ sub: 'root' }) }],
    ['a cycle', cyclic()],
    ['an array', [{ sub: 'alice' }]],
    ['a string', '{"sub":"alice"}'],
    ['null', null],
  ]
  testEach(claims, async (given) => {
    expect(await verdictOf(() => path.signJwt(given as Claims, key))).toMatch(/^ERR_SIGN/)
    expect(await verdictOf(() => path.createSigner({ key })(given as Claims))).toMatch(/^ERR_SIGN/)
  })

  const headers: readonly (readonly [title: string, header: unknown])[] = [
    ['"alg": "none"', { alg: 'none' }],
    ['"alg" of another key', { alg: 'HS512' }],
    ['"alg" as an array', { alg: ['HS256'] }],
    ['"crit" that nobody knows', { crit: ['x'], x: 1 }],
    ['"crit" empty', { crit: [] }],
    ['"crit" with "alg"', { crit: ['alg'] }],
    ['"b64": false', { b64: false, crit: ['b64'] }],
    ['a "kid" that is a number', { kid: 5 }],
    ['NaN', { x: Number.NaN }],
    ['toJSON', { toJSON: () => ({ alg: 'none' }) }],
  ]
  testEach(headers, async (header) => {
    const refused = /^ERR_(SIGN|CRIT)/
    expect(await verdictOf(() => path.signJwt({}, key, header as HeaderParameters))).toMatch(refused)
    expect(await verdictOf(() => path.signCompact('x', key, header as HeaderParameters))).toMatch(refused)
    expect(await verdictOf(() => path.createSigner({ key, header: header as HeaderParameters }))).toMatch(refused)
  })

  testEach(
    [undefined, null, 'secret', {}, SECRET, keyOf('HS256', path)].map(
      (given, index) => [`no key (${index})`, given] as const,
    ),
    async (given) => {
      await expect(path.signJwt({}, given as SigningKey)).rejects.toThrow(TypeError)
    },
  )

  test('an 8-octet key, and a public one', async () => {
    const weak = { kty: 'oct', alg: 'HS256', k: Buffer.alloc(8, 7).toString('base64url') }
    expect(await verdictOf(() => path.importSigningKey(weak))).toBe('ERR_JWK_WEAK')
    for (const alg of ['RS256', 'ES512', 'EdDSA'] as const) {
      expect(await verdictOf(() => path.importSigningKey(publicJwk(alg)))).toBe('ERR_KEY_USE')
    }
  })

  test('what is signed verifies, for each kind of key', async () => {
    for (const alg of ['HS512', 'PS256', 'ES384', 'EdDSA'] as const) {
      const token = await path.signJwt({ sub: 'alice' }, path.importSigningKey(privateJwk(alg)))
      expect(await verdictOf(() => path.verifyJwt(token, keyOf(alg, path), policyOf()))).toBe('accepted')
    }
  })
})

function cyclic(): object {
  const object: Record<string, unknown> = {}
  object.self = object
  return object
}
