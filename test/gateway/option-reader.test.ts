import { describe, expect, test } from 'vitest'
import { type OptionReader, readOptions } from '../../src/gateway/option-reader.ts'
import { problem } from './fixtures.ts'

const KNOWN = ['alg', 'audience', 'jwk_url', 'scopes_key', 'failed_jwk_key_cooldown']

const read = (config: unknown, known = KNOWN) => readOptions('auth/validator', config as object, known)

describe('a misspelt option is answered with the one that is likely meant', () => {
  const rows: readonly (readonly [option: string, meant: string | undefined])[] = [
    ['scope_key', 'scopes_key'],
    ['scopeskey', 'scopes_key'],
    ['scopes-key', 'scopes_key'],
    ['SCOPES_KEY', 'scopes_key'],
    ['jwk-url', 'jwk_url'],
    ['jwkUrl', 'jwk_url'],
    ['jwks_uri', 'jwk_url'],
    ['audiences', 'audience'],
    ['aud', 'alg'],
    ['Alg', 'alg'],
    ['failed_jwk_cooldown', undefined],
    ['jwks_endpoint', undefined],
    ['', 'alg'],
    ['x'.repeat(5000), undefined],
    ['toString', undefined],
    ['constructor', undefined],
  ]
  test.each(rows)('%s: %s', (option, meant) => {
    const message = problem(() => read({ [option]: undefined }))
    const hint = meant === undefined ? `the options are ${KNOWN.join(', ')}` : `is "${meant}" meant?`
    expect(message).toBe(`auth/validator: "${option}" is not an option; ${hint}`)
  })

  test.each(['@a', '$schema', '_b', '#c', '__proto__'])('%s is a comment', (option) => {
    expect(() => read(JSON.parse(`{"${option}":1}`))).not.toThrow()
  })
})

test.each([null, undefined, [], 'alg', 5, true])('%j is no configuration', (config) => {
  expect(problem(() => read(config))).toBe('auth/validator: the configuration is not an object')
})

describe('each form', () => {
  type Form = (reader: OptionReader) => unknown
  const rows: readonly (readonly [form: string, run: Form, value: unknown, result: unknown])[] = [
    ['string', (reader) => reader.string('a'), 'x', 'x'],
    ['string', (reader) => reader.string('a'), '', undefined],
    ['string', (reader) => reader.string('a'), undefined, undefined],
    ['mandatory', (reader) => reader.mandatory('a'), 'x', 'x'],
    ['oneOf', (reader) => reader.oneOf('a', ['x', 'y']), 'y', 'y'],
    ['oneOf', (reader) => reader.oneOf('a', ['x', 'y']), undefined, undefined],
    ['strings', (reader) => reader.strings('a'), ['x', 'y'], ['x', 'y']],
    ['strings', (reader) => reader.strings('a'), [], []],
    ['strings', (reader) => reader.strings('a'), undefined, undefined],
    ['boolean', (reader) => reader.boolean('a'), true, true],
    ['boolean', (reader) => reader.boolean('a'), false, false],
    ['boolean', (reader) => reader.boolean('a'), undefined, false],
    ['integer', (reader) => reader.integer('a'), 0, 0],
    ['integer', (reader) => reader.integer('a'), 2 ** 53 - 1, 2 ** 53 - 1],
    ['integers', (reader) => reader.integers('a'), [0, 5], [0, 5]],
    ['pairs', (reader) => reader.pairs('a'), [['x', 'y']], [['x', 'y']]],
    ['pairs', (reader) => reader.pairs('a'), [], []],
    ['duration', (reader) => reader.duration('a'), '1m30s', 90],
    ['duration', (reader) => reader.duration('a'), '0', 0],
    ['duration', (reader) => reader.duration('a'), '', undefined],
  ]
  test.each(rows)('%s takes what it should', (_, run, value, result) => {
    expect(run(read({ a: value }, ['a']))).toEqual(result)
  })

  const wrong: readonly (readonly [form: string, run: Form, values: readonly unknown[], message: string])[] = [
    ['string', (reader) => reader.string('a'), [5, null, ['x']], 'must be a string'],
    ['mandatory', (reader) => reader.mandatory('a'), [undefined, ''], 'is missing'],
    ['mandatory', (reader) => reader.mandatory('a'), [5], 'must be a string'],
    ['oneOf', (reader) => reader.oneOf('a', ['x', 'y']), ['X', 'xy', 'z'], 'must be one of x, y'],
    ['strings', (reader) => reader.strings('a'), ['x', null, ['']], 'must be an array of non-empty strings'],
    ['boolean', (reader) => reader.boolean('a'), ['true', 1, null], 'must be true or false'],
    ['integer', (reader) => reader.integer('a'), [-1, 1.5, '1', null], 'must be a whole number that is not negative'],
    ['integers', (reader) => reader.integers('a'), [5, [-1], ['1']], 'must be an array of whole numbers'],
    ['pairs', (reader) => reader.pairs('a'), [['x', 'y'], [['x']]], 'must be an array of pairs of non-empty strings'],
    ['duration', (reader) => reader.duration('a'), ['1', '-1s'], 'must be a duration as Go writes it, such as "1m30s"'],
  ]
  test.each(wrong)('%s refuses the rest', (_, run, values, message) => {
    for (const value of values) {
      expect(problem(() => run(read({ a: value }, ['a'])))).toBe(`auth/validator: "a" ${message}`)
    }
  })

  test('R12: reads own members only', () => {
    const reader = read(Object.create({ a: 'inherited' }), ['a'])
    expect(reader.string('a')).toBeUndefined()
    expect(reader.string('toString')).toBeUndefined()
    expect(problem(() => reader.mandatory('a'))).toContain('is missing')
  })
})

test('an error of its own names block and option, and keeps the cause', () => {
  const cause = new Error('why')
  const reader = read({}, ['a'])
  expect(reader.error('a', 'is odd', cause)).toMatchObject({
    code: 'ERR_CONFIG',
    message: 'auth/validator: "a" is odd',
    cause,
  })
  expect('cause' in reader.error('a', 'is odd')).toBe(false)
})
