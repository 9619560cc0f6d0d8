import { JoseError } from '../errors.ts'
import type { HeaderParameters } from '../header.ts'
import {
  checkKeys,
  compileJwsOptions,
  type KeySource,
  type VerifiedJws,
  type VerifyOptions,
  verifySignature,
} from '../jws.ts'
import { SigningKey, type VerificationKey } from '../key.ts'
import { booleanOption, ownOptions } from '../options.ts'
import { detachedPayload, inputOver, octetsOf, verifiedOctets, withPayload } from './payload.ts'
import { encodeProtected, parseAnyCompact } from './unencoded.ts'

/** How a payload is signed that travels another way. */
export interface DetachedOptions {
  /** Whether the payload is signed as it is, instead of its base64url (RFC 7797). Default: no. */
  unencoded?: boolean
}

/**
 * Signs a payload that travels another way, such as the body of an HTTP message: compact serialization with nothing between
 * its periods (RFC 7515 appendix F).
 *
 * @param payload octets, or text that is signed as UTF-8
 * @param header members beside `alg` and the key's `kid`
 * @throws JoseError `ERR_SIGN`, or `ERR_CRIT` for `crit` or `b64` that is not understood
 * @example
 * const jws = await signDetached(body, key, {}, { unencoded: true })
 */
export async function signDetached(
  payload: Uint8Array | string,
  key: SigningKey,
  header?: HeaderParameters,
  options: DetachedOptions = {},
): Promise<string> {
  const { unencoded } = ownOptions(options, DETACHED_OPTIONS)
  const b64 = !booleanOption('unencoded', unencoded)
  const protectedText = encodeProtected(key, header, b64)
  return `${protectedText}..${await SigningKey.sign(key, inputOver(octetsOf(payload, 'ERR_SIGN'), protectedText, b64))}`
}

const DETACHED_OPTIONS = new Set(['unencoded'])

/**
 * Verifies a detached signature over a payload, encoded or not as the protected header says (RFC 7515 appendix F, RFC 7797).
 *
 * @param payload the octets as they came, or text, which is taken as UTF-8
 * @param keys one key, or a source that chooses by the header
 * @throws JoseError those of `verifyCompact`
 */
export async function verifyDetached(
  token: string,
  payload: Uint8Array | string,
  keys: VerificationKey | KeySource,
  options: VerifyOptions = {},
): Promise<VerifiedJws> {
  const { jws, protectedText, b64 } = parseAnyCompact(token, compileJwsOptions(options))
  if (jws.payload !== '') throw new JoseError('ERR_JWS_INVALID', 'the token carries a payload, so it is not detached')
  const received = detachedPayload(payload, b64)
  const key = await verifySignature(withPayload(jws, protectedText, received), checkKeys(keys))
  return { header: jws.header, payload: verifiedOctets(received), key }
}
