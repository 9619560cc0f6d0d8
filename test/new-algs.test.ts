import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { hasSmallOrder } from '../src/ec.ts'
import { importVerificationKey, type Jwk, thumbprint } from '../src/index.ts'
import { PLATFORM_ALGS } from './conformance/missing.ts'
import { compactOf, findKey, ML_DSA_KEYS } from './conformance/vectors.ts'
import { codeOf, PATHS } from './paths.ts'

// Ed448 (RFC 8032 §5.2) and ML-DSA (RFC 9964): what is checked of their keys before any platform sees them, so everywhere.

const ED448 = findKey('rfc9864.json', 'rfc8032-7.4-blank')

const b64u = (octets: Uint8Array | readonly number[]): string => Buffer.from(octets).toString('base64url')
const zeros = (length: number): string => b64u(new Uint8Array(length))

function imported(jwk: object): Promise<string> {
  return codeOf(() => importVerificationKey(jwk as Jwk))
}

describe('R5: keys of Ed448', () => {
  test.each([
    ['x of 32 octets', { x: zeros(32) }],
    ['x of 56 octets', { x: b64u(Buffer.from(ED448.x as string, 'base64url').subarray(0, 56)) }],
    ['x of 58 octets', { x: zeros(58) }],
    ['d of 32 octets', { d: zeros(32) }],
    ['d of 56 octets', { d: zeros(56) }],
    ['"alg": "EdDSA", which is Ed25519 here', { alg: 'EdDSA' }],
    ['"alg": "Ed25519"', { alg: 'Ed25519' }],
  ])('with %s are ERR_JWK_INVALID', async (_, extra) => {
    expect(await imported({ ...ED448, ...extra })).toBe('ERR_JWK_INVALID')
  })

  const p = 2n ** 448n - 2n ** 224n - 1n
  const encoded = (y: bigint, sign = 0): Uint8Array =>
    Uint8Array.from({ length: 57 }, (_, place) => (place === 56 ? sign : Number((y >> BigInt(8 * place)) & 255n)))

  test.each([
    ['y = 0', encoded(0n)],
    ['y = 0, the other x', encoded(0n, 128)],
    ['y = 1', encoded(1n)],
    ['y = 1, x negative', encoded(1n, 128)],
    ['y = p-1', encoded(p - 1n)],
    ['y = p, which is 0', encoded(p)],
    ['y = p+1, which is 1', encoded(p + 1n, 128)],
  ])('whose point has a small order are ERR_JWK_WEAK: %s', async (_, x) => {
    expect(hasSmallOrder(x)).toBe(true)
    expect(await imported({ kty: 'OKP', crv: 'Ed448', x: b64u(x) })).toBe('ERR_JWK_WEAK')
  })

  test.each([
    ['y = 2', encoded(2n)],
    ['y = p-2', encoded(p - 2n)],
    [
      'the y of the points of order 8 of Ed25519',
      encoded(0x5fc536d880238b13933c6d305acdfd5f098eff289f4c345b027b2c28f95e826n),
    ],
    ['the base point', Buffer.from(ED448.x as string, 'base64url')],
  ])('others have none: %s', (_, x) => expect(hasSmallOrder(x)).toBe(false))
})

describe.each(ML_DSA_KEYS)('R5: keys of $alg', (jwk) => {
  const { priv, ...publicJwk } = jwk
  const { length } = Buffer.from(jwk.pub as string, 'base64url')

  test.each([
    ['without "alg", which their type demands', { alg: undefined }],
    ['without "pub"', { pub: undefined }],
    ['"pub" an octet too short', { pub: zeros(length - 1) }],
    ['"pub" an octet too long', { pub: zeros(length + 1) }],
    ['"pub" not base64url', { pub: `${jwk.pub}=` }],
    ['"priv" of 31 octets', { priv: zeros(31) }],
    ['"priv" an expanded key', { priv: zeros(2560) }],
    ['"priv" a number', { priv: 1 }],
    ['another type', { kty: 'OKP' }],
    ['the algorithm of another type', { alg: 'EdDSA' }],
  ])('%s: ERR_JWK_INVALID', async (_, extra) => {
    expect(await imported({ ...jwk, ...extra })).toBe('ERR_JWK_INVALID')
  })

  test('are of one parameter set', async () => {
    for (const other of ML_DSA_KEYS.filter(({ alg }) => alg !== jwk.alg)) {
      expect(await imported({ ...publicJwk, alg: other.alg })).toBe('ERR_JWK_INVALID')
      const options = { alg: other.alg as 'ML-DSA-44' }
      expect(await codeOf(() => importVerificationKey(jwk, options))).toBe('ERR_ALG_NOT_ALLOWED')
    }
  })

  test('have one thumbprint, private or public', async () => {
    const { alg, kty, pub } = jwk
    const digest = createHash('sha256').update(JSON.stringify({ alg, kty, pub })).digest('base64url')
    expect([await thumbprint(jwk), await thumbprint(publicJwk as Jwk)]).toEqual([digest, digest])
  })

  for (const path of PATHS) {
    const isThere = PLATFORM_ALGS[path.name].includes(jwk.alg as string)
    const signing = async (key: Jwk) => path.signCompact('signed', path.importSigningKey(key))

    test(`a public one signs nothing (${path.name})`, async () => {
      expect(await codeOf(() => signing(publicJwk as Jwk))).toBe('ERR_KEY_USE')
    })

    const expected = isThere ? 'ERR_JWK_INVALID' : 'ERR_ALG_UNSUPPORTED'
    test(`the seed of another is ${expected} (${path.name})`, async () => {
      const foreign = b64u(new Uint8Array(32).fill(1))
      if (path.name === 'sync' && !isThere && PLATFORM_ALGS.node.includes(jwk.alg as string)) {
        await expect(signing({ ...jwk, priv: foreign })).rejects.toThrow(TypeError)
      } else {
        expect(await codeOf(() => signing({ ...jwk, priv: foreign }))).toBe(expected)
      }
    })

    test(`a signature verifies, and a changed one does not (${path.name})${isThere ? '' : ': not in this runtime'}`, async () => {
      if (!isThere) {
        const verifying = async () =>
          path.verifyCompact(compactOf(`RFC 9964 ${jwk.alg}`), path.importVerificationKey(publicJwk as Jwk))
        if (path.name === 'sync' && PLATFORM_ALGS.node.includes(jwk.alg as string)) {
          await expect(verifying()).rejects.toThrow(TypeError)
        } else {
          expect(await codeOf(verifying)).toBe('ERR_ALG_UNSUPPORTED')
        }
        return
      }
      const token = await signing(jwk)
      const key = path.importVerificationKey(jwk)
      expect((await path.verifyCompact(token, key)).key).toBe(key)
      const { payload } = await path.verifyCompact(token, path.importVerificationKey(publicJwk as Jwk))
      expect(new TextDecoder().decode(payload)).toBe('signed')
      const end = token.lastIndexOf('.') + 1
      const signature = Buffer.from(token.slice(end), 'base64url')
      signature[100] = (signature[100] as number) ^ 1
      const verify = (octets: Uint8Array) => codeOf(() => path.verifyCompact(token.slice(0, end) + b64u(octets), key))
      expect(await verify(signature)).toBe('ERR_JWS_SIGNATURE')
      expect(await verify(Buffer.from(token.slice(end), 'base64url').subarray(1))).toBe('ERR_JWS_SIGNATURE')
    })
  }
})
