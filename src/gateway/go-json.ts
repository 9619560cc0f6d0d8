import { JoseError } from '../errors.ts'
import { NumberLexeme } from './lexemes.ts'

/** Deeper than any real body; what refers to itself ends here. */
const MAX_DEPTH = 1000

/**
 * A value as Go's `encoding/json` writes it, so that KrakenD and we sign the same octets: keys in the order of their
 * UTF-8 octets at every depth, and `<`, `>`, `&`, U+2028 and U+2029 escaped.
 *
 * @param value what JSON.parse gives; a `bigint` or a `NumberLexeme` is written with all its digits
 * @throws JoseError `ERR_SIGN` for what JSON cannot hold
 */
export function encodeGoJson(value: unknown, depth = 0): string {
  if (depth > MAX_DEPTH) throw new JoseError('ERR_SIGN', 'the value is nested too deeply, or holds itself')
  if (typeof value === 'string') return encodeString(value)
  if (value === null || typeof value === 'boolean' || typeof value === 'bigint') return String(value)
  if (typeof value === 'number' && Number.isFinite(value)) return Object.is(value, -0) ? '-0' : String(value)
  if (value instanceof NumberLexeme) return value.text
  if (Array.isArray(value)) return `[${Array.from(value, (entry) => encodeGoJson(entry, depth + 1)).join(',')}]`
  if (typeof value !== 'object' || typeof (value as { toJSON?: unknown }).toJSON === 'function') {
    throw new JoseError('ERR_SIGN', 'the value holds something that JSON cannot hold')
  }
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .map(([name, member]) => [wellFormed(name), member] as const)
  // As a map: of two names that become the same, Go too keeps the last.
  const texts = [...new Map(members)]
    .sort(([a], [b]) => compareUtf8(a, b))
    .map(([name, member]) => `${encodeString(name)}:${encodeGoJson(member, depth + 1)}`)
  return `{${texts.join(',')}}`
}

function encodeString(text: string): string {
  return JSON.stringify(wellFormed(text)).replace(
    /[<>&\u2028\u2029]/g,
    (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

/** Go decodes half a surrogate pair to U+FFFD. */
export function wellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, '\ufffd')
}

function compareUtf8(a: string, b: string): number {
  const end = Math.min(a.length, b.length)
  for (let index = 0; index < end; index++) {
    const difference = utf8Rank(a.charCodeAt(index)) - utf8Rank(b.charCodeAt(index))
    if (difference !== 0) return difference
  }
  return a.length - b.length
}

/** UTF-16 sorts surrogates before U+E000 to U+FFFF; in UTF-8 what they stand for comes after. */
function utf8Rank(unit: number): number {
  if (unit >= 0xe000) return unit - 0x800
  return unit >= 0xd800 ? unit + 0x2000 : unit
}
