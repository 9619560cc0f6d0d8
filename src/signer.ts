import type { Claims } from './claims.ts'
import { encodeHeader, type HeaderParameters } from './header.ts'
import { checkPlain } from './json.ts'
import { signingInput } from './jws.ts'
import { encodeClaims, encodeOwnClaims } from './jwt.ts'
import { SigningKey } from './key.ts'
import { booleanOption, functionOption, numberOption, ownOptions, readClock, systemClock } from './options.ts'

/** The claims that a signer computes for each token. */
export interface ComputedClaims {
  /** Whether to add `iat`. Default: no. */
  issuedAt?: boolean
  /** Seconds from now to `exp`. Without it no `exp` is added. */
  expiresIn?: number
  /** Seconds from now to `nbf`; negative ones forgive late clocks. */
  notBefore?: number
  /** Makes `jti`, for instance `() => crypto.randomUUID()`. */
  jwtId?: () => string
  /** Seconds since the epoch. Default: the system's clock. */
  now?: () => number
}

/** What every token of a signer has. */
export interface SignerOptions extends ComputedClaims {
  /** The key that signs; its algorithm and its `kid` go into the header. */
  key: SigningKey
  /** Header members beside `alg` and the key's `kid`. */
  header?: HeaderParameters
  /** Claims of every token, unless the call names them. */
  claims?: Claims
}

/**
 * Prepares a signer: the key and the options are checked, and the header encoded, once.
 *
 * Claims of the call win over those of the options and over the computed ones.
 *
 * @throws TypeError for wrong options, and JoseError `ERR_SIGN` or `ERR_CRIT` for a `header` or `claims` that cannot be signed; the
 * signer rejects with JoseError `ERR_SIGN`
 * @example
 * const sign = createSigner({ key, claims: { iss: 'https://id.example' }, issuedAt: true, expiresIn: 300 })
 * const token = await sign({ sub: 'alice' })
 */
export function createSigner(options: SignerOptions): (claims: Claims) => Promise<string> {
  const { key, prepare } = compileSigner(options)
  return async (claims) => {
    const input = prepare(claims)
    return `${input}.${await SigningKey.sign(key, input)}`
  }
}

const SIGNER_OPTIONS = new Set(['key', 'header', 'claims', 'issuedAt', 'expiresIn', 'notBefore', 'jwtId', 'now'])

/** The half of a prepared signer that does not depend on how the signature is made: claims to signing input. */
export function compileSigner(options: SignerOptions): { key: SigningKey; prepare: (claims: Claims) => string } {
  options = ownOptions(options, SIGNER_OPTIONS)
  const { key, claims: defaults = {} } = options
  const header = encodeHeader(key, options.header)
  encodeClaims(defaults)
  const fixed = { ...defaults }
  const computeClaims = compileComputedClaims(options)
  const isComplete = Object.keys(fixed).length === 0 && !computeClaims
  const prepare = (claims: Claims): string => {
    checkPlain(claims, 'the claims')
    const complete = isComplete ? { ...claims } : { ...fixed, ...computeClaims?.(), ...claims }
    return signingInput(encodeOwnClaims(complete), header)
  }
  return { key, prepare }
}

/** Checks the options once (R19); the result computes the claims of a token made now, where the options ask for any. */
export function compileComputedClaims(options: ComputedClaims): (() => Claims) | undefined {
  const issuedAt = booleanOption('issuedAt', options.issuedAt)
  const expiresIn = numberOption('expiresIn', options.expiresIn, undefined)
  const notBefore = numberOption('notBefore', options.notBefore, undefined, Number.NEGATIVE_INFINITY)
  const jwtId = functionOption('jwtId', options.jwtId, undefined)
  const now = functionOption('now', options.now, systemClock)

  if (!issuedAt && expiresIn === undefined && notBefore === undefined && !jwtId) return undefined
  return () => {
    const time = Math.floor(readClock(now))
    const computed: Claims = {}
    if (issuedAt) computed.iat = time
    if (expiresIn !== undefined) computed.exp = time + expiresIn
    if (notBefore !== undefined) computed.nbf = time + notBefore
    if (jwtId) computed.jti = jwtId()
    return computed
  }
}
