import { webAlgorithm } from './algorithms.ts'
import type { TestKey } from './keys.ts'

export const ISSUER = 'https://id.example'
export const AUDIENCE = 'https://api.example'

export interface TestClaims {
  iss: string
  aud: string
  sub: string
  iat: number
  exp: number
  jti: string
  scope: string
  roles?: readonly string[]
}

const LIFETIME = 24 * 3600

/** What an access token holds; each `index` gives another token. */
export function makeClaims(index: number): TestClaims {
  const now = Math.floor(Date.now() / 1000)
  const serial = String(index).padStart(8, '0')
  return {
    iss: ISSUER,
    aud: AUDIENCE,
    sub: `user-${serial}`,
    iat: now - 60,
    exp: now + LIFETIME,
    jti: `6f1c2a52-9d0b-4c1e-8a37-0000${serial}`,
    scope: 'orders:read orders:write',
  }
}

/** {@link makeClaims} with so many roles that the token has about `length` characters, as large tokens do. */
export function makeLargeClaims(index: number, length: number): TestClaims {
  const claims = makeClaims(index)
  const octets = (length * 3) / 4 - JSON.stringify(claims).length - 64
  const count = Math.floor(octets / '"team-00000000-reader",'.length)
  if (count <= 0) return claims
  return {
    ...claims,
    roles: Array.from({ length: count }, (_, role) => `team-${String(role).padStart(8, '0')}-reader`),
  }
}

/** Signs with WebCrypto, so that the tokens are nobody's whom the suite compares. */
export async function signToken(claims: object, key: TestKey): Promise<string> {
  const header = encodeJson({ alg: key.alg, kid: key.kid, typ: 'JWT' })
  const input = `${header}.${encodeJson(claims)}`
  const signature = await crypto.subtle.sign(webAlgorithm(key.alg), key.privateHandle, bytesOf(input))
  return `${input}.${encodeBase64url(new Uint8Array(signature))}`
}

/** Checks a signature with WebCrypto, and gives the claims. */
export async function readToken(token: string, key: TestKey): Promise<TestClaims> {
  const [header = '', payload = '', signature = ''] = token.split('.')
  const { alg, publicHandle } = key
  const input = bytesOf(`${header}.${payload}`)
  const isValid = await crypto.subtle.verify(webAlgorithm(alg), publicHandle, decodeBase64url(signature), input)
  if (!isValid) throw new Error(`not a valid signature of ${alg}`)
  return JSON.parse(new TextDecoder().decode(decodeBase64url(payload)))
}

export function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text)
}

function encodeJson(value: object): string {
  return encodeBase64url(bytesOf(JSON.stringify(value)))
}

function encodeBase64url(bytes: Uint8Array): string {
  let binary = ''
  for (const byte of bytes) binary += String.fromCharCode(byte)
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}

function decodeBase64url(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (character) => character.charCodeAt(0))
}
