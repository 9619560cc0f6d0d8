import { JoseError } from '../errors.ts'
import type { JoseHeader } from '../header.ts'
import { isJsonObject, own } from '../json.ts'
import { type Alg, findJwa, type Jwa } from '../jwa.ts'
import { importVerificationKey, type Jwk, type JwkSet } from '../jwk.ts'
import type { KeySource } from '../jws.ts'
import type { VerificationKey } from '../key.ts'
import { ownOptions, stringsOption } from '../options.ts'

export const KEY_IDENTITIES = ['kid', 'x5t', 'x5t#S256', 'kid_x5t'] as const

/** By which member, of the header and of the JWK alike, the key of a token is found; `kid_x5t` means both together. */
export type KeyIdentity = (typeof KEY_IDENTITIES)[number]

/** Which keys of a set are used, and how the one of a token is found. */
export interface LocalJwksOptions {
  /** The algorithms that tokens may have. Mandatory for keys that have no `alg` and no curve (R2). */
  algorithms?: readonly Alg[]
  /** Default: `kid`. */
  identify?: KeyIdentity
}

/**
 * A source of the keys of a JWK Set (RFC 7517 §5). Entries that cannot be used are passed over.
 *
 * A token that names a key gets that key; one that names none may have been signed by any key of its algorithm.
 *
 * @throws JoseError `ERR_JWKS_INVALID` when it is not a set, none of its keys can be used, or two have the same id and
 * algorithm. The source throws `ERR_KEY_NOT_FOUND` and `ERR_ALG_NOT_ALLOWED`.
 */
export function createLocalJwks(set: JwkSet, options: LocalJwksOptions = {}): KeySource {
  options = ownOptions(options, LOCAL_OPTIONS)
  const keys = importJwks(entriesOf(set), compileSelection(options), { symmetric: true, duplicates: false })
  if (keys.size === 0) throw noUsableKey(keys)
  return keys.select
}

export const LOCAL_OPTIONS: ReadonlySet<string> = new Set(['algorithms', 'identify'])

// ---- what the local and the remote sets share ----

/** {@link LocalJwksOptions}, checked. */
export interface Selection {
  readonly algorithms: readonly Alg[] | undefined
  readonly identify: KeyIdentity
}

export function compileSelection({ algorithms, identify = 'kid' }: LocalJwksOptions): Selection {
  if (!KEY_IDENTITIES.includes(identify))
    throw new TypeError(`option "identify" must be one of ${KEY_IDENTITIES.join(', ')}`)
  if (algorithms === undefined) return { algorithms, identify }
  const names = stringsOption('algorithms', algorithms)
  if (names.length === 0) throw new TypeError('option "algorithms" must not be empty')
  for (const name of names)
    if (!findJwa(name)) throw new TypeError(`option "algorithms" holds "${name}", which is not supported`)
  return { algorithms: [...new Set(names)] as readonly Alg[], identify }
}

/** A JWK Set, imported. */
export interface ImportedJwks {
  readonly size: number
  /** Why each entry that cannot be used cannot, by its place in the set. */
  readonly skipped: ReadonlyMap<number, JoseError>
  readonly select: (header: JoseHeader) => readonly VerificationKey[]
}

interface SetRules {
  /** R8: whether `oct` keys may verify. They never do out of a set that has others too. */
  readonly symmetric: boolean
  readonly duplicates: boolean
}

export function importJwks(
  entries: readonly Jwk[],
  selection: Selection,
  { symmetric, duplicates }: SetRules,
): ImportedJwks {
  const { algorithms, identify } = selection
  const allSymmetric = entries.every((jwk) => own(jwk, 'kty') === 'oct')
  const all: VerificationKey[] = []
  const named = new Map<string, VerificationKey[]>()
  const skipped = new Map<number, JoseError>()

  for (const [index, jwk] of entries.entries()) {
    const isRefused = own(jwk, 'kty') === 'oct' && !(symmetric && allSymmetric)
    const keys = isRefused ? symmetricRefused(allSymmetric) : importEntry(jwk, algorithms)
    if (keys instanceof JoseError) {
      // R23 (RFC 7517 §5): one entry that cannot be used does not spoil the others.
      skipped.set(index, keys)
      continue
    }
    const identity = identityOf(jwk, identify)
    const namesakes = identity === undefined ? [] : (named.get(identity) ?? [])
    if (!duplicates && keys.some(({ alg }) => namesakes.some((namesake) => namesake.alg === alg))) {
      throw duplicateIdentity(index, identify)
    }
    if (identity !== undefined) named.set(identity, [...namesakes, ...keys])
    all.push(...keys)
  }

  const choose = (header: JoseHeader): readonly VerificationKey[] => {
    checkAllowed(header, selection)
    const identity = identityOf(header, identify)
    const keys = identity === undefined ? all : named.get(identity)
    if (!keys)
      throw notFound(
        entries.findIndex((jwk) => identityOf(jwk, identify) === identity),
        skipped,
        identify,
      )
    const fitting = keys.filter((key) => key.alg === header.alg)
    if (fitting.length > 0) return Object.freeze(fitting)
    throw identity === undefined
      ? new JoseError('ERR_KEY_NOT_FOUND', 'no key of the set is for the "alg" of the token')
      : new JoseError('ERR_ALG_NOT_ALLOWED', '"alg" is not the algorithm of the key')
  }

  // The parser gives equal headers as one object, so the choice is made once for each.
  const chosen = new WeakMap<JoseHeader, readonly VerificationKey[]>()
  const select = (header: JoseHeader): readonly VerificationKey[] => {
    const known = chosen.get(header)
    if (known) return known
    const keys = choose(header)
    chosen.set(header, keys)
    return keys
  }
  return { size: all.length, skipped, select }
}

/** The keys of an entry, one for each algorithm that it can have; or why there is none. */
function importEntry(jwk: Jwk, allowed: readonly Alg[] | undefined): readonly VerificationKey[] | JoseError {
  const keys: VerificationKey[] = []
  let reason = new JoseError('ERR_ALG_NOT_ALLOWED', 'it is for no allowed algorithm')
  for (const alg of algorithmsOf(jwk, allowed)) {
    try {
      keys.push(importVerificationKey(jwk, alg === undefined ? {} : { alg }))
    } catch (error) {
      if (!(error instanceof JoseError)) throw error
      reason = error
    }
  }
  return keys.length > 0 ? keys : reason
}

export function checkAllowed({ alg }: JoseHeader, { algorithms }: Selection): void {
  if (algorithms && !algorithms.includes(alg as Alg)) {
    throw new JoseError('ERR_ALG_NOT_ALLOWED', '"alg" is not among the allowed algorithms')
  }
}

/** The entries of what must be a JWK Set. */
export function entriesOf(set: unknown): readonly Jwk[] {
  const keys = isJsonObject(set) ? own(set, 'keys') : undefined
  const entries: readonly unknown[] | undefined = Array.isArray(keys) ? [...keys] : undefined
  if (!entries?.every(isJsonObject)) {
    throw new JoseError('ERR_JWKS_INVALID', 'a JWK Set is an object with an array of JWKs named "keys"')
  }
  // Each member is read once: the key whose type and "alg" were looked at is the one that is imported.
  return entries.map((entry): Jwk => ({ ...(entry as unknown as Jwk) }))
}

/** R2: the JWK's own `alg`; or what is allowed for its type and curve; or, as `undefined`, what its curve says. */
function algorithmsOf(jwk: Jwk, allowed: readonly Alg[] | undefined): readonly (Alg | undefined)[] {
  if (!allowed) return [undefined]
  const declared = own(jwk, 'alg')
  return allowed.filter((alg) => (declared === undefined ? goesWith(jwk, alg) : declared === alg))
}

/** @param alg one of the table's, as `compileSelection` has seen */
function goesWith(jwk: Jwk, alg: Alg): boolean {
  const { kty, crv } = findJwa(alg) as Jwa
  return kty === own(jwk, 'kty') && (crv === undefined || crv === own(jwk, 'crv'))
}

function identityOf(object: { readonly [member: string]: unknown }, identify: KeyIdentity): string | undefined {
  const parts = (identify === 'kid_x5t' ? ['x5t', 'kid'] : [identify]).map((name) => own(object, name))
  // A thumbprint has no space, so the two parts cannot be cut in another place.
  return parts.every((part) => typeof part === 'string') ? parts.join(' ') : undefined
}

function symmetricRefused(allSymmetric: boolean): JoseError {
  const reason = allSymmetric ? 'a remote set without an HS algorithm in "algorithms"' : 'a set that has other keys too'
  return new JoseError('ERR_KEY_USE', `a symmetric key does not verify out of ${reason}`)
}

function duplicateIdentity(index: number, identify: KeyIdentity): JoseError {
  return new JoseError('ERR_JWKS_INVALID', `key ${index} has the "${identify}" and the algorithm of one before it`)
}

function notFound(index: number, skipped: ReadonlyMap<number, JoseError>, identify: KeyIdentity): JoseError {
  const cause = skipped.get(index)
  return cause
    ? new JoseError('ERR_KEY_NOT_FOUND', `key ${index}, which the token names, cannot be used: ${cause.message}`, {
        cause,
      })
    : new JoseError('ERR_KEY_NOT_FOUND', `no key of the set has the "${identify}" of the token`)
}

function noUsableKey({ skipped }: ImportedJwks): JoseError {
  const reasons = [...skipped].slice(0, 3).map(([index, { message }]) => `; key ${index}: ${message}`)
  return new JoseError('ERR_JWKS_INVALID', `no key of the set can be used${reasons.join('')}`)
}
