import { JoseError, type JoseErrorCode } from './errors.ts'
import type { JoseHeader } from './header.ts'
import { isJsonObject, own } from './json.ts'
import {
  functionOption,
  numberOption,
  ownOptions,
  readClock,
  stringOption,
  stringsOption,
  systemClock,
} from './options.ts'

/** The claims of a JWT (RFC 7519 §4). */
export interface Claims {
  /** Who issued the token (§4.1.1). */
  iss?: string
  /** Whom it is about (§4.1.2). */
  sub?: string
  /** Whom it is meant for (§4.1.3). */
  aud?: string | string[]
  /** Seconds since the epoch from which on it is not valid (§4.1.4). */
  exp?: number
  /** Seconds since the epoch before which it is not valid (§4.1.5). */
  nbf?: number
  /** Seconds since the epoch when it was issued (§4.1.6). */
  iat?: number
  /** Its own id (§4.1.7). */
  jti?: string
  [claim: string]: unknown
}

/** What a token's claims must satisfy. `null` is the decision not to check. */
export interface ClaimsPolicy {
  /** The issuer, or those of which it must be one (RFC 7519 §4.1.1). */
  issuer: string | readonly string[] | null
  /** What the token must be meant for: any of these (RFC 7519 §4.1.3). */
  audience: string | readonly string[] | null
  /** The subject (RFC 7519 §4.1.2). Default: unchecked. */
  subject?: string
  /** The header's `typ`, compared without case and without the prefix `application/` (RFC 8725 §3.11). */
  typ?: string
  /** Claims that must be there. Default: `['exp']`. */
  required?: readonly string[]
  /** Seconds since `iat` after which a token is too old. Makes `iat` mandatory. */
  maxAge?: number
  /** Seconds by which the clocks of issuer and verifier may differ. Default: 0. */
  clockTolerance?: number
  /** Seconds since the epoch, may be fractional. Default: the system's clock. */
  now?: () => number
}

/**
 * Checks claims that come from elsewhere than a token that this library verifies.
 *
 * @throws JoseError `ERR_JWT_CLAIM`, `ERR_JWT_EXPIRED` or `ERR_JWT_NOT_YET_VALID`, with the `claim` at fault;
 * `ERR_JWT_INVALID` when the claims are not an object
 */
export function checkClaims(claims: Claims, policy: ClaimsPolicy): void {
  policy = ownOptions(policy, POLICY_OPTIONS)
  const check = compilePolicy(policy)
  if (policy.typ !== undefined) throw new TypeError('option "typ" is about a header, and checkClaims sees none')
  if (!isJsonObject(claims)) throw new JoseError('ERR_JWT_INVALID', 'the claims are not an object')
  // Each claim is read once, since a getter may answer otherwise the second time.
  check({ ...claims }, { alg: '' })
}

/** Throws when the claims, or the `typ` of the header, do not satisfy a policy. */
export type ClaimsCheck = (claims: Claims, header: JoseHeader) => void

export const POLICY_OPTIONS: ReadonlySet<string> = new Set([
  ...['issuer', 'audience', 'subject', 'typ', 'required', 'maxAge', 'clockTolerance', 'now'],
])

/** Checks a policy once (R19) and turns it into the check that runs for each token. */
export function compilePolicy(policy: ClaimsPolicy): ClaimsCheck {
  const issuers = decisionOption('issuer', policy.issuer)
  const audiences = decisionOption('audience', policy.audience)
  const isMeant = (held: readonly string[]): boolean => held.some((audience) => audiences?.includes(audience))
  const subject = stringOption('subject', policy.subject)
  const typ = mediaType(stringOption('typ', policy.typ))
  const required = stringsOption('required', policy.required, ['exp'])
  const maxAge = numberOption('maxAge', policy.maxAge, undefined)
  const tolerance = numberOption('clockTolerance', policy.clockTolerance, 0)
  const now = functionOption('now', policy.now, systemClock)

  return (claims, header) => {
    checkClaimTypes(claims)
    for (const name of required) if (!Object.hasOwn(claims, name)) throw missing(name)
    if (typ !== undefined) checkType(header, typ)
    if (issuers) checkIssuer(claims, issuers)
    if (audiences) checkAudience(claims, isMeant)
    if (subject !== undefined && own(claims, 'sub') !== subject) throw mismatchOrMissing(claims, 'sub')
    const time = readClock(now)
    checkTimes(claims, time, tolerance)
    if (maxAge !== undefined) checkAge(claims, time, maxAge, tolerance)
  }
}

/** R17 (RFC 7519 §4.1): the registered claims, where present, have their types. */
export function checkClaimTypes(claims: Claims, code: JoseErrorCode = 'ERR_JWT_CLAIM'): void {
  const { exp, nbf, iat, iss, sub, jti, aud } = claims
  if (!Number.isFinite(exp)) checkAbsent(claims, 'exp', 'a finite number', code)
  if (!Number.isFinite(nbf)) checkAbsent(claims, 'nbf', 'a finite number', code)
  if (!Number.isFinite(iat)) checkAbsent(claims, 'iat', 'a finite number', code)
  if (typeof iss !== 'string') checkAbsent(claims, 'iss', 'a string', code)
  if (typeof sub !== 'string') checkAbsent(claims, 'sub', 'a string', code)
  if (typeof jti !== 'string') checkAbsent(claims, 'jti', 'a string', code)
  if (!isAudience(aud)) checkAbsent(claims, 'aud', 'a string or an array of strings', code)
}

/** R12: what is not of its type may be absent, or be another's, on the prototype. */
function checkAbsent(claims: Claims, name: string, expected: string, code: JoseErrorCode): void {
  if (Object.hasOwn(claims, name)) throw new JoseError(code, `"${name}" is not ${expected}`, { claim: name })
}

function isAudience(aud: unknown): boolean {
  if (!Array.isArray(aud)) return typeof aud === 'string'
  // Unlike `every`, this does not pass over holes.
  for (const entry of aud) if (typeof entry !== 'string') return false
  return true
}

// R18: a configured check makes its claim mandatory, and strings are equal or they are not. R12: claims are read by their names
// and then seen to be the object's own, which is faster than one reader for all names.

/**
 * RFC 8725 §3.11: a token of another kind is not taken for this one.
 *
 * @param typ as {@link mediaType} gives it
 */
export function checkType(header: JoseHeader, typ: string): void {
  if (mediaType(own(header, 'typ')) !== typ) throw mismatch('typ', 'header "typ"')
}

export function checkIssuer(claims: Claims, issuers: readonly string[]): void {
  const { iss } = claims
  if (iss === undefined || !Object.hasOwn(claims, 'iss') || !issuers.includes(iss)) {
    throw mismatchOrMissing(claims, 'iss')
  }
}

/** @param isMeant decides by the values of `aud` */
export function checkAudience(claims: Claims, isMeant: (held: readonly string[]) => boolean): void {
  const { aud } = claims
  if (aud === undefined || !Object.hasOwn(claims, 'aud') || !isMeant(typeof aud === 'string' ? [aud] : aud)) {
    throw mismatchOrMissing(claims, 'aud')
  }
}

/** RFC 7519 §4.1.4, §4.1.5. Written so that a clock that answers NaN refuses. */
function checkTimes(claims: Claims, time: number, tolerance: number): void {
  const { nbf, exp } = claims
  if (nbf !== undefined && Object.hasOwn(claims, 'nbf') && !(time >= nbf - tolerance)) throw notYetValid('nbf')
  if (exp !== undefined && Object.hasOwn(claims, 'exp') && !(time < exp + tolerance)) {
    throw expired('exp', '"exp" is in the past')
  }
}

function checkAge(claims: Claims, time: number, maxAge: number, tolerance: number): void {
  const iat = own(claims, 'iat') as number | undefined
  if (iat === undefined) throw missing('iat')
  if (!(time >= iat - tolerance)) throw notYetValid('iat')
  if (!(time - iat <= maxAge + tolerance)) throw expired('iat', 'the token is older than "maxAge"')
}

export function expired(claim: string, message: string): JoseError {
  return new JoseError('ERR_JWT_EXPIRED', message, { claim })
}

export function notYetValid(claim: string): JoseError {
  return new JoseError('ERR_JWT_NOT_YET_VALID', `"${claim}" is in the future`, { claim })
}

export function missing(claim: string): JoseError {
  return new JoseError('ERR_JWT_CLAIM', `"${claim}" is missing`, { claim })
}

function mismatch(claim: string, subject = `"${claim}"`): JoseError {
  return new JoseError('ERR_JWT_CLAIM', `${subject} is not what is expected`, { claim })
}

function mismatchOrMissing(claims: Claims, claim: string): JoseError {
  return Object.hasOwn(claims, claim) ? mismatch(claim) : missing(claim)
}

/** A `typ` for comparison (RFC 7515 §4.1.9); `undefined` for what is none. */
export function mediaType(typ: unknown): string | undefined {
  return typeof typ === 'string' ? typ.toLowerCase().replace(/^application\//, '') : undefined
}

function decisionOption(name: string, value: string | readonly string[] | null): readonly string[] | null {
  if (value === null) return null
  const values = stringsOption(name, typeof value === 'string' ? [value] : value)
  if (values.length === 0)
    throw new TypeError(`option "${name}" must not be empty; null means "deliberately unchecked"`)
  return values
}
