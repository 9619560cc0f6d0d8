import { JoseError } from '../errors.ts'
import type { FetchLike } from '../jwks/fetch.ts'
import { functionOption } from '../options.ts'
import { builtin } from '../runtime.ts'

/** How much a message matters. */
export type LogLevel = 'debug' | 'info' | 'warning' | 'error'

/** What the gateway's host provides. */
export interface Host {
  /** For `jwk_url`, unless its TLS options call for Node's own client. Default: the runtime's `fetch`. */
  fetch?: FetchLike
  /** For `jwk_local_path` and `jwk_local_ca`. Default: node:fs, in the runtimes that have it. */
  readFile?: (path: string) => Promise<Uint8Array>
  /** For an encrypted `jwk_local_path`: asks the keeper at `secret_url` to unwrap `cypher_key`. */
  unwrapKey?: (secretUrl: string, cypherKey: string) => Promise<Uint8Array>
  /** Seconds since the epoch. Default: the system's clock. */
  now?: () => number
  /** Gets what an operator may want to know; never a token, a claim or a key. That it throws or rejects changes nothing. */
  log?: (level: LogLevel, message: string) => void
}

export const HOST_OPTIONS = ['fetch', 'readFile', 'unwrapKey', 'now', 'log'] as const

export function checkHost(host: Host): void {
  for (const name of HOST_OPTIONS) functionOption<unknown>(name, host[name], undefined)
}

/** Logs, and never throws or rejects: TypeScript takes an asynchronous function, too, for one that gives nothing. */
export async function logTo(log: Host['log'], level: LogLevel, message: string): Promise<void> {
  try {
    await log?.(level, message)
  } catch {
    // There is nobody else to tell.
  }
}

/** Reads a file that an option of the configuration names. */
export async function readConfigFile(where: string, path: string, host: Host): Promise<Uint8Array> {
  const fs = builtin<typeof import('node:fs/promises')>('node:fs/promises')
  const read = host.readFile ?? fs?.readFile
  if (!read) throw new JoseError('ERR_CONFIG', `${where} needs the option "readFile" in this runtime`)
  try {
    return await read(path)
  } catch (cause) {
    throw new JoseError('ERR_CONFIG', `${where} cannot be read`, { cause })
  }
}

/** Warns of a file with secrets that every user of the machine can read. */
export async function warnIfWorldReadable(where: string, path: string, host: Host): Promise<void> {
  const fs = builtin<typeof import('node:fs/promises')>('node:fs/promises')
  if (host.readFile || !fs || !host.log) return
  const { mode } = await fs.stat(path)
  if (mode & 0o044) logTo(host.log, 'warning', `${where} holds secret keys, and other users can read it: chmod 600`)
}
