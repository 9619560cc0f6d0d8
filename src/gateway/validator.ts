import {
  type Claims,
  type ClaimsCheck,
  checkAudience,
  checkClaimTypes,
  checkIssuer,
  expired,
  notYetValid,
} from '../claims.ts'
import { JoseError, type JoseErrorCode } from '../errors.ts'
import type { JoseHeader } from '../header.ts'
import { isJsonObject, own } from '../json.ts'
import type { JwkSet } from '../jwk.ts'
import { createLocalJwks } from '../jwks/local.ts'
import { createRemoteJwks } from '../jwks/remote.ts'
import { type KeySource, parseCompact, verifySignature } from '../jws.ts'
import { acceptJwt, compileJwtRules } from '../jwt.ts'
import { checkOptionNames, functionOption, systemClock } from '../options.ts'
import { type AuthValidatorConfig, readValidatorConfig, type ValidatorSettings } from './config.ts'
import { HOST_OPTIONS, type Host, keySetError, readJwksFile } from './host.ts'
import { findToken, type HeadersLike } from './token-source.ts'

export interface AuthValidatorOptions extends Host {
  /** Whether a token, good in every other way, has been withdrawn. Where this throws, the token is refused. */
  isRevoked?: (claims: Claims) => boolean | Promise<boolean>
}

/** What becomes of a request. The headers are for the request that goes on to the backend. */
export type Verdict =
  | {
      ok: true
      claims: Claims
      header: JoseHeader
      setHeaders: [name: string, value: string][]
      removeHeaders: string[]
    }
  | {
      ok: false
      /** 401: who are you? 403: we know, and no. */
      status: 401 | 403
      code: JoseErrorCode
      /** The fault is not the client's: the same request may pass later. A gateway may answer 503. */
      retriable: boolean
      error: JoseError
    }

export interface AuthValidator {
  /** Decides about a request. Never rejects. */
  validate(request: { headers: HeadersLike }): Promise<Verdict>
}

/**
 * KrakenD's `auth/validator`: decides about requests by the tokens that they carry.
 *
 * @throws JoseError `ERR_CONFIG`, `ERR_JWK_INVALID` or `ERR_KEY_NOT_FOUND`, as a rejection: what is wrong with the
 * configuration is said when the gateway starts
 * @example
 * const validator = await createAuthValidator({ alg: 'RS256', jwk_url: 'https://id.example/jwks.json', issuer: 'https://id.example' })
 * const verdict = await validator.validate(request)
 * if (!verdict.ok) return new Response(null, { status: verdict.status })
 */
export async function createAuthValidator(
  config: AuthValidatorConfig,
  options: AuthValidatorOptions = {},
): Promise<AuthValidator> {
  checkOptionNames(options, VALIDATOR_OPTIONS)
  const now = functionOption('now', options.now, systemClock)
  const isRevoked = functionOption<AuthValidatorOptions['isRevoked']>('isRevoked', options.isRevoked, undefined)
  const settings = readValidatorConfig(config)
  const keys = await openKeySource(settings, options)
  const rules = compileJwtRules({})
  const check = compileCheck(settings, now)

  async function decide(headers: HeadersLike | null | undefined): Promise<Verdict> {
    // The order of KrakenD: the token, its form, "alg", key, signature, claims, revocation, and then the roles.
    const token = headers ? findToken(headers, settings) : undefined
    if (token === undefined) throw new JoseError('ERR_TOKEN_MISSING', 'the request carries no token')
    const jws = parseCompact(token, rules)
    const { claims, header } = acceptJwt(jws, await verifySignature(jws, keys), check)
    if (isRevoked) await checkRevocation(claims, isRevoked)
    checkRoles(claims, settings)
    return { ok: true, claims, header, setHeaders: [], removeHeaders: [] }
  }

  return {
    async validate(request) {
      try {
        return await decide(request?.headers)
      } catch (reason) {
        return refuse(reason)
      }
    },
  }
}

const VALIDATOR_OPTIONS = new Set([...HOST_OPTIONS, 'isRevoked'])

async function openKeySource(settings: ValidatorSettings, host: Host): Promise<KeySource> {
  const { location, block, alg } = settings
  try {
    if ('path' in location) {
      const set = await readJwksFile(block, location.path, host)
      return createLocalJwks(set as unknown as JwkSet, { algorithms: [alg] })
    }
    return createRemoteJwks(location.url, {
      algorithms: [alg],
      allowInsecure: location.allowInsecure,
      // KrakenD's default, "cache": false: the set is fetched anew for each request.
      maxAge: 0,
      ...(host.fetch && { fetch: host.fetch }),
      ...(host.now && { now: host.now }),
    })
  } catch (error) {
    throw keySetError(settings, error)
  }
}

/** The claims of a token, by the rules of `auth/validator`. */
function compileCheck({ issuer, audience, leeway }: ValidatorSettings, now: () => number): ClaimsCheck {
  return (claims) => {
    checkClaimTypes(claims)
    if (issuer !== undefined) checkIssuer(claims, [issuer])
    if (audience.length > 0) checkAudience(claims, (held) => audience.every((wanted) => held.includes(wanted)))
    checkTimes(claims, now(), leeway)
  }
}

/** KrakenD's boundary: the second of "exp" itself still counts, on a clock of milliseconds. NaN refuses. */
function checkTimes(claims: Claims, time: number, leeway: number): void {
  const [nbf, exp, iat] = ['nbf', 'exp', 'iat'].map((name) => own(claims, name) as number | undefined)
  const clock = Math.round(time * 1000)
  const tolerance = leeway * 1000
  if (nbf !== undefined && !(clock + tolerance >= nbf * 1000)) throw notYetValid('nbf')
  if (exp !== undefined && !(clock <= exp * 1000 + tolerance)) throw expired('exp', '"exp" is in the past')
  if (iat !== undefined && !(iat * 1000 <= clock + tolerance)) throw notYetValid('iat')
}

async function checkRevocation(
  claims: Claims,
  isRevoked: NonNullable<AuthValidatorOptions['isRevoked']>,
): Promise<void> {
  let revoked: boolean
  try {
    revoked = await isRevoked(claims)
  } catch (cause) {
    throw new JoseError('ERR_REVOKED', 'whether the token has been revoked cannot be found out', { cause })
  }
  // Fails closed: only a plain "no" lets the token pass.
  if (revoked !== false) throw new JoseError('ERR_REVOKED', 'the token has been revoked')
}

function checkRoles(claims: Claims, { roles, rolesPath }: ValidatorSettings): void {
  if (roles.length === 0) return
  const held = wordsOf(claimAt(claims, rolesPath))
  if (!roles.some((role) => held.includes(role))) throw new JoseError('ERR_ROLES', 'the token has none of the roles')
}

function claimAt(claims: Claims, path: readonly string[]): unknown {
  return path.reduce<unknown>((value, name) => (isJsonObject(value) ? own(value, name) : undefined), claims)
}

/** An array of strings, or a string of words. */
function wordsOf(claim: unknown): readonly unknown[] {
  if (typeof claim === 'string') return claim.split(' ')
  return Array.isArray(claim) ? claim : []
}

function refuse(reason: unknown): Verdict {
  const error =
    reason instanceof JoseError
      ? reason
      : new JoseError('ERR_JWT_INVALID', 'the token could not be checked', { cause: reason })
  const { code } = error
  const status = code === 'ERR_ROLES' || code === 'ERR_SCOPES' ? 403 : 401
  const isServerFault = code === 'ERR_JWKS_UNAVAILABLE' || code === 'ERR_JWKS_INVALID'
  const retriable = isServerFault || (code === 'ERR_REVOKED' && 'cause' in error)
  return { ok: false, status, code, retriable, error }
}
