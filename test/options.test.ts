import { describe, expect, test, vi } from 'vitest'
import {
  booleanOption,
  functionOption,
  numberOption,
  ownOptions,
  stringOption,
  stringsOption,
  systemClock,
} from '../src/options.ts'

describe('R19: names of options', () => {
  const known = new Set(['now', 'maxAge'])

  test.each<[object]>([[{}], [{ now: 1 }], [{ now: undefined, maxAge: 2 }]])('known ones pass: %j', (options) => {
    expect(ownOptions(options, known)).toEqual(options)
  })

  test('an unknown one is a TypeError that names it and the known ones', () => {
    const misspelt = () => ownOptions({ now: 1, maxage: 2 }, known)
    expect(misspelt).toThrow(TypeError)
    expect(misspelt).toThrow('unknown option "maxage"; the options are now, maxAge')
  })

  test('an unknown one is refused though its value is undefined', () => {
    expect(() => ownOptions({ maxage: undefined }, known)).toThrow(TypeError)
  })

  test.each([[null], [undefined], ['now'], [1], [true], [() => 1]])(
    '%j instead of an object is a TypeError',
    (value) => {
      expect(() => ownOptions(value as object, known)).toThrow(new TypeError('the options must be an object'))
    },
  )
})

describe('R19: numbers', () => {
  test('undefined gives the default, as it is', () => {
    expect(numberOption('maxAge', undefined, Number.POSITIVE_INFINITY)).toBe(Number.POSITIVE_INFINITY)
  })

  test.each([[0], [0.5], [Number.MAX_VALUE]])('%d is taken', (value) => {
    expect(numberOption('maxAge', value, 7)).toBe(value)
  })

  test('the minimum itself is taken, and what is below is not', () => {
    expect(numberOption('maxSize', 1, 7, 1)).toBe(1)
    expect(() => numberOption('maxSize', 0.999, 7, 1)).toThrow('option "maxSize" must be a finite number of at least 1')
    expect(numberOption('notBefore', -5, 7, Number.NEGATIVE_INFINITY)).toBe(-5)
  })

  test.each([[Number.NaN], [Number.POSITIVE_INFINITY], [Number.NEGATIVE_INFINITY], [-1], [-Number.MIN_VALUE]])(
    '%d is a TypeError',
    (value) => {
      expect(() => numberOption('maxAge', value, 7)).toThrow(TypeError)
    },
  )

  test.each([['5'], [null], [5n], [true], [[5]], [new Number(5)]])(
    '%o, which is no number, is a TypeError',
    (value) => {
      expect(() => numberOption('maxAge', value, 7)).toThrow(TypeError)
    },
  )

  test('infinity is refused even where there is no minimum', () => {
    const infinite = () => numberOption('notBefore', Number.NEGATIVE_INFINITY, 7, Number.NEGATIVE_INFINITY)
    expect(infinite).toThrow(new TypeError('option "notBefore" must be a finite number'))
  })
})

describe('R19: functions', () => {
  const fallback = (): number => 1
  const given = (): number => 2

  test('undefined gives the default', () => expect(functionOption('now', undefined, fallback)).toBe(fallback))
  test('a function is taken', () => expect(functionOption('now', given, fallback)).toBe(given))

  test.each([[null], [5], ['now'], [{}]])('%j is a TypeError', (value) => {
    const wrong = () => functionOption<unknown>('now', value, fallback)
    expect(wrong).toThrow(new TypeError('option "now" must be a function'))
  })
})

describe('R19: booleans', () => {
  test.each([
    [true, true],
    [false, false],
    [undefined, false],
  ])('%s is %s', (value, expected) => expect(booleanOption('allowWeakKey', value)).toBe(expected))

  test.each([[null], [0], [1], ['true'], [''], [[]]])('%j is a TypeError', (value) => {
    const wrong = () => booleanOption('allowWeakKey', value)
    expect(wrong).toThrow(new TypeError('option "allowWeakKey" must be true or false'))
  })
})

describe('R19: strings', () => {
  test.each([['a'], [' '], [undefined]])('%j is taken as it is', (value) => {
    expect(stringOption('subject', value)).toBe(value)
  })

  test.each([[''], [null], [5], [['a']], [new String('a')]])('%o is a TypeError', (value) => {
    const wrong = () => stringOption('subject', value)
    expect(wrong).toThrow(new TypeError('option "subject" must be a non-empty string'))
  })
})

describe('R19: arrays of strings', () => {
  test.each<[string[]]>([[[]], [['a']], [['a', 'a', 'b']]])('%j is taken', (value) => {
    expect(stringsOption('crit', value)).toEqual(value)
  })

  test('the answer is a copy, which later changes do not reach', () => {
    const given = ['a']
    const copy = stringsOption('crit', given)
    given.push('b')
    expect(copy).toEqual(['a'])
  })

  test.each([[undefined], [null], ['a'], [{ 0: 'a', length: 1 }], [new Set(['a'])], [['']], [['a', '']], [['a', 5]]])(
    '%o is a TypeError',
    (value) => {
      const wrong = () => stringsOption('crit', value)
      expect(wrong).toThrow(new TypeError('option "crit" must be an array of non-empty strings'))
    },
  )

  test('an array with a hole is a TypeError', () => {
    const holed: string[] = ['a']
    holed[2] = 'c'
    expect(() => stringsOption('crit', holed)).toThrow(TypeError)
  })
})

test('the clock counts seconds, with their fractions', () => {
  const now = vi.spyOn(Date, 'now').mockReturnValue(1_700_000_000_250)
  expect(systemClock()).toBe(1_700_000_000.25)
  now.mockRestore()
})
