import type { Claims } from '../claims.ts'
import { JoseError } from '../errors.ts'
import { claimAt, pathOf } from './claim.ts'
import type { ValidatorSettings } from './config.ts'
import { encodeGoJson, wellFormed } from './go-json.ts'
import { NumberLexeme } from './lexemes.ts'

/** What becomes of the request's headers before it goes on to the backend. */
export interface HeaderChanges {
  /** For each name, these values replace what the client sent. A name may stand several times: one value each. */
  setHeaders: [name: string, value: string][]
  /** The names of headers that are taken away, so that no client can fill them. */
  removeHeaders: string[]
}

/**
 * `propagate_claims`: what the token says goes to the backend in headers. A claim that is missing empties its header, so
 * that no client can put something there.
 *
 * @throws JoseError `ERR_JWT_CLAIM` for a value that would not be one header
 */
export function propagateClaims(claims: Claims, settings: ValidatorSettings): HeaderChanges {
  const changes: HeaderChanges = { setHeaders: [], removeHeaders: [] }
  for (const { path, header } of settings.propagation) {
    const value = claimAt(claims, path)
    if (holdsInfinity(value)) throw unfit(path.join('.'), BEYOND_NUMBERS)
    const isSplit = settings.preserveArrays && Array.isArray(value)
    const texts = isSplit ? value.map(writeElement) : [writeClaim(value)]
    if (texts.length === 0) changes.removeHeaders.push(header)
    for (const text of texts) changes.setHeaders.push([header, headerValue(text, path.join('.'))])
  }
  const { setHeaders, removeHeaders } = changes
  // Two claims may go to one header: what one of them sets, the other does not take away.
  const isSet = (header: string) => setHeaders.some(([name]) => name.toLowerCase() === header.toLowerCase())
  return { setHeaders, removeHeaders: removeHeaders.filter((header) => !isSet(header)) }
}

/**
 * Fills `{JWT.claim}` in the template of a backend's address, percent-encoded (which KrakenD does not do). Dots lead into
 * objects; a claim that is missing leaves nothing.
 *
 * @throws JoseError `ERR_JWT_CLAIM` for a value that would lead to another path or host
 * @example
 * const address = fillTemplate('/users/{JWT.sub}/orders', verdict.claims) // '/users/alice/orders'
 */
export function fillTemplate(template: string, claims: Claims): string {
  const filled = template.replace(SEGMENT, (segment: string, offset: number) => {
    let last = ''
    const text = segment.replace(PLACEHOLDER, (_, name: string) => {
      last = name
      return fillPlaceholder(name, claims)
    })
    const isInPath = offset === 0 || /[/\\]/.test(template.charAt(offset - 1))
    if (isInPath && DOT_SEGMENT.test(text) && !DOT_SEGMENT.test(segment.replace(PLACEHOLDER, 'claim'))) {
      throw unfit(last, 'is a step in the path of an address')
    }
    return text
  })
  if (leadingSlashes(filled) !== leadingSlashes(template.replace(PLACEHOLDER, 'claim'))) {
    const [, first = ''] = template.split(PLACEHOLDER)
    throw unfit(first, 'would change how an address begins')
  }
  return filled
}

const PLACEHOLDER = /\{JWT\.([^{}]+)\}/g
/** WHATWG URL: in the address of a backend, a backslash is a slash. Claims bring no such delimiters: they are encoded. */
const SEGMENT = /(?:\{JWT\.[^{}]+\}|[^/\\?#])+/g
/** WHATWG URL, "single-dot" and "double-dot URL path segment": encoding them would not help. White space may be dropped. */
const DOT_SEGMENT = /^\s*(?:(?:\.|%2e)\s*){1,2}$/i

/** How many slashes an address begins with, behind the scheme if there is one. After two comes the name of a host. */
function leadingSlashes(address: string): number {
  const [, slashes = ''] = /^(?:[a-z][a-z\d+.-]*:)?([/\\]*)/i.exec(address.replace(/\s/g, '')) ?? []
  return slashes.length
}

function fillPlaceholder(name: string, claims: Claims): string {
  const value = claimAt(claims, pathOf(name))
  if (holdsInfinity(value)) throw unfit(name, BEYOND_NUMBERS)
  const isRounded = typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value)
  if (isRounded) throw unfit(name, 'is an integer beyond 2^53, which JavaScript has rounded')
  return encodeURIComponent(wellFormed(writeClaim(value)))
}

function writeClaim(value: unknown): string {
  if (value === undefined) return ''
  if (Array.isArray(value)) return value.map(writeElement).join(',')
  return isNumber(value) && !isIntegerLexeme(value) ? writeNumber(Number(value)) : writeElement(value)
}

/** As KrakenD does: what is within 1e-6 of an integer is one, and the rest has six decimals. */
function writeNumber(value: number): string {
  const integer = Math.round(value)
  if (Math.abs(value - integer) > 1e-6) return value.toFixed(6)
  return BigInt(integer).toString()
}

function writeElement(value: unknown): string {
  if (typeof value === 'string') return value
  if (isIntegerLexeme(value)) return value.text
  if (!isNumber(value)) return encodeGoJson(value)
  const number = Number(value)
  return Number.isInteger(number) ? BigInt(number).toString() : String(number)
}

function isNumber(value: unknown): boolean {
  return typeof value === 'number' || value instanceof NumberLexeme
}

/** An integer with all its digits, where a number would have lost some. */
function isIntegerLexeme(value: unknown): value is NumberLexeme {
  return value instanceof NumberLexeme && /^-?[1-9]\d*$/.test(value.text)
}

const BEYOND_NUMBERS = 'holds a number that is too large to be one'

/** JSON has numbers such as 1e400, which JavaScript reads as infinite, and which nothing can write again. */
function holdsInfinity(value: unknown): boolean {
  if (isNumber(value)) return !isIntegerLexeme(value) && !Number.isFinite(Number(value))
  return typeof value === 'object' && value !== null && Object.values(value).some(holdsInfinity)
}

/** RFC 9110 §5.5. Other letters than ASCII go as the octets of UTF-8, which is what the strings of HTTP APIs stand for. */
function headerValue(text: string, claim: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones that would end the header, or break it
  if (/[\0-\x08\x0a-\x1f\x7f]/.test(text)) throw unfit(claim, 'holds a control character')
  let value = ''
  for (const octet of new TextEncoder().encode(text)) value += String.fromCharCode(octet)
  return value
}

function unfit(claim: string, problem: string): JoseError {
  return new JoseError('ERR_JWT_CLAIM', `a claim to pass on to the backend ${problem}`, { claim })
}
