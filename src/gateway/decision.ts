import {
  type Claims,
  type ClaimsCheck,
  checkAudience,
  checkClaimTypes,
  checkIssuer,
  checkType,
  expired,
  mediaType,
  missing,
  notYetValid,
} from '../claims.ts'
import { JoseError } from '../errors.ts'
import { own } from '../json.ts'
import { booleanOption, numberOption, readClock, stringOption, stringsOption } from '../options.ts'
import { claimAt, wordsOf } from './claim.ts'
import type { ValidatorSettings } from './config.ts'

/** What users of KrakenD miss in `auth/validator`: checks of ours beside its own. */
export interface FurtherChecks {
  /** Whether the token's `aud` must hold all audiences of the configuration, as in KrakenD, or any. Default: `all`. */
  audience?: 'all' | 'any'
  /** Refuses tokens without `exp`, which KrakenD never expires. */
  requireExp?: boolean
  /** Claims that must be there. */
  required?: readonly string[]
  /** The most seconds from `iat` to `exp`; both must be there. */
  maxLifetime?: number
  /** The header's `typ`, such as `at+jwt` (RFC 9068). */
  typ?: string
}

/** The claims of a token by the rules of `auth/validator`, in its order: what fails here is answered with 401. */
export function compileCheck(settings: ValidatorSettings, further: FurtherChecks, now: () => number): ClaimsCheck {
  const { issuer, audience, leeway } = settings
  const required = stringsOption('required', further.required, [])
  const mandatory = booleanOption('requireExp', further.requireExp) ? [...required, 'exp'] : required
  const maxLifetime = numberOption('maxLifetime', further.maxLifetime, undefined)
  const typ = mediaType(stringOption('typ', further.typ))
  if (![undefined, 'all', 'any'].includes(further.audience)) throw new TypeError('option "audience" must be all or any')
  const isMeant: (held: readonly string[]) => boolean =
    further.audience === 'any'
      ? (held) => audience.some((wanted) => held.includes(wanted))
      : (held) => audience.every((wanted) => held.includes(wanted))

  return (claims, header) => {
    checkClaimTypes(claims)
    if (typ !== undefined) checkType(header, typ)
    for (const name of mandatory) if (!Object.hasOwn(claims, name)) throw missing(name)
    if (issuer !== undefined) checkIssuer(claims, [issuer])
    if (audience.length > 0) checkAudience(claims, isMeant)
    checkTimes(claims, readClock(now), leeway)
    if (maxLifetime !== undefined) checkLifetime(claims, maxLifetime)
  }
}

/** KrakenD's boundary: the second of "exp" itself still counts, on a clock of milliseconds. NaN refuses. */
function checkTimes(claims: Claims, time: number, leeway: number): void {
  const nbf = own(claims, 'nbf') as number | undefined
  const exp = own(claims, 'exp') as number | undefined
  const iat = own(claims, 'iat') as number | undefined
  const clock = Math.round(time * 1000)
  const tolerance = leeway * 1000
  if (nbf !== undefined && !(clock + tolerance >= nbf * 1000)) throw notYetValid('nbf')
  if (exp !== undefined && !(clock <= exp * 1000 + tolerance)) throw expired('exp', '"exp" is in the past')
  if (iat !== undefined && !(iat * 1000 <= clock + tolerance)) throw notYetValid('iat')
}

function checkLifetime(claims: Claims, maxLifetime: number): void {
  for (const name of ['iat', 'exp']) if (!Object.hasOwn(claims, name)) throw missing(name)
  if (!((claims.exp as number) - (claims.iat as number) <= maxLifetime)) {
    throw new JoseError('ERR_JWT_CLAIM', 'the token is good for longer than "maxLifetime"', { claim: 'exp' })
  }
}

/** Roles, then scopes: what fails here is answered with 403. */
export function checkPermissions(claims: Claims, settings: ValidatorSettings): void {
  const { roles, rolesPath, scopes, scopesPath, allScopes } = settings
  if (roles.length > 0) {
    const held = wordsOf(claimAt(claims, rolesPath))
    if (!roles.some((role) => held.includes(role))) throw new JoseError('ERR_ROLES', 'the token has none of the roles')
  }
  if (scopes.length > 0) {
    const held = wordsOf(claimAt(claims, scopesPath))
    const has = (scope: string) => held.includes(scope)
    if (allScopes ? !scopes.every(has) : !scopes.some(has)) {
      throw new JoseError('ERR_SCOPES', `the token has not ${allScopes ? 'all' : 'any'} of the scopes`)
    }
  }
}
