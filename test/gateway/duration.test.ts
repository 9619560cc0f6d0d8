import { describe, expect, test } from 'vitest'
import { parseGoDuration } from '../../src/gateway/duration.ts'
import { leastTime } from '../least-time.ts'

describe("durations are read as Go's time.ParseDuration reads them", () => {
  const seconds: readonly (readonly [text: string, seconds: number])[] = [
    ['0', 0],
    ['+0', 0],
    ['-0', 0],
    ['0s', 0],
    ['1s', 1],
    ['10s', 10],
    ['01s', 1],
    ['+5s', 5],
    ['-5s', -5],
    ['1.5h', 5400],
    ['-1.5h', -5400],
    ['.5s', 0.5],
    ['.25s', 0.25],
    ['-.5s', -0.5],
    ['1.s', 1],
    ['1.0s', 1],
    ['1m30s', 90],
    ['1h2m3s', 3723],
    ['30s1m', 90],
    ['1s1s', 2],
    ['1h15m30.918s', 4530.918],
    ['100ms', 0.1],
    ['1500ms', 1.5],
    ['1s500ms', 1.5],
    ['1us', 1e-6],
    ['1\u00b5s', 1e-6],
    ['1\u03bcs', 1e-6],
    ['1ns', 1e-9],
    ['2562047h', 9223369200],
    ['9223372036s', 9223372036],
  ]
  test.each(seconds)('%j', (text, expected) => {
    expect(parseGoDuration(text)).toBeCloseTo(expected, 12)
  })

  test('to the last digit where the unit is a second or more', () => {
    expect(['1s', '0.001s', '1.001s', '1.5m', '24h'].map(parseGoDuration)).toEqual([1, 0.001, 1.001, 90, 86400])
  })

  const invalid: readonly string[] = [
    ...['', '1', '10', '00', '+', '-', '+-1s', '--1s', '1s-1s', '1s+1s'],
    ...['s', 'ms', '.', '.s', '+.s', '1..5s', '1.5.s', '1,5s'],
    ...['1x', '1d', '1w', '1y', '1S', '1M', '1sec', '1mss', '1s1', '1m30'],
    ...['1s ', ' 1s', '1 s', '1m 30s', '1s\n', '\t1s'],
    ...[
      'NaNs',
      'Infinitys',
      '-Infinitys',
      '1e3s',
      '0x1s',
      '1_000s',
      '\u0661s',
      'PT1S',
      'null',
      'toString',
      '1constructor',
    ],
  ]
  test.each(invalid)('%j is none', (text) => {
    expect(parseGoDuration(text)).toBeUndefined()
  })

  const tooLong: readonly { title: string; text: string }[] = [
    { title: 'hours', text: '2562048h' },
    { title: 'negative hours', text: '-2562048h' },
    { title: 'seconds', text: '9223372037s' },
    { title: 'a sum', text: '2562047h1h' },
    { title: 'what is infinite as a floating-point number', text: `${'9'.repeat(400)}h` },
  ]
  test.each(tooLong)('what 64 bits of nanoseconds cannot hold is none: $title', ({ text }) => {
    expect(parseGoDuration(text)).toBeUndefined()
  })

  const long: readonly (readonly [title: string, text: string])[] = [
    ['digits without a unit', '9'.repeat(64_000)],
    ['digits behind a duration', `1s${'9'.repeat(64_000)}`],
    ['a point behind digits', `${'9'.repeat(64_000)}.`],
    ['digits behind a point', `1.${'9'.repeat(64_000)}`],
    ['seconds without end, and then none', `${'1s'.repeat(32_000)}x`],
    ['points', '.'.repeat(64_000)],
  ]
  test.each(long)('64 KB of %s take less than 50 ms', async (_, text) => {
    expect(await leastTime(() => expect(parseGoDuration(text)).toBeUndefined())).toBeLessThan(50)
  })
})
