import { expect } from 'vitest'
import {
  decodeBase64url,
  decodeByHand,
  decodeCanonical,
  decodeStrictly,
  encodeBase64url,
  encodeByHand,
} from '../../src/base64url.ts'
import type { Jwk } from '../../src/index.ts'
import { codeOf, type Path } from '../paths.ts'
import { signOctets, verifyOctets } from './keys.ts'
import { refusalOf } from './refusals.ts'
import {
  type EddsaVector,
  findKey,
  fromBase64url,
  fromHex,
  type HmacVector,
  type RejectedBase64url,
  toBase64url,
  type ValidBase64url,
} from './vectors.ts'

const HASH_LENGTHS = { HS256: 32, HS384: 48, HS512: 64 } as const

export async function checkHmac(vector: HmacVector, path: Path): Promise<void> {
  await checkMac('HS256', vector, vector.hs256_hex, path)
  await checkMac('HS384', vector, vector.hs384_hex, path)
  await checkMac('HS512', vector, vector.hs512_hex, path)
}

async function checkMac(alg: keyof typeof HASH_LENGTHS, vector: HmacVector, mac: string, path: Path): Promise<void> {
  const secret = fromHex(vector.key_hex)
  const jwk: Jwk = { kty: 'oct', alg, k: toBase64url(secret) }
  const isWeak = secret.length < HASH_LENGTHS[alg]
  // RFC 7518 §3.2 asks for a key as long as the hash; most keys of RFC 4231 are shorter.
  expect(await codeOf(() => path.importSigningKey(jwk))).toBe(isWeak ? 'ERR_JWK_WEAK' : 'accepted')
  expect(await codeOf(() => path.importVerificationKey(jwk))).toBe(isWeak ? 'ERR_JWK_WEAK' : 'accepted')

  const options = isWeak ? { allowWeakKey: true } : {}
  const data = fromHex(vector.data_hex)
  const expected = fromHex(mac)
  const signature = fromBase64url(await signOctets(path, path.importSigningKey(jwk, options), data))
  expect(signature).toHaveLength(HASH_LENGTHS[alg])
  expect(expected).toHaveLength(vector.truncated_bits ? vector.truncated_bits / 8 : HASH_LENGTHS[alg])
  expect(signature.slice(0, expected.length)).toEqual(expected)

  const key = path.importVerificationKey(jwk, options)
  expect(await verifyOctets(path, key, data, signature)).toBe(true)
  expect(await verifyOctets(path, key, Uint8Array.of(...data, 0), signature)).toBe(false)
  // R14: a truncated MAC is none.
  expect(await verifyOctets(path, key, data, signature.slice(0, 16))).toBe(false)
}

export async function checkEddsa(vector: EddsaVector, path: Path): Promise<void> {
  const message = fromHex(vector.message_hex)
  const signature = fromBase64url(vector.signature_b64u)
  // RFC 9864 §2.2: "EdDSA" is left for the curve that it has always meant.
  for (const alg of vector.jwk.crv === 'Ed448' ? (['Ed448'] as const) : (['EdDSA', 'Ed25519'] as const)) {
    expect(await signOctets(path, path.importSigningKey(vector.jwk, { alg }), message)).toBe(vector.signature_b64u)
    const key = path.importVerificationKey(vector.jwk, { alg })
    expect(await verifyOctets(path, key, message, signature)).toBe(true)
    expect(await verifyOctets(path, key, Uint8Array.of(...message, 0), signature)).toBe(false)
  }
}

type Base64urlVector = ValidBase64url | RejectedBase64url

export async function checkNativeCodec(vector: Base64urlVector): Promise<void> {
  if (vector.expect === 'reject') return checkRefusal(vector.b64u)
  const octets = fromHex(vector.hex)
  expect(decodeBase64url(vector.b64u)).toEqual(octets)
  expect(Uint8Array.from(decodeCanonical(vector.b64u))).toEqual(octets)
  expect(encodeBase64url(octets)).toBe(vector.b64u)
  if (vector.b64 !== undefined && vector.b64 !== vector.b64u) await checkRefusal(vector.b64)
}

async function checkRefusal(text: string): Promise<void> {
  expect(await codeOf(() => decodeBase64url(text))).toBe('ERR_BASE64URL')
  expect(decodeStrictly(text)).toBeUndefined()
}

/** The codec of the runtimes that have no Buffer. */
export async function checkCodecByHand(vector: Base64urlVector): Promise<void> {
  if (vector.expect === 'reject') {
    expect(decodeByHand(vector.b64u)).toBeUndefined()
    return
  }
  const octets = fromHex(vector.hex)
  expect(decodeByHand(vector.b64u)).toEqual(octets)
  expect(encodeByHand(octets)).toBe(vector.b64u)
}

const HMAC_JWK = findKey('rfc7515.json', 'A.1-oct')
const HMAC_HEADER = toBase64url(Buffer.from('{"alg":"HS256"}'))

/** The text as the payload of a JWS whose MAC is right. */
export async function checkSegment(vector: Base64urlVector, path: Path): Promise<void> {
  const signingKey = path.importSigningKey(HMAC_JWK, { alg: 'HS256' })
  const key = path.importVerificationKey(HMAC_JWK, { alg: 'HS256' })
  const input = `${HMAC_HEADER}.${vector.b64u}`
  const token = `${input}.${await signOctets(path, signingKey, Buffer.from(input))}`
  if (vector.expect === 'reject') {
    expect(await codeOf(() => path.verifyCompact(token, key))).toBe(refusalOf(vector))
    return
  }
  const octets = fromHex(vector.hex)
  expect(await path.signCompact(octets, signingKey)).toBe(token)
  const { payload } = await path.verifyCompact(token, key)
  expect(payload).toEqual(octets)
}
