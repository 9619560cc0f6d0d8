import { JoseError } from '../errors.ts'
import { type JsonObject, own, parseJsonObject } from '../json.ts'
import type { Jwk } from '../jwk.ts'
import { compileFetch, type FetchOptions } from '../jwks/fetch.ts'
import { entriesOf } from '../jwks/local.ts'
import { keepFresh, type Refreshed, type RefreshOptions } from '../jwks/refresh.ts'
import type { FileLocation, KeySetSettings, UrlLocation } from './config.ts'
import { type Host, readConfigFile, warnIfWorldReadable } from './host.ts'
import type { Block } from './option-reader.ts'
import { decryptKeyFile } from './secret-file.ts'
import { createTlsFetch } from './tls-client.ts'

/** Reads the entries of the set in the file of `jwk_local_path`. */
export async function readKeyFile(block: Block, location: FileLocation, host: Host): Promise<readonly Jwk[]> {
  const { path, secret } = location
  const where = `${block}: the file of "jwk_local_path"`
  const file = await readConfigFile(where, path, host)
  const text = secret ? await decryptKeyFile(where, file, secret, host) : file
  const entries = entriesOf(parseJsonObject(text, 'ERR_CONFIG', where))
  if (!secret && entries.some(isSecret)) await warnIfWorldReadable(where, path, host)
  return entries
}

function isSecret(jwk: JsonObject): boolean {
  return ['d', 'k', 'priv'].some((member) => own(jwk, member) !== undefined)
}

/** The entries of the set behind `jwk_url`, kept fresh. Nothing is fetched yet. */
export async function openKeyUrl(
  block: Block,
  location: UrlLocation,
  refresh: Pick<RefreshOptions, 'maxAge' | 'cooldown' | 'staleIfError'>,
  host: Host,
): Promise<Refreshed<readonly Jwk[]>> {
  const { url, allowInsecure, tls } = location
  const request = tls ? await createTlsFetch(block, { ...location, tls }, host) : host.fetch
  const options: FetchOptions = { allowInsecure, ...(request && { fetch: request }) }
  const load = compileFetch(url, options)
  // The option says for how long a set is kept, as in KrakenD; what the server says of it does not matter.
  const fetchEntries = async () => ({ value: (await load()).value })
  return keepFresh(fetchEntries, { ...refresh, ...(host.now && { now: host.now }) })
}

/** What is wrong with the keys is wrong with the configuration; the codes that say more are kept. */
export function keySetError({ block, location }: KeySetSettings, error: unknown): unknown {
  if (!(error instanceof JoseError) || KEPT.has(error.code)) return error
  const option = 'path' in location ? 'jwk_local_path' : 'jwk_url'
  return new JoseError('ERR_CONFIG', `${block}: "${option}": ${error.message}`, { cause: error })
}

const KEPT: ReadonlySet<string> = new Set([
  'ERR_CONFIG',
  'ERR_JWK_INVALID',
  'ERR_KEY_NOT_FOUND',
  'ERR_JWKS_UNAVAILABLE',
])
