import { describe, expect, test } from 'vitest'
import * as ordinary from '../src/json.ts'
import { leastTime } from './least-time.ts'
import { type Random, seeded } from './random.ts'
import { importWithoutNode } from './without-node.ts'

// One way through the parser has node:buffer, which tells ASCII from the rest; the other has a TextDecoder alone.
const WAYS = [
  { name: 'with node:buffer', parser: ordinary },
  { name: 'with TextDecoder alone', parser: await importWithoutNode(() => import('../src/json.ts')) },
]

const octets = (text: string): Uint8Array => new TextEncoder().encode(text)
const nested = (depth: number, open: string, close: string): string => open.repeat(depth) + close.repeat(depth)
/** An object in which `depth` objects and arrays lie in one another, it included. */
const arrays = (depth: number): string => `{"a":${nested(depth - 1, '[', ']')}}`
const objects = (depth: number): string => `${'{"a":'.repeat(depth - 1)}{}${'}'.repeat(depth - 1)}`

describe.each(WAYS)('parsing $name', ({ parser }) => {
  const parse = (json: string | Uint8Array) =>
    parser.parseJsonObject(typeof json === 'string' ? octets(json) : json, 'ERR_JWT_INVALID', 'the thing')

  const refusal = (json: string | Uint8Array): string => {
    try {
      parse(json)
      return 'accepted'
    } catch (error) {
      expect(error).toMatchObject({ name: 'JoseError', code: 'ERR_JWT_INVALID' })
      expect(Object.hasOwn(error as Error, 'cause')).toBe(false)
      return (error as Error).message
    }
  }

  test.each([
    ['{}'],
    ['{"a":1}'],
    [' \t\r\n{ "a" \t\r\n: 1 , "b":[ ] } \n'],
    ['{"a":{"a":{"a":1}},"b":[{"a":1},{"a":1}]}'],
    ['{"":0,"a":"","b":null,"c":true,"d":-1.5e3}'],
  ])('%j is taken', (json) => expect(parse(json)).toEqual(JSON.parse(json)))

  test.each(['e30=', 'e3', 'e3 0', 'e31', 'e'])('R10: %j is not canonical base64url', (segment) => {
    const refused = expect(() => parser.parseJsonSegment(segment, 'ERR_JWT_INVALID', 'the thing'))
    refused.toThrow(expect.objectContaining({ code: 'ERR_BASE64URL', message: 'the thing is not canonical base64url' }))
  })

  test.each([
    ['plain', '{"alg":"none","alg":"HS256"}'],
    ['of the same value', '{"a":1,"a":1}'],
    ['not beside each other', '{"a":1,"b":2,"a":3}'],
    ['with white space before the colon', '{"a"\t\r\n :1,"a"\t\r\n :2}'],
    ['written with an escape', '{"alg":"none","\\u0061lg":"HS256"}'],
    ['both written with escapes', '{"\\u0061b":1,"\\u0061b":2}'],
    ['with an escaped quote in the name', '{"a\\"b":1,"a\\u0022b":2}'],
    ['with a backslash at the end of the name', '{"a\\\\":1,"a\\u005c":2}'],
    ['of an empty name', '{"":1,"":2}'],
    ['with numbers as names', '{"1":1,"1":2}'],
    ['outside of ASCII', '{"\u00e9t":1,"\\u00e9t":2}'],
    ['in an object', '{"a":{"b":1,"b":2}}'],
    ['in an array', '{"a":[{"b":1,"b":2}]}'],
    ['deep down', '{"a":[[{"b":[0,{"c":{"d":1,"d":2}}]}]]}'],
    ['whose first value is an object with members', '{"a":{"b":1,"c":2},"a":{"b":1}}'],
    ['of __proto__', '{"__proto__":{"iss":"good"},"__proto__":{"iss":"bad"}}'],
    ['of __proto__, once escaped', '{"__proto__":1,"\\u005f_proto__":2}'],
    ['of toString', '{"toString":1,"toString":2}'],
  ])('R11: a member twice, %s, is refused', (_, json) => {
    expect(refusal(json)).toBe('the thing has a member twice')
  })

  test.each([
    ['a colon in quotes', '{"a":"\\":\\"","b":"x\\":1"}'],
    ['a colon behind a quote in a string', '{"a":"\\":1,\\"b\\":2"}'],
    ['JSON in a string', JSON.stringify({ a: JSON.stringify({ b: 1, c: { b: '":' } }) })],
    ['JSON in JSON in a string', JSON.stringify({ a: JSON.stringify({ b: JSON.stringify({ a: 1, b: 2 }) }) })],
    ['one backslash at the end', '{"a":"\\\\","b":1}'],
    ['two backslashes at the end', '{"a":"\\\\\\\\","b":1}'],
    ['three backslashes and a quote', '{"a":"\\\\\\\\\\\\\\"","b":1}'],
    ['backslashes at the end of a name', '{"a\\\\":"b\\\\","c\\\\\\"":1}'],
    ['strings in arrays', '{"a":["b","b","c:","\\":"],"d":":"}'],
    ['a string before white space and a bracket', '{"a":["b" \n ],"c":"d" \t }'],
    ['the same name at different places', '{"a":{"a":[{"a":1},{"a":{"a":2}}]}}'],
    ['names that differ in case', '{"a":1,"A":2}'],
    ['names that differ in their normal form', '{"\u00e9":1,"e\u0301":2}'],
  ])('R11: %s is no member twice', (_, json) => expect(parse(json)).toEqual(JSON.parse(json)))

  test('R12: __proto__ is a member like others, and changes no prototype', () => {
    const value = parse('{"__proto__":{"iss":"good"},"sub":"me"}')
    expect(Object.keys(value)).toEqual(['__proto__', 'sub'])
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype)
    expect(parser.own(value, '__proto__')).toEqual({ iss: 'good' })
    expect(parser.own(value, 'iss')).toBeUndefined()
  })

  test.each([
    ['FF', [0xff]],
    ['FE', [0xfe]],
    ['a lone continuation octet', [0x80]],
    ['a surrogate, ED A0 80', [0xed, 0xa0, 0x80]],
    ['an overlong slash, C0 AF', [0xc0, 0xaf]],
    ['an overlong slash of three octets', [0xe0, 0x80, 0xaf]],
    ['above U+10FFFF', [0xf4, 0x90, 0x80, 0x80]],
    ['cut short', [0xe2, 0x82]],
  ])('R11: octets that are not UTF-8 are refused: %s', (_, wrong) => {
    expect(refusal(Uint8Array.of(...octets('{"a":"'), ...wrong, ...octets('"}')))).toBe('the thing is not UTF-8')
    expect(refusal(Uint8Array.of(...wrong))).toBe('the thing is not UTF-8')
  })

  test('R11: a byte order mark is refused', () => {
    expect(refusal(Uint8Array.of(0xef, 0xbb, 0xbf, ...octets('{}')))).toBe('the thing is not JSON')
    expect(refusal(Uint8Array.of(0xef, 0xbb, 0xbf, ...octets('{"a":"\u00e9"}')))).toBe('the thing is not JSON')
    expect(refusal(Uint8Array.of(0xff, 0xfe, 0x7b, 0x00, 0x7d, 0x00))).toBe('the thing is not UTF-8')
  })

  test.each([
    ['nothing', ''],
    ['white space', ' '],
    ['text behind', '{}x'],
    ['a second object', '{}{}'],
    ['a NUL behind', '{}\0'],
    ['a comma too many', '{"a":1,}'],
    ['single quotes', "{'a':1}"],
    ['a comment', '{}//'],
    ['NaN', '{"a":NaN}'],
    ['a control character in a string', '{"a":"\n"}'],
    ['a no-break space', '\u00a0{}'],
    ['a string that does not end', '{"a":"'],
    ['an unknown escape', '{"a":"\\x41"}'],
  ])('R11: %s is not JSON', (_, json) => expect(refusal(json)).toBe('the thing is not JSON'))

  test.each([['[]'], ['[{}]'], ['"x"'], ['""'], ['null'], ['true'], ['0'], ['1e400'], [' "{}" ']])(
    'R11: %s is refused, since it is not an object',
    (json) => expect(refusal(json)).toBe('the thing is not a JSON object'),
  )

  test.each([
    ['arrays', arrays],
    ['objects', objects],
  ])('R11: %s may lie 64 deep, and not 65', (_, build) => {
    expect(parse(build(64))).toEqual(JSON.parse(build(64)))
    expect(refusal(build(65))).toBe('the thing is nested too deeply')
  })

  test('R11: depth counts wherever it is, and breadth does not', () => {
    expect(refusal(`{"a":1,"b":[0,${nested(64, '[', ']')},0],"c":1}`)).toBe('the thing is nested too deeply')
    const broad = `{"a":[${'[{"b":[]}],'.repeat(500)}0]}`
    expect(parse(broad)).toEqual(JSON.parse(broad))
  })

  test.each([
    ['arrays', arrays(8190)],
    ['objects', objects(2700)],
    ['arrays that do not end', `{"a":${'['.repeat(16384)}`],
    ['backslashes', `{"a":"${'\\\\'.repeat(8185)}","a":1}`],
    ['escaped quotes', `{"a":"${'\\"'.repeat(8185)}","a":1}`],
    ['spaces', `{"a"${' '.repeat(16360)}:1,"a":2}`],
    ['members', `{${'"":0,'.repeat(3270)}"":0}`],
  ])('R25: 16 KiB of %s are refused in less than 10 ms', async (_, json) => {
    const bytes = octets(json)
    expect(await leastTime(() => refusal(bytes))).toBeLessThan(10)
    expect(refusal(bytes)).toMatch(/nested too deeply|not JSON|member twice/)
  })

  test.each([
    ['two octets', '\u00e9\u00df\u0416'],
    ['three octets', '\u65e5\u672c\u20ac'],
    ['four octets', '\u{1f600}'],
    ['DEL and NUL, escaped', '\u007f\\u0000'],
    ['line separators', '\u2028\u2029'],
    ['a byte order mark within', 'a\ufeffb'],
  ])('text beyond ASCII comes out right: %s', (_, text) => {
    const json = `{"${text}":"${text}"}`
    expect(parse(json)).toEqual(JSON.parse(json))
  })

  test('a view at an offset is read, and only what it shows', () => {
    for (const json of ['{"a":"b"}', '{"a":"\u00e9"}']) {
      const around = octets(`xx${json}xx`)
      expect(parse(around.subarray(2, around.length - 2))).toEqual(JSON.parse(json))
    }
  })

  test('no message holds anything of the text', () => {
    for (const json of ['{"s3cret":1,"s3cret":2}', '"s3cret"', '{"s3cret"', `{"s3cret":${nested(65, '[', ']')}}`]) {
      expect(refusal(json)).toMatch(
        /^the thing (has a member twice|is not JSON|is not a JSON object|is nested too deeply)$/,
      )
    }
  })

  test('R11: random texts: a member twice is found, and nothing else is taken for one', () => {
    const random = seeded(20260801)
    for (let round = 0; round < 300; round++) {
      const { json, twice } = randomObject(random)
      expect(refusal(json), json).toBe('accepted')
      expect(refusal(twice), twice).toBe('the thing has a member twice')
    }
  })
})

describe('reading members', () => {
  test('R12: own() reads members of the object itself only', () => {
    const object: Record<string, unknown> = Object.create({ inherited: 1 })
    object.a = 2
    expect(ordinary.own(object, 'a')).toBe(2)
    for (const name of ['inherited', 'toString', 'constructor', '__proto__']) {
      expect(ordinary.own(object, name), name).toBeUndefined()
    }
  })

  test.each([
    [{}, true],
    [Object.create(null), true],
    [[], false],
    [null, false],
    [undefined, false],
    ['{}', false],
    [() => 1, false],
  ])('isJsonObject(%o) is %s', (value, expected) => expect(ordinary.isJsonObject(value)).toBe(expected))
})

describe('writing', () => {
  const write = (object: object): string => ordinary.writeJsonObject(object as ordinary.JsonObject, 'the thing')

  test.each<[string, object]>([
    ['NaN', { a: Number.NaN }],
    ['an infinity', { a: Number.NEGATIVE_INFINITY }],
    ['NaN as an object', { a: new Number(Number.NaN) }],
    ['NaN in an array', { a: [0, Number.NaN] }],
    ['undefined in an array', { a: [undefined] }],
    ['a hole in an array', { a: new Array(1) }],
    ['a function in an array', { a: [() => 1] }],
    ['a symbol in an array', { a: [Symbol('b')] }],
    ['an infinity deep down', { a: [{ b: [{ c: Number.POSITIVE_INFINITY }] }] }],
  ])('R20: %s would be written as null, and is refused', (_, object) => {
    expect(JSON.stringify(object)).toContain('null')
    const refused = { name: 'JoseError', code: 'ERR_SIGN', message: 'the thing cannot be written as JSON' }
    expect(() => write(object)).toThrow(expect.objectContaining({ ...refused, cause: expect.any(TypeError) }))
  })

  test.each<[string, object, string]>([
    ['null', { a: null, b: [null] }, '{"a":null,"b":[null]}'],
    ['the text null', { a: 'null' }, '{"a":"null"}'],
    ['a number beside null', { a: [null, -1.5, new Number(5)], b: 0 }, '{"a":[null,-1.5,5],"b":0}'],
    ['a text, a boolean and an object beside null', { a: [null, 'b', true, {}] }, '{"a":[null,"b",true,{}]}'],
    [
      'members that JSON has no value for, beside null',
      { a: undefined, b: () => 1, c: Symbol('c'), d: null },
      '{"d":null}',
    ],
  ])('R20: %s is written', (_, object, text) => expect(write(object)).toBe(text))

  test.each<[string, unknown]>([
    ['null', null],
    ['an array', []],
    ['an object with toJSON()', { toJSON: () => ({}) }],
    ['a Date', new Date(0)],
  ])('R20: %s is no plain object', (_, value) => {
    expect(() => write(value as object)).toThrow('the thing must be a plain object, without toJSON()')
  })

  test('toJSON is a member like others where it is no function', () => {
    expect(write({ toJSON: 'x' })).toBe('{"toJSON":"x"}')
  })
})

test('deepFreeze freezes all objects and arrays of a value, and gives it back', () => {
  const value = { a: null, b: [{ c: [1] }], d: 'text' }
  expect(ordinary.deepFreeze(value)).toBe(value)
  for (const part of [value, value.b, value.b[0], value.b[0]?.c]) expect(Object.isFrozen(part)).toBe(true)
  expect(ordinary.deepFreeze(null)).toBe(null)
  expect(ordinary.deepFreeze('text')).toBe('text')
})

const PIECES = ['a', 'b', '"', '\\', ':', ',', '{', '}', '[', ' ', '\n', '\u00e9', '\u{1f600}', '":', '\\"']
const SPACES = ['', '', '', ' ', '\n', '\t \r\n']

/** A text without a member twice, and the same with one member of one object written again. */
function randomObject(random: Random): { json: string; twice: string } {
  const space = (): string => SPACES[random(SPACES.length)] as string
  const string = (): string => Array.from({ length: random(5) }, () => PIECES[random(PIECES.length)]).join('')
  const write = (text: string): string => {
    if (random(2) === 0) return JSON.stringify(text)
    const units = Array.from({ length: text.length }, (_, index) => text.charCodeAt(index))
    return `"${units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('')}"`
  }
  const scalar = (): string => [write(string()), '0', '-1.5e3', 'null', 'true'][random(5)] as string
  const value = (depth: number): string => {
    const kind = depth > 3 ? 2 : random(4)
    if (kind === 0) return object(depth + 1, false)
    if (kind > 1) return scalar()
    return `[${space()}${Array.from({ length: random(4) }, () => value(depth + 1)).join(`${space()},${space()}`)}]`
  }
  const member = (name: string, depth: number): string => `${space()}${write(name)}${space()}:${space()}${value(depth)}`
  const object = (depth: number, mark: boolean): string => {
    // Names of one letter may not be escapes, and some must be.
    const name = (): string => string().replace(/^.$/s, '$&n')
    const names = [...new Set(Array.from({ length: 1 + random(4) }, name))]
    const members = names.map((name) => member(name, depth))
    // Never "#" within: no piece and no escape has one.
    const again = mark ? `#,${member(names[random(names.length)] as string, depth)}#` : ''
    return `{${members.join(`${space()},`)}${space()}${again}}`
  }
  const holders = [() => object(0, true), () => `{"x":[0,${object(1, true)}],"y":${value(1)}}`]
  const marked = (holders[random(2)] as () => string)()
  return { json: marked.replace(/#.*#/su, ''), twice: marked.replaceAll('#', '') }
}
