import { describe, expect, test } from 'vitest'
import { encodeGoJson } from '../../src/gateway/go-json.ts'
import { NumberLexeme, parseWithLexemes } from '../../src/gateway/lexemes.ts'
import { leastTime } from '../least-time.ts'

const lexeme = (text: string) => new NumberLexeme(text)

describe('numbers that JavaScript would write in another way keep their lexeme', () => {
  const kept = [
    ...['1.0', '0.0', '-0', '-0.0', '1.50', '100.00', '1e3', '1E3', '1e+3', '1e-3', '-1.5E+10', '0e0', '0.10'],
    ...['12345678901234567890', '9007199254740993', '-9007199254740993', '1E400', '-1e400', '1e-400'],
    ...['0.1000000000000000055511151231257827', '1.7976931348623157e308', '1e21', '0.0000001'],
  ]
  test.each(kept)('%s', (text) => {
    expect(parseWithLexemes(text)).toEqual(lexeme(text))
    expect(parseWithLexemes(` [ ${text} ,{"a":\n${text}}] `)).toEqual([lexeme(text), { a: lexeme(text) }])
  })

  const plain = ['0', '1', '-1', '1.5', '-0.5', '1735689600', '9007199254740991', '-9007199254740991', '0.1', '1e-7']
  test.each(plain)('%s is a number', (text) => {
    expect(parseWithLexemes(text)).toBe(Number(text))
    expect(parseWithLexemes(`[${text},1.0]`)).toEqual([Number(text), lexeme('1.0')])
  })
})

describe('strings are as they were', () => {
  const strings = [
    ...['1.0', '-0', '12345678901234567890', '1e3', '#', '#1.0', '##1.0', '###', '# 1.0', 'a # b', '#"', '\\#1.0'],
    ...['"1.0"', '\\', '\\\\', '\\"', 'a"b:1.0', '{"a":1.0}', '1.0\\', '\u20281.0', '\ud8001.0', '\n1.0', ''],
  ]
  test.each(strings)('%j, as a value and as a name', (text) => {
    const json = JSON.stringify(text)
    expect(parseWithLexemes(json)).toBe(text)
    expect(parseWithLexemes(`{${json}:[${json},1.0]}`)).toEqual({ [text]: [text, lexeme('1.0')] })
  })

  test('also where all of them stand in one text', () => {
    const value = Object.fromEntries(strings.map((text) => [text, strings]))
    expect(parseWithLexemes(`[${JSON.stringify(value)},2.0]`)).toEqual([value, lexeme('2.0')])
  })

  test('also where a number sign is written as an escape', () => {
    expect(parseWithLexemes('["\\u00231.0",1.0]')).toEqual(['#1.0', lexeme('1.0')])
    expect(parseWithLexemes('["\\u0023\\u00231.0","#",1.0]')).toEqual(['##1.0', '#', lexeme('1.0')])
  })

  test('also before a quote that is none, and at the end', () => {
    for (const backslashes of [0, 1, 2, 3, 4, 5]) {
      const text = `1.0${'\\'.repeat(backslashes)}`
      const json = JSON.stringify([text, `${text}"`, `${text}",2.0,"`])
      expect(parseWithLexemes(`{"a":1.0,"b":${json},"c":3.0}`)).toEqual({
        a: lexeme('1.0'),
        b: JSON.parse(json),
        c: lexeme('3.0'),
      })
    }
  })
})

describe('objects', () => {
  test('R12: an own "__proto__" is a member', () => {
    const value = parseWithLexemes('{"__proto__":{"a":1.0},"b":1.0}') as object
    expect(Object.keys(value)).toEqual(['__proto__', 'b'])
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype)
    expect(encodeGoJson(value)).toBe('{"__proto__":{"a":1.0},"b":1.0}')
  })

  test('of two members with one name the last stands, as in JSON.parse', () => {
    expect(parseWithLexemes('{"a":1.0,"a":2.0}')).toEqual({ a: lexeme('2.0') })
  })

  test('true, false, null, empty objects and arrays', () => {
    expect(parseWithLexemes('{"a":[true,false,null,{},[],1.0]}')).toEqual({
      a: [true, false, null, {}, [], lexeme('1.0')],
    })
  })

  test('what is not JSON is refused', () => {
    for (const text of ['', '1.', ' ', '"', '{"a":1.0', '{"a":1.0,"b', '{"a":"1.0\\"}']) {
      expect(() => parseWithLexemes(text), text).toThrow(SyntaxError)
    }
  })

  test('nested as deeply as a body may be', () => {
    const json = `${'[{"a":'.repeat(30)}1.0${'}]'.repeat(30)}`
    expect(encodeGoJson(parseWithLexemes(json))).toBe(json)
  })
})

describe('any text', () => {
  /** mulberry32: the same texts in each run. */
  function randomOf(seed: number): () => number {
    let state = seed
    return () => {
      state = (state + 0x6d2b79f5) | 0
      let bits = Math.imul(state ^ (state >>> 15), 1 | state)
      bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits
      return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32
    }
  }

  const PIECES = ['#', '1.0', '"', '\\', '-0', 'e', '{', ':', ',', ' ', 'é', '\ud83d', '\u2028', '9'.repeat(20), '\n']
  const NUMBERS = ['0', '-0', '1.0', '1e3', '12', '-1.50', '1E400', '98765432109876543210', '0.1', '3E-2']

  /** Sorted, so that it is what `encodeGoJson` writes, and with what Go would escape left out. */
  function write(random: () => number, depth: number): string {
    const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T
    const text = () => encodeGoJson(Array.from({ length: random() * 5 }, () => pick(PIECES)).join(''))
    const kind = depth > 4 ? random() * 3 : random() * 5
    if (kind < 1) return text()
    if (kind < 2.7) return pick(NUMBERS)
    if (kind < 3) return pick(['true', 'false', 'null'])
    const values = Array.from({ length: random() * 5 }, () => write(random, depth + 1))
    if (kind < 4) return `[${values.join(',')}]`
    return `{${values.map((value, index) => `"${index}":${value}`).join(',')}}`
  }

  /** What JSON.parse would have made of it. */
  function numeric(value: unknown): unknown {
    if (value instanceof NumberLexeme) return Number(value.text)
    if (Array.isArray(value)) return value.map(numeric)
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, numeric(member)]))
  }

  test('is written back as it was, and is else what JSON.parse makes of it', () => {
    const random = randomOf(1)
    for (let round = 0; round < 2000; round++) {
      const json = write(random, 0)
      const value = parseWithLexemes(json)
      expect(encodeGoJson(value)).toBe(json)
      expect(numeric(value)).toEqual(JSON.parse(json))
    }
  })

  /** The plain way, by regular expressions, which is slow and runs out of stack where strings are long. */
  function byExpressions(json: string): unknown {
    const unescaped = JSON.stringify(JSON.parse(json))
    let marker = '#'
    while (unescaped.includes(marker)) marker += '#'
    const marked = json.replace(/"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/g, (token) =>
      token.startsWith('"') || JSON.stringify(Number(token)) === token ? token : `"${marker}${token}"`,
    )
    return JSON.parse(marked, (_, value) =>
      typeof value === 'string' && value.startsWith(marker) ? lexeme(value.slice(marker.length)) : value,
    )
  }

  test('is what regular expressions make of it, with escapes, white space, and members twice', () => {
    const random = randomOf(2)
    const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T
    const letters = ['"', '\\', '#', '##', '1.0', '-0', 'e', ',', ':', '[', '\n', '__proto__', 'a', '9'.repeat(17)]
    const space = () => pick(['', '', '', ' ', '\n', '\t ', '\r\n'])
    const text = () => {
      const json = JSON.stringify(Array.from({ length: random() * 4 }, () => pick(letters)).join(''))
      return random() < 0.3 ? json.replaceAll('#', '\\u0023') : json
    }
    const value = (depth: number): string => {
      const kind = random() * (depth > 3 ? 3 : 5)
      const values = () => Array.from({ length: random() * 4 }, () => value(depth + 1))
      if (kind < 1) return text()
      if (kind < 2.8) return pick([...NUMBERS, '-0.0', '-1', '1.5', '1E+2', '9007199254740993', '1e-400', '1735689600'])
      if (kind < 3) return pick(['true', 'false', 'null'])
      if (kind < 4) return `[${space()}${values().join(`${space()},${space()}`)}${space()}]`
      const members = values().map((member) => `${space()}${text()}${space()}:${space()}${member}${space()}`)
      return `{${members.join(',')}}`
    }
    for (let round = 0; round < 5000; round++) {
      const json = `${space()}${value(0)}${space()}`
      expect(parseWithLexemes(json), json).toEqual(byExpressions(json))
    }
  })
})

describe('long texts', () => {
  const texts: readonly (readonly [title: string, milliseconds: number, json: string])[] = [
    ['100 KB of number signs', 100, `{"a":1.0,"b":"${'#'.repeat(100_000)}"}`],
    ['100 KB of number signs beside 25,000 numbers', 250, `["${'#'.repeat(100_000)}"${',1.0'.repeat(25_000)}]`],
    ['strings of one number sign more each', 100, `[1.0,${numberSigns(450)}]`],
    ['100 KB of escaped quotes', 100, `{"a":1.0,"b":"${'\\"'.repeat(50_000)}"}`],
    ['100 KB of escaped backslashes', 100, `{"a":1.0,"b":"${'\\\\'.repeat(25_000)}"}`],
    ['100 KB of empty strings', 250, `[1.0${',""'.repeat(33_333)}]`],
    ['a string of 16 MB', 1000, `{"a":1.0,"b":"${'x'.repeat(16_000_000)}"}`],
    ['a string of 2 MB of escaped quotes', 1000, `{"a":1.0,"b":"${'\\"'.repeat(1_000_000)}"}`],
    ['a number of 1 MB', 500, `[${'9'.repeat(1_000_000)}]`],
    ['a string of 1 MB of digits', 250, `["${'9'.repeat(1_000_000)}"]`],
    ['100 KB of numbers', 250, `[0${',-0'.repeat(33_333)}]`],
  ]
  test.each(texts)('%s: in less than %i ms', async (_, milliseconds, json) => {
    const parsed = encodeGoJson(parseWithLexemes(json))
    expect(parsed === json).toBe(true)
    expect(await leastTime(() => parseWithLexemes(json))).toBeLessThan(milliseconds)
  })

  function numberSigns(count: number): string {
    return Array.from({ length: count }, (_, index) => `"${'#'.repeat(index)}"`).join(',')
  }
})
