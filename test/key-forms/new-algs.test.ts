import { describe, expect, test } from 'vitest'
import type { Jwk } from '../../src/index.ts'
import { jwkFromPkcs8, jwkFromSpki } from '../../src/keys/index.ts'
import { PLATFORM_ALGS } from '../conformance/missing.ts'
import { findKey } from '../conformance/vectors.ts'
import { refusalOf } from '../verdict.ts'

// Ed448 (RFC 8410) and ML-DSA (RFC 9881) in DER that is written here octet by octet, so in every runtime.

interface Form {
  readonly name: string
  /** The object identifier, in hexadecimal. */
  readonly oid: string
  readonly jwk: Jwk
  readonly publicMember: 'x' | 'pub'
}

const FORMS: readonly Form[] = [
  { name: 'Ed448', oid: '2b6571', jwk: findKey('rfc9864.json', 'rfc8032-7.4-blank'), publicMember: 'x' },
  ...(['44', '65', '87'] as const).map((size, index) => {
    const { kid, ...jwk } = findKey('rfc9964-ml-dsa.json', `mldsa${size}`)
    return {
      name: `ML-DSA-${size}`,
      oid: `60864801650304031${index + 1}`,
      jwk: jwk as Jwk,
      publicMember: 'pub' as const,
    }
  }),
]

const octets = (text: unknown): Uint8Array => new Uint8Array(Buffer.from(text as string, 'base64url'))
const hex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'hex'))

function der(tag: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const content = Buffer.concat(parts)
  const { length } = content
  const head = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255]
  return Uint8Array.of(tag, ...head, ...content)
}

describe.each(FORMS)('a key for $name', ({ name, oid, jwk, publicMember }) => {
  const { d, priv, ...publicJwk } = jwk
  const algorithm = der(0x30, der(0x06, hex(oid)))
  const bits = Uint8Array.of(0, ...octets(jwk[publicMember]))
  const secret = octets(d ?? priv)
  const isSeed = priv !== undefined
  const pkcs8 = (key: Uint8Array, ...more: readonly Uint8Array[]): Uint8Array =>
    der(0x30, Uint8Array.of(2, 1, more.length > 0 ? 1 : 0), algorithm, der(0x04, key), ...more)
  const key = isSeed ? der(0x80, secret) : der(0x04, secret)

  test('from SPKI', () => {
    expect(jwkFromSpki(der(0x30, algorithm, der(0x03, bits)))).toEqual(publicJwk)
  })

  test('from PKCS #8 with its public key', () => {
    expect(jwkFromPkcs8(pkcs8(key, der(0x81, bits)))).toEqual(jwk)
  })

  const isThere = PLATFORM_ALGS.sync.includes(name)
  test(`from PKCS #8 without it: ${isThere ? 'node:crypto makes it' : 'refused'}`, async () => {
    if (isThere) expect(jwkFromPkcs8(pkcs8(key))).toEqual(jwk)
    else expect((await refusalOf(() => jwkFromPkcs8(pkcs8(key)))).code).toMatch(/^ERR_(JWK_INVALID|ALG_UNSUPPORTED)$/)
  })

  test('with parameters is refused', async () => {
    const withNull = der(0x30, der(0x06, hex(oid)), der(0x05))
    expect((await refusalOf(() => jwkFromSpki(der(0x30, withNull, der(0x03, bits))))).code).toBe('ERR_JWK_INVALID')
  })

  test('with octets behind the private part is refused', async () => {
    const refused = pkcs8(Uint8Array.of(...key, 0), der(0x81, bits))
    expect((await refusalOf(() => jwkFromPkcs8(refused))).code).toBe('ERR_JWK_INVALID')
  })

  test.each(isSeed ? [2560, 4032, 4896] : [])(
    'an expanded key of %i octets beside the seed, and alone',
    async (length) => {
      const expanded = der(0x04, new Uint8Array(length))
      expect(jwkFromPkcs8(pkcs8(der(0x30, der(0x04, secret), expanded), der(0x81, bits)))).toEqual(jwk)
      expect((await refusalOf(() => jwkFromPkcs8(pkcs8(expanded, der(0x81, bits))))).code).toBe('ERR_JWK_INVALID')
    },
  )
})
