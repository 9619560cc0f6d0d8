import { decodeCanonical, decodeStrictly } from '../base64url.ts'
import { findCurve, isRawSignature, isScalar } from '../ec.ts'
import { JoseError } from '../errors.ts'
import type { Hash, Jwa } from '../jwa.ts'

/** What is signed: text is ASCII, as the signing input of RFC 7515 §5.1 is. */
export type SigningInput = string | Uint8Array

/** The members of a JWK that make the key and nothing else, checked by `jwk.ts`. */
export type KeyMaterial = Readonly<Record<string, string>>

/** A key of the platform that verifies. The signature comes in base64url, and its length has been checked (R14). */
export interface VerificationHandle {
  verify(input: SigningInput, signature: string): boolean | Promise<boolean>
  /** Only where the platform answers at once. */
  verifySync?(input: SigningInput, signature: string): boolean
}

/** A key of the platform that signs, answering in base64url. */
export interface SigningHandle {
  sign(input: SigningInput): string | Promise<string>
  /** Only where the platform answers at once. */
  signSync?(input: SigningInput): string
}

/** The cryptography of a platform. */
export interface Backend {
  verificationHandle(jwa: Jwa, material: KeyMaterial): VerificationHandle
  /** @throws JoseError `ERR_JWK_INVALID` when the private part does not belong to the public one; where the platform cannot tell at once, the first signature rejects with it. */
  signingHandle(jwa: Jwa, material: KeyMaterial): SigningHandle
  digest(hash: Hash, octets: Uint8Array): Uint8Array | Promise<Uint8Array>
}

/** R5: what is signed and verified once, to see that a private key belongs to its public one. */
export const PROBE = 'countersign'

export function foreignPrivatePart(): JoseError {
  return new JoseError('ERR_JWK_INVALID', 'the private part does not belong to the public key')
}

/** The material of the public key in that of a private one. */
export function publicPart({ d, p, q, dp, dq, qi, priv, ...material }: KeyMaterial): KeyMaterial {
  return material
}

/**
 * R14: gives the octets of signatures; `undefined` for what is not base64url, not an ECDSA signature where one is due, or
 * not below the modulus of an RSA key (RFC 8017 §5.2.2), which Deno does not look at for RSA-PSS.
 */
export function signatureDecoder(
  { family, kty, crv }: Jwa,
  material: KeyMaterial,
): (signature: string) => Uint8Array | undefined {
  if (kty === 'RSA' && Object.hasOwn(material, 'n')) {
    const n = decodeCanonical(material.n as string)
    const range = { size: n.length, n }
    return (signature) => {
      const octets = decodeStrictly(signature)
      return octets && isScalar(range, octets) ? octets : undefined
    }
  }
  const curve = family === 'ECDSA' ? findCurve(crv) : undefined
  if (!curve) return decodeStrictly
  return (signature) => {
    const octets = decodeStrictly(signature)
    return octets && isRawSignature(curve, octets) ? octets : undefined
  }
}
