import { booleanOption, ownOptions } from '../options.ts'
import type { Verdict } from './validator.ts'

/** A verdict that refuses the request. */
export type Refusal = Extract<Verdict, { ok: false }>

/** How a refusal is told. */
export interface RefusalOptions {
  /** For the challenge's `realm`. */
  realm?: string
  /** Whether to answer with a JSON problem (RFC 9457) instead of KrakenD's empty body. */
  problem?: boolean
  /** The status where the refusal is `retriable`, the fault not being the client's. KrakenD's, and the default: 401. */
  unavailable?: 401 | 503
}

/** An answer, for whatever server. */
export interface RefusalResponse {
  /** 401, 403 or 503. */
  readonly status: number
  /** The headers, named in lower case. */
  readonly headers: Readonly<Record<string, string>>
  /** The JSON problem, or nothing. */
  readonly body: string
}

/**
 * What to answer to a refused client: the status, a challenge (RFC 6750 §3), and on request a body that says no more than
 * the error's code.
 *
 * @throws TypeError for an option that is wrong or not known
 */
export function describeRefusal(refusal: Refusal, options: RefusalOptions = {}): RefusalResponse {
  options = ownOptions(options, REFUSAL_OPTIONS)
  const { unavailable } = options
  if (![undefined, 401, 503].includes(unavailable)) throw new TypeError('option "unavailable" must be 401 or 503')
  const realm = realmOption(options.realm)
  const hasProblem = booleanOption('problem', options.problem)
  const isUnavailable = refusal.retriable && unavailable === 503
  const status = isUnavailable ? 503 : refusal.status
  const headers: Record<string, string> = isUnavailable
    ? { 'retry-after': '10' }
    : { 'www-authenticate': challenge(refusal, realm) }
  if (!hasProblem) return { status, headers, body: '' }
  const problem = { type: 'about:blank', title: TITLES[status], status, code: refusal.code }
  return { status, headers: { ...headers, 'content-type': 'application/problem+json' }, body: JSON.stringify(problem) }
}

const REFUSAL_OPTIONS = new Set(['realm', 'problem', 'unavailable'])

function realmOption(realm: unknown): string | undefined {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones that would end the header, or break it
  if (realm === undefined || (typeof realm === 'string' && !/[\0-\x1f\x7f]/.test(realm))) return realm
  throw new TypeError('option "realm" must be a string without control characters')
}

const TITLES: Readonly<Record<number, string>> = { 401: 'Unauthorized', 403: 'Forbidden', 503: 'Service Unavailable' }

/** RFC 6750 §3.1: a request without a token is told only that it needs one. */
function challenge({ status, code }: Refusal, realm: string | undefined): string {
  const error = status === 403 ? 'insufficient_scope' : 'invalid_token'
  const parameters = [
    ...(realm === undefined ? [] : [`realm="${realm.replace(/["\\]/g, '\\$&')}"`]),
    ...(code === 'ERR_TOKEN_MISSING' ? [] : [`error="${error}"`]),
  ]
  return ['Bearer', parameters.join(', ')].filter(Boolean).join(' ')
}
