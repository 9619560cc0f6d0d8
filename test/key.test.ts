import crypto, { createPublicKey, createSecretKey } from 'node:crypto'
import { afterEach, describe, expect, test, vi } from 'vitest'
import type { SigningInput } from '../src/backend/backend.ts'
import { useBackend } from '../src/backend/choice.ts'
import { nodeBackend } from '../src/backend/node.ts'
import { webBackend } from '../src/backend/web.ts'
import { importSigningKey, importVerificationKey, type Jwk } from '../src/index.ts'
import { type Alg, findJwa } from '../src/jwa.ts'
import { SigningKey, VerificationKey } from '../src/key.ts'
import { ALGS, generateRsaJwk, privateJwk, publicHalf, publicJwk } from './keys.ts'
import { codeOf, PATHS, type Path } from './paths.ts'

const textOf = (octets: Uint8Array): string => Buffer.from(octets).toString('base64url')

const web = PATHS.find(({ name }) => name === 'web') as Path

/** The order n of each curve (SP 800-186 §3.2.1). */
const ORDERS = [
  { alg: 'ES256', order: 'ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551' },
  {
    alg: 'ES384',
    order: 'ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973',
  },
  { alg: 'ES512', order: `01${'ff'.repeat(32)}fa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409` },
] as const

describe('R3: what is a key', () => {
  const verifying = importVerificationKey(publicJwk('ES256', { kid: 'k' }))
  const signing = importSigningKey(privateJwk('ES256', { kid: 'k' }))

  test('a key of its own class', () => {
    expect([VerificationKey.is(verifying), SigningKey.is(signing)]).toEqual([true, true])
  })

  test('never one of the other direction', () => {
    expect([VerificationKey.is(signing), SigningKey.is(verifying)]).toEqual([false, false])
  })

  const platformKey = createPublicKey({ key: { ...publicJwk('ES256') }, format: 'jwk' })

  test.each<[string, unknown]>([
    ['undefined', undefined],
    ['null', null],
    ['an empty string', ''],
    ['a string', 'secret'],
    ['a number', 5],
    ['a function', () => 1],
    ['an array', []],
    ['an array of a key', [verifying]],
    ['a JWK', publicJwk('ES256')],
    ['octets', new Uint8Array(32)],
    ['a public KeyObject', platformKey],
    ['a secret KeyObject', createSecretKey(Buffer.alloc(32, 1))],
    ['a copy of a verification key', { ...verifying }],
    ['a copy of a signing key', { ...signing }],
    ['a clone of a verification key', structuredClone(verifying)],
    ['what inherits from a verification key', Object.create(verifying)],
    ['what inherits from a signing key', Object.create(signing)],
    ['what has the prototype of verification keys', Object.create(VerificationKey.prototype)],
    ['what has the prototype of signing keys', Object.create(SigningKey.prototype)],
    ['a proxy of a verification key', new Proxy(verifying, {})],
    ['a proxy of a signing key', new Proxy(signing, {})],
    ['a class of the same name', new (class VerificationKey {})()],
  ])('not %s', (_, value) => {
    expect([VerificationKey.is(value), SigningKey.is(value)]).toEqual([false, false])
  })
})

describe.each(PATHS)('R4: keys of the path $name', (path) => {
  test.each(ALGS)('%s keys are frozen', (alg) => {
    const keys = [path.importVerificationKey(publicJwk(alg)), path.importSigningKey(privateJwk(alg, { kid: 'k' }))]
    for (const key of keys) {
      expect(Object.isFrozen(key)).toBe(true)
      for (const name of ['alg', 'kid', 'handle', 'sign']) {
        const assigning = () => Object.assign(key, { [name]: 'none' })
        expect(assigning, name).toThrow(TypeError)
      }
      expect(key.alg).toBe(alg)
    }
  })

  test.each(ALGS)('a %s key does not follow its JWK', async (alg) => {
    const [signingJwk, verificationJwk] = [privateJwk(alg), publicJwk(alg)]
    const [signing, verification] = [path.importSigningKey(signingJwk), path.importVerificationKey(verificationJwk)]
    for (const jwk of [signingJwk, verificationJwk]) for (const name of Object.keys(jwk)) jwk[name] = 'AQAB'
    const token = await path.signCompact('x', signing)
    expect(await codeOf(() => path.verifyCompact(token, verification))).toBe('accepted')
  })
})

describe('synchronous use', () => {
  test.each(ALGS)('of a %s key of WebCrypto is a TypeError that says why', (alg) => {
    const message = 'the key is a WebCrypto key, which cannot be used synchronously'
    const verification = web.importVerificationKey(publicJwk(alg))
    const signing = web.importSigningKey(privateJwk(alg))
    expect(() => VerificationKey.verifySync(verification, 'x', 'AA')).toThrow(new TypeError(message))
    expect(() => SigningKey.signSync(signing, 'x')).toThrow(new TypeError(message))
  })
})

describe('R14: the form of a signature is checked before any crypto runs', () => {
  afterEach(() => {
    useBackend(nodeBackend ?? webBackend)
    vi.restoreAllMocks()
  })

  /** A key whose platform takes every signature, and tells which have come to it. */
  function spyKey(alg: Alg, jwk: Jwk = publicJwk(alg)): { key: VerificationKey; seen: number[] } {
    const seen: number[] = []
    const verifySync = (_: SigningInput, text: string): boolean => seen.push(Buffer.from(text, 'base64url').length) > 0
    useBackend({
      ...(nodeBackend ?? webBackend),
      verificationHandle: () => ({ verify: verifySync, verifySync }),
    })
    return { key: importVerificationKey(jwk, { alg }), seen }
  }

  /** A signature of so many octets, in base64url. */
  const octets = (length: number): string => textOf(new Uint8Array(length).fill(1))

  const lengths: readonly (readonly [Alg, number])[] = ALGS.map((alg) => [
    alg,
    { HS256: 32, HS384: 48, ES384: 96, ES512: 132 }[alg as string] ?? (findJwa(alg)?.kty === 'RSA' ? 256 : 64),
  ])

  test.each(lengths)('%s: %d octets, no fewer and no more', (alg, length) => {
    const { key, seen } = spyKey(alg)
    for (const wrong of [0, 1, length / 2, length - 2, length - 1, length + 1, length + 2, length * 2]) {
      expect(VerificationKey.verify(key, 'x', octets(wrong)), String(wrong)).toBe(false)
      expect(VerificationKey.verifySync(key, 'x', octets(wrong)), String(wrong)).toBe(false)
    }
    // The lengths of a text that are those of no octets, and padding.
    const text = octets(length)
    for (const wrong of [`${text}A`, `${text}=`, `${text}==`, text.slice(0, -1), `${text} `, `.${text}`]) {
      expect(VerificationKey.verify(key, 'x', wrong), wrong).toBe(false)
      expect(VerificationKey.verifySync(key, 'x', wrong), wrong).toBe(false)
    }
    expect(seen).toEqual([])
    expect(VerificationKey.verify(key, 'x', octets(length))).toBe(true)
    expect(VerificationKey.verifySync(key, 'x', octets(length))).toBe(true)
    expect(seen).toEqual([length, length])
  })

  test.each([
    [2048, 256],
    [2049, 257],
    [2056, 257],
    [2057, 258],
    [3072, 384],
    [16384, 2048],
  ])('RSA of %d bits: %d octets', (bits, length) => {
    const n = Buffer.from((2n ** BigInt(bits) - 1n).toString(16).padStart(length * 2, '0'), 'hex').toString('base64url')
    for (const alg of ['RS256', 'PS512'] as const) {
      const { key, seen } = spyKey(alg, { kty: 'RSA', n, e: 'AQAB' })
      expect(VerificationKey.verify(key, 'x', octets(length - 1))).toBe(false)
      expect(VerificationKey.verify(key, 'x', octets(length + 1))).toBe(false)
      expect(VerificationKey.verify(key, 'x', octets(length))).toBe(true)
      expect(seen).toEqual([length])
    }
  })

  describe.each(ORDERS)('attack 12: $alg', ({ alg, order }) => {
    const n = Buffer.from(order, 'hex')
    const size = n.length
    // In each of these orders the last octet has room for one more and one less.
    const ending = (octet: number): Uint8Array => Uint8Array.of(...n.subarray(0, -1), octet)
    const [last, next] = [ending(n.readUInt8(size - 1) - 1), ending(n.readUInt8(size - 1) + 1)]
    const zero = new Uint8Array(size)
    const one = Uint8Array.of(...zero.subarray(1), 1)
    const ones = zero.map(() => 0xff)

    test.each([
      ['r = s = 1', one, one, true],
      ['r = s = n-1', last, last, true],
      ['r = 1, s = n-1', one, last, true],
      ['all zero', zero, zero, false],
      ['r = 0', zero, one, false],
      ['s = 0', one, zero, false],
      ['r = s = n', n, n, false],
      ['r = n', n, one, false],
      ['s = n', one, n, false],
      ['r = n+1', next, one, false],
      ['s = n+1', one, next, false],
      ['all ones', ones, ones, false],
    ])('%s', async (_, r, s, reaches) => {
      const seen = spyPlatforms()
      const signature = textOf(Uint8Array.of(...r, ...s))
      for (const path of PATHS) {
        const key = path.importVerificationKey(publicJwk(alg))
        const verdict =
          path.name === 'sync'
            ? VerificationKey.verifySync(key, 'x', signature)
            : await VerificationKey.verify(key, 'x', signature)
        expect(verdict, path.name).toBe(reaches)
      }
      expect(seen).toEqual(reaches ? PATHS.map(({ name }) => (name === 'web' ? 'web' : 'node')) : [])
    })

    test('a valid signature with n for r, or for s, is refused', async () => {
      const raw = Buffer.from(await SigningKey.sign(importSigningKey(privateJwk(alg)), 'x'), 'base64url')
      const keys = PATHS.map((path) => path.importVerificationKey(publicJwk(alg)))
      for (const key of keys) expect(await VerificationKey.verify(key, 'x', textOf(raw))).toBe(true)
      for (const offset of [0, size]) {
        const changed = Uint8Array.from(raw)
        changed.set(n, offset)
        for (const key of keys) expect(await VerificationKey.verify(key, 'x', textOf(changed))).toBe(false)
        const seen = spyPlatforms()
        for (const key of keys) expect(await VerificationKey.verify(key, 'x', textOf(changed))).toBe(false)
        expect(seen).toEqual([])
        vi.restoreAllMocks()
      }
    })
  })

  /** Both platforms take every signature from now on, and tell of each that has come to them. */
  function spyPlatforms(): string[] {
    const seen: string[] = []
    type Callback = (error: Error | null, valid: boolean) => void
    const verify = (...args: readonly unknown[]): boolean => {
      seen.push('node')
      const callback = args[4] as Callback | undefined
      callback?.(null, true)
      return true
    }
    vi.spyOn(crypto, 'verify').mockImplementation(verify as typeof crypto.verify)
    vi.spyOn(globalThis.crypto.subtle, 'verify').mockImplementation(async () => {
      seen.push('web')
      return true
    })
    return seen
  }
})

describe.each(PATHS)('R14, attack 15: on the path $name', (path) => {
  const odd = generateRsaJwk(2050)

  test.each(['RS256', 'PS256'] as const)('%s signs with a modulus of 2050 bits, in 257 octets', async (alg) => {
    const token = await path.signCompact('x', path.importSigningKey(odd, { alg }))
    const signature = Buffer.from(token.split('.')[2] as string, 'base64url')
    expect(signature.length).toBe(257)
    const key = path.importVerificationKey(publicHalf(odd), { alg })
    expect(await codeOf(() => path.verifyCompact(token, key))).toBe('accepted')
  })

  test.each(['RS256', 'PS256'] as const)(
    '%s with a leading zero octet before the signature is refused',
    async (alg) => {
      const token = await path.signCompact('x', path.importSigningKey(privateJwk(alg)))
      const cut = token.lastIndexOf('.') + 1
      const signature = Buffer.from(token.slice(cut), 'base64url')
      const padded = token.slice(0, cut) + Buffer.concat([Buffer.of(0), signature]).toString('base64url')
      const key = path.importVerificationKey(publicJwk(alg))
      expect(await codeOf(() => path.verifyCompact(token, key))).toBe('accepted')
      expect(await codeOf(() => path.verifyCompact(padded, key))).toBe('ERR_JWS_SIGNATURE')
    },
  )

  test.each(['RS256', 'PS256'] as const)('%s with the modulus added to the signature is refused', async (alg) => {
    const token = await path.signCompact('x', path.importSigningKey(odd, { alg }))
    const cut = token.lastIndexOf('.') + 1
    const hexOf = (text: unknown): string => Buffer.from(text as string, 'base64url').toString('hex')
    // 257 octets have room for it: the modulus has 2050 of their 2056 bits.
    const sum = BigInt(`0x${hexOf(token.slice(cut))}`) + BigInt(`0x${hexOf(odd.n)}`)
    const same = Buffer.from(sum.toString(16).padStart(514, '0'), 'hex')
    expect(same.length).toBe(257)
    const key = path.importVerificationKey(publicHalf(odd), { alg })
    const forged = token.slice(0, cut) + same.toString('base64url')
    expect(await codeOf(() => path.verifyCompact(forged, key))).toBe('ERR_JWS_SIGNATURE')
  })
})
