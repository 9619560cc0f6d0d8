import {
  type Claims,
  type ClaimsCheck,
  type ClaimsPolicy,
  checkClaimTypes,
  compilePolicy,
  POLICY_OPTIONS,
} from './claims.ts'
import { encodeHeader, type HeaderParameters, type JoseHeader } from './header.ts'
import { checkPlain, parseJsonSegment, writeJsonObject } from './json.ts'
import {
  checkKeys,
  compileVerifyOptions,
  type KeySource,
  type ParsedJws,
  type ParseRules,
  parseCompact,
  signingInput,
  VERIFY_OPTIONS,
  type VerifyOptions,
  verifySignature,
} from './jws.ts'
import { SigningKey, type VerificationKey } from './key.ts'
import { ownOptions } from './options.ts'

/** A token whose signature has been verified and whose claims satisfy the policy. */
export interface VerifiedJwt {
  /** The protected header. */
  header: JoseHeader
  /** The claims. */
  claims: Claims
  /** The key that verified the signature. */
  key: VerificationKey
}

/**
 * Signs claims as a JWT (RFC 7519 §7.1). Adds the header's `alg` and the key's `kid`, and nothing to the claims.
 *
 * @throws JoseError `ERR_SIGN`, with the `claim` at fault, or `ERR_CRIT` for `crit` or `b64` that is not understood
 * @example
 * const token = await signJwt({ iss: 'https://id.example', sub: 'alice', exp: Date.now() / 1000 + 300 }, key)
 */
export async function signJwt(claims: Claims, key: SigningKey, header?: HeaderParameters): Promise<string> {
  const input = signingInput(encodeClaims(claims), encodeHeader(key, header))
  return `${input}.${await SigningKey.sign(key, input)}`
}

/**
 * Verifies a JWT and checks its claims (RFC 7519 §7.2).
 *
 * @param keys one key, or a source that chooses by the header, as `createLocalJwks` and `createRemoteJwks` make them
 * @param policy says what `iss` and `aud` must be; `null` leaves one unchecked
 * @throws JoseError those of `verifyCompact`, and `ERR_JWT_INVALID`, `ERR_JWT_CLAIM`, `ERR_JWT_EXPIRED` or
 * `ERR_JWT_NOT_YET_VALID`
 * @example
 * const { claims } = await verifyJwt(token, key, { issuer: 'https://id.example', audience: 'https://api.example' })
 */
export async function verifyJwt(
  token: string,
  keys: VerificationKey | KeySource,
  policy: ClaimsPolicy & VerifyOptions,
): Promise<VerifiedJwt> {
  policy = ownOptions(policy, JWT_OPTIONS)
  const { rules, check } = compileJwtOptions(policy)
  const jws = parseCompact(token, rules)
  return acceptJwt(jws, await verifySignature(jws, checkKeys(keys)), check)
}

// ---- the halves that the prepared and the synchronous functions share ----

export const JWT_OPTIONS: ReadonlySet<string> = new Set([...POLICY_OPTIONS, ...VERIFY_OPTIONS])

/** R9: in characters. */
const MAX_JWT_LENGTH = 16384

export interface CompiledJwtOptions {
  readonly rules: ParseRules
  readonly check: ClaimsCheck
}

/** The options of a verification, checked once (R19). */
export function compileJwtOptions(options: ClaimsPolicy & VerifyOptions): CompiledJwtOptions {
  return { rules: compileJwtRules(options), check: compilePolicy(options) }
}

export function compileJwtRules(options: VerifyOptions): ParseRules {
  return compileVerifyOptions(options, MAX_JWT_LENGTH)
}

/** R11: the payload is not looked at before this point, when the signature has been verified. */
export function acceptJwt(jws: ParsedJws, key: VerificationKey, check: ClaimsCheck): VerifiedJwt {
  const claims: Claims = parseJsonSegment(jws.payload, 'ERR_JWT_INVALID', 'the payload')
  check(claims, jws.header)
  return { header: jws.header, claims, key }
}

/** R20: the claims as JSON, when that is what the caller meant. */
export function encodeClaims(claims: Claims): string {
  checkPlain(claims, 'the claims')
  return encodeOwnClaims({ ...claims })
}

/**
 * The same for a copy that nobody else holds. A getter or a proxy may answer otherwise the second time; what is read once is
 * what is checked and what is signed.
 */
export function encodeOwnClaims(claims: Claims): string {
  const { aud } = claims
  if (Array.isArray(aud) && Object.hasOwn(claims, 'aud')) claims.aud = [...aud]
  checkClaimTypes(claims, 'ERR_SIGN')
  return writeJsonObject(claims, 'the claims')
}
