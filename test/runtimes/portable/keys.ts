import { ed25519 } from '@noble/curves/ed25519.js'
import { p256, p384, p521 } from '@noble/curves/nist.js'
import { PortableBufferApi as Buffer } from './buffer.ts'
import { ecPublicKeyInfo, ed25519PublicKeyInfo, rsaPublicKeyInfo } from './der.ts'

export type JsonKey = Readonly<Record<string, string>>

export const CURVES = { 'P-256': p256, 'P-384': p384, 'P-521': p521 } as const
export type Curve = keyof typeof CURVES

export const octetsOf = (text: string | undefined): Uint8Array => Buffer.from(text as string, 'base64url')
export const textOf = (octets: Uint8Array): string => Buffer.from(octets).toString('base64url')

/** What stands for a KeyObject: the JWK. */
export class PortableKey {
  readonly jwk: JsonKey

  constructor(jwk: JsonKey) {
    this.jwk = jwk
  }

  export({ type, format }: { type?: string; format: string }): unknown {
    if (format === 'jwk') return this.jwk
    if (type !== 'spki') throw new Error(`the portable node:crypto does not export ${type}`)
    const info = publicKeyInfo(this.jwk)
    if (format === 'der') return Buffer.from(info)
    const lines = Buffer.from(info)
      .toString('base64')
      .match(/.{1,64}/g) as string[]
    return ['-----BEGIN PUBLIC KEY-----', ...lines, '-----END PUBLIC KEY-----', ''].join('\n')
  }
}

function publicKeyInfo({ kty, crv, n, e, x, y }: JsonKey): Uint8Array {
  if (kty === 'RSA') return rsaPublicKeyInfo(octetsOf(n), octetsOf(e))
  return kty === 'EC' ? ecPublicKeyInfo(crv as Curve, octetsOf(x), octetsOf(y)) : ed25519PublicKeyInfo(octetsOf(x))
}

export function generateEc(curve: Curve): JsonKey {
  return ecKey(curve, CURVES[curve].utils.randomSecretKey())
}

export function ecKey(curve: Curve, d: Uint8Array): JsonKey {
  const point = CURVES[curve].getPublicKey(d, false)
  const size = (point.length - 1) / 2
  const [x, y] = [point.subarray(1, 1 + size), point.subarray(1 + size)]
  return { kty: 'EC', x: textOf(x), y: textOf(y), crv: curve, d: textOf(d) }
}

export function generateEd25519(): JsonKey {
  const d = ed25519.utils.randomSecretKey()
  return { crv: 'Ed25519', d: textOf(d), x: textOf(ed25519.getPublicKey(d)), kty: 'OKP' }
}
