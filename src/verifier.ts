import type { ClaimsPolicy } from './claims.ts'
import { checkKeys, type KeySource, parseCompact, type VerifyOptions, verifySignature } from './jws.ts'
import { acceptJwt, type CompiledJwtOptions, compileJwtOptions, JWT_OPTIONS, type VerifiedJwt } from './jwt.ts'
import type { VerificationKey } from './key.ts'
import { ownOptions } from './options.ts'
import { type CacheOptions, compileCache, freezeJwt, type TokenCache } from './token-cache.ts'

/** The keys, and what every token must satisfy. */
export interface VerifierOptions extends ClaimsPolicy, VerifyOptions {
  /** One key, or a source that chooses by the header. */
  keys: VerificationKey | KeySource
  /**
   * Remembers tokens that have been accepted. The times and the keys are looked at on each hit; what is handed out is frozen.
   * Default: nothing is remembered.
   */
  cache?: CacheOptions
}

/**
 * Prepares a verifier: options are checked once, and what follows from them is computed once.
 *
 * @throws TypeError for wrong options; the verifier rejects with the JoseErrors of `verifyJwt`
 * @example
 * const verify = createVerifier({ keys, issuer: 'https://id.example', audience: 'https://api.example' })
 * const { claims } = await verify(token)
 */
export function createVerifier(options: VerifierOptions): (token: string) => Promise<VerifiedJwt> {
  const { rules, keys, check, cache } = compileVerifier(options)
  const verify = async (token: string): Promise<VerifiedJwt> => {
    const jws = parseCompact(token, rules)
    return acceptJwt(jws, await verifySignature(jws, keys), check)
  }
  if (!cache) return verify
  return async (token) => {
    const known = cache.get(token)
    if (known) {
      const answer = keys(known.header)
      if (cache.isCurrent(known, Array.isArray(answer) ? answer : await answer)) {
        check(known.claims, known.header)
        return known
      }
    }
    return cache.add(token, freezeJwt(await verify(token)))
  }
}

const VERIFIER_OPTIONS = new Set([...JWT_OPTIONS, 'keys', 'cache'])

interface CompiledVerifier extends CompiledJwtOptions {
  readonly keys: KeySource
  readonly cache: TokenCache<VerifiedJwt> | undefined
}

/** What the prepared verifiers, asynchronous and synchronous, share. */
export function compileVerifier(options: VerifierOptions): CompiledVerifier {
  options = ownOptions(options, VERIFIER_OPTIONS)
  return {
    ...compileJwtOptions(options),
    keys: checkKeys(options.keys),
    cache: compileCache('cache', options.cache),
  }
}
