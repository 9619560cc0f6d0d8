import { parseGoDuration } from '../../../src/gateway/duration.ts'
import { encodeGoJson } from '../../../src/gateway/go-json.ts'
import { parseWithLexemes } from '../../../src/gateway/lexemes.ts'
import { measured } from '../clock.ts'
import { duration } from '../generate/gateway.ts'
import { longJson, plainObject } from '../generate/json.ts'
import { mutateText } from '../generate/text.ts'
import { parseDuration, readLexeme, writeJson } from '../reference/go.ts'
import { parseObject } from '../reference/json.ts'
import type { Target } from '../target.ts'
import { referenceOf, verdictOf } from '../verdict.ts'

export const durationTarget: Target<string> = {
  name: 'duration',
  share: 100,
  draw: (draw) => (draw.once(10) ? mutateText(draw, duration(draw)) : duration(draw)),
  observe(text) {
    const seconds = measured('parseGoDuration', () => parseGoDuration(text))
    const nanoseconds = parseDuration(text)
    const isNear =
      seconds !== undefined &&
      nanoseconds !== undefined &&
      Math.abs(seconds * 1e9 - Number(nanoseconds)) < margin(text, nanoseconds)
    return {
      ways: { parseGoDuration: seconds === undefined ? 'none' : 'accepted' },
      reference: {
        verdict:
          nanoseconds === undefined
            ? 'none'
            : isNear || seconds === undefined
              ? 'accepted'
              : `accepted as ${nanoseconds} ns`,
        rule: `${nanoseconds ?? ''}`,
      },
    }
  },
}

/** Seconds are floating-point numbers here, and Go drops what is less than a nanosecond of each part. */
function margin(text: string, nanoseconds: bigint): number {
  return text.length + Math.abs(Number(nanoseconds)) * 1e-13
}

/** JSON text. */
export const goJsonTarget: Target<string> = {
  name: 'go-json',
  share: 60,
  draw: (draw) => (draw.once(12000) ? `{"a":${longJson(draw)}}` : plainObject(draw)),
  observe(json) {
    const octets = Buffer.from(json)
    const reference = referenceOf(() => parseObject(octets, 'ERR_JWT_INVALID', readLexeme))
    // Of texts that no claims can be there is nothing to write.
    if (!reference.verdict.startsWith('accepted')) return { ways: {} }
    const text = octets.toString()
    const lexical = () => measured('encodeGoJson', () => encodeGoJson(parseWithLexemes(text)))
    return {
      ways: {
        lexical: verdictOf(lexical),
        again: verdictOf(() => encodeGoJson(parseWithLexemes(lexical()))),
      },
      reference: referenceOf(() => writeJson(parseObject(octets, 'ERR_JWT_INVALID', readLexeme))),
    }
  },
}

/** JSON text, of which JavaScript makes numbers. */
export const goValuesTarget: Target<string> = {
  name: 'go-values',
  share: 50,
  draw: (draw) => plainObject(draw),
  observe(json) {
    const octets = Buffer.from(json)
    const reference = referenceOf(() => writeJson(parseObject(octets, 'none')))
    if (reference.verdict === 'none') return { ways: {} }
    const write = () => encodeGoJson(JSON.parse(octets.toString()))
    return {
      ways: { once: verdictOf(write), 'there and back': verdictOf(() => encodeGoJson(JSON.parse(write()))) },
      reference,
    }
  },
}
