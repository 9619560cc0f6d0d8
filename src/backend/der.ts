import type { Hash, Jwa } from '../jwa.ts'

// The little DER (X.690) that node:crypto needs to take keys and signatures without an options object, which would make
// it slower: ECDSA signatures as SEQUENCE { r INTEGER, s INTEGER }, and RSA-PSS keys that carry their parameters.

const INTEGER = 0x02
const BIT_STRING = 0x03
const OCTET_STRING = 0x04
const SEQUENCE = 0x30

function der(tag: number, ...parts: readonly (Uint8Array | readonly number[])[]): Uint8Array {
  const length = parts.reduce((sum, part) => sum + part.length, 0)
  const head =
    length < 0x80 ? [tag, length] : length < 0x100 ? [tag, 0x81, length] : [tag, 0x82, length >> 8, length & 255]
  const bytes = new Uint8Array(head.length + length)
  bytes.set(head)
  let offset = head.length
  for (const part of parts) {
    bytes.set(part, offset)
    offset += part.length
  }
  return bytes
}

/** r‖s (RFC 7518 §3.4) to the DER of RFC 3279 §2.2.3. */
export function rawToDer(raw: Uint8Array): Uint8Array {
  const half = raw.length / 2
  const [r, s] = [firstDigit(raw, 0, half), firstDigit(raw, half, raw.length)]
  const length = 4 + integerLength(raw, r, half) + integerLength(raw, s, raw.length)
  const isLong = length >= 0x80
  const bytes = new Uint8Array((isLong ? 3 : 2) + length)
  bytes[0] = SEQUENCE
  bytes[1] = isLong ? 0x81 : length
  if (isLong) bytes[2] = length
  const next = writeInteger(bytes, isLong ? 3 : 2, raw, r, half)
  writeInteger(bytes, next, raw, s, raw.length)
  return bytes
}

/** Where a number begins behind its leading zeros; its last octet stays in any case. */
function firstDigit(bytes: Uint8Array, start: number, end: number): number {
  while (start < end - 1 && bytes[start] === 0) start++
  return start
}

/** An INTEGER is signed, so a zero stands before a first bit that is set. */
function integerLength(bytes: Uint8Array, start: number, end: number): number {
  return end - start + ((bytes[start] as number) >> 7)
}

/** Returns where the next one goes. */
function writeInteger(target: Uint8Array, offset: number, bytes: Uint8Array, start: number, end: number): number {
  const length = integerLength(bytes, start, end)
  target[offset] = INTEGER
  target[offset + 1] = length
  const next = offset + 2 + length
  for (let place = end - 1, to = next - 1; place >= start; place--, to--) target[to] = bytes[place] as number
  return next
}

/** The DER that the platform itself has made, to r‖s of `length` octets. */
export function derToRaw(signature: Uint8Array, length: number): Uint8Array {
  const raw = new Uint8Array(length)
  // Behind the SEQUENCE's tag and length, which takes a second octet from 128 on.
  let offset = signature[1] === 0x81 ? 3 : 2
  for (const end of [length / 2, length]) {
    const next = offset + 2 + (signature[offset + 1] as number)
    const start = signature[offset + 2] === 0 ? offset + 3 : offset + 2
    raw.set(signature.subarray(start, next), end - (next - start))
    offset = next
  }
  return raw
}

/** The arc that ends a hash's object identifier, 2.16.840.1.101.3.4.2.x (RFC 5754 §2). */
const HASH_ARCS: Readonly<Record<Hash, number>> = { 'SHA-256': 1, 'SHA-384': 2, 'SHA-512': 3 }

/** id-RSASSA-PSS with hash, MGF1 of the same hash, and a salt as long as the hash (RFC 4055 §3.1; R14). */
function pssAlgorithm({ hash, hashLength }: Jwa): Uint8Array {
  const hashAlgorithm = der(SEQUENCE, [0x06, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, HASH_ARCS[hash]], [0x05, 0])
  const maskGenerator = der(SEQUENCE, [0x06, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 8], hashAlgorithm)
  const saltLength = [INTEGER, 1, hashLength]
  const parameters = der(SEQUENCE, der(0xa0, hashAlgorithm), der(0xa1, maskGenerator), der(0xa2, saltLength))
  return der(SEQUENCE, [0x06, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 10], parameters)
}

/** A PKCS#1 public key as a SubjectPublicKeyInfo that only does PSS with this algorithm's hash. */
export function pssPublicKey(jwa: Jwa, pkcs1: Uint8Array): Uint8Array {
  return der(SEQUENCE, pssAlgorithm(jwa), der(BIT_STRING, [0], pkcs1))
}

/** A PKCS#1 private key as a PKCS#8 PrivateKeyInfo that only does PSS with this algorithm's hash. */
export function pssPrivateKey(jwa: Jwa, pkcs1: Uint8Array): Uint8Array {
  return der(SEQUENCE, [INTEGER, 1, 0], pssAlgorithm(jwa), der(OCTET_STRING, pkcs1))
}
