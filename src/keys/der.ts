import { JoseError } from '../errors.ts'

// A strict reader of DER (X.690 §8, §10): definite lengths in their shortest form, nothing behind the end. It knows the few types
// that keys and certificates are made of.

const INTEGER = 0x02
const BIT_STRING = 0x03
export const OCTET_STRING = 0x04
const NULL = 0x05
const OBJECT_IDENTIFIER = 0x06
export const SEQUENCE = 0x30

/** Reads the values of one DER value, or of a whole file, in their order. */
export class DerReader {
  readonly #bytes: Uint8Array
  #offset = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  /** The tag of the next value; `undefined` at the end. */
  get next(): number | undefined {
    return this.#bytes[this.#offset]
  }

  /** The content of the next value, which must have this tag. */
  read(tag: number): Uint8Array {
    if (this.next !== tag) throw notDer('has another structure')
    const length = this.#readLength()
    const content = this.#bytes.subarray(this.#offset, this.#offset + length)
    if (content.length !== length) throw notDer('is cut off')
    this.#offset += length
    return content
  }

  /** The next value as it stands, with its tag and its length. */
  readWhole(tag: number): Uint8Array {
    const start = this.#offset
    this.read(tag)
    return this.#bytes.subarray(start, this.#offset)
  }

  enter(tag: number = SEQUENCE): DerReader {
    return new DerReader(this.read(tag))
  }

  /** Of a number that is not negative: its octets, big-endian, without the zero that stands for its sign. */
  readUnsigned(): Uint8Array {
    const content = this.read(INTEGER)
    const [first, second = 0xff] = content
    if (first === undefined) throw notDer('has an empty number')
    if (first >= 0x80) throw notDer('has a negative number')
    if (first === 0 && content.length > 1 && second < 0x80) throw notDer('has a number with leading zeros')
    return first === 0 && content.length > 1 ? content.subarray(1) : content
  }

  /** A number below 128. */
  readSmall(): number {
    const [value, ...rest] = this.readUnsigned()
    if (rest.length > 0) throw notDer('has a version that is not known')
    return value as number
  }

  /** In dotted form. */
  readOid(): string {
    const content = this.read(OBJECT_IDENTIFIER)
    const arcs: number[] = []
    let arc = 0
    for (const [index, octet] of content.entries()) {
      if (arc === 0 && octet === 0x80) throw notDer('has an object identifier with leading zeros')
      if (arc > 2 ** 24) throw notDer('has an object identifier that is too long')
      arc = arc * 128 + (octet & 0x7f)
      if (octet >= 0x80 && index < content.length - 1) continue
      if (octet >= 0x80) throw notDer('is cut off')
      arcs.push(arc)
      arc = 0
    }
    const [first] = arcs
    if (first === undefined) throw notDer('has an empty object identifier')
    const root = Math.min(Math.floor(first / 40), 2)
    return [root, first - root * 40, ...arcs.slice(1)].join('.')
  }

  /** A bit string of whole octets. */
  readBits(tag: number = BIT_STRING): Uint8Array {
    const content = this.read(tag)
    if (content[0] !== 0) throw notDer('has a bit string that is not of whole octets')
    return content.subarray(1)
  }

  readNull(): void {
    if (this.read(NULL).length > 0) throw notDer('has a NULL that is not empty')
  }

  end(): void {
    if (this.next !== undefined) throw notDer('goes on behind its end')
  }

  #readLength(): number {
    const first = this.#bytes[this.#offset + 1]
    this.#offset += 2
    if (first === undefined) throw notDer('is cut off')
    if (first < 0x80) return first
    const octets = this.#bytes.subarray(this.#offset, this.#offset + (first & 0x7f))
    this.#offset += octets.length
    if (first === 0x80 || first > 0x83 || octets.length !== (first & 0x7f)) throw notDer('has a length that is none')
    const length = octets.reduce((sum, octet) => sum * 256 + octet, 0)
    if (length < 0x80 || octets[0] === 0) throw notDer('has a length that is not in its shortest form')
    return length
  }
}

function notDer(problem: string): JoseError {
  return new JoseError('ERR_JWK_INVALID', `the key is not the DER that is expected: it ${problem}`)
}
