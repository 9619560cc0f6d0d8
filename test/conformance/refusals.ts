import type { JoseErrorCode } from '../../src/index.ts'
import type { Vector } from './vectors.ts'

/**
 * The code with which each case to be refused is refused, on every path alike (R16), so that none is refused for the
 * wrong reason. Beside it the reason, where the title does not say it.
 */
export const REFUSALS: Readonly<Record<string, JoseErrorCode>> = {
  // As the payload of a JWS. Alone each is ERR_BASE64URL.
  'RFC 4648 N.1': 'ERR_BASE64URL',
  'RFC 4648 N.2': 'ERR_BASE64URL',
  'RFC 4648 N.3': 'ERR_BASE64URL',
  'RFC 4648 N.4': 'ERR_BASE64URL',
  'RFC 4648 N.5': 'ERR_BASE64URL',
  'RFC 4648 N.6': 'ERR_BASE64URL',
  'RFC 4648 N.7': 'ERR_BASE64URL',
  'RFC 4648 N.8': 'ERR_BASE64URL',
  'RFC 4648 N.9': 'ERR_BASE64URL',
  'RFC 4648 N.10': 'ERR_BASE64URL',
  'RFC 4648 N.11': 'ERR_BASE64URL',
  'RFC 4648 N.12': 'ERR_BASE64URL',
  'RFC 4648 N.13': 'ERR_JWS_INVALID', // the foreign character is a period, so there are four segments
  'RFC 4648 N.14': 'ERR_BASE64URL',
  'RFC 4648 N.15': 'ERR_BASE64URL',

  'RFC 7515 A.5': 'ERR_ALG_UNSUPPORTED',
  'RFC 7515 C-len': 'ERR_BASE64URL',
  'RFC 7515 E': 'ERR_ALG_UNSUPPORTED', // "none" comes before the unknown extension, which N.20 has alone
  'RFC 7515 N.1': 'ERR_JWS_SIGNATURE',
  'RFC 7515 N.2': 'ERR_JWS_SIGNATURE',
  'RFC 7515 N.3': 'ERR_JWS_SIGNATURE',
  'RFC 7515 N.4': 'ERR_JWS_SIGNATURE',
  'RFC 7515 N.5': 'ERR_BASE64URL',
  'RFC 7515 N.6': 'ERR_BASE64URL',
  'RFC 7515 N.7': 'ERR_BASE64URL',
  'RFC 7515 N.8': 'ERR_JWS_INVALID',
  'RFC 7515 N.9': 'ERR_JWS_INVALID',
  'RFC 7515 N.10': 'ERR_JWS_SIGNATURE',
  'RFC 7515 N.11': 'ERR_JWS_SIGNATURE',
  'RFC 7515 N.12': 'ERR_JWS_SIGNATURE',
  'RFC 7515 N.13': 'ERR_JWS_INVALID',
  'RFC 7515 N.14': 'ERR_JWS_INVALID',
  'RFC 7515 N.15': 'ERR_JWS_INVALID',
  'RFC 7515 N.16': 'ERR_ALG_UNSUPPORTED',
  'RFC 7515 N.17': 'ERR_CRIT',
  'RFC 7515 N.18': 'ERR_CRIT',
  'RFC 7515 N.19': 'ERR_CRIT',
  'RFC 7515 N.20': 'ERR_CRIT',
  'RFC 7515 N.21': 'ERR_JWS_INVALID',
  'RFC 7515 N.22': 'ERR_JWS_INVALID',
  'RFC 7515 N.23': 'ERR_CRIT',
  'RFC 7515 N.24': 'ERR_ALG_NOT_ALLOWED', // the key is an RSA key for RS256, whatever the token says
  'RFC 7515 N.25': 'ERR_BASE64URL',
  'RFC 7515 N.26': 'ERR_JWS_INVALID',
  'RFC 7515 N.27': 'ERR_CRIT',

  'RFC 7517 4-dup': 'ERR_JWK_INVALID',
  'RFC 7517 4-nokty': 'ERR_JWK_INVALID',

  'RFC 7519 6.1': 'ERR_ALG_UNSUPPORTED',

  'RFC 7797 N.1': 'ERR_CRIT',
  'RFC 7797 N.2': 'ERR_CRIT',
  'RFC 7797 N.3': 'ERR_JWS_INVALID', // four segments
  'RFC 7797 N.4': 'ERR_JWS_INVALID',
  'RFC 7797 7-jwt': 'ERR_CRIT', // before the payload, which is not base64url either

  'RFC 9864 N.1': 'ERR_ALG_UNSUPPORTED',
  'RFC 9864 N.2': 'ERR_ALG_NOT_ALLOWED', // the key is one for Ed25519, whatever the token says
}

export function refusalOf({ name }: Vector): JoseErrorCode {
  const code = REFUSALS[name]
  if (!code) throw new Error(`the code with which ${name} is refused is not in the table`)
  return code
}

/** Good JWKs that neither sign nor verify, and those entries of the sets that do not. */
export const UNUSABLE_JWKS: Readonly<Record<string, JoseErrorCode>> = {
  'RFC 7520 3.6': 'ERR_ALG_UNSUPPORTED', // A256GCM
}

export interface SetVerdict {
  /** The algorithm that a key without one is imported for. */
  readonly alg?: 'HS256'
  /** For each entry. */
  readonly entries: readonly (JoseErrorCode | 'accepted')[]
}

export const SET_VERDICTS: Readonly<Record<string, SetVerdict>> = {
  // The EC key is for encryption.
  'RFC 7517 A.1': { entries: ['ERR_KEY_USE', 'accepted'] },
  'RFC 7517 A.2': { entries: ['ERR_KEY_USE', 'accepted'] },
  // A128KW; and an HMAC key that does not say for which algorithm it is.
  'RFC 7517 A.3': { alg: 'HS256', entries: ['ERR_ALG_UNSUPPORTED', 'accepted'] },
  // An unknown type; and the same EC key for encryption.
  'RFC 7517 5-unknown': { entries: ['ERR_JWK_INVALID', 'ERR_KEY_USE'] },
}
