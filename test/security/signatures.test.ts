import { expect, test, vi } from 'vitest'
import type { Alg } from '../../src/jwa.ts'
import { goodToken } from '../cases/keys.ts'
import { changeSignature, forge, segmentsOf } from '../forge.ts'
import { privateJwk } from '../keys.ts'
import { keyOf, policyOf, verdictOf } from '../verdict.ts'
import { describeAttack, testEach } from './attack.ts'

// What is not the one signature that an algorithm gives, though careless code may take it for that.

const ORDERS = {
  ES256: 'ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551',
  ES384: 'ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973',
  ES512: `01${'ff'.repeat(32)}fa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409`,
} as const

const ECDSA = Object.keys(ORDERS) as readonly (keyof typeof ORDERS)[]

function hexOf(number: bigint, size: number): string {
  return number.toString(16).padStart(size * 2, '0')
}

const numberOf = (octets: Buffer): bigint => BigInt(`0x${octets.toString('hex')}`)

/** Big-endian, in so many octets, or in one more where that is too few. */
function octetsOf(number: bigint, size: number): Buffer {
  return Buffer.from(hexOf(number, number < 1n << BigInt(size * 8) ? size : size + 1), 'hex')
}

describeAttack(12, (path) => {
  for (const alg of ECDSA) {
    const size = ORDERS[alg].length / 2
    const n = BigInt(`0x${ORDERS[alg]}`)
    const [r, s] = halvesOf(goodToken(alg), size)
    const scalars = { 0: 0n, 1: 1n, n, 'n+1': n + 1n, 'n-1': n - 1n, 'all ones': 2n ** BigInt(size * 8) - 1n }
    const forged: (readonly [title: string, hex: string])[] = [
      ...Object.entries(scalars).map(([name, value]) => [`r = s = ${name}`, hexOf(value, size).repeat(2)] as const),
      ['r as it is, s = 0', r + hexOf(0n, size)],
      ['r = 0, s as it is', hexOf(0n, size) + s],
      ['r as it is, s = n', r + hexOf(n, size)],
      ['r = n, s as it is', hexOf(n, size) + s],
      ['r + n', hexOf(BigInt(`0x${r}`) + n, size).slice(-size * 2) + s],
    ]
    // Platforms have been wrong about it: there must be nothing for them to decide.
    if (path.name === 'web') {
      test(`${alg}: what is out of range does not reach the platform`, async () => {
        const reached = vi.spyOn(globalThis.crypto.subtle, 'verify')
        for (const [title, hex] of forged) {
          const isInRange = ['r = s = 1', 'r = s = n-1', 'r + n'].includes(title)
          const token = changeSignature(goodToken(alg), () => Buffer.from(hex, 'hex'))
          await verdictOf(() => path.verifyJwt(token, keyOf(alg, path), policyOf()))
          if (!isInRange) expect(reached, title).not.toHaveBeenCalled()
          reached.mockClear()
        }
        vi.restoreAllMocks()
      })
    }
    testEach(
      forged.map(([title, hex]) => [`${alg}: ${title}`, hex] as const),
      async (hex) => {
        const token = changeSignature(goodToken(alg), () => Buffer.from(hex, 'hex'))
        expect(await verdictOf(() => path.verifyJwt(token, keyOf(alg, path), policyOf()))).toBe('ERR_JWS_SIGNATURE')
      },
    )
  }
})

function halvesOf(token: string, size: number): [r: string, s: string] {
  const hex = Buffer.from(segmentsOf(token)[2], 'base64url').toString('hex')
  return [hex.slice(0, size * 2), hex.slice(size * 2)]
}

/** As X9.62 and OpenSSL write it. */
function derOf(halves: readonly string[]): Uint8Array {
  const integers = halves.map((hex) => {
    const digits = hex.replace(/^(00)+(?=..)/, '')
    const octets = Buffer.from(Number.parseInt(digits.slice(0, 2), 16) >= 0x80 ? `00${digits}` : digits, 'hex')
    return Buffer.from([0x02, octets.length, ...octets])
  })
  const content = Buffer.concat(integers)
  return Buffer.from(
    content.length < 0x80 ? [0x30, content.length, ...content] : [0x30, 0x81, content.length, ...content],
  )
}

describeAttack(13, (path) => {
  for (const alg of ECDSA) {
    const size = ORDERS[alg].length / 2
    const halves = halvesOf(goodToken(alg), size)
    const raw = Buffer.from(halves.join(''), 'hex')
    const forms: readonly (readonly [title: string, octets: Uint8Array])[] = [
      ['DER', derOf(halves)],
      ['an octet less', raw.subarray(0, -1)],
      ['an octet more', Buffer.concat([raw, Buffer.alloc(1)])],
      ['two octets more, at the front of each half', Buffer.from(`00${halves[0]}00${halves[1]}`, 'hex')],
      ['halves exchanged', Buffer.from(halves[1] + halves[0], 'hex')],
      ['half of it', raw.subarray(0, size)],
      ['nothing', Buffer.alloc(0)],
    ]
    testEach(
      forms.map(([title, octets]) => [`${alg}: ${title}`, octets] as const),
      async (octets) => {
        const token = changeSignature(goodToken(alg), () => octets)
        expect(await verdictOf(() => path.verifyJwt(token, keyOf(alg, path), policyOf()))).toBe('ERR_JWS_SIGNATURE')
      },
    )
  }
})

const HASH_LENGTHS = { PS256: 32, PS384: 48, PS512: 64 } as const

describeAttack(14, (path) => {
  for (const [alg, length] of Object.entries(HASH_LENGTHS) as [keyof typeof HASH_LENGTHS, number][]) {
    const salts = [0, 1, 20, length - 1, length, length + 1]
    testEach(
      salts.map((salt) => [`${alg}: a salt of ${salt} octets`, salt] as const),
      async (salt) => {
        const token = forge({ alg }, { sub: 'alice' }, privateJwk(alg), alg, salt)
        const verdict = salt === length ? 'accepted' : 'ERR_JWS_SIGNATURE'
        expect(await verdictOf(() => path.verifyJwt(token, keyOf(alg, path), policyOf()))).toBe(verdict)
      },
    )
    const [pkcs1, otherHash] = [alg.replace('P', 'R') as Alg, alg === 'PS256' ? 'PS384' : 'PS256'] as const
    for (const [title, signedBy, named] of [
      ['a PKCS#1 signature', pkcs1, alg],
      ['another hash', otherHash, alg],
      ['its signature as PKCS#1', alg, pkcs1],
    ] as const) {
      test(`${alg}: ${title}`, async () => {
        const token = forge({ alg: named }, { sub: 'alice' }, privateJwk(alg), signedBy)
        expect(await verdictOf(() => path.verifyJwt(token, keyOf(named, path), policyOf()))).toBe('ERR_JWS_SIGNATURE')
      })
    }
  }
})

describeAttack(15, (path) => {
  for (const alg of ['RS256', 'RS512', 'PS256'] as const) {
    const n = numberOf(Buffer.from(String(privateJwk(alg).n), 'base64url'))
    const changes: readonly (readonly [title: string, change: (octets: Buffer) => Uint8Array])[] = [
      ['a zero octet before it', (octets) => Buffer.concat([Buffer.alloc(1), octets])],
      ['a zero octet behind it', (octets) => Buffer.concat([octets, Buffer.alloc(1)])],
      ['its first octet left out', (octets) => octets.subarray(1)],
      ['0', (octets) => Buffer.alloc(octets.length)],
      ['1', (octets) => Buffer.concat([Buffer.alloc(octets.length - 1), Buffer.from([1])])],
      ['n - 1', () => Buffer.from((n - 1n).toString(16), 'hex')],
      ['n', () => Buffer.from(n.toString(16), 'hex')],
      ['n added to it', (octets) => octetsOf(numberOf(octets) + n, octets.length)],
      ['n minus it', (octets) => octetsOf(n - numberOf(octets), octets.length)],
      ['all ones', (octets) => Buffer.alloc(octets.length, 0xff)],
    ]
    testEach(
      changes.map(([title, change]) => [`${alg}: ${title}`, change] as const),
      async (change) => {
        const token = changeSignature(goodToken(alg), change)
        expect(await verdictOf(() => path.verifyJwt(token, keyOf(alg, path), policyOf()))).toBe('ERR_JWS_SIGNATURE')
      },
    )
  }
})
