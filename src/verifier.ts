import type { ClaimsPolicy } from './claims.ts'
import { checkKeys, type KeySource, parseCompact, type VerifyOptions, verifySignature } from './jws.ts'
import { acceptJwt, compileJwtOptions, JWT_OPTIONS, type VerifiedJwt } from './jwt.ts'
import type { VerificationKey } from './key.ts'
import { ownOptions } from './options.ts'

export interface VerifierOptions extends ClaimsPolicy, VerifyOptions {
  /** One key, or a source that chooses by the header. */
  keys: VerificationKey | KeySource
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
  const { rules, keys, check } = compileVerifier(options)
  return async (token) => {
    const jws = parseCompact(token, rules)
    return acceptJwt(jws, await verifySignature(jws, keys), check)
  }
}

const VERIFIER_OPTIONS = new Set([...JWT_OPTIONS, 'keys'])

/** What the prepared verifiers, asynchronous and synchronous, share. */
export function compileVerifier(options: VerifierOptions): ReturnType<typeof compileJwtOptions> & { keys: KeySource } {
  options = ownOptions(options, VERIFIER_OPTIONS)
  return { ...compileJwtOptions(options), keys: checkKeys(options.keys) }
}
