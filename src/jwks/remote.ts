import { JoseError } from '../errors.ts'
import type { JoseHeader } from '../header.ts'
import { findJwa } from '../jwa.ts'
import type { Jwk } from '../jwk.ts'
import type { KeySource } from '../jws.ts'
import type { VerificationKey } from '../key.ts'
import { ownOptions } from '../options.ts'
import { compileFetch, FETCH_OPTIONS, type FetchOptions, type UrlLike } from './fetch.ts'
import {
  checkAllowed,
  compileSelection,
  type ImportedJwks,
  importJwks,
  LOCAL_OPTIONS,
  type LocalJwksOptions,
} from './local.ts'
import { keepFresh, REFRESH_OPTIONS, type Refreshed, type RefreshOptions } from './refresh.ts'

/** How a set is fetched and kept, and which of its keys are used. */
export interface RemoteJwksOptions extends LocalJwksOptions, FetchOptions, RefreshOptions {}

/** How a remote set is, for health checks and metrics. */
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
  /** How the set is now. */
  readonly state: RemoteJwksState
}

/**
 * A source of the keys of a JWK Set behind a URL (RFC 7517 §5), fetched when first needed, in the background before it is
 * too old, and when a token names a key that it does not hold.
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
export function createRemoteJwks(url: string | UrlLike, options: RemoteJwksOptions = {}): RemoteJwks {
  options = ownOptions(options, REMOTE_OPTIONS)
  return createKeySource(keepFresh(compileFetch(url, options), options), options)
}

const REMOTE_OPTIONS = new Set([...LOCAL_OPTIONS, ...FETCH_OPTIONS, ...REFRESH_OPTIONS])

/** The keys of a refreshed set, imported once for each answer. Several sources may look at one set. */
export function createKeySource(set: Refreshed<readonly Jwk[]>, options: LocalJwksOptions): RemoteJwks {
  const selection = compileSelection(options)
  // R8: an HMAC secret comes from a server only where the caller has named an HMAC algorithm.
  const rules = {
    symmetric: selection.algorithms?.some((alg) => findJwa(alg)?.kty === 'oct') ?? false,
    duplicates: true,
  }

  let imported: { readonly entries: readonly Jwk[]; readonly text: string; readonly keys: ImportedJwks } | undefined
  const keysOf = (entries: readonly Jwk[]): ImportedJwks => {
    if (imported?.entries === entries) return imported.keys
    // The same set once more has the same keys, so that tokens that have been remembered by them stay so.
    const text = JSON.stringify(entries)
    const keys = imported?.text === text ? imported.keys : importJwks(entries, selection, rules)
    imported = { entries, text, keys }
    return keys
  }

  /** Whether a key exists cannot be known while the server fails. */
  const explain = (error: unknown): unknown => (isNotFound(error) ? (set.lastError ?? error) : error)

  const selectAfterRefresh = async (refreshed: Promise<readonly Jwk[]>, header: JoseHeader) => {
    const keys = keysOf(await refreshed)
    try {
      return keys.select(header)
    } catch (error) {
      if (isNotFound(error)) set.miss()
      throw explain(error)
    }
  }

  const source = (header: JoseHeader): readonly VerificationKey[] | Promise<readonly VerificationKey[]> => {
    // Before any fetch: such a token cannot be good.
    checkAllowed(header, selection)
    const entries = set.current()
    const known = entries ?? set.latest
    if (!known) return selectAfterRefresh(set.load(), header)
    try {
      const keys = keysOf(known).select(header)
      if (entries) return keys
    } catch (error) {
      // R22: whatever key ids come, the server is asked for unknown ones once in a cooldown, also where no set is kept.
      const reloaded = isNotFound(error) ? set.reload() : undefined
      if (reloaded) return selectAfterRefresh(reloaded, header)
      if (entries || isNotFound(error)) throw explain(error)
    }
    return selectAfterRefresh(set.load(), header)
  }

  return Object.defineProperties(source as RemoteJwks, {
    refresh: { value: set.refresh },
    state: {
      get: () => ({ age: set.age, keys: set.latest ? keysOf(set.latest).size : 0, lastError: set.lastError }),
    },
  })
}

function isNotFound(error: unknown): boolean {
  return error instanceof JoseError && error.code === 'ERR_KEY_NOT_FOUND'
}
