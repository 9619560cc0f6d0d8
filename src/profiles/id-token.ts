import { encodeBase64url } from '../base64url.ts'
import { type Claims, expired, mediaType, missing, notYetValid } from '../claims.ts'
import { JoseError } from '../errors.ts'
import { own } from '../json.ts'
import { findJwa, type Hash } from '../jwa.ts'
import type { KeySource } from '../jws.ts'
import type { VerifiedJwt } from '../jwt.ts'
import type { VerificationKey } from '../key.ts'
import {
  functionOption,
  numberOption,
  ownOptions,
  readClock,
  stringOption,
  stringsOption,
  systemClock,
} from '../options.ts'
import { createVerifier } from '../verifier.ts'
import { claimError } from './claim-error.ts'
import { hashText } from './digest.ts'

/** The claims of an ID token (OpenID Connect Core §2). */
export interface IdTokenClaims extends Claims {
  iss: string
  sub: string
  aud: string | string[]
  exp: number
  iat: number
  /** What the client had sent, to tie the token to its session. */
  nonce?: string
  /** The client to which the token was issued. */
  azp?: string
  /** Seconds since the epoch when the user was authenticated. */
  auth_time?: number
  /** How well. */
  acr?: string
}

/** A verified ID token. */
export interface VerifiedIdToken extends VerifiedJwt {
  /** The claims of OpenID Connect. */
  claims: IdTokenClaims
}

/** The provider and the client. */
export interface IdTokenOptions {
  /** The provider's keys. Its key set fixes their algorithms. */
  keys: VerificationKey | KeySource
  /** The provider. */
  issuer: string
  /** The client's own id, which must be among the audiences. */
  clientId: string
  /** Other audiences that a token for this client may have. Default: none. */
  trustedAudiences?: readonly string[]
  /** Seconds by which the clocks of provider and client may differ. Default: 0. */
  clockTolerance?: number
  /** Seconds since the epoch. Default: the system's clock. */
  now?: () => number
}

/** What the client knows of the one authentication that the token is about. */
export interface Authentication {
  /** The nonce of the request; `null` when none was sent, and then the token must have none. */
  nonce: string | null
  /** The access token that came along: `at_hash` must be its hash. */
  accessToken?: string
  /** The authorization code that came along: `c_hash` must be its hash. */
  code?: string
  /** The `max_age` of the request, in seconds: `auth_time` must not be longer ago. */
  maxAge?: number
  /** The `acr` values that will do: the token's must be one of them. */
  acrValues?: readonly string[]
}

/**
 * Prepares a verifier of ID tokens (OpenID Connect Core §3.1.3.7).
 *
 * @throws TypeError for wrong options; the verifier rejects with the JoseErrors of `verifyJwt`
 * @example
 * const verify = createIdTokenVerifier({ keys, issuer: 'https://id.example', clientId: 'my-client' })
 * const { claims } = await verify(idToken, { nonce: session.nonce, accessToken })
 */
export function createIdTokenVerifier(
  options: IdTokenOptions,
): (token: string, authentication: Authentication) => Promise<VerifiedIdToken> {
  options = ownOptions(options, OPTIONS)
  const { keys, issuer, clientId } = options
  if (stringOption('issuer', issuer) === undefined) throw new TypeError('option "issuer" is missing')
  if (stringOption('clientId', clientId) === undefined) throw new TypeError('option "clientId" is missing')
  const audiences = [clientId, ...stringsOption('trustedAudiences', options.trustedAudiences, [])]
  const clockTolerance = numberOption('clockTolerance', options.clockTolerance, 0)
  const now = functionOption('now', options.now, systemClock)
  const required = ['iss', 'sub', 'aud', 'exp', 'iat']
  const verify = createVerifier({ keys, issuer, audience: clientId, required, clockTolerance, now })
  return async (token, authentication) => {
    const expected = readAuthentication(authentication)
    const { claims, header, key } = await verify(token)
    // RFC 8725 §3.11: what says that it is something else is no ID token.
    if (!['jwt', undefined].includes(mediaType(own(header, 'typ')))) throw claimError('typ', 'header "typ" is not JWT')
    checkAudiences(claims, clientId, audiences)
    if (own(claims, 'nonce') !== expected.nonce) throw claimError('nonce', '"nonce" is not that of the request')
    if (expected.accessToken !== undefined) await checkHash(claims, 'at_hash', expected.accessToken, header.alg)
    if (expected.code !== undefined) await checkHash(claims, 'c_hash', expected.code, header.alg)
    checkAuthenticationTime(claims, expected.maxAge, readClock(now), clockTolerance)
    checkAcr(claims, expected.acrValues)
    return { claims: claims as IdTokenClaims, header, key }
  }
}

const OPTIONS = new Set(['keys', 'issuer', 'clientId', 'trustedAudiences', 'clockTolerance', 'now'])

interface ExpectedAuthentication {
  /** `undefined`: the token must not have one. */
  readonly nonce: string | undefined
  readonly accessToken: string | undefined
  readonly code: string | undefined
  readonly maxAge: number | undefined
  readonly acrValues: readonly string[] | undefined
}

function readAuthentication(authentication: Authentication): ExpectedAuthentication {
  const { nonce, accessToken, code, maxAge, acrValues } = ownOptions(authentication, AUTHENTICATION)
  if (nonce === undefined) throw new TypeError('"nonce" is missing; null means that none was sent')
  return {
    nonce: nonce === null ? undefined : stringOption('nonce', nonce),
    accessToken: stringOption('accessToken', accessToken),
    code: stringOption('code', code),
    maxAge: numberOption('maxAge', maxAge, undefined),
    acrValues: acrValues === undefined ? undefined : stringsOption('acrValues', acrValues),
  }
}

const AUTHENTICATION = new Set(['nonce', 'accessToken', 'code', 'maxAge', 'acrValues'])

/** §3.1.3.7, steps 3 to 5: no audience that the client does not trust; "azp" where there are several, and never another's. */
function checkAudiences(claims: Claims, clientId: string, trusted: readonly string[]): void {
  const aud = own(claims, 'aud') as string | string[]
  const audiences = Array.isArray(aud) ? aud : [aud]
  if (audiences.some((audience) => !trusted.includes(audience))) {
    throw claimError('aud', '"aud" names an audience that is not trusted')
  }
  const azp = own(claims, 'azp')
  if (azp === undefined && audiences.length > 1) throw missing('azp')
  if (azp !== undefined && azp !== clientId) throw claimError('azp', '"azp" is not this client')
}

/** §3.1.3.6: the left half of the hash that the token's algorithm has. */
async function checkHash(claims: Claims, name: string, text: string, alg: string): Promise<void> {
  if (!Object.hasOwn(claims, name)) throw missing(name)
  const octets = await hashText(hashOf(alg), text)
  if (own(claims, name) !== encodeBase64url(octets.slice(0, octets.length / 2))) {
    throw claimError(name, `"${name}" is not the hash of what came along`)
  }
}

/** Ed25519 hashes with SHA-512 (RFC 8032 §5.1). For the others that hash for themselves nothing says which hash is meant. */
function hashOf(alg: string): Hash {
  const jwa = findJwa(alg)
  if (!jwa || jwa.family === 'Ed448' || jwa.kty === 'AKP') {
    throw new JoseError('ERR_ALG_UNSUPPORTED', 'the "alg" of the token has no hash for "at_hash" and "c_hash"')
  }
  return jwa.hash
}

/** Written so that a clock that answers NaN refuses. */
function checkAuthenticationTime(claims: Claims, maxAge: number | undefined, time: number, tolerance: number): void {
  const authTime = own(claims, 'auth_time')
  if (authTime === undefined && maxAge !== undefined) throw missing('auth_time')
  if (authTime === undefined) return
  if (typeof authTime !== 'number' || !Number.isFinite(authTime)) {
    throw claimError('auth_time', '"auth_time" is not a finite number')
  }
  if (maxAge === undefined) return
  if (!(time >= authTime - tolerance)) throw notYetValid('auth_time')
  if (!(time - authTime <= maxAge + tolerance)) throw expired('auth_time', 'the authentication is older than "maxAge"')
}

function checkAcr(claims: Claims, acrValues: readonly string[] | undefined): void {
  if (acrValues === undefined) return
  const acr = own(claims, 'acr')
  if (acr === undefined) throw missing('acr')
  if (!acrValues.includes(acr as string)) throw claimError('acr', '"acr" is none of those that will do')
}
