import { decodeCanonical, encodeBase64url } from './base64url.ts'
import { JoseError, type JoseErrorCode } from './errors.ts'
import { deepFreeze, isJsonObject, own, parseJsonObject, parseJsonSegment, writeJsonObject } from './json.ts'
import { findJwa } from './jwa.ts'
import { SigningKey } from './key.ts'

/** The protected header of a token (RFC 7515 §4). Frozen. */
export interface JoseHeader {
  /** The algorithm of the signature (§4.1.1). */
  readonly alg: string
  /** The id of the key (§4.1.4). */
  readonly kid?: string
  /** The media type of the token, such as `JWT` or `at+jwt` (§4.1.9). */
  readonly typ?: string
  /** The media type of its payload (§4.1.10). */
  readonly cty?: string
  /** The extensions that must be understood (§4.1.11). */
  readonly crit?: readonly string[]
  readonly [member: string]: unknown
}

/** What a signer adds to the header. `alg` need not be there; when it is, it must be the key's. */
export type HeaderParameters = Partial<JoseHeader>

export const MAX_HEADER_LENGTH = 16384

/**
 * Headers repeat from token to token, so the checked form of those seen lately is kept. It follows from the encoded
 * text alone, never from a key or an option. A full map is emptied: a flood of new headers costs a parse each, no more.
 */
const headers = new Map<string, JoseHeader>()
const MAX_HEADERS = 16384
const MAX_REMEMBERED_LENGTH = 256

/** The last one, since one issuer's tokens often all have the same: comparing two strings is cheaper than hashing one. */
let last: { readonly encoded: string; readonly header: JoseHeader } | undefined

export function parseHeader(encoded: string): JoseHeader {
  if (last && encoded === last.encoded) return last.header
  const known = headers.get(encoded)
  if (known) return known
  if (encoded.length > MAX_HEADER_LENGTH) throw new JoseError('ERR_JWS_INVALID', 'the header is too long')
  const header = checkHeaderMembers(parseJsonSegment(encoded, 'ERR_JWS_INVALID', 'the header'))
  if (encoded.length <= MAX_REMEMBERED_LENGTH) {
    if (headers.size >= MAX_HEADERS) headers.clear()
    // Encoded anew, so that the map does not hold on to the whole token of which `encoded` is a slice.
    const text = encodeBase64url(decodeCanonical(encoded))
    headers.set(text, header)
    last = { encoded: text, header }
  }
  return header
}

/** The types of the parameters that we read (RFC 7515 §4.1) and the form of "crit". Returns the header, frozen. */
export function checkHeaderMembers(
  header: { [member: string]: unknown },
  code: JoseErrorCode = 'ERR_JWS_INVALID',
): JoseHeader {
  if (typeof own(header, 'alg') !== 'string') throw new JoseError(code, '"alg" is missing or not a string')
  for (const name of ['kid', 'typ', 'cty', 'x5t', 'x5t#S256']) {
    const value = own(header, name)
    if (value !== undefined && typeof value !== 'string') throw new JoseError(code, `header "${name}" is not a string`)
  }
  if (Object.hasOwn(header, 'crit')) checkCrit(header)
  return deepFreeze(header as JoseHeader)
}

/** R13 (RFC 7515 §4.1.11): present with whatever value, it is a non-empty array of unique, present, unregistered names. */
function checkCrit(header: { [member: string]: unknown }): void {
  const { crit } = header
  if (!Array.isArray(crit) || crit.length === 0) throw new JoseError('ERR_CRIT', '"crit" is not a non-empty array')
  if (new Set(crit).size !== crit.length) throw new JoseError('ERR_CRIT', '"crit" names a parameter twice')
  for (const name of crit) {
    if (typeof name !== 'string') throw new JoseError('ERR_CRIT', '"crit" holds what is not a string')
    if (REGISTERED.has(name)) throw new JoseError('ERR_CRIT', '"crit" names a registered parameter')
    if (!Object.hasOwn(header, name)) throw new JoseError('ERR_CRIT', '"crit" names a parameter that is not there')
  }
}

/** The header parameters of RFC 7515 §4.1, RFC 7516 §4.1 and RFC 7518 §4: "crit" must not name them. */
export const REGISTERED: ReadonlySet<string> = new Set([
  ...['alg', 'jku', 'jwk', 'kid', 'x5u', 'x5c', 'x5t', 'x5t#S256', 'typ', 'cty', 'crit'],
  ...['enc', 'zip', 'epk', 'apu', 'apv', 'iv', 'tag', 'p2s', 'p2c'],
])

/** The extensions of the library's own: "b64" (RFC 7797), as far as its value is `true`. */
export const IMPLEMENTED: ReadonlySet<string> = new Set(['b64'])

/**
 * R1, R13: what depends on the caller or on what the library can do.
 *
 * @param b64 what "b64" has to be where it is there
 */
export function checkHeader(header: JoseHeader, understood: ReadonlySet<string>, b64 = true): void {
  if (!findJwa(header.alg)) throw new JoseError('ERR_ALG_UNSUPPORTED', 'the "alg" of the token is not supported')
  const crit = own(header, 'crit') as readonly string[] | undefined
  if (crit && !crit.every((name) => understood.has(name))) {
    throw new JoseError('ERR_CRIT', '"crit" names an extension that is not understood')
  }
  if (own(header, 'b64') !== undefined && own(header, 'b64') !== b64) {
    throw new JoseError('ERR_CRIT', '"b64" is not true: an unencoded payload is not taken here')
  }
}

/** `alg`, the key's `kid`, then the rest, encoded. R20: the result is a header that we would accept ourselves. */
export function encodeHeader(key: SigningKey, parameters: HeaderParameters = {}, b64 = true): string {
  if (!SigningKey.is(key)) throw new TypeError('the key must be a SigningKey (see importSigningKey)')
  if (!isJsonObject(parameters)) throw new TypeError('the header must be an object')
  const header = { alg: key.alg as string, ...(key.kid === undefined ? {} : { kid: key.kid }), ...parameters }
  if (header.alg !== key.alg) throw new JoseError('ERR_SIGN', 'the header\'s "alg" is not the algorithm of the key')
  const json = new TextEncoder().encode(writeJsonObject(header, 'the header'))
  const written = checkHeaderMembers(parseJsonObject(json, 'ERR_SIGN', 'the header'), 'ERR_SIGN')
  checkHeader(written, IMPLEMENTED, b64)
  const encoded = encodeBase64url(json)
  if (encoded.length > MAX_HEADER_LENGTH) throw new JoseError('ERR_SIGN', 'the header is too long')
  return encoded
}
