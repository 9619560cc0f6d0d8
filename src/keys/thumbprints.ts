import { backend } from '../backend/choice.ts'
import { encodeBase64url } from '../base64url.ts'
import type { Hash } from '../jwa.ts'
import { type Jwk, thumbprint } from '../jwk.ts'
import { decodeBase64, derOf, type PemOrDer } from './pem.ts'

/**
 * The thumbprint of a JWK as a URI (RFC 9278 §3), such as `urn:ietf:params:oauth:jwk-thumbprint:sha-256:…`.
 *
 * @throws JoseError `ERR_JWK_INVALID`
 */
export async function thumbprintUri(jwk: Jwk, hash: Hash = 'SHA-256'): Promise<string> {
  return `urn:ietf:params:oauth:jwk-thumbprint:${hash.toLowerCase()}:${await thumbprint(jwk, hash)}`
}

/** The members of a JWK, or of a header, that name a certificate. */
export interface CertificateThumbprints {
  /** SHA-1, for what knows no other (RFC 7517 §4.8). */
  x5t: string
  /** SHA-256 (RFC 7517 §4.9). */
  'x5t#S256': string
}

/**
 * The thumbprints of an X.509 certificate (RFC 7517 §4.8, §4.9; RFC 8705 §3.1).
 *
 * @param certificate PEM, DER, or an entry of `x5c`, which is the DER in base64
 * @throws JoseError `ERR_JWK_INVALID`
 */
export async function certificateThumbprints(certificate: PemOrDer): Promise<CertificateThumbprints> {
  const entry = typeof certificate === 'string' ? decodeBase64(certificate) : undefined
  const der = new Uint8Array(entry ?? derOf(certificate, 'CERTIFICATE').der)
  const { digest } = backend()
  // Not a hash of signatures, but of names.
  const sha1 = 'SHA-1' as Hash
  return { x5t: encodeBase64url(await digest(sha1, der)), 'x5t#S256': encodeBase64url(await digest('SHA-256', der)) }
}
