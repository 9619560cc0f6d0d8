import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { derToRaw, pssPrivateKey, pssPublicKey, rawToDer } from '../../src/backend/der.ts'
import { findJwa, type Jwa } from '../../src/jwa.ts'
import { privateJwk, publicJwk } from '../keys.ts'

const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

/** A number of `size` octets that ends in those of `hex`. */
const half = (size: number, hex: string): string => hex.padStart(size * 2, '0')

const CURVES = [
  { alg: 'ES256', curve: 'P-256', digest: 'sha256', size: 32 },
  { alg: 'ES384', curve: 'P-384', digest: 'sha384', size: 48 },
  { alg: 'ES512', curve: 'P-521', digest: 'sha512', size: 66 },
] as const

describe.each(CURVES)('ECDSA signatures on $curve', ({ alg, digest, size }) => {
  const key = createPrivateKey({ key: { ...privateJwk(alg) }, format: 'jwk' })
  const publicKey = createPublicKey(key)
  const data = Buffer.from('data')

  test('the DER of node:crypto becomes raw, and the same DER again', () => {
    for (let round = 0; round < 25; round++) {
      const der = sign(digest, data, { key, dsaEncoding: 'der' })
      const raw = derToRaw(der, size * 2)
      expect(raw.length).toBe(size * 2)
      expect(verify(digest, data, { key: publicKey, dsaEncoding: 'ieee-p1363' }, raw)).toBe(true)
      expect(hexOf(rawToDer(raw))).toBe(der.toString('hex'))
    }
  })

  test('the raw form of node:crypto becomes DER, and the same raw form again', () => {
    for (let round = 0; round < 25; round++) {
      const raw = sign(digest, data, { key, dsaEncoding: 'ieee-p1363' })
      const der = rawToDer(raw)
      expect(verify(digest, data, { key: publicKey, dsaEncoding: 'der' }, der)).toBe(true)
      expect(hexOf(derToRaw(der, size * 2))).toBe(raw.toString('hex'))
    }
  })

  test('of a view, only what it shows becomes DER, and raw', () => {
    const raw = sign(digest, data, { key, dsaEncoding: 'ieee-p1363' })
    const around = Buffer.concat([Buffer.alloc(5, 0xff), raw, Buffer.alloc(5, 0xff)])
    const der = rawToDer(around.subarray(5, 5 + raw.length))
    expect(hexOf(der)).toBe(hexOf(rawToDer(raw)))
    const aroundDer = Buffer.concat([Buffer.alloc(3, 0xff), der, Buffer.alloc(3, 0xff)])
    expect(hexOf(derToRaw(aroundDer.subarray(3, 3 + der.length), size * 2))).toBe(raw.toString('hex'))
    expect(around.equals(Buffer.concat([Buffer.alloc(5, 0xff), raw, Buffer.alloc(5, 0xff)]))).toBe(true)
  })

  test.each([
    ['1 and 1', '01', '01', '3006020101020101'],
    ['0 and 0', '00', '00', '3006020100020100'],
    ['127 and 128', '7f', '80', '300702017f02020080'],
    ['255 and 256', 'ff', '0100', '3008020200ff02020100'],
    ['32768 and 1', '8000', '01', '30080203008000020101'],
  ])('%s, with leading zero octets and with the high bit', (_, r, s, expected) => {
    const raw = Buffer.from(half(size, r) + half(size, s), 'hex')
    expect(hexOf(rawToDer(raw))).toBe(expected)
    expect(hexOf(derToRaw(Buffer.from(expected, 'hex'), size * 2))).toBe(raw.toString('hex'))
  })

  test('each length of r and of s goes through both ways, with and without the high bit', () => {
    for (let octets = 1; octets <= size; octets++) {
      for (const first of ['01', '7f', '80', 'ff']) {
        const r = half(size, first + '5a'.repeat(octets - 1))
        for (const [one, two] of [
          [r, half(size, '01')],
          [half(size, 'ff'), r],
          [r, r],
        ]) {
          const raw = `${one}${two}`
          expect(hexOf(derToRaw(rawToDer(Buffer.from(raw, 'hex')), size * 2))).toBe(raw)
        }
      }
    }
  })

  test('the length of the sequence takes two octets from 128 on', () => {
    const der = rawToDer(new Uint8Array(size * 2).fill(0xff))
    const contents = 2 * (2 + 1 + size)
    expect(der.length).toBe(contents + (contents < 128 ? 2 : 3))
    expect([...der.subarray(0, 3)]).toEqual(contents < 128 ? [0x30, contents, 2] : [0x30, 0x81, contents])
  })
})

test('signatures of node:crypto that begin with zeros, or with a bit that is set, go both ways', () => {
  const key = createPrivateKey({ key: { ...privateJwk('ES256') }, format: 'jwk' })
  const publicKey = createPublicKey(key)
  const kindOf = (octet: number): string => (octet === 0 ? 'zero' : octet < 0x80 ? 'low' : 'high')
  const seen = new Set<string>()
  // Of each half one in 256 begins with a zero.
  for (let round = 0; round < 20_000 && seen.size < 8; round++) {
    const data = Buffer.from(`${round}`)
    const raw = sign('sha256', data, { key, dsaEncoding: 'ieee-p1363' })
    const kinds = `${kindOf(raw.readUInt8(0))} ${kindOf(raw.readUInt8(32))}`
    if (seen.has(kinds) || kinds === 'zero zero') continue
    seen.add(kinds)
    const der = rawToDer(raw)
    expect(verify('sha256', data, { key: publicKey, dsaEncoding: 'der' }, der), kinds).toBe(true)
    expect(hexOf(derToRaw(der, 64)), kinds).toBe(raw.toString('hex'))
    // The DER that node makes of the numbers is the shortest, and so is ours.
    const [r, s] = [raw.subarray(0, 32), raw.subarray(32)].map((half) => BigInt(`0x${half.toString('hex')}`))
    expect(hexOf(der), kinds).toBe(derOf(r as bigint, s as bigint))
  }
  expect([...seen].sort()).toEqual([
    'high high',
    'high low',
    'high zero',
    'low high',
    'low low',
    'low zero',
    'zero high',
    'zero low',
  ])
})

/** X.690 §8.3: the fewest octets whose first bit is 0. For lengths below 128. */
function derOf(...numbers: readonly bigint[]): string {
  const parts = numbers.map((number) => {
    const hex = number.toString(16)
    const even = hex.length % 2 === 0 ? hex : `0${hex}`
    const signed = /^[89a-f]/.test(even) ? `00${even}` : even
    return `02${(signed.length / 2).toString(16).padStart(2, '0')}${signed}`
  })
  const contents = parts.join('')
  return `30${(contents.length / 2).toString(16).padStart(2, '0')}${contents}`
}

test.each([
  [61, 62, '307f023d'],
  [62, 62, '308180023e'],
  [62, 63, '308181023e'],
])('numbers of %d and %d octets: the sequence begins with %s', (r, s, head) => {
  const raw = half(66, `01${'00'.repeat(r - 1)}`) + half(66, `01${'00'.repeat(s - 1)}`)
  const der = rawToDer(Buffer.from(raw, 'hex'))
  expect(hexOf(der).slice(0, head.length)).toBe(head)
  expect(der.length).toBe(head.length / 2 - 2 + 2 + r + 2 + s)
  expect(hexOf(derToRaw(der, 132))).toBe(raw)
})

const HASHES = [
  { alg: 'PS256', hashAlgorithm: 'sha256', saltLength: 32 },
  { alg: 'PS384', hashAlgorithm: 'sha384', saltLength: 48 },
  { alg: 'PS512', hashAlgorithm: 'sha512', saltLength: 64 },
] as const

describe.each(HASHES)('R14: RSA-PSS keys for $alg', ({ alg, hashAlgorithm, saltLength }) => {
  const jwa = findJwa(alg) as Jwa
  const pkcs1 = (key: KeyObject): Buffer => key.export({ type: 'pkcs1', format: 'der' })
  const publicDer = Buffer.from(
    pssPublicKey(jwa, pkcs1(createPublicKey({ key: { ...publicJwk(alg) }, format: 'jwk' }))),
  )
  const privateDer = Buffer.from(
    pssPrivateKey(jwa, pkcs1(createPrivateKey({ key: { ...privateJwk(alg) }, format: 'jwk' }))),
  )
  const publicKey = createPublicKey({ key: publicDer, format: 'der', type: 'spki' })
  const privateKey = createPrivateKey({ key: privateDer, format: 'der', type: 'pkcs8' })

  test('carry hash, mask and salt', () => {
    for (const key of [publicKey, privateKey]) {
      expect(key.asymmetricKeyType).toBe('rsa-pss')
      expect(key.asymmetricKeyDetails).toMatchObject({ hashAlgorithm, mgf1HashAlgorithm: hashAlgorithm, saltLength })
    }
  })

  test('are written as node:crypto writes them', () => {
    expect(publicKey.export({ type: 'spki', format: 'der' }).equals(publicDer)).toBe(true)
    expect(privateKey.export({ type: 'pkcs8', format: 'der' }).equals(privateDer)).toBe(true)
  })

  test('are the same key', () => {
    expect(createPublicKey(privateKey).equals(publicKey)).toBe(true)
    const signature = sign(hashAlgorithm, Buffer.from('x'), privateKey)
    expect(verify(hashAlgorithm, Buffer.from('x'), publicKey, signature)).toBe(true)
  })
})
