import { describe, expect, test } from 'vitest'
import { normalizeTarget } from '../../src/profiles/target-uri.ts'

describe('RFC 9449 §4.3: addresses that are the same', () => {
  const rows: readonly (readonly [one: string, other: string])[] = [
    ['https://api.example/a', 'https://api.example/a?b=c'],
    ['https://api.example/a', 'https://api.example/a#b'],
    ['https://api.example/a', 'https://api.example/a?b=\\ c'],
    ['https://api.example/a', 'HTTPS://API.example/a'],
    ['https://api.example/a', 'https://api.example:443/a'],
    ['http://api.example/a', 'http://api.example:80/a'],
    ['https://api.example', 'https://api.example/'],
    ['https://api.example/a', 'https://api.example/b/../a'],
    ['https://api.example/~a', 'https://api.example/%7ea'],
    ['https://api.example/a%2fb', 'https://api.example/a%2Fb'],
    ['https://api.example/a', 'https://api.example/%61'],
    ['http://[::1]:8080/a', 'http://[0:0:0:0:0:0:0:1]:8080/a'],
  ]
  test.each(rows)('%s and %s', (one, other) => {
    expect(normalizeTarget(one)).toBeTypeOf('string')
    expect(normalizeTarget(other)).toBe(normalizeTarget(one))
  })
})

describe('RFC 9449 §4.3: addresses that differ', () => {
  const rows: readonly (readonly [one: string, other: string])[] = [
    ['https://api.example/a', 'http://api.example/a'],
    ['https://api.example/a', 'https://api.example:8443/a'],
    ['https://api.example/a', 'https://api.example.evil/a'],
    ['https://api.example/a', 'https://api.example/A'],
    ['https://api.example/a', 'https://api.example/a/'],
    ['https://api.example/a/b', 'https://api.example/a%2Fb'],
    ['https://api.example/a', 'https://api.example//a'],
    ['https://api.example/a', 'https://api.example/a%3Fb'],
  ]
  test.each(rows)('%s and %s', (one, other) => {
    expect(normalizeTarget(one)).toBeTypeOf('string')
    expect(normalizeTarget(other)).toBeTypeOf('string')
    expect(normalizeTarget(other)).not.toBe(normalizeTarget(one))
  })
})

test.each([
  ...['/a', '//api.example/a', 'api.example', 'ftp://api.example/', 'https:/api.example/', 'https://', 'https://?a'],
  ...[
    'https://api.example\\@evil.example/',
    'https://api.example/a\\b',
    ' https://api.example/',
    'https://api.example/\n',
  ],
  ...[
    'https://ap\ti.example/',
    'https://user@api.example/',
    'https://user:p@api.example/',
    'https://api.example/é',
    '',
  ],
  ...['https://api.example:99999/', 5, null, undefined, { href: 'https://api.example/' }],
])('%j is no address', (address) => {
  expect(normalizeTarget(address)).toBeUndefined()
})
