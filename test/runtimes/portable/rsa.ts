import { concatBytes, randomBytes } from '@noble/hashes/utils.js'
import { DIGEST_INFO, type HashName, hashNamed } from './hashes.ts'

// RSA signatures by the book (RFC 8017), since no library of the forger's kind has them. Neither fast nor constant in
// time: it signs what tests forge.

/** The numbers of a private key that signing takes. */
export interface RsaNumbers {
  readonly n: Uint8Array
  readonly d: Uint8Array
  readonly p: Uint8Array
  readonly q: Uint8Array
  readonly qi: Uint8Array
}

/** RSASSA-PKCS1-v1_5 (RFC 8017 §8.2.1, §9.2). */
export function signPkcs1(hash: string, message: Uint8Array, key: RsaNumbers): Uint8Array {
  const info = concatBytes(Uint8Array.from(DIGEST_INFO[hash as HashName]), hashNamed(hash)(message))
  const { length } = key.n
  const padding = new Uint8Array(length - info.length - 3).fill(0xff)
  return power(concatBytes(Uint8Array.of(0, 1), padding, Uint8Array.of(0), info), key)
}

/** RSASSA-PSS with MGF1 of the same hash (RFC 8017 §8.1.1, §9.1.1). */
export function signPss(hash: string, message: Uint8Array, key: RsaNumbers, saltLength: number): Uint8Array {
  const digest = hashNamed(hash)
  const bits = toNumber(key.n).toString(2).length - 1
  const length = Math.ceil(bits / 8)
  const salt = randomBytes(saltLength)
  const h = digest(concatBytes(new Uint8Array(8), digest(message), salt))
  const block = new Uint8Array(length - h.length - 1)
  block[block.length - saltLength - 1] = 1
  block.set(salt, block.length - saltLength)
  const mask = generateMask(digest, h, block.length)
  const masked = block.map((octet, index) => octet ^ (mask[index] as number))
  masked[0] = (masked[0] as number) & (0xff >> (8 * length - bits))
  return power(concatBytes(masked, h, Uint8Array.of(0xbc)), key)
}

/** MGF1 (RFC 8017 §B.2.1). */
function generateMask(digest: ReturnType<typeof hashNamed>, seed: Uint8Array, length: number): Uint8Array {
  const parts: Uint8Array[] = []
  for (let counter = 0; parts.length * digest.outputLen < length; counter++) {
    parts.push(digest(concatBytes(seed, Uint8Array.of(0, 0, counter >> 8, counter & 0xff))))
  }
  return concatBytes(...parts).subarray(0, length)
}

/** RSASP1, by the Chinese remainder theorem. */
function power(message: Uint8Array, key: RsaNumbers): Uint8Array {
  const m = toNumber(message)
  const { d, p, q, qi, n } = numbersOf(key)
  const [ofP, ofQ] = [modularPower(m, d % (p - 1n), p), modularPower(m, d % (q - 1n), q)]
  const signature = ofQ + q * ((((ofP - ofQ) * qi) % p) + p)
  return toOctets(signature % n, key.n.length)
}

const numbersOf = ({ d, p, q, qi, n }: RsaNumbers) => ({
  d: toNumber(d),
  p: toNumber(p),
  q: toNumber(q),
  qi: toNumber(qi),
  n: toNumber(n),
})

/** Four bits of the exponent at a time. */
function modularPower(base: bigint, exponent: bigint, modulus: bigint): bigint {
  const powers = [1n]
  for (let index = 1; index < 16; index++) powers.push(((powers[index - 1] as bigint) * base) % modulus)
  let result = 1n
  for (const digit of exponent.toString(16)) {
    for (let bit = 0; bit < 4; bit++) result = (result * result) % modulus
    if (digit !== '0') result = (result * (powers[Number.parseInt(digit, 16)] as bigint)) % modulus
  }
  return result
}

function toNumber(octets: Uint8Array): bigint {
  return BigInt(`0x${Array.from(octets, (octet) => octet.toString(16).padStart(2, '0')).join('')}`)
}

function toOctets(number: bigint, length: number): Uint8Array {
  const hex = number.toString(16).padStart(length * 2, '0')
  return Uint8Array.from(hex.match(/../g) as string[], (pair) => Number.parseInt(pair, 16))
}
