/** Every reason for which Countersign says no. The codes are stable; the messages are for people. */
export type JoseErrorCode =
  | 'ERR_BASE64URL'
  | 'ERR_JWS_INVALID'
  | 'ERR_JWS_SIGNATURE'
  | 'ERR_CRIT'
  | 'ERR_ALG_UNSUPPORTED'
  | 'ERR_ALG_NOT_ALLOWED'
  | 'ERR_JWK_INVALID'
  | 'ERR_JWK_WEAK'
  | 'ERR_KEY_USE'
  | 'ERR_JWKS_INVALID'
  | 'ERR_JWKS_UNAVAILABLE'
  | 'ERR_KEY_NOT_FOUND'
  | 'ERR_JWT_INVALID'
  | 'ERR_JWT_EXPIRED'
  | 'ERR_JWT_NOT_YET_VALID'
  | 'ERR_JWT_CLAIM'
  | 'ERR_CONFIG'
  | 'ERR_TOKEN_MISSING'
  | 'ERR_REVOKED'
  | 'ERR_ROLES'
  | 'ERR_SCOPES'
  | 'ERR_SIGN'

/** What an error tells beside its code. */
export interface JoseErrorDetails {
  /** The claim at fault. */
  readonly claim?: string
  /** The HTTP status that a gateway answers with. */
  readonly status?: number
  /** The error behind this one. */
  readonly cause?: unknown
}

/**
 * The one error class: a refusal of a token, a key, a set or a configuration.
 *
 * Its message says what is wrong and where, and never holds a token, a claim's value, a key or a signature.
 * A wrong call (a bad option, a string where a key is due) is a `TypeError` instead.
 */
export class JoseError extends Error {
  static {
    Object.defineProperty(JoseError.prototype, 'name', { value: 'JoseError', configurable: true, writable: true })
  }

  /** Why. Decide by it, not by the message. */
  readonly code: JoseErrorCode
  /** The claim at fault, where there is one. */
  declare readonly claim?: string
  /** The HTTP status that a gateway answers with, where the error is a gateway's. */
  declare readonly status?: number

  constructor(code: JoseErrorCode, message: string, details: JoseErrorDetails = {}) {
    // R12: what someone put on Object.prototype says nothing about an error.
    const { cause, claim, status }: JoseErrorDetails = Object.assign(Object.create(null), details)
    super(message, Object.hasOwn(details, 'cause') ? { cause } : undefined)
    this.code = code
    if (claim !== undefined) this.claim = claim
    if (status !== undefined) this.status = status
  }
}
