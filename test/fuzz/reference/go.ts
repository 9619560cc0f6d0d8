import { isObject, type JsonObject } from './json.ts'
import { Refusal } from './refusal.ts'

// What Go's standard library does, from its documentation: time.ParseDuration, and the strings and maps of encoding/json.

const NANOSECONDS: Readonly<Record<string, bigint>> = {
  ...{ ns: 1n, us: 1_000n, '\u00b5s': 1_000n, '\u03bcs': 1_000n, ms: 1_000_000n },
  ...{ s: 1_000_000_000n, m: 60_000_000_000n, h: 3_600_000_000_000n },
}

/** In nanoseconds, of which 64 bits hold so many; `undefined` for what is no duration. */
export function parseDuration(text: string): bigint | undefined {
  const isNegative = text.startsWith('-')
  let rest = /^[-+]/.test(text) ? text.slice(1) : text
  if (rest === '0') return 0n
  let sum = 0n
  do {
    const [part, whole = '', , fraction = '', unit = ''] =
      /^([0-9]*)(\.([0-9]*))?(ns|us|\u00b5s|\u03bcs|ms|s|m|h)/.exec(rest) ?? []
    if (part === undefined || whole + fraction === '') return undefined
    const each = NANOSECONDS[unit] as bigint
    sum += BigInt(`0${whole}`) * each + (BigInt(`0${fraction}`) * each) / 10n ** BigInt(fraction.length)
    rest = rest.slice(part.length)
  } while (rest !== '')
  if (sum > (isNegative ? 2n ** 63n : 2n ** 63n - 1n)) return undefined
  return isNegative ? -sum : sum
}

/** A number as it is written. */
export class Lexeme {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

export const readLexeme = (text: string): Lexeme => new Lexeme(text)

/** A value whose numbers are {@link Lexeme}s, or JavaScript's. */
export function writeJson(value: unknown): string {
  if (value instanceof Lexeme) return value.text
  if (typeof value === 'string') return writeString(value)
  if (Array.isArray(value)) return `[${value.map(writeJson).join(',')}]`
  if (isObject(value)) return writeObject(value)
  // R20.
  if (typeof value === 'number' && !Number.isFinite(value)) throw new Refusal('ERR_SIGN', 'R20')
  return Object.is(value, -0) ? '-0' : String(value)
}

function writeObject(object: JsonObject): string {
  const members = new Map<string, string>()
  for (const [name, value] of Object.entries(object)) members.set(repair(name), writeJson(value))
  const names = [...members.keys()].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
  return `{${names.map((name) => `${writeString(name)}:${members.get(name)}`).join(',')}}`
}

/** Half a surrogate pair becomes U+FFFD, as it does in UTF-8. */
function repair(text: string): string {
  return Buffer.from(text).toString()
}

const SHORT: Readonly<Record<string, string>> = {
  ...{ '"': '\\"', '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t', '\b': '\\b', '\f': '\\f' },
}

function writeString(text: string): string {
  let written = ''
  for (const letter of repair(text)) {
    const isEscaped = letter < ' ' || '<>&\u2028\u2029'.includes(letter)
    const hex = letter.charCodeAt(0).toString(16).padStart(4, '0')
    written += SHORT[letter] ?? (isEscaped ? `\\u${hex}` : letter)
  }
  return `"${written}"`
}
