import { JoseError } from '../errors.ts'
import { isJsonObject, parseJsonObject } from '../json.ts'
import type { Jwk } from '../jwk.ts'
import { booleanOption, functionOption, numberOption } from '../options.ts'
import { NodeBuffer } from '../runtime.ts'
import { entriesOf } from './local.ts'
import type { Fetched } from './refresh.ts'

/** How a set is fetched. Seconds and octets. */
export interface FetchOptions {
  /** Seconds that a fetch may take, from the request to the last octet. Default: 5. */
  timeout?: number
  /** The largest answer, in octets. Default: 524288. */
  maxBytes?: number
  /** Allows `http:`. Anyone between here and the server can then replace the keys. */
  allowInsecure?: boolean
  /** Sent with each request, in addition to `Accept` and, outside browsers, `User-Agent`. */
  headers?: Readonly<Record<string, string>>
  /** Default: the runtime's `fetch`. */
  fetch?: FetchLike
  /** Ends the fetch under way, and every later one. */
  signal?: AbortSignalLike
}

// What we ask of the platform, in types of our own, so that the declarations compile without those of the DOM and of Node.

/** The runtime's `fetch`, or another function that takes a GET request and gives as much of a `Response`. */
export type FetchLike = (url: string, init: FetchLikeInit) => Promise<FetchLikeResponse>

/** What a fetch is asked for. */
export interface FetchLikeInit {
  /** The headers of the request. */
  readonly headers: Record<string, string>
  /** Redirects are not followed. */
  readonly redirect: 'manual'
  /** Ends the request. */
  readonly signal: RuntimeSignal
}

/** As much of a `Response` as is read. */
export interface FetchLikeResponse {
  /** Whether the status is 2xx. */
  readonly ok: boolean
  /** The status. */
  readonly status: number
  /** The headers of the answer, of which `content-type` and `cache-control` are read. */
  readonly headers: { get(name: string): string | null }
  /** The octets of the answer, as a stream of `Uint8Array`s. */
  readonly body: { getReader(): { read(): Promise<{ value?: Uint8Array | undefined }> } } | null
}

/** As much of an `AbortSignal` as is listened to. */
export interface AbortSignalLike {
  /** Whether it is over already. */
  readonly aborted: boolean
  /** Calls the listener when it is over. */
  addEventListener(type: 'abort', listener: () => void): void
  /** Calls the listener no more. */
  removeEventListener(type: 'abort', listener: () => void): void
}

/** The whole `AbortSignal` where its type is known, since `fetch` takes no less. */
type RuntimeSignal = typeof globalThis extends { AbortSignal: { prototype: infer Signal } } ? Signal : AbortSignalLike

/** A `URL`, of whichever realm. */
export interface UrlLike {
  /** The whole address. */
  readonly href: string
}

export const FETCH_OPTIONS = ['timeout', 'maxBytes', 'allowInsecure', 'headers', 'fetch', 'signal'] as const

/**
 * Prepares the one request that R21 allows: `https:`, no redirect, 2xx, JSON, bounded in time and size.
 *
 * @throws TypeError for wrong options; the request rejects with JoseError `ERR_JWKS_UNAVAILABLE`, or `ERR_JWKS_INVALID`
 * when the answer is not a JWK Set
 */
export function compileFetch(address: string | UrlLike, options: FetchOptions): () => Promise<Fetched<readonly Jwk[]>> {
  const url = checkUrl(address, booleanOption('allowInsecure', options.allowInsecure))
  const timeout = numberOption('timeout', options.timeout, 5)
  if (timeout > LONGEST_TIMEOUT) throw new TypeError(`option "timeout" must be at most ${LONGEST_TIMEOUT}`)
  const maxBytes = numberOption('maxBytes', options.maxBytes, 512 * 1024)
  const headers = Object.fromEntries(requestHeaders(options.headers))
  const request = functionOption('fetch', options.fetch, (...args) => globalThis.fetch(...args))
  const server = `the key server ${url.origin}${url.pathname}`
  const unavailable = (reason: string, cause?: unknown) =>
    new JoseError('ERR_JWKS_UNAVAILABLE', `${server} ${reason}`, cause === undefined ? {} : { cause })

  async function load(signal: AbortSignal): Promise<Fetched<readonly Jwk[]>> {
    // "manual" and not "error", which some runtimes lack. In a browser a redirect then has the status 0.
    const response = await request(url.href, { headers, redirect: 'manual', signal })
    if (!response.ok) throw unavailable(`answered with status ${response.status}; redirects are not followed`)
    if (!isJsonType(response.headers.get('content-type'))) throw unavailable('answered with another type than JSON')
    const body = await readAtMost(maxBytes, response)
    if (!body) throw unavailable(`answered with more than ${maxBytes} octets`)
    const set = parseJsonObject(body, 'ERR_JWKS_INVALID', `the answer of ${server}`)
    return { value: entriesOf(set), maxAge: maxAgeOf(response.headers.get('cache-control')) }
  }

  return async () => {
    const { signal } = options
    const aborted = () => unavailable('is not asked any more: the signal has been aborted')
    if (signal?.aborted) throw aborted()
    const abort = new AbortController()
    let release = () => {}
    const ended = new Promise<never>((_, reject) => {
      const timer = setTimeout(() => reject(unavailable(`did not answer within ${timeout} s`)), timeout * 1000)
      const onAbort = () => reject(aborted())
      signal?.addEventListener('abort', onAbort)
      release = () => {
        clearTimeout(timer)
        signal?.removeEventListener('abort', onAbort)
      }
    })
    try {
      return await Promise.race([load(abort.signal), ended])
    } catch (error) {
      throw error instanceof JoseError ? error : unavailable(`cannot be reached: ${reasonOf(error)}`, error)
    } finally {
      release()
      // Also ends the transfer of an answer that was refused before its end.
      abort.abort()
    }
  }
}

/** What the innermost error says: fetch wraps the reason, such as an unknown certificate authority. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'the fetch failed'
  return error.cause instanceof Error ? reasonOf(error.cause) : error.message
}

/** A browser has its own, and would ask the server's leave for another. */
const USER_AGENT: Readonly<Record<string, string>> = NodeBuffer ? { 'user-agent': 'countersign' } : {}

/** An hour: a timer of more than 2^31 milliseconds would end at once. */
const LONGEST_TIMEOUT = 3600

/** R19: names and values that a request cannot have are refused here, and not by each fetch. */
function requestHeaders(own: FetchOptions['headers'] = {}): Headers {
  const isRecord = isJsonObject(own) && Object.values(own).every((value) => typeof value === 'string')
  if (!isRecord) throw new TypeError('option "headers" must be an object of strings')
  const headers = new Headers({ accept: 'application/jwk-set+json, application/json', ...USER_AGENT })
  for (const [name, value] of Object.entries(own)) {
    try {
      headers.set(name, value)
    } catch {
      // The platform's own error quotes the value, which is a secret more often than not.
      throw new TypeError('option "headers" has a name or a value that a request cannot have')
    }
  }
  return headers
}

function checkUrl(address: string | UrlLike, allowInsecure: boolean): URL {
  const { href } = typeof address === 'string' ? { href: address } : address
  // Nor does this error hold the address, as that of `new URL` does.
  if (!URL.canParse(href)) throw new TypeError('the address of a key set must be a URL')
  const url = new URL(href)
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

/** RFC 9111 §5.2.2: how long the server lets its answer be kept; `undefined` when it does not say. */
function maxAgeOf(cacheControl: string | null): number | undefined {
  const directives = (cacheControl ?? '')
    .toLowerCase()
    .split(',')
    .map((directive) => directive.trim())
  if (directives.includes('no-store') || directives.includes('no-cache')) return 0
  const seconds = directives.map((directive) => /^max-age="?(\d{1,9})"?$/.exec(directive)?.[1]).find(Boolean)
  return seconds === undefined ? undefined : Number(seconds)
}

async function readAtMost(maxBytes: number, response: FetchLikeResponse): Promise<Uint8Array | undefined> {
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
