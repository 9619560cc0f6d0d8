import { JoseError } from './errors.ts'
import { nodeBuffer } from './runtime.ts'

// RFC 4648 §5 without padding, as RFC 7515 §2 wants it. R10: one text for each octet string, so every unused bit is zero.

const NodeBuffer = nodeBuffer?.Buffer

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
const SEXTETS: Readonly<Record<string, number>> = Object.fromEntries(
  [...ALPHABET].map((letter, index) => [letter, index]),
)
const ONLY_ALPHABET = /^[\w-]*$/
// The letters whose low four, or low two, bits are zero: the only ones that can end a text of 2, or 3, letters modulo 4.
const ENDS_AFTER_2 = 'AQgw'
const ENDS_AFTER_3 = 'AEIMQUYcgkosw048'

/** Whether `text` is the canonical base64url form of some octets. */
export function isBase64url(text: string): boolean {
  if (!ONLY_ALPHABET.test(text)) return false
  const rest = text.length % 4
  if (rest === 0) return true
  return rest !== 1 && (rest === 2 ? ENDS_AFTER_2 : ENDS_AFTER_3).includes(text.charAt(text.length - 1))
}

/** Decodes what {@link isBase64url} has accepted. The octets may lie in a pool: they are not handed out. */
export const decodeCanonical: (text: string) => Uint8Array = NodeBuffer
  ? (text) => NodeBuffer.from(text, 'base64url')
  : decodeByHand

export function decodeByHand(text: string): Uint8Array {
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4))
  let bits = 0
  let count = 0
  let offset = 0
  for (const letter of text) {
    bits = ((bits << 6) | (SEXTETS[letter] as number)) & 0xfff
    count += 6
    if (count < 8) continue
    count -= 8
    bytes[offset++] = bits >> count
  }
  return bytes
}

/**
 * Decodes base64url (RFC 4648 §5, no padding), in its canonical form only.
 *
 * @throws JoseError `ERR_BASE64URL` for padding, white space, the standard alphabet, a length of 1 modulo 4, or unused
 * bits that are not zero
 */
export function decodeBase64url(text: string): Uint8Array {
  if (typeof text !== 'string' || !isBase64url(text)) throw new JoseError('ERR_BASE64URL', 'not canonical base64url')
  return new Uint8Array(decodeCanonical(text))
}

/** Encodes octets as base64url without padding (RFC 7515 §2). */
export function encodeBase64url(bytes: Uint8Array): string {
  // By its tag and not by its class, which other realms have of their own.
  if (bytes?.[Symbol.toStringTag] !== 'Uint8Array') throw new TypeError('encodeBase64url takes a Uint8Array')
  if (!NodeBuffer) return encodeByHand(bytes)
  return NodeBuffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64url')
}

export function encodeByHand(bytes: Uint8Array): string {
  let text = ''
  let bits = 0
  let count = 0
  for (const byte of bytes) {
    bits = ((bits << 8) | byte) & 0xfff
    for (count += 8; count >= 6; ) {
      count -= 6
      text += ALPHABET.charAt((bits >> count) & 63)
    }
  }
  return count === 0 ? text : text + ALPHABET.charAt((bits << (6 - count)) & 63)
}
