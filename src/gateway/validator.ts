import { decodeText } from '../base64url.ts'
import type { Claims } from '../claims.ts'
import { JoseError, type JoseErrorCode } from '../errors.ts'
import type { JoseHeader } from '../header.ts'
import { own, parseJsonSegment } from '../json.ts'
import { createLocalJwks } from '../jwks/local.ts'
import { createKeySource } from '../jwks/remote.ts'
import { type KeySource, type ParsedJws, parseCompact, verifySignature } from '../jws.ts'
import { acceptJwt, compileJwtRules, type VerifiedJwt } from '../jwt.ts'
import type { VerificationKey } from '../key.ts'
import { booleanOption, functionOption, numberOption, ownOptions, systemClock } from '../options.ts'
import type { PossessionCheck } from '../profiles/possession.ts'
import type { RequestLike } from '../request.ts'
import { type CacheOptions, compileCache, freezeJwt } from '../token-cache.ts'
import { type AuthValidatorConfig, readValidatorConfig, type ValidatorSettings } from './config.ts'
import { checkPermissions, compileCheck, type FurtherChecks } from './decision.ts'
import { checkHost, HOST_OPTIONS, type Host, logTo } from './host.ts'
import { keySetError, openKeyUrl, readKeyFile } from './key-source.ts'
import { parseWithLexemes } from './lexemes.ts'
import { type HeaderChanges, propagateClaims } from './propagation.ts'
import type { SharedKeys } from './shared-keys.ts'
import { findToken, schemeOf } from './token-source.ts'

/** What KrakenD does not have, and what the host provides. */
export interface AuthValidatorOptions extends Host, FurtherChecks {
  /** Whether a token, good in every other way, has been withdrawn. Where this throws, the token is refused. */
  isRevoked?: (claims: Claims) => boolean | Promise<boolean>
  /**
   * Whether the token is the presenter's own: `createDpopCheck` and `createCertificateCheck` of `countersign/profiles` make
   * such checks. Then `validate` needs the request's `method` and `url`.
   */
  possession?: PossessionCheck | readonly PossessionCheck[]
  /** Lets a request without a token pass, with no claims. A token that is there must be good all the same. */
  optional?: boolean
  /** Whether a cookie may carry the token, as in KrakenD. Default: yes. */
  cookies?: boolean
  /** Seconds beyond the cache's for which the last good key set serves while the key server fails. Default: 0. */
  staleIfError?: number
  /** Key sets shared with other validators. */
  sharedKeys?: SharedKeys
  /** Remembers tokens that have been accepted. Keys, times, revocation and permissions are looked at for each request. */
  tokenCache?: CacheOptions
}

/** What becomes of a request. The headers are for the request that goes on to the backend. */
export type Verdict =
  | ({
      /** The request may pass. */
      ok: true
      /** The claims of its token. */
      claims: Claims
      /** The header of its token. */
      header: JoseHeader
      /** Whether the request came without a token, which `optional` allows; then there are no claims. */
      anonymous: boolean
    } & HeaderChanges)
  | {
      /** The request may not pass. */
      ok: false
      /** 401: who are you? 403: we know, and no. */
      status: 401 | 403
      /** Why, for the log. */
      code: JoseErrorCode
      /**
       * The fault is not the client's: the key server failed, or `isRevoked`, or a lookup of `possession`. The same request may
       * pass later, and a gateway may answer 503.
       */
      retriable: boolean
      /** The same with its message, which never holds a token, a claim or a key. */
      error: JoseError
    }

/** What decides about requests. */
export interface AuthValidator {
  /** Decides about a request. Never rejects. */
  validate(request: RequestLike): Promise<Verdict>
}

/**
 * KrakenD's `auth/validator`: decides about requests by the tokens that they carry.
 *
 * No key is fetched at the start, so a key server that is not up yet does not matter.
 *
 * @param config one block, or one for each issuer: then the token's `iss` decides, and it must be one of theirs
 * @throws JoseError `ERR_CONFIG`, `ERR_JWK_INVALID` or `ERR_KEY_NOT_FOUND`, as a rejection: what is wrong with the
 * configuration is said when the gateway starts
 * @example
 * const validator = await createAuthValidator({ alg: 'RS256', jwk_url: 'https://id.example/jwks.json', issuer: 'https://id.example' })
 * const verdict = await validator.validate(request)
 * if (!verdict.ok) return new Response(null, { status: verdict.status })
 */
export async function createAuthValidator(
  config: AuthValidatorConfig | readonly AuthValidatorConfig[],
  options: AuthValidatorOptions = {},
): Promise<AuthValidator> {
  options = ownOptions(options, VALIDATOR_OPTIONS)
  checkHost(options)
  const isRevoked = functionOption<AuthValidatorOptions['isRevoked']>('isRevoked', options.isRevoked, undefined)
  const isOptional = booleanOption('optional', options.optional)
  const usesCookies = options.cookies === undefined || booleanOption('cookies', options.cookies)
  const now = functionOption('now', options.now, systemClock)
  const blocks = (Array.isArray(config) ? config : [config]).map(readValidatorConfig)
  const providers = await Promise.all(blocks.map((settings) => openProvider(settings, options, now)))
  const { headerName, cookieName } = checkProviders(blocks)
  const possession = possessionOption(options.possession)
  const takesDpop = possession.some((check) => check.takesDpop)
  const source = { headerName, cookieName: usesCookies ? cookieName : undefined, takesDpop }
  const rules = compileJwtRules({})
  const cache = compileCache<Accepted>('tokenCache', options.tokenCache)

  const changesOf = compileChanges(blocks)

  async function accept(token: string): Promise<Accepted> {
    const jws = parseCompact(token, rules)
    const provider = providerOf(jws, providers)
    const jwt = acceptJwt(jws, await verifySignature(jws, provider.keys), provider.check)
    if (!cache) return { ...jwt, jws, provider }
    return cache.add(token, { ...freezeJwt(jwt), jws, provider })
  }

  /** Keys and times are looked at again. Without a wait where the keys are at hand, as they mostly are. */
  function recall(token: string): Accepted | undefined | Promise<Accepted | undefined> {
    const known = cache?.get(token)
    if (!known) return undefined
    const { keys, check } = known.provider
    const recheck = (answer: readonly VerificationKey[]): Accepted | undefined => {
      if (!cache?.isCurrent(known, answer)) return undefined
      check(known.claims, known.header)
      return known
    }
    const answer = keys(known.header)
    return Array.isArray(answer) ? recheck(answer) : (answer as Promise<readonly VerificationKey[]>).then(recheck)
  }

  // The order of KrakenD: the token, its form, "alg", key, signature, claims, revocation; then roles and scopes.
  async function decide(request: RequestLike | null | undefined): Promise<Verdict> {
    const headers = request?.headers
    const token = headers ? findToken(headers, source) : undefined
    if (token === undefined && isOptional) return anonymous(blocks)
    if (!request || token === undefined) throw new JoseError('ERR_TOKEN_MISSING', 'the request carries no token')
    const remembered = recall(token)
    const accepted = (remembered instanceof Promise ? await remembered : remembered) ?? (await accept(token))
    const { claims, header, jws, provider } = accepted
    for (const proof of possession)
      await proof.check({ token, scheme: schemeOf(request.headers, source), claims, request })
    if (isRevoked) await checkRevocation(claims, isRevoked)
    checkPermissions(claims, provider.settings)
    return { ok: true, anonymous: false, claims, header, ...changesOf(jws, provider.settings) }
  }

  const debug = blocks.some((settings) => settings.debug) ? options.log : undefined
  return {
    validate: (request) =>
      decide(request).catch((reason) => {
        const refusal = refuse(reason)
        logTo(
          debug,
          'debug',
          `auth/validator: refused with ${refusal.status} ${refusal.code}: ${refusal.error.message}`,
        )
        return refusal
      }),
  }
}

const VALIDATOR_OPTIONS = new Set([
  ...HOST_OPTIONS,
  ...['audience', 'requireExp', 'required', 'maxLifetime', 'typ'],
  ...['isRevoked', 'optional', 'cookies', 'staleIfError', 'sharedKeys', 'tokenCache', 'possession'],
])

function possessionOption(option: AuthValidatorOptions['possession'] = []): readonly PossessionCheck[] {
  const checks = [option].flat()
  for (const each of checks) functionOption('possession', each?.check ?? null, null)
  return checks
}

/** One issuer: its configuration, its keys, and the check of its tokens' claims. */
interface Provider {
  readonly settings: ValidatorSettings
  readonly keys: KeySource
  readonly check: ReturnType<typeof compileCheck>
}

/** A token whose signature and claims are good. */
interface Accepted extends VerifiedJwt {
  readonly jws: ParsedJws
  readonly provider: Provider
}

async function openProvider(
  settings: ValidatorSettings,
  options: AuthValidatorOptions,
  now: () => number,
): Promise<Provider> {
  const check = compileCheck(settings, options, now)
  try {
    return { settings, check, keys: await openKeys(settings, options) }
  } catch (error) {
    throw keySetError(settings, error)
  }
}

async function openKeys(settings: ValidatorSettings, options: AuthValidatorOptions): Promise<KeySource> {
  const { block, alg, location, identify, cache } = settings
  const { sharedKeys } = options
  const staleIfError = numberOption('staleIfError', options.staleIfError, 0)
  if (sharedKeys !== undefined && typeof sharedKeys?.open !== 'function') {
    throw new TypeError('option "sharedKeys" must come from createSharedKeys')
  }
  const selection = { algorithms: [alg], identify }
  if ('path' in location) {
    return createLocalJwks({ keys: [...(await readKeyFile(block, location, options))] }, selection)
  }
  const maxAge = sharedKeys?.maxAge ?? cache.maxAge
  const open = () => openKeyUrl(block, location, { maxAge, cooldown: cache.cooldown, staleIfError }, options)
  return createKeySource(await (sharedKeys ? sharedKeys.open(location, staleIfError, open) : open()), selection)
}

/** Several blocks are told apart by their issuers, and read the token from the same place. */
function checkProviders(blocks: readonly ValidatorSettings[]): ValidatorSettings {
  const [first] = blocks
  if (!first) throw new JoseError('ERR_CONFIG', 'auth/validator: there is no configuration')
  if (blocks.length === 1) return first
  const issuers = blocks.map(({ issuer }) => issuer)
  if (issuers.includes(undefined) || new Set(issuers).size !== issuers.length) {
    throw new JoseError('ERR_CONFIG', 'auth/validator: "issuer" must be there, and differ, in each of several blocks')
  }
  if (blocks.some(({ headerName, cookieName }) => headerName !== first.headerName || cookieName !== first.cookieName)) {
    throw new JoseError('ERR_CONFIG', 'auth/validator: "auth_header_name" and "cookie_key" must be alike in all blocks')
  }
  return first
}

/** The provider whose issuer the token names. That alone vouches for nothing: all of its checks follow. */
function providerOf(jws: ParsedJws, providers: readonly Provider[]): Provider {
  const [only] = providers
  if (only && providers.length === 1) return only
  const issuer = own(parseJsonSegment(jws.payload, 'ERR_JWT_INVALID', 'the payload'), 'iss')
  const provider = providers.find(({ settings }) => settings.issuer === issuer)
  if (!provider) throw new JoseError('ERR_JWT_CLAIM', '"iss" is none of the configured issuers', { claim: 'iss' })
  return provider
}

/** What the token's own block propagates; what only other blocks do is emptied, so that no client puts something there. */
function compileChanges(
  blocks: readonly ValidatorSettings[],
): (jws: ParsedJws, settings: ValidatorSettings) => HeaderChanges {
  if (blocks.every(({ propagation }) => propagation.length === 0)) return () => ({ setHeaders: [], removeHeaders: [] })
  return (jws, settings) => {
    const lexical = parseWithLexemes(decodeText(jws.payload) as string) as Claims
    const { setHeaders, removeHeaders } = propagateClaims(lexical, settings)
    const own = settings.propagation.map(({ header }) => header.toLowerCase())
    const others = emptyHeaders(blocks).filter(([name]) => !own.includes(name.toLowerCase()))
    return { setHeaders: [...setHeaders, ...others], removeHeaders }
  }
}

function emptyHeaders(blocks: readonly ValidatorSettings[]): HeaderChanges['setHeaders'] {
  const names = blocks.flatMap(({ propagation }) => propagation.map(({ header }) => header))
  return [...new Map(names.map((name) => [name.toLowerCase(), name])).values()].map((name) => [name, ''])
}

function anonymous(blocks: readonly ValidatorSettings[]): Verdict {
  const setHeaders = emptyHeaders(blocks)
  return { ok: true, anonymous: true, claims: {}, header: { alg: '' }, setHeaders, removeHeaders: [] }
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

function refuse(reason: unknown): Extract<Verdict, { ok: false }> {
  const error =
    reason instanceof JoseError
      ? reason
      : new JoseError('ERR_JWT_INVALID', 'the token could not be checked', { cause: reason })
  const { code } = error
  const status = code === 'ERR_ROLES' || code === 'ERR_SCOPES' ? 403 : 401
  const isServerFault = code === 'ERR_JWKS_UNAVAILABLE' || code === 'ERR_JWKS_INVALID'
  const retriable = isServerFault || (code === 'ERR_REVOKED' && Object.hasOwn(error, 'cause'))
  return { ok: false, status, code, retriable, error }
}
