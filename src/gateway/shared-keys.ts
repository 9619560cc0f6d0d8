import { JoseError } from '../errors.ts'
import type { Jwk } from '../jwk.ts'
import type { Refreshed } from '../jwks/refresh.ts'
import type { UrlLocation } from './config.ts'
import { readOptions } from './option-reader.ts'

/** The service-level part of KrakenD's `auth/validator`. */
export interface SharedKeysConfig {
  /** Seconds for which the sets of all validators are kept. */
  shared_cache_duration: number
}

/**
 * Key sets that several validators look at. One is fetched once for all whose address, TLS options and `staleIfError` are
 * the same, by the cooldown and the host of the first.
 */
export interface SharedKeys {
  /** Seconds for which the sets are kept. */
  readonly maxAge: number
  /** @internal */
  open(
    location: UrlLocation,
    staleIfError: number,
    create: () => Promise<Refreshed<readonly Jwk[]>>,
  ): Promise<Refreshed<readonly Jwk[]>>
}

/**
 * A second-level cache for the option `sharedKeys` of several validators. Unlike KrakenD's, it is not by key id alone:
 * one issuer's key never serves another's endpoint.
 *
 * @throws JoseError `ERR_CONFIG`
 */
export function createSharedKeys(config: SharedKeysConfig): SharedKeys {
  const read = readOptions('auth/validator', config, ['shared_cache_duration'])
  const maxAge = read.integer('shared_cache_duration')
  if (!maxAge) throw new JoseError('ERR_CONFIG', 'auth/validator: "shared_cache_duration" must be a number of seconds')
  const sets = new Map<string, Promise<Refreshed<readonly Jwk[]>>>()
  return {
    maxAge,
    open({ url, tls }, staleIfError, create) {
      // Stale keys are for those that asked for them.
      const name = JSON.stringify([url, tls ?? null, staleIfError])
      const set = sets.get(name) ?? create()
      sets.set(name, set)
      set.catch(() => sets.delete(name))
      return set
    },
  }
}
