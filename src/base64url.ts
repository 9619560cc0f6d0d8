import { JoseError } from './errors.ts'
import { NodeBuffer } from './runtime.ts'

// RFC 4648 §5 without padding, as RFC 7515 §2 wants it. R10: one text for each octet string, so every unused bit is zero.

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
/** The six bits of a letter, by its code unit; -1 for what is none. */
const SEXTETS = Int8Array.from({ length: 128 }, (_, unit) => ALPHABET.indexOf(String.fromCharCode(unit)))

/** Decodes canonical base64url; `undefined` for any other text. The octets may lie in a pool: they are not handed out. */
export const decodeStrictly: (text: string) => Uint8Array | undefined = NodeBuffer ? decodeByBuffer : decodeByHand

/** The letters that so many octets take. */
export function encodedLength(octets: number): number {
  return Math.ceil((octets * 4) / 3)
}

/** Decodes what has been seen to be canonical, or has been made here. */
export function decodeCanonical(text: string): Uint8Array {
  return decodeStrictly(text) as Uint8Array
}

const ABOVE_LATIN1 = /[^\0-\xff]/

// Buffer takes both alphabets, skips letters of neither, and takes a code unit above 255 for its low octet. So its answer
// counts only when it is as long as it should be, and for a text with none of those that it takes for others.

function decodeByBuffer(text: string): Uint8Array | undefined {
  if (isMistakable(text)) return undefined
  const bytes = (NodeBuffer as typeof Buffer).from(text, 'base64url')
  return bytes.length === decodedLength(text) && endsCanonically(text) ? bytes : undefined
}

function isMistakable(text: string): boolean {
  return text.includes('+') || text.includes('/') || ABOVE_LATIN1.test(text)
}

function decodedLength(text: string): number {
  return (text.length * 3) >> 2
}

function endsCanonically(text: string): boolean {
  const rest = text.length % 4
  if (rest === 0) return true
  const unused = rest === 2 ? 0b1111 : 0b11
  return rest !== 1 && ((SEXTETS[text.charCodeAt(text.length - 1)] as number) & unused) === 0
}

export function decodeByHand(text: string): Uint8Array | undefined {
  if (text.length % 4 === 1) return undefined
  const bytes = new Uint8Array(decodedLength(text))
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
  if (!NodeBuffer) return encodeByHand(bytes)
  return NodeBuffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64url')
}

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
  if (work && text.length <= work.length) {
    if (isMistakable(text)) return undefined
    const length = writeBase64url.call(work, text)
    if (length !== decodedLength(text) || !endsCanonically(text)) return undefined
    const decoded = readUtf8.call(work, length)
    // What Buffer writes for octets that are not UTF-8, though it may also stand there as itself.
    if (!decoded.includes('\ufffd')) return decoded
  }
  const bytes = decodeStrictly(text)
  return bytes && decodeUtf8(bytes)
}

/** Where texts are decoded, since making a Buffer for each takes longer than decoding it. */
const work = NodeBuffer?.alloc(8192)

interface BufferCodecs {
  base64urlWrite?(text: string, offset: number): number
  utf8Slice?(start: number, end: number): string
}

const codecs: BufferCodecs | undefined = NodeBuffer?.prototype
// Buffer's `write` and `toString` without their choice of an encoding.
const writeBase64url: (this: Buffer, text: string) => number = codecs?.base64urlWrite
  ? function (text) {
      return (this as unknown as Required<BufferCodecs>).base64urlWrite(text, 0)
    }
  : function (text) {
      return this.write(text, 'base64url')
    }
const readUtf8: (this: Buffer, length: number) => string = codecs?.utf8Slice
  ? function (length) {
      return (this as unknown as Required<BufferCodecs>).utf8Slice(0, length)
    }
  : function (length) {
      return this.toString('utf8', 0, length)
    }

/** Encodes text, as UTF-8. */
export function encodeText(text: string): string {
  return NodeBuffer ? NodeBuffer.from(text).toString('base64url') : encodeByHand(new TextEncoder().encode(text))
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
