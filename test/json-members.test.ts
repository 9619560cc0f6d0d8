import { describe, expect, test } from 'vitest'
import * as ordinary from '../src/json.ts'
import { type Random, seeded } from './random.ts'
import { importWithoutNode } from './without-node.ts'

// R11: a member twice is looked for by counting. Here is the same question, asked letter by letter.

const WAYS = [
  { name: 'with node:buffer', parser: ordinary },
  { name: 'with TextDecoder alone', parser: await importWithoutNode(() => import('../src/json.ts')) },
]

const ESCAPES: Readonly<Record<string, string>> = {
  ...{ '"': '"', '\\': '\\', '/': '/' },
  ...{ b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' },
}

/** Whether an object in a text that is JSON has a member twice, or a name that is one escape, which V8 may misread. */
function read(text: string): { isTwice: boolean; isEscape: boolean } {
  let at = 0
  let isTwice = false
  let isEscape = false

  function skip(letters: RegExp): void {
    while (letters.test(text.charAt(at))) at++
  }

  function readString(): string {
    let read = ''
    for (at++; text[at] !== '"'; at++) {
      if (text[at] !== '\\') {
        read += text[at]
      } else if (text[++at] === 'u') {
        read += String.fromCharCode(Number.parseInt(text.slice(at + 1, at + 5), 16))
        at += 4
      } else {
        read += ESCAPES[text[at] as string]
      }
    }
    at++
    return read
  }

  function readAll(close: string, readOne: () => void): void {
    at++
    skip(/\s/)
    while (text[at] !== close) {
      readOne()
      skip(/\s/)
      if (text[at] === ',') at++
      skip(/\s/)
    }
    at++
  }

  function readObject(): void {
    const names = new Set<string>()
    readAll('}', () => {
      const start = at
      const name = readString()
      if (names.has(name)) isTwice = true
      if (name.length === 1 && text[start + 1] === '\\') isEscape = true
      names.add(name)
      skip(/\s/)
      at++
      readValue()
    })
  }

  function readValue(): void {
    skip(/\s/)
    if (text[at] === '{') readObject()
    else if (text[at] === '[') readAll(']', readValue)
    else if (text[at] === '"') readString()
    else skip(/[-+.\w]/)
  }

  readValue()
  return { isTwice, isEscape }
}

const NAMES = [
  'a',
  'b',
  '',
  ':',
  '":',
  '"',
  '\\',
  'a:',
  ' ',
  ':x',
  'é',
  '__proto__',
  '1',
  '😀',
  '\ud800',
  '\n',
  '/',
  '#',
]
const TEXTS = [
  '',
  ':',
  ':x',
  '":',
  '" : "',
  '":x',
  ' :',
  '\t:',
  '\\',
  '\\"',
  '\\":',
  '{"a":1,"a":2}',
  '","',
  '\u2028',
  'é:',
]
const SPACES = ['', '', '', '', ' ', '\n', '\t', '\r\n', '   ']

function writer(random: Random) {
  const one = <T>(list: readonly T[]): T => list[random(list.length)] as T
  const space = (): string => one(SPACES)
  const list = (open: string, items: readonly string[], close: string): string =>
    open + space() + items.map((item) => item + space()).join(`,${space()}`) + close

  function writeUnit(letter: string): string {
    const short = Object.keys(ESCAPES).find((name) => ESCAPES[name] === letter)
    const hex = letter.charCodeAt(0).toString(16).padStart(4, '0')
    const escaped = [`\\u${hex}`, `\\u${hex.toUpperCase()}`, ...(short ? [`\\${short}`] : [])]
    const mustEscape = letter < ' ' || letter === '"' || letter === '\\' || /[\ud800-\udfff]/.test(letter)
    return mustEscape || random(3) === 0 ? one(escaped) : letter
  }

  /** As it is, which may leave surrogates alone only where they are in pairs, or in a disguise. */
  function writeString(text: string): string {
    if (random(2) === 0 && !/^[\ud800-\udfff]$/.test(text)) return JSON.stringify(text)
    return `"${Array.from({ length: text.length }, (_, index) => writeUnit(text.charAt(index))).join('')}"`
  }

  function writeObject(depth: number, mayRepeat: boolean): string {
    // Of a few that stand beside each other in the list, so that the same come often.
    const first = random(NAMES.length - 4)
    const names = Array.from({ length: random(6) }, () => NAMES[first + random(4)] as string)
    const members = (mayRepeat ? names : [...new Set(names)]).map(
      (name) => `${writeString(name)}${space()}:${space()}${writeValue(depth + 1, mayRepeat)}`,
    )
    return list('{', members, '}')
  }

  function writeValue(depth: number, mayRepeat: boolean): string {
    const kind = depth > 4 ? 3 : random(6)
    if (kind === 0) return writeObject(depth, mayRepeat)
    if (kind === 1) {
      return list(
        '[',
        Array.from({ length: random(4) }, () => writeValue(depth + 1, mayRepeat)),
        ']',
      )
    }
    return kind < 5 ? writeString(one([...TEXTS, ...NAMES])) : one(['0', '-1.5e+3', 'null', 'true', '1E-2'])
  }

  return (mayRepeat: boolean): string => space() + writeObject(0, mayRepeat) + space()
}

describe.each(WAYS)('R11: members twice, $name', ({ parser }) => {
  function verdictOf(json: string): string {
    try {
      return JSON.stringify(parser.parseJsonObject(new TextEncoder().encode(json), 'ERR_JWT_INVALID', 'it'))
    } catch (error) {
      return (error as Error).message
    }
  }

  function expectedOf(json: string): string {
    const { isTwice, isEscape } = read(json)
    if (isEscape) return 'it has a name of one letter that is written as an escape'
    return isTwice ? 'it has a member twice' : JSON.stringify(JSON.parse(json))
  }

  test('4000 random texts get the verdict of a reader that goes letter by letter', () => {
    const write = writer(seeded(20260803))
    const wrong: string[] = []
    let repeating = 0
    for (let round = 0; round < 4000; round++) {
      const json = write(round % 2 === 0)
      if (read(json).isTwice) repeating++
      if (verdictOf(json) !== expectedOf(json)) wrong.push(json)
    }
    expect(wrong).toEqual([])
    // Enough of both kinds.
    expect(repeating).toBeGreaterThan(500)
    expect(repeating).toBeLessThan(2000)
  })

  // Each with a number of colons, behind quotes or white space, that is not that of the members.
  const values = [
    '":x"',
    '":"',
    '" :"',
    '"\\":"',
    '"\\\\\\":"',
    '" : "',
    '"\\u0022:"',
    '"\\t:"',
    '":\\":"',
    '[":",":"]',
  ]
  const names = [
    ['"a"', '"a"'],
    ['"a"', '"\\u0061"'],
    ['"\\u0061"', '"\\u0061"'],
    ['"a":1,"b"', '"a"'],
    ['"é"', '"\\u00e9"'],
    ['"é"', '"\\u00E9"'],
    ['"\\n"', '"\\u000a"'],
    ['"/"', '"\\/"'],
    ['"\\""', '"\\u0022"'],
    ['":"', '"\\u003a"'],
    ['"\\":"', '"\\u0022\\u003a"'],
    ['"😀"', '"\\ud83d\\ude00"'],
    ['"\\ud83d"', '"\\uD83D"'],
    ['""', '""'],
    ['"__proto__"', '"__proto__"'],
    ['"__proto__"', '"\\u005f_proto__"'],
    ['"constructor"', '"constructor"'],
  ] as const
  const frames: readonly ((members: string) => string)[] = [
    (members) => `{${members}}`,
    (members) => `{"x":{${members}}}`,
    (members) => `{"x":[{${members}}]}`,
    (members) => `{"x":[1,{"y":[{},{${members}}]}],"z":":"}`,
    (members) => `{"a":{"a":{${members}}}}`,
  ]
  const colons = [':', ' :', '\n:', '\t: ', '\r\n \t:\n']

  for (const [first, second] of names) {
    test(`${first} and ${second}`, () => {
      for (const frame of frames) {
        for (const value of values) {
          for (const [index, colon] of colons.entries()) {
            const other = colons[(index + 2) % colons.length]
            const json = frame(`${first}${colon}${value},${second}${other}${value}`)
            expect(read(json).isTwice, json).toBe(true)
            expect(verdictOf(json), json).toBe(expectedOf(json))
          }
        }
      }
    })
  }

  test.each(['\\u0061', '\\u0041', '\\\\', '\\"', '\\n', '\\/', '\\u00e9'])(
    'the name "%s", which engines misread',
    (name) => {
      // Node 24 and 26 and Deno would read "\\u0061" as a backslash, and so not as the "a" that is there already.
      JSON.parse('{"a":1,"\\\\":2}')
      for (const colon of colons) {
        for (const json of [`{"a":1,"${name}"${colon}2}`, `{"x":[{"${name}"${colon}"y"}]}`, `{"${name}"${colon}{}}`]) {
          expect(verdictOf(json), json).toBe('it has a name of one letter that is written as an escape')
        }
        for (const json of [
          `{"x":"${name}"}`,
          `{"x${name}"${colon}1}`,
          `{"${name}x"${colon}1}`,
          `{"x":["${name}",":"]}`,
        ]) {
          expect(verdictOf(json), json).toBe(JSON.stringify(JSON.parse(json)))
        }
      }
    },
  )

  test('the same names and values, none of them twice', () => {
    for (const frame of frames) {
      for (const value of values) {
        for (const colon of colons) {
          const json = frame(`"q"${colon}${value},"r"${colon}[${value},{"q"${colon}${value}},{"q"${colon}${value}}]`)
          expect(read(json), json).toEqual({ isTwice: false, isEscape: false })
          expect(verdictOf(json), json).toBe(JSON.stringify(JSON.parse(json)))
        }
      }
    }
  })
})
