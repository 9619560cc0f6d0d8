import { JoseError } from '../errors.ts'
import { type JsonObject, parseJsonObject } from '../json.ts'
import { booleanOption, functionOption, numberOption } from '../options.ts'

/** How a set is fetched. Seconds and octets. */
export interface FetchOptions {
  /** Seconds that a fetch may take, from the request to the last octet. Default: 5. */
  timeout?: number
  /** The largest answer, in octets. Default: 524288. */
  maxBytes?: number
  /** Allows `http:`. Anyone between here and the server can then replace the keys. */
  allowInsecure?: boolean
  /** Sent with each request, in addition to `Accept`. */
  headers?: Readonly<Record<string, string>>
  /** Default: the runtime's `fetch`. */
  fetch?: typeof fetch
}

export const FETCH_OPTIONS = ['timeout', 'maxBytes', 'allowInsecure', 'headers', 'fetch'] as const

/**
 * Prepares the one request that R21 allows: `https:`, no redirect, 2xx, JSON, bounded in time and size.
 *
 * @throws TypeError for wrong options; the request rejects with JoseError `ERR_JWKS_UNAVAILABLE`, or
 * `ERR_JWKS_INVALID` when the answer is not a JSON object
 */
export function compileFetch(address: string | URL, options: FetchOptions): () => Promise<JsonObject> {
  const url = checkUrl(address, booleanOption('allowInsecure', options.allowInsecure))
  const timeout = numberOption('timeout', options.timeout, 5)
  const maxBytes = numberOption('maxBytes', options.maxBytes, 512 * 1024)
  const headers = { accept: 'application/jwk-set+json, application/json', ...options.headers }
  const request = functionOption('fetch', options.fetch, (...args) => globalThis.fetch(...args))
  const unavailable = (reason: string, cause?: unknown) =>
    new JoseError('ERR_JWKS_UNAVAILABLE', `the key server ${url.origin}${url.pathname} ${reason}`, { cause })

  async function load(signal: AbortSignal): Promise<JsonObject> {
    // "manual" and not "error", which some runtimes lack. In a browser a redirect then has the status 0.
    const response = await request(url.href, { headers, redirect: 'manual', signal })
    if (!response.ok) throw unavailable(`answered with status ${response.status}; redirects are not followed`)
    if (!isJsonType(response.headers.get('content-type'))) throw unavailable('answered with another type than JSON')
    const body = await readAtMost(maxBytes, response)
    if (!body) throw unavailable(`answered with more than ${maxBytes} octets`)
    return parseJsonObject(body, 'ERR_JWKS_INVALID', `the answer of the key server ${url.origin}${url.pathname}`)
  }

  return async () => {
    const abort = new AbortController()
    let timer: ReturnType<typeof setTimeout> | undefined
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(unavailable(`did not answer within ${timeout} s`)), timeout * 1000)
    })
    try {
      return await Promise.race([load(abort.signal), late])
    } catch (error) {
      throw error instanceof JoseError ? error : unavailable('cannot be reached', error)
    } finally {
      clearTimeout(timer)
      // Also ends the transfer of an answer that was refused before its end.
      abort.abort()
    }
  }
}

function checkUrl(address: string | URL, allowInsecure: boolean): URL {
  const url = new URL(address)
  if (url.protocol !== 'https:' && !(allowInsecure && url.protocol === 'http:')) {
    throw new TypeError('the address of a key set must be https: ("allowInsecure" also allows http:)')
  }
  if (url.username !== '' || url.password !== '') {
    throw new TypeError('the address of a key set must not hold a user or a password; use "headers"')
  }
  return url
}

function isJsonType(contentType: string | null): boolean {
  const type = contentType?.split(';', 1)[0]?.trim().toLowerCase()
  return type === 'application/json' || type === 'application/jwk-set+json'
}

async function readAtMost(maxBytes: number, response: Response): Promise<Uint8Array | undefined> {
  const chunks: Uint8Array[] = []
  let length = 0
  const reader = response.body?.getReader()
  for (let chunk = await reader?.read(); chunk?.value; chunk = await reader?.read()) {
    length += chunk.value.length
    if (length > maxBytes) return undefined
    chunks.push(chunk.value)
  }
  const bytes = new Uint8Array(length)
  let offset = 0
  for (const chunk of chunks) {
    bytes.set(chunk, offset)
    offset += chunk.length
  }
  return bytes
}
