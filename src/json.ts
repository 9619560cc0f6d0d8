import { decodeText, decodeUtf8 } from './base64url.ts'
import { JoseError, type JoseErrorCode } from './errors.ts'

/** An object as JSON.parse makes it. R12: read its members with {@link own}. */
export type JsonObject = { [member: string]: unknown }

/** Deeper nesting than this is refused (R11). */
const MAX_DEPTH = 64

/**
 * Parses octets that must be one JSON object: UTF-8 without a byte order mark, no member twice at any depth (counted
 * after unescaping), bounded nesting (R11; RFC 7515 §4, RFC 7519 §4).
 *
 * @param what names the object in the message of the error
 */
export function parseJsonObject(bytes: Uint8Array, code: JoseErrorCode, what: string): JsonObject {
  let text: string
  try {
    text = decodeUtf8(bytes)
  } catch {
    throw new JoseError(code, `${what} is not UTF-8`)
  }
  return parseJsonText(text, code, what)
}

/** As {@link parseJsonObject}, for an object in base64url. R10: canonical, or it is `ERR_BASE64URL`. */
export function parseJsonSegment(segment: string, code: JoseErrorCode, what: string): JsonObject {
  let text: string | undefined
  try {
    text = decodeText(segment)
  } catch {
    throw new JoseError(code, `${what} is not UTF-8`)
  }
  if (text === undefined) throw new JoseError('ERR_BASE64URL', `${what} is not canonical base64url`)
  return parseJsonText(text, code, what)
}

/** As {@link parseJsonObject}, for what is text already. */
export function parseJsonText(text: string, code: JoseErrorCode, what: string): JsonObject {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    // The engine's own message quotes the text, so it is not passed on as the cause.
    throw new JoseError(code, `${what} is not JSON`)
  }
  if (!isJsonObject(value)) throw new JoseError(code, `${what} is not a JSON object`)
  if (text.includes('\\') && ESCAPED_LETTER.test(text))
    throw new JoseError(code, `${what} has a name of one letter that is written as an escape`)
  const members = countMembers(value, 1)
  if (members === Number.POSITIVE_INFINITY) throw new JoseError(code, `${what} is nested too deeply`)
  if (members !== countColons(text) && members !== countWrittenMembers(text))
    throw new JoseError(code, `${what} has a member twice`)
  return value
}

/**
 * The name of a member that is one escape. V8 of 2025 and 2026 (Node 24 and 26, Deno) reads such a name as a backslash once it
 * has seen an object with that name at the same place, so two readers would differ, and a duplicate would not be one.
 */
const ESCAPED_LETTER = /(?<!\\)"\\(?:u[\dA-Fa-f]{4}|[^u])"[\t\n\r ]*:/

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** R12: a member of the object itself, never of its prototype. */
export function own(object: { readonly [member: string]: unknown }, member: string): unknown {
  const value = object[member]
  return value === undefined || Object.hasOwn(object, member) ? value : undefined
}

/** Freezes a parsed value with all that it holds. */
export function deepFreeze<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null) {
    for (const member of Object.values(value)) deepFreeze(member)
    Object.freeze(value)
  }
  return value
}

/**
 * Writes an object as JSON, as JSON.parse would read it back (R20): JSON.stringify lets `toJSON` replace it, and writes
 * NaN, infinities and holes as null.
 *
 * @throws JoseError `ERR_SIGN`
 */
export function writeJsonObject(object: JsonObject, what: string): string {
  checkPlain(object, what)
  let text: string
  try {
    text = JSON.stringify(object)
    if (text.includes('null')) JSON.stringify(object, refuseLostValue)
  } catch (cause) {
    throw new JoseError('ERR_SIGN', `${what} cannot be written as JSON`, { cause })
  }
  const problem = problemOf(text)
  if (problem !== undefined) throw new JoseError('ERR_SIGN', `${what} ${problem}`)
  return text
}

/** What a reader would refuse in a JSON text that has been written. */
function problemOf(text: string): string | undefined {
  if (text.includes('\\') && ESCAPED_LETTER.test(text)) return 'has a name of one letter that is written as an escape'
  const isDeep =
    countOf(text, '{') + countOf(text, '[') > MAX_DEPTH &&
    countMembers(JSON.parse(text), 1) === Number.POSITIVE_INFINITY
  return isDeep ? 'is nested too deeply' : undefined
}

function countOf(text: string, letter: string): number {
  let count = 0
  for (let at = text.indexOf(letter); at !== -1; at = text.indexOf(letter, at + 1)) count++
  return count
}

/** What is spread or written must be an object that stands for itself. */
export function checkPlain(object: JsonObject, what: string): void {
  if (!isJsonObject(object) || typeof object.toJSON === 'function') {
    throw new JoseError('ERR_SIGN', `${what} must be a plain object, without toJSON()`)
  }
}

/** A replacer: `this` is the object or array that holds the value. */
function refuseLostValue(this: unknown, name: string, value: unknown): unknown {
  const isNumber = typeof value === 'number' || value instanceof Number
  const isHole =
    Array.isArray(this) && (value === undefined || typeof value === 'function' || typeof value === 'symbol')
  if (isHole || (isNumber && !Number.isFinite(Number(value))))
    throw new TypeError(`the value of "${name}" would be lost`)
  return value
}

/** The members of all objects in a parsed value; infinitely many when it is nested too deeply. */
function countMembers(value: object, depth: number): number {
  if (depth > MAX_DEPTH) return Number.POSITIVE_INFINITY
  const isArray = Array.isArray(value)
  const entries: readonly unknown[] = isArray ? value : Object.values(value)
  let members = isArray ? 0 : entries.length
  for (const entry of entries) {
    if (typeof entry === 'object' && entry !== null) members += countMembers(entry, depth + 1)
  }
  return members
}

// JSON.parse keeps the last of two members with one name, so a text with a duplicate has more of them than the value
// parsed from it. That is looked for in two steps, since the first is enough for most texts and takes a third of the time.

/** At least as many as a valid JSON text has members: the colons behind a quote or white space, in strings too. */
function countColons(text: string): number {
  let colons = 0
  for (let colon = text.indexOf(':'); colon !== -1; colon = text.indexOf(':', colon + 1)) {
    const before = text.charCodeAt(colon - 1)
    if (before === QUOTE || before <= SPACE) colons++
  }
  return colons
}

/** Exactly as many as a valid JSON text has members. */
function countWrittenMembers(text: string): number {
  let members = 0
  for (let open = text.indexOf('"'); open !== -1; ) {
    let close = text.indexOf('"', open + 1)
    while (isEscaped(text, close)) close = text.indexOf('"', close + 1)
    let next = close + 1
    while (text.charCodeAt(next) <= SPACE) next++
    if (text.charCodeAt(next) === COLON) members++
    open = text.indexOf('"', next)
  }
  return members
}

const SPACE = 0x20
const QUOTE = 0x22
const COLON = 0x3a
const BACKSLASH = 0x5c

function isEscaped(text: string, quote: number): boolean {
  let start = quote
  while (text.charCodeAt(start - 1) === BACKSLASH) start--
  return (quote - start) % 2 === 1
}
