import { describe, expect, test } from 'vitest'
import { claimAt, wordsOf } from '../../src/gateway/claim.ts'
import type { Claims } from '../../src/index.ts'

describe('the claim at the end of a path', () => {
  const rows: readonly (readonly [json: string, path: readonly string[], value: unknown])[] = [
    ['{"a":1}', ['a'], 1],
    ['{"a":{"b":{"c":"d"}}}', ['a', 'b', 'c'], 'd'],
    ['{"a":{"b":null}}', ['a', 'b'], null],
    ['{"a":false}', ['a'], false],
    ['{"a.b":1}', ['a.b'], 1],
    ['{"a.b":1}', ['a', 'b'], undefined],
    ['{"":{"":1}}', ['', ''], 1],
    ['{"a":null}', ['a', 'b'], undefined],
    ['{"a":"text"}', ['a', 'length'], undefined],
    ['{"a":["x"]}', ['a', '0'], undefined],
    ['{"a":["x"]}', ['a', 'length'], undefined],
    ['{"a":5}', ['a', 'toFixed'], undefined],
    ['{}', ['a'], undefined],
    ['{}', ['a', 'b', 'c'], undefined],
    ['{}', ['toString'], undefined],
    ['{}', ['__proto__'], undefined],
    ['{}', ['constructor', 'name'], undefined],
    ['{"__proto__":{"a":1}}', ['a'], undefined],
    ['{"__proto__":{"a":1}}', ['__proto__', 'a'], 1],
    ['{"a":{"__proto__":{"b":1}}}', ['a', 'b'], undefined],
  ]
  test.each(rows)('R12: %s at %j: %j', (json, path, value) => {
    expect(claimAt(JSON.parse(json) as Claims, path)).toEqual(value)
  })
})

describe('roles and scopes', () => {
  const rows: readonly (readonly [claim: unknown, words: readonly unknown[]])[] = [
    ['a', ['a']],
    ['a b', ['a', 'b']],
    ['a  b ', ['a', '', 'b', '']],
    ['a\tb,c', ['a\tb,c']],
    ['', ['']],
    [
      ['a', 'b c', 1, null],
      ['a', 'b c', 1, null],
    ],
    [[], []],
    [undefined, []],
    [null, []],
    [5, []],
    [true, []],
    [{ 0: 'a', length: 1 }, []],
    [{ a: true }, []],
  ]
  test.each(rows)('%j: %j', (claim, words) => {
    expect(wordsOf(claim)).toEqual(words)
  })
})
