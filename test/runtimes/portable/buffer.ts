// As much of Node's Buffer as the tests use, for runtimes without it: the package `buffer` does not know base64url.
// The tests alone see it, as a name in their modules and not as a global, so the library stays without one.

type Encoding = 'utf8' | 'latin1' | 'hex' | 'base64' | 'base64url' | 'utf16le'

class PortableBuffer extends Uint8Array {
  override toString(encoding: Encoding = 'utf8'): string {
    return ENCODINGS[encoding].decode(this)
  }

  equals(other: Uint8Array): boolean {
    return this.length === other.length && this.every((octet, index) => octet === other[index])
  }

  readUInt8(offset: number): number {
    return this[offset] as number
  }

  writeUInt8(value: number, offset: number): void {
    this[offset] = value
  }
}

function from(content: string, encoding?: Encoding): PortableBuffer
function from(content: ArrayBufferLike, offset?: number, length?: number): PortableBuffer
function from(content: ArrayLike<number>): PortableBuffer
function from(
  content: string | ArrayLike<number> | ArrayBufferLike,
  how?: Encoding | number,
  length?: number,
): PortableBuffer {
  if (typeof content === 'string') return wrap(ENCODINGS[(how as Encoding) ?? 'utf8'].encode(content))
  if (content instanceof ArrayBuffer) return new PortableBuffer(content, how as number | undefined, length)
  return wrap(Uint8Array.from(content as ArrayLike<number>))
}

export const PortableBufferApi = {
  from,
  alloc: (length: number, fill = 0): PortableBuffer => new PortableBuffer(length).fill(fill),
  of: (...octets: number[]): PortableBuffer => new PortableBuffer(octets),
  concat(parts: readonly Uint8Array[]): PortableBuffer {
    const whole = new PortableBuffer(parts.reduce((sum, { length }) => sum + length, 0))
    let at = 0
    for (const part of parts) {
      whole.set(part, at)
      at += part.length
    }
    return whole
  },
  compare(one: Uint8Array, other: Uint8Array): number {
    const different = one.findIndex((octet, index) => octet !== other[index])
    const at = different === -1 ? Math.min(one.length, other.length) : different
    return Math.sign((one[at] ?? -1) - (other[at] ?? -1))
  },
  isBuffer: (value: unknown): boolean => value instanceof PortableBuffer,
  byteLength: (text: string): number => new TextEncoder().encode(text).length,
}

function wrap(octets: Uint8Array): PortableBuffer {
  return new PortableBuffer(octets.buffer as ArrayBuffer, octets.byteOffset, octets.length)
}

interface Codec {
  encode(text: string): Uint8Array
  decode(octets: Uint8Array): string
}

/** As many octets as can be the arguments of one call. */
const AT_ONCE = 0x2000

// Loops, since tests make texts of eleven megabytes.
const latin1: Codec = {
  encode(text) {
    const octets = new Uint8Array(text.length)
    for (let index = 0; index < text.length; index++) octets[index] = text.charCodeAt(index)
    return octets
  },
  decode(octets) {
    let text = ''
    for (let start = 0; start < octets.length; start += AT_ONCE) {
      text += String.fromCharCode(...octets.subarray(start, start + AT_ONCE))
    }
    return text
  },
}

const base64: Codec = {
  encode: (text) => latin1.encode(atob(text.replace(/-/g, '+').replace(/_/g, '/'))),
  decode: (octets) => btoa(latin1.decode(octets)),
}

const ENCODINGS: Readonly<Record<Encoding, Codec>> = {
  latin1,
  base64,
  base64url: {
    encode: base64.encode,
    decode: (octets) => base64.decode(octets).replace(/\+/g, '-').replace(/\//g, '_').replace(/=/g, ''),
  },
  hex: {
    encode: (text) => Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16)),
    decode: (octets) => Array.from(octets, (octet) => octet.toString(16).padStart(2, '0')).join(''),
  },
  utf8: {
    encode: (text) => new TextEncoder().encode(text),
    decode: (octets) => new TextDecoder('utf-8', { ignoreBOM: true }).decode(octets),
  },
  utf16le: {
    encode: (text) => new Uint8Array(Uint16Array.from(text, (letter) => letter.charCodeAt(0)).buffer),
    decode: (octets) => new TextDecoder('utf-16le', { ignoreBOM: true }).decode(octets),
  },
}
