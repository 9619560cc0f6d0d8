import { createPrivateKey, createPublicKey, sign, verify } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { derToRaw, rawToDer } from '../../src/backend/der.ts'
import { privateJwk } from '../keys.ts'
import { check } from './check.ts'

const CURVES = [
  { alg: 'ES256', digest: 'sha256', size: 32 },
  { alg: 'ES384', digest: 'sha384', size: 48 },
  { alg: 'ES512', digest: 'sha512', size: 66 },
] as const

const hexOf = (octets: Uint8Array): string =>
  Array.from(octets, (octet) => octet.toString(16).padStart(2, '0')).join('')

/** X.690 §8.1, §8.3: the lengths in full, the numbers in the fewest octets whose first bit is 0. */
function encode(r: bigint, s: bigint): string {
  const tagged = (tag: string, contents: string): string => {
    const length = contents.length / 2
    const octets = length.toString(16).padStart(2, '0')
    return tag + (length < 0x80 ? octets : `81${octets}`) + contents
  }
  const integer = (number: bigint): string => {
    const hex = number.toString(16)
    const even = hex.length % 2 === 0 ? hex : `0${hex}`
    return tagged('02', Number.parseInt(even.slice(0, 2), 16) < 0x80 ? even : `00${even}`)
  }
  return tagged('30', integer(r) + integer(s))
}

describe.each(CURVES)('signatures of $alg', ({ alg, digest, size }) => {
  // Short numbers come as often as long ones.
  const numbers = fc
    .integer({ min: 1, max: size * 8 })
    .chain((bits) => fc.bigInt({ min: 0n, max: 2n ** BigInt(bits) - 1n }))
  const bytes = (number: bigint): Uint8Array => {
    const hex = number.toString(16).padStart(size * 2, '0')
    return Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
  }

  test('any two numbers are written as X.690 says, and come back', () => {
    check(
      fc.property(numbers, numbers, (r, s) => {
        const raw = Uint8Array.of(...bytes(r), ...bytes(s))
        const der = rawToDer(raw)
        expect(hexOf(der)).toBe(encode(r, s))
        expect(hexOf(derToRaw(der, size * 2))).toBe(hexOf(raw))
      }),
      300,
    )
  })

  test('node:crypto verifies what has been turned over, of any message', () => {
    const key = createPrivateKey({ key: { ...privateJwk(alg) }, format: 'jwk' })
    const publicKey = createPublicKey(key)
    check(
      fc.property(fc.uint8Array({ maxLength: 100 }), (message) => {
        const der = sign(digest, message, { key, dsaEncoding: 'der' })
        const raw = sign(digest, message, { key, dsaEncoding: 'ieee-p1363' })
        expect(verify(digest, message, { key: publicKey, dsaEncoding: 'ieee-p1363' }, derToRaw(der, size * 2))).toBe(
          true,
        )
        expect(verify(digest, message, { key: publicKey, dsaEncoding: 'der' }, rawToDer(raw))).toBe(true)
      }),
      alg === 'ES256' ? 50 : 5,
    )
  })
})
