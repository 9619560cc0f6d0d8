import { describe, expect, test } from 'vitest'
import { parseGoDuration } from '../../../src/gateway/duration.ts'
import { encodeGoJson } from '../../../src/gateway/go-json.ts'
import { parseWithLexemes } from '../../../src/gateway/lexemes.ts'
import recorded from '../../../vectors/go.json' with { type: 'json' }
import { codeOf } from '../../paths.ts'

type Row = readonly [input: string, output: string | null]

describe(`what Go itself has printed (${recorded.source})`, () => {
  test.each(recorded.lexemes as unknown as Row[])('%s, with its numbers as they are written', (json, output) => {
    expect(encodeGoJson(parseWithLexemes(json))).toBe(output)
  })

  test.each(recorded.values as unknown as Row[])('%s, with floating-point numbers', async (json, output) => {
    const write = () => encodeGoJson(JSON.parse(json))
    if (output === null) expect(await codeOf(write)).toBe('ERR_SIGN')
    else expect(write()).toBe(output)
  })

  test.each(recorded.durations as unknown as Row[])('%j is a duration of %s ns, or none', (text, nanoseconds) => {
    const seconds = parseGoDuration(text)
    // 64 bits hold one nanosecond more than can be told apart in seconds here.
    if (nanoseconds === null || Math.abs(Number(nanoseconds)) === 2 ** 63) expect(seconds).toBeUndefined()
    else expect(Math.abs((seconds as number) * 1e9 - Number(nanoseconds))).toBeLessThan(marginOf(Number(nanoseconds)))
  })
})

/** Nanoseconds: Go drops what is less than one of each part, and a floating-point number has 53 bits. */
function marginOf(nanoseconds: number): number {
  return 8 + Math.abs(nanoseconds) * 2 ** -50
}
