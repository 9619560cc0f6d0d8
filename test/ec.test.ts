import { createECDH } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { type EcCurve, findCurve, isOnCurve, isRawSignature, isScalar, toBigInt } from '../src/ec.ts'
import { importSigningKey, importVerificationKey, type Jwk } from '../src/index.ts'
import type { Alg } from '../src/jwa.ts'
import { freshJwk, privateJwk, publicJwk } from './keys.ts'
import { codeOf, PATHS, type Path } from './paths.ts'

const CURVES: readonly { crv: string; alg: Alg; native: string; size: number }[] = [
  { crv: 'P-256', alg: 'ES256', native: 'prime256v1', size: 32 },
  { crv: 'P-384', alg: 'ES384', native: 'secp384r1', size: 48 },
  { crv: 'P-521', alg: 'ES512', native: 'secp521r1', size: 66 },
]

const octets = (text: unknown): Buffer => Buffer.from(text as string, 'base64url')
const base64url = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url')
const toOctets = (value: bigint, size: number): Buffer => Buffer.from(value.toString(16).padStart(size * 2, '0'), 'hex')

const pointOf = (jwk: Jwk): [bigint, bigint] => [toBigInt(octets(jwk.x)), toBigInt(octets(jwk.y))]

describe.each(CURVES)('$crv', ({ crv, alg, native, size }) => {
  const curve = findCurve(crv) as EcCurve
  const { p } = curve
  const n = toBigInt(curve.n)

  const message = (jwk: Jwk): string => {
    try {
      importVerificationKey(jwk)
      return 'accepted'
    } catch (error) {
      return (error as Error).message
    }
  }

  describe('its constants', () => {
    test('have the size of the coordinates', () => {
      expect(curve.size).toBe(size)
      expect(curve.n.length).toBe(size)
      expect(toOctets(p, size).length).toBe(size)
    })

    test('the order is that of node:crypto, which takes n-1 as a private number, and not n', () => {
      const ecdh = createECDH(native)
      expect(() => ecdh.setPrivateKey(toOctets(n - 1n, size))).not.toThrow()
      expect(() => ecdh.setPrivateKey(toOctets(n, size))).toThrow(/not valid for specified curve/)
    })

    test('points that node:crypto makes are on the curve, and so are their negatives', () => {
      const ecdh = createECDH(native)
      for (let round = 0; round < 20; round++) {
        const point = ecdh.generateKeys()
        const [x, y] = [toBigInt(point.subarray(1, 1 + size)), toBigInt(point.subarray(1 + size))]
        expect(isOnCurve(curve, x, y)).toBe(true)
        expect(isOnCurve(curve, x, p - y)).toBe(true)
      }
    })
  })

  describe('R5: a point', () => {
    const [x, y] = pointOf(publicJwk(alg))

    test('is not on the curve with another coordinate', () => {
      for (const bit of [0n, 1n, 7n, 200n]) {
        expect(isOnCurve(curve, x, y ^ (1n << bit))).toBe(false)
        expect(isOnCurve(curve, x ^ (1n << bit), y)).toBe(false)
      }
      expect(isOnCurve(curve, y, x)).toBe(false)
      expect(isOnCurve(curve, 0n, 0n)).toBe(false)
    })

    test('is not taken with a coordinate of p or more', () => {
      expect(isOnCurve(curve, x + p, y)).toBe(false)
      expect(isOnCurve(curve, x, y + p)).toBe(false)
    })
  })

  describe('R14: numbers from 1 to n-1', () => {
    const highest = BigInt(curve.n[0] as number) << BigInt(size * 8 - 8)

    test.each([
      ['0', 0n, false],
      ['1', 1n, true],
      ['n-1', n - 1n, true],
      ['n', n, false],
      ['n+1', n + 1n, false],
      ['n-256', n - 256n, true],
      ['n+256', n + 256n, false],
      ['the highest octet of n and zeros', highest, true],
      ['the highest octet of n and ones', highest + 2n ** BigInt(size * 8 - 8) - 1n, false],
      ['all ones', 2n ** BigInt(size * 8) - 1n, false],
    ])('%s', (_, value, expected) => expect(isScalar(curve, toOctets(value, size))).toBe(expected))

    test.each([
      ['1', '1', 1n, 1n, true],
      ['n-1', 'n-1', n - 1n, n - 1n, true],
      ['0', '0', 0n, 0n, false],
      ['0', '1', 0n, 1n, false],
      ['1', '0', 1n, 0n, false],
      ['n', '1', n, 1n, false],
      ['1', 'n', 1n, n, false],
      ['n', 'n', n, n, false],
    ])('r = %s, s = %s', (_r, _s, r, s, expected) => {
      expect(isRawSignature(curve, Buffer.concat([toOctets(r, size), toOctets(s, size)]))).toBe(expected)
    })
  })

  describe('R5: a JWK', () => {
    test('of y xor 1 is refused', async () => {
      const [, y] = pointOf(publicJwk(alg))
      const jwk = publicJwk(alg, { y: base64url(toOctets(y ^ 1n, size)) })
      expect(await codeOf(() => importVerificationKey(jwk))).toBe('ERR_JWK_INVALID')
      expect(message(jwk)).toMatch(/not on the curve/)
    })

    // With p added, a small x fits into the octets of each curve; a small y only of P-521, where 7 bits are free.
    test.each(crv === 'P-521' ? ['x', 'y'] : ['x'])('with %s from p on is refused', async (name) => {
      const point = smallPoint(curve)
      const jwk = (x: bigint, y: bigint): Jwk =>
        publicJwk(alg, { x: base64url(toOctets(x, size)), y: base64url(toOctets(y, size)) })
      const lifted = name === 'x' ? jwk(point.x + p, point.y) : jwk(point.x, point.y + p)
      expect(await codeOf(() => importVerificationKey(jwk(point.x, point.y)))).toBe('accepted')
      expect(await codeOf(() => importVerificationKey(lifted))).toBe('ERR_JWK_INVALID')
      expect(message(lifted)).toMatch(/not on the curve/)
    })

    test.each(['x', 'y', 'd'])('with a short %s is refused, and the message says why that may be', async (name) => {
      const jwk = privateJwk(alg, { [name]: base64url(octets(privateJwk(alg)[name]).subarray(1)) })
      expect(await codeOf(() => importVerificationKey(jwk))).toBe('ERR_JWK_INVALID')
      expect(message(jwk)).toContain(
        `"${name}" has ${size - 1} octets where ${size} are due; some libraries drop leading zero octets`,
      )
    })

    test.each(['x', 'y', 'd'])('with a long %s is refused', async (name) => {
      const jwk = privateJwk(alg, { [name]: base64url(Buffer.concat([Buffer.of(0), octets(privateJwk(alg)[name])])) })
      expect(await codeOf(() => importVerificationKey(jwk))).toBe('ERR_JWK_INVALID')
      expect(message(jwk)).toMatch(new RegExp(`"${name}" has ${size + 1} octets where ${size} are due$`))
    })

    test.each(['x', 'y'])('without %s, or with one of another form, is refused', async (name) => {
      for (const value of [undefined, null, 5, '', `${publicJwk(alg)[name]}=`, [publicJwk(alg)[name]]]) {
        expect(await codeOf(() => importVerificationKey(publicJwk(alg, { [name]: value })))).toBe('ERR_JWK_INVALID')
      }
    })

    test.each([
      ['0', 0n],
      ['n', n],
      ['n+1', n + 1n],
    ])('with d = %s is refused, for verifying too', async (_, d) => {
      const jwk = privateJwk(alg, { d: base64url(toOctets(d, size)) })
      expect(await codeOf(() => importSigningKey(jwk))).toBe('ERR_JWK_INVALID')
      expect(await codeOf(() => importVerificationKey(jwk))).toBe('ERR_JWK_INVALID')
      expect(message(jwk)).toMatch(/"d" is out of range/)
    })

    test.each([
      ['1', 1n],
      ['n-1', n - 1n],
    ])('with d = %s, and its point, signs', async (_, d) => {
      const ecdh = createECDH(native)
      ecdh.setPrivateKey(toOctets(d, size))
      const point = ecdh.getPublicKey()
      const jwk = privateJwk(alg, {
        x: base64url(point.subarray(1, 1 + size)),
        y: base64url(point.subarray(1 + size)),
        d: base64url(toOctets(d, size)),
      })
      for (const path of PATHS) {
        const token = await path.signCompact('x', path.importSigningKey(jwk))
        expect(await codeOf(() => path.verifyCompact(token, path.importVerificationKey(jwk)))).toBe('accepted')
      }
    })

    test.each([[null], [5], [''], ['='], [['AA']]])('with d = %j is refused', async (d) => {
      expect(await codeOf(() => importSigningKey(privateJwk(alg, { d })))).toBe('ERR_JWK_INVALID')
      expect(await codeOf(() => importVerificationKey(privateJwk(alg, { d })))).toBe('ERR_JWK_INVALID')
    })
  })

  describe.each(PATHS)('R5: on the path $name', (path) => {
    const other = freshJwk(alg)
    const negative = toOctets(n - toBigInt(octets(privateJwk(alg).d)), size)

    test.each([
      ['the d of another key', { d: other.d }],
      ['the point of another key', { x: other.x, y: other.y }],
      ['n-d, whose point has the same x', { d: base64url(negative) }],
    ])('%s is refused, at the latest by the first signature', async (_, extra) => {
      const jwk = privateJwk(alg, extra)
      const signing = () => path.signCompact('x', path.importSigningKey(jwk))
      expect(await codeOf(signing)).toBe('ERR_JWK_INVALID')
      if (path.name !== 'web') {
        expect(await codeOf(() => path.importSigningKey(jwk))).toBe('ERR_JWK_INVALID')
      }
    })
  })

  test('R5: on WebCrypto the d of another key is refused by each signature, not by the first alone', async () => {
    const web = PATHS.find(({ name }) => name === 'web') as Path
    const key = web.importSigningKey(privateJwk(alg, { d: freshJwk(alg).d }))
    expect(await codeOf(() => web.signCompact('x', key))).toBe('ERR_JWK_INVALID')
    expect(await codeOf(() => web.signCompact('x', key))).toBe('ERR_JWK_INVALID')
  })
})

describe('other curves', () => {
  test.each([[undefined], [null], ['Ed25519'], ['secp256k1'], ['p-256'], [['P-256']]])('%j has no constants', (crv) => {
    expect(findCurve(crv)).toBeUndefined()
  })
})

describe('big-endian numbers', () => {
  test.each<[number[], bigint]>([
    [[], 0n],
    [[0], 0n],
    [[0, 0, 1], 1n],
    [[1, 0], 256n],
    [[255, 255, 255, 255, 255, 255, 255, 255, 1], 2n ** 72n - 255n],
  ])('%j is %d', (bytes, value) => expect(toBigInt(Uint8Array.from(bytes))).toBe(value))
})

/** For the primes of these curves, which are 3 modulo 4; no root where there is none. */
function squareRoot(square: bigint, p: bigint): bigint {
  let [result, base] = [1n, square % p]
  for (let exponent = (p + 1n) / 4n; exponent > 0n; exponent >>= 1n) {
    if (exponent & 1n) result = (result * base) % p
    base = (base * base) % p
  }
  return result
}

/** The point with the smallest x from 1 on. */
function smallPoint(curve: EcCurve): { x: bigint; y: bigint } {
  const { p, b } = curve
  for (let x = 1n; ; x++) {
    const y = squareRoot((((x * x * x - 3n * x + b) % p) + p) % p, p)
    if (isOnCurve(curve, x, y)) return { x, y }
  }
}
