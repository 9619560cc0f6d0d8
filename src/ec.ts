import type { Curve } from './jwa.ts'

// The NIST curves of RFC 7518 §6.2.1.1, y² = x³ - 3x + b over the integers modulo p, with base point of order n
// (SP 800-186 §3.2.1).

export interface EcCurve {
  /** Octets of a coordinate, and of each half of a signature. */
  readonly size: number
  readonly p: bigint
  readonly b: bigint
  /** n, big-endian, in `size` octets. */
  readonly n: Uint8Array
}

const CURVES: ReadonlyMap<unknown, EcCurve> = new Map<Curve, EcCurve>([
  [
    'P-256',
    {
      size: 32,
      p: 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n,
      b: 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn,
      n: octets('ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551'),
    },
  ],
  [
    'P-384',
    {
      size: 48,
      p: 2n ** 384n - 2n ** 128n - 2n ** 96n + 2n ** 32n - 1n,
      b: 0xb3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875ac656398d8a2ed19d2a85c8edd3ec2aefn,
      n: octets('ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973'),
    },
  ],
  [
    'P-521',
    {
      size: 66,
      p: 2n ** 521n - 1n,
      b: 0x51953eb9618e1c9a1f929a21a0b68540eea2da725b99b315f3b8b489918ef109e156193951ec7e937b1652c0bd3bb1bf073573df883d2c34f1ef451fd46b503f00n,
      n: octets(
        '01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409',
      ),
    },
  ],
])

export function findCurve(crv: unknown): EcCurve | undefined {
  return CURVES.get(crv)
}

/** Whether (x, y) is a point of the curve (SP 800-56A §5.6.2.3.3; the cofactor is 1, so no more is needed). */
export function isOnCurve({ p, b }: EcCurve, x: bigint, y: bigint): boolean {
  return x < p && y < p && (x * x * x - 3n * x + b - y * y) % p === 0n
}

/** Whether both halves of r‖s lie in [1, n-1] (R14; FIPS 186-5 §6.4.2 step 1). */
export function isRawSignature(curve: EcCurve, signature: Uint8Array): boolean {
  return isScalar(curve, signature, 0) && isScalar(curve, signature, curve.size)
}

/** Whether the big-endian number of `size` octets at `start` lies in [1, n-1]. */
export function isScalar({ size, n }: Pick<EcCurve, 'size' | 'n'>, bytes: Uint8Array, start = 0): boolean {
  let differs = 0
  while (differs < size && bytes[start + differs] === n[differs]) differs++
  if (differs === size || (bytes[start + differs] as number) > (n[differs] as number)) return false
  for (let place = start; place < start + size; place++) if (bytes[place] !== 0) return true
  return false
}

/** The prime of each Edwards curve, and the y of its points of order 8, where it has any; that of the others is its negative. */
const ED25519 = {
  p: 2n ** 255n - 19n,
  y8: 0x5fc536d880238b13933c6d305acdfd5f098eff289f4c345b027b2c28f95e826n,
}
const ED448 = { p: 2n ** 448n - 2n ** 224n - 1n, y8: 0n }

/**
 * Whether an encoded point of Ed25519 or, in 57 octets, Ed448 is one of those whose order divides the cofactor, in whatever
 * encoding (RFC 8032 §5.1.2, §5.2.2, §8.8). Under such a key one signature is good for many messages.
 */
export function hasSmallOrder(encoded: Uint8Array): boolean {
  const { p, y8 } = encoded.length === 57 ? ED448 : ED25519
  const littleEndian = Uint8Array.from(encoded).reverse()
  // Without the bit on top, which is the sign of x.
  const y = (toBigInt(littleEndian) & (2n ** BigInt(encoded.length * 8 - 1) - 1n)) % p
  return [0n, 1n, p - 1n, y8, p - y8].includes(y)
}

export function toBigInt(bytes: Uint8Array): bigint {
  let hex = '0x0'
  for (const byte of bytes) hex += byte.toString(16).padStart(2, '0')
  return BigInt(hex)
}

function octets(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
}
