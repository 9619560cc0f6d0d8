import { createHash, randomBytes } from 'node:crypto'
import type { ForgeKey } from './forge.ts'

// RSA by the numbers (RFC 8017), for signatures that no library makes: the block under the exponent is whatever the forger
// wants. Neither fast nor constant in time.

/** The one signature under which the public key finds this block. */
export function signBlock(block: Uint8Array, jwk: ForgeKey): Buffer {
  const [n, d, p, q] = ['n', 'd', 'p', 'q'].map((name) => numberOf(jwk, name)) as [bigint, bigint, bigint, bigint]
  const message = toNumber(block)
  if (message >= n) throw new Error('the block is not below the modulus')
  // By the Chinese remainder theorem; q is prime, so its inverse modulo p is a power.
  const [ofP, ofQ] = [power(message, d % (p - 1n), p), power(message, d % (q - 1n), q)]
  const difference = (((ofP - ofQ) % p) + p) % p
  return toOctets(ofQ + q * ((difference * power(q, p - 2n, p)) % p), block.length)
}

/** What is put under the exponent for RSASSA-PKCS1-v1_5 (RFC 8017 §9.2), each part of it replaceable. */
export interface Pkcs1Block {
  readonly start?: readonly number[]
  readonly padding?: (length: number) => Uint8Array
  readonly separator?: readonly number[]
  /** Behind the padding: the algorithm and the digest, in DER. */
  readonly info?: Uint8Array
  /** Behind all, at the cost of the padding. */
  readonly garbage?: Uint8Array
}

export const ones = (length: number): Uint8Array => new Uint8Array(length).fill(0xff)

export function pkcs1Block(length: number, info: Uint8Array, parts: Pkcs1Block = {}): Buffer {
  const { start = [0, 1], padding = ones, separator = [0], garbage = new Uint8Array() } = parts
  const end = Buffer.concat([Uint8Array.from(separator), parts.info ?? info, garbage])
  return Buffer.concat([Uint8Array.from(start), padding(length - start.length - end.length), end])
}

/** The last arc of each object identifier, 2.16.840.1.101.3.4.2.x (RFC 5754 §2). */
const ARCS = { sha256: 1, sha384: 2, sha512: 3 } as const
export type HashName = keyof typeof ARCS

/** AlgorithmIdentifier of a hash, by default with the NULL that RFC 8017 §A.2.4 wants. */
export function digestInfo(hash: HashName, digest: Uint8Array, parameters: readonly number[] = [5, 0]): Uint8Array {
  const identifier = [0x06, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, ARCS[hash], ...parameters]
  const algorithm = [0x30, identifier.length, ...identifier]
  return Uint8Array.from([0x30, algorithm.length + 2 + digest.length, ...algorithm, 4, digest.length, ...digest])
}

/** What can be wrong with a block of RSASSA-PSS. */
export interface PssBlock {
  readonly maskHash?: HashName
  readonly trailer?: number
  /** In the place of the 1 before the salt. */
  readonly separator?: number
  /** In the place of the first of the zeros before that. */
  readonly filler?: number
}

/** RFC 8017 §9.1.1, for a modulus of whole octets. */
export function pssBlock(length: number, hash: HashName, message: Uint8Array, parts: PssBlock = {}): Buffer {
  const { maskHash = hash, trailer = 0xbc, separator = 1, filler = 0 } = parts
  const digest = hashOf(hash, message)
  const salt = randomBytes(digest.length)
  const h = hashOf(hash, Buffer.concat([new Uint8Array(8), digest, salt]))
  const block = new Uint8Array(length - h.length - 1)
  // The first bit is cleared, so that the number is below the modulus.
  block[1] = filler
  block[block.length - salt.length - 1] = separator
  block.set(salt, block.length - salt.length)
  const mask = generateMask(maskHash, h, block.length)
  const masked = block.map((octet, index) => octet ^ (mask[index] as number))
  masked[0] = (masked[0] as number) & 0x7f
  return Buffer.concat([masked, h, Uint8Array.of(trailer)])
}

/** MGF1 (RFC 8017 §B.2.1). */
function generateMask(hash: HashName, seed: Uint8Array, length: number): Uint8Array {
  const parts: Uint8Array[] = []
  for (let count = 0; parts.length * 32 < length; count++) {
    parts.push(hashOf(hash, Buffer.concat([seed, Uint8Array.of(0, 0, 0, count)])))
  }
  return Buffer.concat(parts).subarray(0, length)
}

/**
 * A signature for the exponent 3 that nobody had to know a private key for: a number whose cube begins with this block
 * (Bleichenbacher, 2006). It fools who does not look at the end.
 */
export function cubeRootForgery(start: Uint8Array, length: number): Buffer {
  const wanted = toNumber(start) << BigInt(8 * (length - start.length))
  let [low, high] = [0n, 1n << BigInt(Math.ceil((8 * length) / 3))]
  while (low < high) {
    const middle = (low + high) / 2n
    if (middle ** 3n < wanted) low = middle + 1n
    else high = middle
  }
  if (
    !toOctets(low ** 3n, length)
      .subarray(0, start.length)
      .equals(start)
  )
    throw new Error('the block is too long')
  return toOctets(low, length)
}

export function hashOf(hash: HashName, content: Uint8Array): Uint8Array {
  return createHash(hash).update(content).digest()
}

function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n
  for (let rest = exponent, square = base % modulus; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * square) % modulus
    square = (square * square) % modulus
  }
  return result
}

function numberOf(jwk: ForgeKey, name: string): bigint {
  return toNumber(Buffer.from(String(jwk[name]), 'base64url'))
}

function toNumber(octets: Uint8Array): bigint {
  return BigInt(`0x${Array.from(octets, (octet) => octet.toString(16).padStart(2, '0')).join('')}`)
}

function toOctets(number: bigint, length: number): Buffer {
  return Buffer.from(number.toString(16).padStart(length * 2, '0'), 'hex')
}
