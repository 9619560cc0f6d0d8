import { bufferCodec } from './buffer.ts'
import { JoseError } from './errors.ts'

// RFC 4648 §5 without padding, as RFC 7515 §2 wants it. R10: one text for each octet string, so every unused bit is zero.

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
/** The six bits of a letter, by its code unit; -1 for what is none. */
const SEXTETS = Int8Array.from({ length: 128 }, (_, unit) => ALPHABET.indexOf(String.fromCharCode(unit)))

/** Decodes canonical base64url; `undefined` for any other text. The octets may lie in a pool: they are not handed out. */
export const decodeStrictly: (text: string) => Uint8Array | undefined = bufferCodec ? bufferCodec.decode : decodeByHand

/** Decodes what has been seen to be canonical, or has been made here. */
export function decodeCanonical(text: string): Uint8Array {
  return decodeStrictly(text) as Uint8Array
}

/** The letters that so many octets take. */
export function encodedLength(octets: number): number {
  return Math.ceil((octets * 4) / 3)
}

export function decodeByHand(text: string): Uint8Array | undefined {
  if (text.length % 4 === 1) return undefined
  const bytes = new Uint8Array((text.length * 3) >> 2)
  let bits = 0
  let count = 0
  let offset = 0
  for (let index = 0; index < text.length; index++) {
    const sextet = SEXTETS[text.charCodeAt(index)] ?? -1
    if (sextet === -1) return undefined
    bits = ((bits << 6) | sextet) & 0xfff
    count += 6
    if (count < 8) continue
    count -= 8
    bytes[offset++] = bits >> count
  }
  return (bits & ((1 << count) - 1)) === 0 ? bytes : undefined
}

/**
 * Decodes base64url (RFC 4648 §5, no padding), in its canonical form only.
 *
 * @throws JoseError `ERR_BASE64URL` for padding, white space, the standard alphabet, a length of 1 modulo 4, or unused
 * bits that are not zero
 */
export function decodeBase64url(text: string): Uint8Array {
  const bytes = typeof text === 'string' ? decodeStrictly(text) : undefined
  if (!bytes) throw new JoseError('ERR_BASE64URL', 'not canonical base64url')
  return new Uint8Array(bytes)
}

/** Encodes octets as base64url without padding (RFC 7515 §2). */
export function encodeBase64url(bytes: Uint8Array): string {
  // By its tag and not by its class, which other realms have of their own.
  if (bytes?.[Symbol.toStringTag] !== 'Uint8Array') throw new TypeError('encodeBase64url takes a Uint8Array')
  return bufferCodec ? bufferCodec.encode(bytes) : encodeByHand(bytes)
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

// ---- text, as UTF-8 ----

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * UTF-8, and nothing that only looks like it. A byte order mark stays, for others to refuse (R11).
 *
 * @throws TypeError
 */
export function decodeUtf8(bytes: Uint8Array): string {
  return utf8.decode(bytes)
}

/**
 * Decodes canonical base64url of UTF-8 to its text; `undefined` for what is not canonical.
 *
 * @throws TypeError for what is not UTF-8
 */
export function decodeText(text: string): string | undefined {
  const decoded = bufferCodec?.decodeText(text)
  if (decoded !== undefined) return decoded
  const bytes = decodeStrictly(text)
  return bytes && decodeUtf8(bytes)
}

export function encodeText(text: string): string {
  return bufferCodec ? bufferCodec.encodeText(text) : encodeByHand(new TextEncoder().encode(text))
}
