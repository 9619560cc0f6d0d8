import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { encodeGoJson } from '../../src/gateway/go-json.ts'
import { parseWithLexemes } from '../../src/gateway/lexemes.ts'
import { check } from './check.ts'

const strings = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 8 }),
  fc.string({ unit: fc.constantFrom(...'<>&"\\/\u2028\u2029\u0000\n😀é\ue000'), maxLength: 6 }),
)
const numbers = fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer(), fc.maxSafeInteger())
const values = fc.oneof(
  fc.jsonValue({ maxDepth: 4 }),
  fc.dictionary(strings, fc.oneof(strings, numbers, fc.array(strings, { maxLength: 3 })), { maxKeys: 6 }),
)

/** Half a surrogate pair is lost in UTF-8, and the name that comes of it may be there already. */
const isWhole = (value: unknown): boolean => !/\\ud[89a-f]/.test(JSON.stringify(value))

describe("Go's JSON", () => {
  test('is JSON, and says the same', () => {
    check(
      fc.property(values, (value) => {
        fc.pre(isWhole(value))
        expect(JSON.stringify(sorted(JSON.parse(encodeGoJson(value))))).toBe(JSON.stringify(sorted(plain(value))))
      }),
      300,
    )
  })

  test('has only one text for it, whatever the order of the members', () => {
    check(
      fc.property(fc.dictionary(strings, values, { maxKeys: 6 }), (object) => {
        fc.pre(isWhole(object))
        const text = encodeGoJson(object)
        expect(encodeGoJson(Object.fromEntries(Object.entries(object).reverse()))).toBe(text)
        expect(encodeGoJson(JSON.parse(text))).toBe(text)
        expect(encodeGoJson(parseWithLexemes(text))).toBe(text)
      }),
    )
  })

  test('has nothing that a page would take for its own', () => {
    check(
      fc.property(values, (value) => {
        const taken = [...encodeGoJson(value)].filter((letter) => letter < ' ' || '<>&\u2028\u2029'.includes(letter))
        expect(taken).toEqual([])
      }),
    )
  })

  test('has its names in the order of their octets', () => {
    check(
      fc.property(fc.uniqueArray(fc.string({ unit: 'grapheme', maxLength: 4 }), { maxLength: 8 }), (names) => {
        const text = encodeGoJson(Object.fromEntries(names.map((name) => [name, 0])))
        const written = [...text.matchAll(/("(?:[^"\\]|\\.)*"):0/g)].map(
          ([, name]) => JSON.parse(name as string) as string,
        )
        const octets = written.map((name) => hexOf(new TextEncoder().encode(name)))
        expect(octets).toEqual([...octets].sort())
        expect(written).toHaveLength(names.length)
      }),
    )
  })
})

const hexOf = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')

/** As JSON keeps it, but for -0, which it keeps too. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value))
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  return Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, member]) => [name, sorted(member)])
}
