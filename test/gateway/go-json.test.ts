import { describe, expect, test } from 'vitest'
import { encodeGoJson } from '../../src/gateway/go-json.ts'
import { codeOf } from '../paths.ts'

/** Of JSON text, as a backend's answer is. */
const parse = (text: string): unknown => JSON.parse(text)

function chain(length: number): unknown {
  let value: unknown = 'end'
  for (let level = 0; level < length; level++) value = { next: value }
  return value
}

describe("the payload is what Go's encoding/json writes", () => {
  const literals: readonly (readonly [title: string, value: unknown, json: string])[] = [
    ['null', null, 'null'],
    ['true and false', [true, false], '[true,false]'],
    ['an empty object and an empty array', { a: {}, b: [] }, '{"a":{},"b":[]}'],
    ['an empty string, as value and as key', { '': '' }, '{"":""}'],
    ['arrays in arrays, in their order', [[2, [1]], [], [[[]]]], '[[2,[1]],[],[[[]]]]'],
    ['objects in arrays, sorted', [{ b: 1, a: [{ d: 1, c: 2 }] }], '[{"a":[{"c":2,"d":1}],"b":1}]'],
    ['members of the value undefined, left out', { a: undefined, b: { c: undefined }, d: null }, '{"b":{},"d":null}'],
    ['an own member "__proto__"', parse('{"a":1,"__proto__":{"b":2},"_":3}'), '{"_":3,"__proto__":{"b":2},"a":1}'],
    ['an object without a prototype', Object.assign(Object.create(null), { b: 1, a: 2 }), '{"a":2,"b":1}'],
    ['members of the object itself only', Object.create({ inherited: 1 }), '{}'],
    ['a member named "toJSON" that is data', parse('{"toJSON":1}'), '{"toJSON":1}'],
  ]
  test.each(literals)('%s', (_, value, json) => {
    expect(encodeGoJson(value)).toBe(json)
  })
})

describe('keys are sorted by the order of their UTF-8 bytes at every depth', () => {
  const orders: readonly (readonly [title: string, keys: readonly string[], json: string])[] = [
    ['upper case before lower case', ['a', 'Z', 'z', 'A'], '{"A":1,"Z":1,"a":1,"z":1}'],
    ['digits as text, though JavaScript puts numbers first', ['a', '2', '10'], '{"10":1,"2":1,"a":1}'],
    ['a space before a digit that JavaScript puts first', ['0', ' '], '{" ":1,"0":1}'],
    ['a prefix before what it begins', ['ab', 'aa', 'a ', 'a'], '{"a":1,"a ":1,"aa":1,"ab":1}'],
    ['the empty key first', ['!', ''], '{"":1,"!":1}'],
    ['one, two and three bytes', ['一', 'ࠀ', 'é', 'z'], '{"z":1,"é":1,"ࠀ":1,"一":1}'],
    [
      'U+10000 and above after U+E000 to U+FFFF, unlike in UTF-16',
      ['\u{10ffff}', '\u{10000}', '\uffff', '\ue000', '\ud7ff'],
      '{"\ud7ff":1,"\ue000":1,"\uffff":1,"\u{10000}":1,"\u{10ffff}":1}',
    ],
    ['the same after a common prefix', ['a\u{1f511}', 'a\ufb01', 'b'], '{"a\ufb01":1,"a\u{1f511}":1,"b":1}'],
    [
      'surrogate pairs among themselves',
      ['\u{20000}', '\u{1f512}', '\u{1f511}'],
      '{"\u{1f511}":1,"\u{1f512}":1,"\u{20000}":1}',
    ],
    [
      'by the key itself, not by its escaped form',
      ['[', '=', '<', '#', '"'],
      '{"\\"":1,"#":1,"\\u003c":1,"=":1,"[":1}',
    ],
    ['control characters first', [' ', '\u001f', '\n'], '{"\\n":1,"\\u001f":1," ":1}'],
  ]
  test.each(orders)('%s', (_, keys, json) => {
    const unsorted = Object.fromEntries(keys.map((key) => [key, 1]))
    expect(encodeGoJson(unsorted)).toBe(json)
    expect(encodeGoJson({ b: [{ c: unsorted }], a: unsorted })).toBe(`{"a":${json},"b":[{"c":${json}}]}`)
  })

  test('half a surrogate pair is sorted as the U+FFFD that it becomes', () => {
    expect(encodeGoJson(parse('{"\\ufffe":2,"\\ud800":1}'))).toBe('{"\ufffd":1,"\ufffe":2}')
  })
})

describe('strings are escaped as Go escapes them', () => {
  const strings: readonly (readonly [title: string, text: string, json: string])[] = [
    ['< > &', '<a href="x">&', '"\\u003ca href=\\"x\\"\\u003e\\u0026"'],
    ['U+2028 and U+2029', 'a\u2028b\u2029c', '"a\\u2028b\\u2029c"'],
    ['the quotation mark and the backslash, but not the slash', '"\\/\'', '"\\"\\\\/\'"'],
    ['\\b \\f \\n \\r \\t by their letters', '\b\f\n\r\t', '"\\b\\f\\n\\r\\t"'],
    [
      'other control characters in lower-case hex',
      '\u0000\u0001\u000b\u001b\u001f',
      '"\\u0000\\u0001\\u000b\\u001b\\u001f"',
    ],
    ['DEL and the C1 controls as they are', '\u007f\u0080\u009f', '"\u007f\u0080\u009f"'],
    ['what is not ASCII as it is', 'é 一 \u{1f511} \ufeff', '"é 一 \u{1f511} \ufeff"'],
    ['what looks like an escape', '\\u003c', '"\\\\u003c"'],
    ['the first half of a surrogate pair', 'a\ud83dz', '"a\ufffdz"'],
    ['the second half of a surrogate pair', '\udd11', '"\ufffd"'],
    ['two halves in the wrong order', '\udd11\ud83d', '"\ufffd\ufffd"'],
    ['a half before a whole pair', '\ud83d\ud83d\udd11', '"\ufffd\u{1f511}"'],
  ]
  test.each(strings)('%s', (_, text, json) => {
    expect(encodeGoJson(text)).toBe(json)
  })

  test('in keys as in values', () => {
    expect(encodeGoJson({ 'a&b\n\ud800': '<' })).toBe('{"a\\u0026b\\n\ufffd":"\\u003c"}')
  })

  test('every other printable ASCII character as it is', () => {
    const plain = Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index)).filter(
      (letter) => !'"\\<>&'.includes(letter),
    )
    expect(plain).toHaveLength(90)
    for (const letter of plain) expect(encodeGoJson(letter)).toBe(`"${letter}"`)
  })
})

describe('numbers are written as Go writes them', () => {
  const numbers: readonly (readonly [value: number | bigint, json: string])[] = [
    [0, '0'],
    [-0, '-0'],
    [1735689600, '1735689600'],
    [-1, '-1'],
    [1.5, '1.5'],
    [0.1, '0.1'],
    [0.000001, '0.000001'],
    [1e-7, '1e-7'],
    [1.25e-9, '1.25e-9'],
    [1e-10, '1e-10'],
    [100000, '100000'],
    [1e20, '100000000000000000000'],
    [1e21, '1e+21'],
    [-1.5e300, '-1.5e+300'],
    [2 ** 53, '9007199254740992'],
    [Number.MAX_VALUE, '1.7976931348623157e+308'],
    [Number.MIN_VALUE, '5e-324'],
    [0n, '0'],
    [9007199254740993n, '9007199254740993'],
    [-(10n ** 30n), '-1000000000000000000000000000000'],
  ]
  test.each(numbers)('%s', (value, json) => {
    expect(encodeGoJson({ number: [value] })).toBe(`{"number":[${json}]}`)
  })
})

describe('R20: what JSON cannot hold is refused, at the top, as a member and in an array', () => {
  const refused: readonly (readonly [title: string, value: unknown])[] = [
    ['NaN', Number.NaN],
    ['Infinity', Number.POSITIVE_INFINITY],
    ['-Infinity', Number.NEGATIVE_INFINITY],
    ['a function', () => 1],
    ['a symbol', Symbol('claim')],
    ['a Date', new Date(0)],
    ['an object with toJSON()', { toJSON: () => ({}) }],
    ['an object that inherits toJSON()', Object.create({ toJSON: () => ({}) })],
  ]
  test.each(refused)('%s', async (_, value) => {
    for (const holder of [value, { member: value }, [value], { deep: [{ er: value }] }]) {
      expect(await codeOf(() => encodeGoJson(holder))).toBe('ERR_SIGN')
    }
  })

  test('undefined, where leaving it out would move or lose something', async () => {
    expect(await codeOf(() => encodeGoJson(undefined))).toBe('ERR_SIGN')
    expect(await codeOf(() => encodeGoJson([1, undefined]))).toBe('ERR_SIGN')
  })

  test('an array with a hole', async () => {
    expect(await codeOf(() => encodeGoJson(Object.assign([], { 1: 'second' })))).toBe('ERR_SIGN')
  })

  test('the message does not hold the value', () => {
    expect(() => encodeGoJson({ secret: { toJSON: () => 'hidden' } })).toThrow(/^the value holds something/)
  })
})

describe('nesting ends in ERR_SIGN and never in a RangeError', () => {
  test('an object that holds itself', async () => {
    const circle: Record<string, unknown> = { a: 1 }
    circle.self = circle
    expect(await codeOf(() => encodeGoJson(circle))).toBe('ERR_SIGN')
  })

  test('an array that holds itself, twice', async () => {
    const circle: unknown[] = []
    circle.push(circle, [circle])
    expect(await codeOf(() => encodeGoJson(circle))).toBe('ERR_SIGN')
  })

  test('a hundred thousand levels', async () => {
    expect(await codeOf(() => encodeGoJson(chain(100_000)))).toBe('ERR_SIGN')
  })

  test('a hundred levels are written', () => {
    expect(encodeGoJson(chain(100))).toBe(`${'{"next":'.repeat(100)}"end"${'}'.repeat(100)}`)
  })

  test('the same object twice is no circle', () => {
    const shared = { b: 2, a: 1 }
    expect(encodeGoJson([shared, { shared }])).toBe('[{"a":1,"b":2},{"shared":{"a":1,"b":2}}]')
  })
})

test('values lie 1000 deep beneath the outermost, and no deeper', () => {
  const nested = (depth: number): unknown => JSON.parse('['.repeat(depth) + ']'.repeat(depth))
  expect(encodeGoJson(nested(1001))).toBe('['.repeat(1001) + ']'.repeat(1001))
  expect(() => encodeGoJson(nested(1002))).toThrow(expect.objectContaining({ code: 'ERR_SIGN' }))
})
