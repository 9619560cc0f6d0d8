import { describe, expect, test } from 'vitest'
import { type Alg, findJwa, findJwaOfCurve, HASHES } from '../src/jwa.ts'
import { ALGS, NEW_ALGS } from './keys.ts'

// What RFC 7518 §3, RFC 8037 §3.1, RFC 9864 §2.2 and RFC 9964 with FIPS 204 §4 say: type, hash, its octets, octets of a signature, curve.
const RFC: readonly (readonly [Alg, string, string, number, number | undefined, string | undefined])[] = [
  ['HS256', 'oct', 'SHA-256', 32, 32, undefined],
  ['HS384', 'oct', 'SHA-384', 48, 48, undefined],
  ['HS512', 'oct', 'SHA-512', 64, 64, undefined],
  ['RS256', 'RSA', 'SHA-256', 32, undefined, undefined],
  ['RS384', 'RSA', 'SHA-384', 48, undefined, undefined],
  ['RS512', 'RSA', 'SHA-512', 64, undefined, undefined],
  ['PS256', 'RSA', 'SHA-256', 32, undefined, undefined],
  ['PS384', 'RSA', 'SHA-384', 48, undefined, undefined],
  ['PS512', 'RSA', 'SHA-512', 64, undefined, undefined],
  ['ES256', 'EC', 'SHA-256', 32, 64, 'P-256'],
  ['ES384', 'EC', 'SHA-384', 48, 96, 'P-384'],
  ['ES512', 'EC', 'SHA-512', 64, 132, 'P-521'],
  ['EdDSA', 'OKP', 'SHA-512', 64, 64, 'Ed25519'],
  ['Ed25519', 'OKP', 'SHA-512', 64, 64, 'Ed25519'],
  ['Ed448', 'OKP', 'SHA-512', 64, 114, 'Ed448'],
  ['ML-DSA-44', 'AKP', 'SHA-512', 64, 2420, undefined],
  ['ML-DSA-65', 'AKP', 'SHA-512', 64, 3309, undefined],
  ['ML-DSA-87', 'AKP', 'SHA-512', 64, 4627, undefined],
]

/** Octets of the public keys of those whose JWKs hold them as they are. */
const KEY_LENGTHS: Readonly<Record<string, number>> = {
  ...{ EdDSA: 32, Ed25519: 32, Ed448: 57 },
  ...{ 'ML-DSA-44': 1312, 'ML-DSA-65': 1952, 'ML-DSA-87': 2592 },
}

const FAMILIES: Readonly<Record<string, string>> = {
  HS: 'HMAC',
  RS: 'RSASSA-PKCS1-v1_5',
  PS: 'RSA-PSS',
  ES: 'ECDSA',
  EdDSA: 'Ed25519',
}

describe('the algorithm table', () => {
  test.each(RFC)('%s is as the RFC says', (alg, kty, hash, hashLength, signatureLength, crv) => {
    const jwa = findJwa(alg)
    expect(jwa).toMatchObject({ alg, kty, hash, hashLength, family: FAMILIES[alg] ?? FAMILIES[alg.slice(0, 2)] ?? alg })
    expect(jwa?.signatureLength).toBe(signatureLength)
    expect(jwa?.crv).toBe(crv)
    expect(jwa?.keyLength).toBe(KEY_LENGTHS[alg])
  })

  test('holds these and no others', () => {
    expect([...ALGS, ...NEW_ALGS]).toEqual(RFC.map(([alg]) => alg))
    for (const family of ['HS', 'RS', 'PS', 'ES', 'Ed', 'none', 'A', 'RSA', 'ECDH-ES', 'ESP', 'ESB', 'ML-DSA-']) {
      for (const rest of [
        '',
        '1',
        '128',
        '224',
        '256',
        '256K',
        '384',
        '44',
        '448',
        '512',
        '521',
        '65',
        '87',
        '25519',
        'DSA',
      ]) {
        const known = [...ALGS, ...NEW_ALGS].includes((family + rest) as Alg)
        expect(findJwa(family + rest) !== undefined, family + rest).toBe(known)
      }
    }
  })

  test('knows three hashes', () => expect(HASHES).toEqual(['SHA-256', 'SHA-384', 'SHA-512']))
})

describe('R1: an algorithm is found by its exact name', () => {
  test.each([
    ...['none', 'None', 'NONE', 'nOnE', '', ' HS256', 'HS256 ', 'hs256', 'HS256\0', 'HS256\n', 'eddsa', 'EDDSA'],
    ...[
      'ed25519',
      'ed448',
      'ES256K',
      'ESP256',
      'ml-dsa-44',
      'ML-DSA',
      'foo',
      '__proto__',
      'constructor',
      'toString',
      'size',
    ],
  ])('%j is not found', (name) => expect(findJwa(name)).toBeUndefined())

  test.each([[undefined], [null], [0], [['HS256']], [new String('HS256')], [{ toString: () => 'HS256' }], [true]])(
    '%o, which is not a string, is not found',
    (name) => expect(findJwa(name)).toBeUndefined(),
  )
})

describe('R2: a curve stands for one algorithm', () => {
  test.each([
    ['P-256', 'ES256'],
    ['P-384', 'ES384'],
    ['P-521', 'ES512'],
    ['Ed25519', 'EdDSA'],
    ['Ed448', 'Ed448'],
  ])('%s for %s', (crv, alg) => expect(findJwaOfCurve(crv)?.alg).toBe(alg))

  test.each([
    ['p-256'],
    ['P-512'],
    ['secp256k1'],
    ['ed448'],
    ['X25519'],
    ['ML-DSA-44'],
    [''],
    [null],
    [undefined],
    [['P-256']],
  ])('%j for none', (crv) => expect(findJwaOfCurve(crv)).toBeUndefined())
})
