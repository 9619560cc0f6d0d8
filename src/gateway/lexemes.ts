import { isJsonObject, type JsonObject } from '../json.ts'

/** A number as it was written, where JavaScript would write it in another way: `1.0`, `1e3`, or more than 2^53. */
export class NumberLexeme {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }

  valueOf(): number {
    return Number(this.text)
  }
}

/**
 * Parses JSON and keeps the lexemes of numbers that JavaScript does not write back as they were. Objects and arrays are
 * those of JSON.parse, which must have accepted the text.
 */
export function parseWithLexemes(json: string): unknown {
  const value: unknown = JSON.parse(json)
  const quoted = quoteNumbers(json)
  return quoted === undefined ? value : restore(value, JSON.parse(quoted))
}

/** Whether some number may be written in another way: a short integer is not, and dates have ten digits. */
const CANDIDATE = /\d{16}|\d[.eE]|-0/
const NUMBER = /-?\d[\d.eE+-]*/g

/** The text with quotes around the numbers to keep; nothing where there are none. One pass, since bodies may be long. */
function quoteNumbers(json: string): string | undefined {
  if (!CANDIDATE.test(json)) return undefined
  let quoted = ''
  let copied = 0
  for (let start = 0; start < json.length; ) {
    const open = json.indexOf('"', start)
    const end = open === -1 ? json.length : open
    const between = json.slice(start, end)
    if (CANDIDATE.test(between)) {
      quoted += json.slice(copied, start) + between.replace(NUMBER, quoteNumber)
      copied = end
    }
    start = open === -1 ? end : closingQuote(json, open) + 1
  }
  return copied === 0 ? undefined : quoted + json.slice(copied)
}

function quoteNumber(token: string): string {
  return JSON.stringify(Number(token)) === token ? token : `"${token}"`
}

/** By the quotes, and not by a regular expression: those run out of stack in a string of some megabytes. */
function closingQuote(json: string, open: number): number {
  for (let close = json.indexOf('"', open + 1); ; close = json.indexOf('"', close + 1)) {
    let start = close
    while (json[start - 1] === '\\') start--
    if ((close - start) % 2 === 0) return close
  }
}

/** What is a number in the one and a string in the other is a number to keep. So no string can be taken for one. */
function restore(value: unknown, quoted: unknown): unknown {
  if (typeof value === 'number') return typeof quoted === 'string' ? new NumberLexeme(quoted) : value
  if (Array.isArray(value)) return value.map((entry, index) => restore(entry, (quoted as unknown[])[index]))
  if (!isJsonObject(value)) return value
  // R12: an own "__proto__" is assigned like any other member, since it is there already.
  for (const name of Object.keys(value)) value[name] = restore(value[name], (quoted as JsonObject)[name])
  return value
}
