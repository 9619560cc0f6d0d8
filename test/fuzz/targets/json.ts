import { parseJsonObject, parseJsonSegment } from '../../../src/json.ts'
import { measured } from '../clock.ts'
import { anyJson, longJson, nestedJson } from '../generate/json.ts'
import { mutateText } from '../generate/text.ts'
import { parseObject } from '../reference/json.ts'
import type { Target } from '../target.ts'
import { referenceOf, verdictOf } from '../verdict.ts'

/** Octets, in base64url. */
export const jsonTarget: Target<string> = {
  name: 'json',
  share: 330,

  draw(draw) {
    if (draw.once(12000)) return Buffer.from(longJson(draw)).toString('base64url')
    if (draw.once(300)) return Buffer.from(nestedJson(draw)).toString('base64url')
    const json = draw.once(12) ? anyJson(draw) : `{"a":${anyJson(draw)},"b":${anyJson(draw)}}`
    const octets = Buffer.from(draw.once(5) ? mutateText(draw, json) : json)
    if (octets.length > 0 && draw.once(40)) octets.write('\xff', draw.below(octets.length), 'latin1')
    return octets.toString('base64url')
  },

  observe(encoded) {
    const octets = new Uint8Array(Buffer.from(encoded, 'base64url'))
    const segment = Buffer.from(octets).toString('base64url')
    return {
      ways: {
        octets: measured('parseJsonObject', () => verdictOf(() => parseJsonObject(octets, 'ERR_JWT_INVALID', 'it'))),
        segment: measured('parseJsonSegment', () =>
          verdictOf(() => parseJsonSegment(segment, 'ERR_JWT_INVALID', 'it')),
        ),
      },
      reference: referenceOf(() => parseObject(Buffer.from(octets), 'ERR_JWT_INVALID')),
    }
  },
}
