import { backend } from '../backend/choice.ts'
import { encodeBase64url } from '../base64url.ts'
import { type Claims, missing } from '../claims.ts'
import { isJsonObject, own } from '../json.ts'
import { claimError } from './claim-error.ts'

// RFC 7800: a token may name, in "cnf", what its presenter must have.

/** The ways in which `cnf` names a key: by the thumbprint of a JWK (RFC 9449 §6.1), or of a certificate (RFC 8705 §3.1). */
export type ConfirmationMethod = 'jkt' | 'x5t#S256'

/** The thumbprint to which a token is bound; `undefined` when it is not bound in this way. */
export function confirmationOf(claims: Claims, method: ConfirmationMethod): string | undefined {
  if (!Object.hasOwn(claims, 'cnf')) return undefined
  const cnf = own(claims, 'cnf')
  if (!isJsonObject(cnf)) throw claimError('cnf', '"cnf" is not an object')
  const thumbprint = own(cnf, method)
  // Whatever else stands there, the token is bound.
  if (thumbprint === undefined && !Object.hasOwn(cnf, method)) return undefined
  if (typeof thumbprint !== 'string') throw claimError('cnf', `"${method}" of "cnf" is not a string`)
  return thumbprint
}

/** @throws JoseError `ERR_JWT_CLAIM` for a token that is bound otherwise, or not at all */
export function checkConfirmation(claims: Claims, method: ConfirmationMethod, thumbprint: string): void {
  const bound = confirmationOf(claims, method)
  if (bound === undefined) throw missing('cnf')
  if (bound !== thumbprint) throw claimError('cnf', 'the token is bound to another key')
}

/**
 * Checks that a token is bound to the certificate of the client that presents it (RFC 8705 §3).
 *
 * @param claims those of a verified token
 * @param thumbprint the certificate's, in base64url, as {@link certificateThumbprint} makes it
 * @throws JoseError `ERR_JWT_CLAIM` with the claim `cnf`, for a token that is bound to another one, or not at all
 */
export function checkCertificateBinding(claims: Claims, thumbprint: string): void {
  if (typeof thumbprint !== 'string' || thumbprint === '')
    throw new TypeError('the thumbprint must be a non-empty string')
  checkConfirmation(claims, 'x5t#S256', thumbprint)
}

/**
 * The SHA-256 thumbprint of a certificate in base64url (RFC 8705 §3.1).
 *
 * @param der its octets, such as `socket.getPeerCertificate().raw` of Node
 */
export async function certificateThumbprint(der: Uint8Array): Promise<string> {
  if (der?.[Symbol.toStringTag] !== 'Uint8Array') throw new TypeError('the certificate must be a Uint8Array, its DER')
  return encodeBase64url(await backend().digest('SHA-256', der))
}
