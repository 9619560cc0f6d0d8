import { JoseError } from '../errors.ts'
import { type JsonObject, parseJsonObject } from '../json.ts'
import { builtin } from '../runtime.ts'
import type { KeySetSettings } from './config.ts'

/** What the gateway's host provides. */
export interface Host {
  /** For `jwk_url`. Default: the runtime's `fetch`. */
  fetch?: typeof fetch
  /** For `jwk_local_path`. Default: node:fs, in the runtimes that have it. */
  readFile?: (path: string) => Promise<Uint8Array>
  /** Seconds since the epoch. Default: the system's clock. */
  now?: () => number
}

export const HOST_OPTIONS = ['fetch', 'readFile', 'now'] as const

/** Reads the file of `jwk_local_path`. */
export async function readJwksFile(block: string, path: string, host: Host): Promise<JsonObject> {
  const readFile = host.readFile ?? builtin<typeof import('node:fs/promises')>('node:fs/promises')?.readFile
  const where = `${block}: the file of "jwk_local_path"`
  if (!readFile) throw new JoseError('ERR_CONFIG', `${where} needs the option "readFile" in this runtime`)
  let bytes: Uint8Array
  try {
    bytes = await readFile(path)
  } catch (cause) {
    throw new JoseError('ERR_CONFIG', `${where} cannot be read`, { cause })
  }
  return parseJsonObject(bytes, 'ERR_CONFIG', where)
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
