import { JoseError } from '../../../dist/index.js'

/**
 * What a call of the library throws, or `null`.
 *
 * @param {() => unknown} call
 * @returns {Promise<unknown>}
 */
export async function refusalOf(call) {
  try {
    await call()
    return null
  } catch (error) {
    return error
  }
}

/** @param {unknown} error */
export const codeOf = (error) => (error instanceof JoseError ? error.code : undefined)

/** @param {unknown} error @returns {{ code?: string, message: string }} */
export function told(error) {
  const message = error instanceof Error ? error.message : String(error)
  const code = codeOf(error)
  return code === undefined ? { message } : { code, message }
}

/** @type {Readonly<Record<string, string>>} */
const PLAIN_WORDS = {
  ERR_JWS_INVALID: 'This is not a signed token as it should be.',
  ERR_BASE64URL: 'A part is not base64url in its one right form: no padding, no white space, no “+” or “/”.',
  ERR_CRIT: 'The header demands what is not understood here.',
  ERR_ALG_UNSUPPORTED: 'Its algorithm is not one that can be verified here. “none” never is.',
  ERR_ALG_NOT_ALLOWED: 'The key is for another algorithm, and the key decides.',
  ERR_KEY_NOT_FOUND: 'None of these keys is for this token.',
  ERR_JWS_SIGNATURE: 'The token was changed after it was signed, or another key signed it.',
  ERR_JWT_INVALID: 'The payload is not a set of claims.',
  ERR_JWT_CLAIM: 'A claim is not what it should be.',
  ERR_JWT_EXPIRED: 'Its time is over.',
  ERR_JWT_NOT_YET_VALID: 'Its time has not come.',
  ERR_JWK_INVALID: 'This key cannot be used.',
  ERR_JWK_WEAK: 'This key is too weak to prove anything.',
  ERR_KEY_USE: 'This key is not for verifying.',
  ERR_JWKS_INVALID: 'This set of keys cannot be used.',
}

/** @param {unknown} error */
export const inPlainWords = (error) => PLAIN_WORDS[codeOf(error) ?? ''] ?? 'This cannot be used.'
