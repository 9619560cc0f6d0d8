import type { Claims, ClaimsPolicy } from '../claims.ts'
import { own } from '../json.ts'
import type { VerifiedJwt } from '../jwt.ts'
import { ownOptions, stringsOption } from '../options.ts'
import { createVerifier, type VerifierOptions } from '../verifier.ts'
import { claimError } from './claim-error.ts'

/** The claims of an access token (RFC 9068 §2.2). */
export interface AccessTokenClaims extends Claims {
  iss: string
  sub: string
  aud: string | string[]
  exp: number
  iat: number
  jti: string
  /** The client to which the token was issued. */
  client_id: string
  /** What the token is good for, in words. */
  scope?: string
}

/** A verified access token. */
export interface VerifiedAccessToken extends VerifiedJwt {
  /** The claims of RFC 9068, all of them there. */
  claims: AccessTokenClaims
}

/** As for `createVerifier`, but for what RFC 9068 lays down: `typ`, and that issuer and audience are checked. */
export interface AccessTokenOptions extends Omit<VerifierOptions, 'issuer' | 'audience' | 'typ'> {
  /** The issuer, or those of which it must be one. */
  issuer: string | readonly string[]
  /** The resource server's own names: the token must be meant for one of them. */
  audience: string | readonly string[]
  /** Claims that must be there beside those of RFC 9068. */
  required?: readonly string[]
}

/** RFC 9068 §2.2: the claims that every access token has. */
const REQUIRED = ['iss', 'exp', 'aud', 'sub', 'client_id', 'iat', 'jti'] as const

/**
 * Prepares a verifier of access tokens in the form of JWTs (RFC 9068 §4): of the type `at+jwt`, and no other token.
 *
 * @throws TypeError for wrong options; the verifier rejects with the JoseErrors of `verifyJwt`
 * @example
 * const verify = createAccessTokenVerifier({ keys, issuer: 'https://id.example', audience: 'https://api.example' })
 * const { claims } = await verify(token)
 */
export function createAccessTokenVerifier(
  options: AccessTokenOptions,
): (token: string) => Promise<VerifiedAccessToken> {
  const policy = ownOptions(options, OPTIONS)
  if (policy.issuer === null || policy.audience === null) {
    throw new TypeError('an access token\'s "issuer" and "audience" must be checked (RFC 9068 §4)')
  }
  const required = [...REQUIRED, ...stringsOption('required', policy.required, [])]
  const verify = createVerifier({ ...policy, typ: 'at+jwt', required })
  return async (token) => {
    const jwt = await verify(token)
    for (const name of ['client_id', 'scope']) {
      const value = own(jwt.claims, name)
      if (value !== undefined && typeof value !== 'string') throw claimError(name, `"${name}" is not a string`)
    }
    return jwt as VerifiedAccessToken
  }
}

const OPTIONS = new Set([
  ...['keys', 'issuer', 'audience', 'subject', 'required', 'maxAge', 'clockTolerance', 'now'],
  ...['crit', 'maxTokenLength', 'cache'],
])

/**
 * What RFC 9068 demands of an access token, as options of the gateway's validator, whose configuration has the issuer and
 * the audience.
 *
 * @example
 * const validator = await createAuthValidator(config, { ...accessTokenChecks(), isRevoked })
 */
export function accessTokenChecks(): Required<Pick<ClaimsPolicy, 'typ' | 'required'>> {
  return { typ: 'at+jwt', required: [...REQUIRED] }
}
