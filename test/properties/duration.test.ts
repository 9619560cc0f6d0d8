import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseGoDuration } from '../../src/gateway/duration.ts'
import { check } from './check.ts'

const NANOSECONDS = {
  ns: 1n,
  us: 1_000n,
  µs: 1_000n,
  ms: 1_000_000n,
  s: 10n ** 9n,
  m: 60n * 10n ** 9n,
  h: 3600n * 10n ** 9n,
}

interface Part {
  readonly whole: number
  /** Digits behind the point, or no point. */
  readonly fraction: string | undefined
  readonly unit: keyof typeof NANOSECONDS
}

const part: fc.Arbitrary<Part> = fc.record({
  whole: fc.nat({ max: 99_999 }),
  fraction: fc.option(fc.string({ unit: fc.constantFrom(...'0123456789'), maxLength: 9 }), { nil: undefined }),
  unit: fc.constantFrom(...(Object.keys(NANOSECONDS) as Part['unit'][])),
})
const parts = fc.array(part, { minLength: 1, maxLength: 4 })
const signs = fc.constantFrom('', '+', '-')

const write = ({ whole, fraction, unit }: Part): string =>
  `${whole}${fraction === undefined ? '' : `.${fraction}`}${unit}`

/** In billionths of nanoseconds, without rounding. */
function exactly({ whole, fraction = '', unit }: Part): bigint {
  const billionths = BigInt(whole) * 10n ** 9n + BigInt(fraction.padEnd(9, '0'))
  return billionths * NANOSECONDS[unit]
}

describe('durations', () => {
  test('are the sum of their parts, reckoned in integers', () => {
    check(
      fc.property(parts, signs, (list, sign) => {
        const billionths = list.reduce((sum, each) => sum + exactly(each), 0n)
        const expected = (Number(billionths) / 1e18) * (sign === '-' ? -1 : 1)
        const seconds = parseGoDuration(sign + list.map(write).join('')) as number
        expect(Math.abs(seconds - expected)).toBeLessThanOrEqual(Math.abs(expected) * 1e-14)
      }),
      600,
    )
  })

  test('have their parts in any order, and twice as much for each part twice', () => {
    check(
      fc.property(parts, (list) => {
        const seconds = parseGoDuration(list.map(write).join('')) as number
        const reversed = parseGoDuration(list.map(write).reverse().join('')) as number
        const twice = parseGoDuration(`${list.map(write).join('')}${list.map(write).join('')}`) as number
        expect(reversed).toBeCloseTo(seconds, 6)
        expect(twice).toBeCloseTo(2 * seconds, 5)
      }),
    )
  })

  test('are none with anything else in them', () => {
    check(
      fc.property(
        parts,
        fc.nat(),
        fc.constantFrom(' ', '+', '-', ',', 'd', 'e', '..', '\n', '_', '\u0661', 'S'),
        (list, at, piece) => {
          const text = list.map(write).join('')
          const place = 1 + (at % text.length)
          expect(parseGoDuration(text.slice(0, place) + piece + text.slice(place))).toBeUndefined()
        },
      ),
    )
  })
})
