import { isUtf8 } from 'node:buffer'
import { Refusal } from './refusal.ts'

export type JsonObject = Record<string, unknown>

/** A number as it is written, for those who ask for it. */
export type ReadNumber = (lexeme: string) => unknown

const MAX_DEPTH = 64
const ESCAPES: Readonly<Record<string, string>> = {
  ...{ '"': '"', '\\': '\\', '/': '/' },
  ...{ b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' },
}

/** RFC 8259, letter by letter. R11: UTF-8, one object, no member twice, 64 levels at most. */
export function parseObject(octets: Buffer, code: string, readNumber: ReadNumber = Number): JsonObject {
  if (!isUtf8(octets)) throw new Refusal(code, 'R11 UTF-8')
  const text = octets.toString('utf8')
  const refuse = (rule: string) => new Refusal(code, rule)
  if (text.startsWith('\ufeff')) throw refuse('R11 byte order mark')
  let at = 0

  function skipSpace(): void {
    while (at < text.length && ' \t\n\r'.includes(text.charAt(at))) at++
  }

  function expect(letter: string): void {
    if (text[at] !== letter) throw refuse('R11 syntax')
    at++
  }

  function readString(): string {
    let read = ''
    expect('"')
    while (text[at] !== '"') {
      const letter = text[at++]
      if (letter === undefined || letter < ' ') throw refuse('R11 syntax')
      read += letter === '\\' ? readEscape() : letter
    }
    at++
    return read
  }

  function readEscape(): string {
    const letter = text[at++] ?? ''
    if (letter !== 'u') {
      const meant = Object.hasOwn(ESCAPES, letter) ? ESCAPES[letter] : undefined
      if (meant === undefined) throw refuse('R11 syntax')
      return meant
    }
    const hex = text.slice(at, at + 4)
    if (!/^[\dA-Fa-f]{4}$/.test(hex)) throw refuse('R11 syntax')
    at += 4
    return String.fromCharCode(Number.parseInt(hex, 16))
  }

  function readList(close: string, readItem: () => void): void {
    at++
    skipSpace()
    if (text[at] === close) {
      at++
      return
    }
    for (;;) {
      readItem()
      skipSpace()
      if (text[at] === close) break
      expect(',')
    }
    at++
  }

  function readObject(depth: number): JsonObject {
    const members = new Map<string, unknown>()
    readList('}', () => {
      skipSpace()
      const start = at
      const name = readString()
      // What some engines misread, and so no text may have.
      if (name.length === 1 && text[start + 1] === '\\') later.add('R11 escaped name')
      if (members.has(name)) later.add('R11 member twice')
      skipSpace()
      expect(':')
      members.set(name, readValue(depth + 1))
    })
    return Object.fromEntries(members)
  }

  function readArray(depth: number): unknown[] {
    const entries: unknown[] = []
    readList(']', () => entries.push(readValue(depth + 1)))
    return entries
  }

  function readValue(depth: number): unknown {
    skipSpace()
    const letter = text[at] ?? ''
    if ((letter === '{' || letter === '[') && depth > MAX_DEPTH) throw refuse('R11 depth')
    if (letter === '{') return readObject(depth)
    if (letter === '[') return readArray(depth)
    if (letter === '"') return readString()
    for (const [word, value] of [
      ['true', true],
      ['false', false],
      ['null', null],
    ] as const) {
      if (text.startsWith(word, at)) {
        at += word.length
        return value
      }
    }
    const [lexeme] = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?/.exec(text.slice(at, at + 70_000)) ?? []
    if (lexeme === undefined) throw refuse('R11 syntax')
    at += lexeme.length
    return readNumber(lexeme)
  }

  /** What is refused only in a text that is JSON. */
  const later = new Set<string>()
  const value = readValue(1)
  skipSpace()
  if (at < text.length) throw refuse('R11 syntax')
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw refuse('R11 object')
  for (const rule of later) throw refuse(rule)
  return value as JsonObject
}

/** R12. */
export function own(object: JsonObject, name: string): unknown {
  return Object.hasOwn(object, name) ? object[name] : undefined
}

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
