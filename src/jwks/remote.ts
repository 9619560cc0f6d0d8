import { JoseError } from '../errors.ts'
import type { JoseHeader } from '../header.ts'
import { findJwa } from '../jwa.ts'
import type { JwkSet } from '../jwk.ts'
import type { KeySource } from '../jws.ts'
import type { VerificationKey } from '../key.ts'
import { checkOptionNames, functionOption, numberOption, systemClock } from '../options.ts'
import { compileFetch, FETCH_OPTIONS, type FetchOptions } from './fetch.ts'
import { compileSelection, type ImportedJwks, importJwks, LOCAL_OPTIONS, type LocalJwksOptions } from './local.ts'

export interface RemoteJwksOptions extends LocalJwksOptions, FetchOptions {
  /** Seconds for which a set is good. Default: 900. */
  maxAge?: number
  /** Seconds for which the server is left alone after a fetch, when keys are not found or the fetch failed. Default: 10. */
  cooldown?: number
  /** Seconds beyond `maxAge` for which the last good set serves while the server fails. Default: 0. */
  staleIfError?: number
  /** Seconds since the epoch. Default: the system's clock. */
  now?: () => number
}

export interface RemoteJwksState {
  /** Seconds since the last good answer; `undefined` before the first. */
  readonly age: number | undefined
  /** The number of usable keys in the last good set. */
  readonly keys: number
  /** Why the last fetch failed; `undefined` after a good one. */
  readonly lastError: JoseError | undefined
}

/** A source of the keys of a set behind a URL. */
export interface RemoteJwks extends KeySource {
  (header: JoseHeader): readonly VerificationKey[] | Promise<readonly VerificationKey[]>
  /** Fetches the set now, whatever its age. Rejects with JoseError `ERR_JWKS_UNAVAILABLE` or `ERR_JWKS_INVALID`. */
  refresh(): Promise<void>
  readonly state: RemoteJwksState
}

/**
 * A source of the keys of a JWK Set behind a URL (RFC 7517 §5), fetched when first needed, when it is too old, and when
 * a token names a key that it does not hold.
 *
 * Whatever tokens arrive, there is one request at a time, and at most one for unknown keys in each `cooldown`.
 *
 * @param url `https:`, unless `allowInsecure`
 * @throws TypeError for wrong options. The source throws JoseError `ERR_JWKS_UNAVAILABLE`, `ERR_JWKS_INVALID`,
 * `ERR_KEY_NOT_FOUND` or `ERR_ALG_NOT_ALLOWED`
 * @example
 * const keys = createRemoteJwks('https://id.example/jwks.json', { algorithms: ['RS256'] })
 * const verify = createVerifier({ keys, issuer: 'https://id.example', audience: 'https://api.example' })
 */
export function createRemoteJwks(url: string | URL, options: RemoteJwksOptions = {}): RemoteJwks {
  checkOptionNames(options, REMOTE_OPTIONS)
  const selection = compileSelection(options)
  // R8: an HMAC secret comes from a server only where the caller has named an HMAC algorithm.
  const rules = {
    symmetric: selection.algorithms?.some((alg) => findJwa(alg)?.kty === 'oct') ?? false,
    duplicates: true,
  }
  const maxAge = numberOption('maxAge', options.maxAge, 900)
  const cooldown = numberOption('cooldown', options.cooldown, 10)
  const staleIfError = numberOption('staleIfError', options.staleIfError, 0)
  const now = functionOption('now', options.now, systemClock)
  const load = compileFetch(url, options)

  let set: ImportedJwks | undefined
  let fetchedAt = Number.NEGATIVE_INFINITY
  let attemptedAt = Number.NEGATIVE_INFINITY
  let lastError: JoseError | undefined
  let pending: Promise<void> | undefined

  // R22: one request at a time; a good answer replaces the whole set, a bad one leaves the last good set as it is.
  const refresh = (): Promise<void> => (pending ??= fetchSet().finally(() => (pending = undefined)))

  async function fetchSet(): Promise<void> {
    attemptedAt = now()
    try {
      set = importJwks((await load()) as unknown as JwkSet, selection, rules)
      fetchedAt = attemptedAt
      lastError = undefined
    } catch (error) {
      lastError = error as JoseError
      throw error
    }
  }

  /** Whether `time` lies within `seconds` after `start`; a clock set back does not make anything younger. */
  const isWithin = (time: number, start: number, seconds: number) => time >= start && time - start < seconds

  const selectAfterRefresh = async (header: JoseHeader): Promise<readonly VerificationKey[]> => {
    let failure: unknown
    try {
      if (!pending && lastError && isWithin(now(), attemptedAt, cooldown)) throw lastError
      await refresh()
    } catch (error) {
      if (!set || !isWithin(now(), fetchedAt, maxAge + staleIfError)) throw error
      failure = error
    }
    try {
      return (set as ImportedJwks).select(header)
    } catch (error) {
      // Whether the key exists cannot be known while the server fails.
      throw isNotFound(error) ? (failure ?? error) : error
    }
  }

  const source = (header: JoseHeader): readonly VerificationKey[] | Promise<readonly VerificationKey[]> => {
    if (selection.algorithms && !selection.algorithms.some((alg) => alg === header.alg)) {
      // Before any fetch: such a token cannot be good.
      throw new JoseError('ERR_ALG_NOT_ALLOWED', '"alg" is not among the allowed algorithms')
    }
    const time = now()
    if (!set || !isWithin(time, fetchedAt, maxAge)) return selectAfterRefresh(header)
    try {
      return set.select(header)
    } catch (error) {
      // R22: whatever key ids come, the server is asked for unknown ones once in a cooldown.
      if (!isNotFound(error)) throw error
      if (!pending && isWithin(time, attemptedAt, cooldown)) throw lastError ?? error
      return selectAfterRefresh(header)
    }
  }

  return Object.defineProperties(source as RemoteJwks, {
    refresh: { value: refresh },
    state: { get: () => ({ age: set && now() - fetchedAt, keys: set?.size ?? 0, lastError }) },
  })
}

const REMOTE_OPTIONS = new Set([...LOCAL_OPTIONS, ...FETCH_OPTIONS, 'maxAge', 'cooldown', 'staleIfError', 'now'])

function isNotFound(error: unknown): boolean {
  return error instanceof JoseError && error.code === 'ERR_KEY_NOT_FOUND'
}
