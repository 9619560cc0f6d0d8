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
  if (!NUMBERS.test(json.replace(STRINGS, ''))) return JSON.parse(json)
  // A marker that is in no string of the text, escaped or not, can stand for the numbers.
  const unescaped = JSON.stringify(JSON.parse(json))
  let marker = '#'
  while (unescaped.includes(marker)) marker += '#'
  const marked = json.replace(TOKENS, (token) => (isWrittenAlike(token) ? token : `"${marker}${token}"`))
  return JSON.parse(marked, (_, value) =>
    typeof value === 'string' && value.startsWith(marker) ? new NumberLexeme(value.slice(marker.length)) : value,
  )
}

const STRINGS = /"(?:[^"\\]|\\.)*"/g
/** Whether some number may be written in another way: a short integer is not, and dates have ten digits. */
const NUMBERS = /\d{16}|\d[.eE]|-0/
/** Strings, to pass over them, and numbers. */
const TOKENS = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/g

function isWrittenAlike(token: string): boolean {
  return token.startsWith('"') || JSON.stringify(Number(token)) === token
}
