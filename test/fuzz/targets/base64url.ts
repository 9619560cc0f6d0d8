import { base64url } from 'jose'
import { decodeByHand, decodeStrictly, decodeText, encodeByHand, encodeText } from '../../../src/base64url.ts'
import { decodeBase64url, encodeBase64url } from '../../../src/index.ts'
import { measured } from '../clock.ts'
import { LONG, mutateText, repeated } from '../generate/text.ts'
import { bend } from '../generate/token.ts'
import { decodeSegment } from '../reference/base64url.ts'
import type { Target } from '../target.ts'
import { peerVerdict, referenceOf, verdictOf } from '../verdict.ts'

const hex = (octets: Uint8Array) => Buffer.from(octets).toString('hex')

export const base64urlTarget: Target<string> = {
  name: 'base64url',
  share: 180,

  draw(draw) {
    if (draw.once(8000)) return repeated(draw, LONG)
    const octets = draw.octets(draw.below(draw.once(20) ? 300 : 12))
    const text = draw.once(2) ? octets.toString('base64url') : bend(draw, octets)
    return draw.once(3) ? mutateText(draw, text) : text
  },

  async observe(text) {
    const orNothing = (decode: (text: string) => Uint8Array | undefined) => () => {
      const octets = decode(text)
      // As the public function refuses.
      return octets ? hex(octets) : hex(decodeBase64url(`${text}=`))
    }
    const ways = {
      public: measured('decodeBase64url', () => verdictOf(() => hex(decodeBase64url(text)))),
      strictly: verdictOf(orNothing(decodeStrictly)),
      'by hand': measured('decodeByHand', () => verdictOf(orNothing(decodeByHand))),
    }
    for (const encode of [encodeBase64url, encodeByHand]) {
      const octets = decodeByHand(text)
      if (octets && encode(octets) !== text) return { ways: { ...ways, encoded: `THROWN: ${encode(octets)}` } }
    }
    checkText(text)
    return {
      ways,
      reference: referenceOf(() => hex(decodeSegment(text))),
      jose: await peerVerdict(() => hex(base64url.decode(text))),
    }
  },
}

/** Text there and back: half a surrogate pair comes back as U+FFFD. */
function checkText(text: string): void {
  const back = decodeText(encodeText(text))
  if (back !== Buffer.from(text).toString()) throw new Error('text does not come back as it was')
}
