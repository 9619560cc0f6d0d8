import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseJsonObject, parseJsonSegment } from '../../src/json.ts'
import { segment } from '../forge.ts'
import { check } from './check.ts'

/** An object as its members are written, so that a name can come twice. */
type Written = string | number | boolean | null | readonly Written[] | { readonly members: readonly Member[] }
type Member = readonly [name: string, value: Written, escaped: boolean]

const names = fc.oneof(
  fc.constantFrom('aa', 'bb', 'alg', '__proto__', 'constructor', 'a:', '":', '', '10', 'é😀', '\\\\', '\n\t'),
  fc.string({ unit: 'grapheme', minLength: 2, maxLength: 6 }),
)
const scalars = fc.oneof(
  fc.constantFrom<Written>(null, true, false, 0, -1.5, 1e21, ':', '":"', '{"a":1,"a":2}', '\\"'),
  fc.string({ unit: 'binary', maxLength: 8 }),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
)

const { written } = fc.letrec<{ written: Written; object: { readonly members: readonly Member[] } }>((tie) => ({
  written: fc.oneof(
    { depthSize: 'small', maxDepth: 5 },
    scalars,
    fc.array(tie('written'), { maxLength: 4 }),
    tie('object'),
  ),
  object: fc.record({ members: fc.array(fc.tuple(names, tie('written'), fc.boolean()), { maxLength: 4 }) }),
}))
const objects = fc.record({ members: fc.array(fc.tuple(names, written, fc.boolean()), { maxLength: 5 }) })
const spaces = fc.constantFrom('', ' ', '\n\t', '\r\n ')

function write(value: Written, space: string): string {
  if (Array.isArray(value)) return `[${value.map((entry) => write(entry, space)).join(`${space},`)}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const { members } = value as { members: readonly Member[] }
  const texts = members.map(([name, member, escaped]) => {
    return `${space}${escaped ? escapeAll(name) : JSON.stringify(name)}${space}:${space}${write(member, space)}`
  })
  return `{${texts.join(',')}${space}}`
}

function escapeAll(name: string): string {
  const units = Array.from({ length: name.length }, (_, index) => name.charCodeAt(index).toString(16).padStart(4, '0'))
  return `"${units.map((unit) => `\\u${unit}`).join('')}"`
}

function hasTwice(value: Written): boolean {
  if (Array.isArray(value)) return value.some(hasTwice)
  if (typeof value !== 'object' || value === null) return false
  const { members } = value as { members: readonly Member[] }
  return new Set(members.map(([name]) => name)).size < members.length || members.some(([, member]) => hasTwice(member))
}

/** Half a surrogate pair does not get through UTF-8. */
const asOctets = (text: string): string => new TextDecoder().decode(new TextEncoder().encode(text))

/** The value, or the message of the refusal. */
function parse(json: string): unknown {
  try {
    return { value: parseJsonObject(new TextEncoder().encode(json), 'ERR_JWT_INVALID', 'it') }
  } catch (error) {
    return (error as Error).message
  }
}

describe('R11: objects', () => {
  test('are read as JSON.parse reads them, unless a name comes twice', () => {
    let twice = 0
    check(
      fc.property(objects, spaces, (object, space) => {
        const json = write(object, space)
        if (hasTwice(object)) twice++
        expect(parse(json)).toEqual(hasTwice(object) ? 'it has a member twice' : { value: JSON.parse(json) })
      }),
      600,
    )
    // Enough of both kinds.
    expect(twice).toBeGreaterThan(60)
    expect(twice).toBeLessThan(540)
  })

  test('are the same out of a segment', () => {
    check(
      fc.property(objects, (object) => {
        const json = write(object, '')
        fc.pre(!hasTwice(object))
        expect(parseJsonSegment(segment(json), 'ERR_JWT_INVALID', 'it')).toEqual(JSON.parse(json))
      }),
    )
  })

  test('with one member more that is there already are refused, wherever it stands', () => {
    check(
      fc.property(objects, fc.nat(), fc.nat(), fc.boolean(), (object, from, to, escaped) => {
        fc.pre(object.members.length > 0 && !hasTwice(object))
        const [name, value] = object.members[from % object.members.length] as Member
        const members = [...object.members]
        members.splice(to % (members.length + 1), 0, [name, value, escaped])
        expect(parse(write({ members }, ''))).toBe('it has a member twice')
        expect(parse(write({ members: [['xx', [{ members }], false]] }, ''))).toBe('it has a member twice')
      }),
    )
  })

  test('any text is refused, or is what JSON.parse makes of it', () => {
    const texts = fc.oneof(
      fc
        .tuple(objects, fc.nat(), fc.string({ unit: fc.constantFrom(...'{}[]":,\\u0e1 '), maxLength: 3 }))
        .map(([object, at, piece]) => {
          const json = write(object, '')
          return json.slice(0, at % (json.length + 1)) + piece + json.slice((at + 1) % (json.length + 1))
        }),
      fc.json(),
    )
    check(
      fc.property(texts, (text) => {
        const parsed = parse(text)
        if (typeof parsed === 'string') expect(parsed).toMatch(/^it (?:is not|has a|is nested)/)
        else expect(parsed).toEqual({ value: JSON.parse(asOctets(text)) })
      }),
      300,
    )
  })
})
