import { describe, expect, test } from 'vitest'
import { createLocalJwks, type Jwk } from '../../src/index.ts'
import { goodToken } from '../cases/keys.ts'
import { changeSignature, segment, segmentsOf } from '../forge.ts'
import {
  cubeRootForgery,
  digestInfo,
  type HashName,
  hashOf,
  ones,
  type Pkcs1Block,
  type PssBlock,
  pkcs1Block,
  pssBlock,
  signBlock,
} from '../forge-rsa.ts'
import { privateJwk, publicJwk } from '../keys.ts'
import { PATHS } from '../paths.ts'
import { keyOf, policyOf, verdictOf } from '../verdict.ts'
import { describeAttack, testEach } from './attack.ts'

// Signatures whose inside is wrong, made by who has the private key or found without it: there is one block for a message
// under RSASSA-PKCS1-v1_5, few under RSASSA-PSS, and one number below the order under Ed25519.

const LENGTH = 256

function inputOf(alg: string): Buffer {
  return Buffer.from(`${segment({ alg })}.${segment({ sub: 'alice' })}`)
}

function tokenOf(alg: string, signature: Uint8Array): string {
  return `${inputOf(alg)}.${segment(signature)}`
}

const HASHES = { RS256: 'sha256', RS512: 'sha512', PS256: 'sha256', PS512: 'sha512' } as const

type Forgery = readonly [title: string, token: string]

function pkcs1Forgeries(alg: 'RS256' | 'RS512'): Forgery[] {
  const [hash, input] = [HASHES[alg], inputOf(alg)]
  const digest = hashOf(hash, input)
  const info = digestInfo(hash, digest)
  const other: HashName = hash === 'sha256' ? 'sha512' : 'sha256'
  const spoilt = (length: number) => ones(length).fill(0xfe, 20, 21)
  const zeros = (length: number) => new Uint8Array(length)
  const blocks: readonly (readonly [title: string, parts: Pkcs1Block])[] = [
    ['the block of encryption, type 2', { start: [0, 2] }],
    ['a block of type 0', { start: [0, 0], padding: zeros }],
    ['a first octet that is not zero', { start: [1, 1] }],
    ['padding of zeros', { padding: zeros }],
    ['padding with an octet that is not FF', { padding: spoilt }],
    ['no zero behind the padding', { separator: [] }],
    ['eight octets of padding, and the rest behind the digest', garbage(info, 8)],
    ['an octet behind the digest', { garbage: Uint8Array.of(0) }],
    ['no algorithm, the digest alone', { info: digest }],
    ['the algorithm without its NULL', { info: digestInfo(hash, digest, []) }],
    ['parameters in the algorithm', { info: digestInfo(hash, digest, [4, 1, 0]) }],
    ['another hash, and its name', { info: digestInfo(other, hashOf(other, input)) }],
    ['another hash under this name', { info: digestInfo(hash, hashOf(other, input)) }],
    ['this hash under another name', { info: digestInfo(other, digest) }],
    ['a digest cut short', { info: digestInfo(hash, digest.subarray(0, 20)) }],
    ['lengths in the long form', { info: Uint8Array.from([0x30, 0x81, ...info.subarray(1)]) }],
  ]
  return blocks.map(([title, parts]) => [
    `${alg}: ${title}`,
    tokenOf(alg, signBlock(pkcs1Block(LENGTH, info, parts), privateJwk(alg))),
  ])
}

function garbage(info: Uint8Array, padding: number): Pkcs1Block {
  return { garbage: new Uint8Array(LENGTH - 3 - padding - info.length).fill(0x5a) }
}

describeAttack(15, (path) => {
  const verdict = (alg: 'RS256' | 'RS512', token: string) =>
    verdictOf(() => path.verifyJwt(token, keyOf(alg, path), policyOf()))

  for (const alg of ['RS256', 'RS512'] as const) {
    test(`${alg}: the block as it should be, by the same forger`, async () => {
      const info = digestInfo(HASHES[alg], hashOf(HASHES[alg], inputOf(alg)))
      const token = tokenOf(alg, signBlock(pkcs1Block(LENGTH, info), privateJwk(alg)))
      expect(await verdict(alg, token)).toBe('accepted')
    })
    testEach(pkcs1Forgeries(alg), async (token) => expect(await verdict(alg, token)).toBe('ERR_JWS_SIGNATURE'))
  }

  testEach(
    [8, 30].map((padding) => [`e = 3: a cube root, behind ${padding} octets of padding`, padding] as const),
    async (padding) => {
      const info = digestInfo('sha256', hashOf('sha256', inputOf('RS256')))
      const start = Buffer.concat([Uint8Array.of(0, 1), ones(padding), Uint8Array.of(0), info])
      const key = path.importVerificationKey(publicJwk('RS256', { e: 'Aw' }))
      const token = tokenOf('RS256', cubeRootForgery(start, LENGTH))
      expect(await verdictOf(() => path.verifyJwt(token, key, policyOf()))).toBe('ERR_JWS_SIGNATURE')
    },
  )
})

describeAttack(16, (path) => {
  test('e = 1: the block itself is the signature, and the key is in no set', async () => {
    const info = digestInfo('sha256', hashOf('sha256', inputOf('RS256')))
    const token = tokenOf('RS256', pkcs1Block(LENGTH, info))
    const weak: Jwk = publicJwk('RS256', { e: 'AQ' })
    const keys = path.use(() => createLocalJwks({ keys: [weak, publicJwk('ES256')] }))
    expect(await verdictOf(() => path.verifyJwt(token, keys, policyOf()))).toBe('ERR_KEY_NOT_FOUND')
    expect(await verdictOf(() => path.importVerificationKey(weak))).toBe('ERR_JWK_WEAK')
  })
})

function pssForgeries(alg: 'PS256' | 'PS512'): Forgery[] {
  const hash = HASHES[alg]
  const blocks: readonly (readonly [title: string, parts: PssBlock])[] = [
    ['another trailer', { trailer: 0xcc }],
    ['a mask by another hash', { maskHash: hash === 'sha256' ? 'sha512' : 'sha256' }],
    ['another octet before the salt', { separator: 2 }],
    ['an octet among the zeros', { filler: 1 }],
  ]
  return blocks.map(([title, parts]) => [
    `${alg}: ${title}`,
    tokenOf(alg, signBlock(pssBlock(LENGTH, hash, inputOf(alg), parts), privateJwk(alg))),
  ])
}

describeAttack(14, (path) => {
  for (const alg of ['PS256', 'PS512'] as const) {
    test(`${alg}: the block as it should be, by the same forger`, async () => {
      const token = tokenOf(alg, signBlock(pssBlock(LENGTH, HASHES[alg], inputOf(alg)), privateJwk(alg)))
      expect(await verdictOf(() => path.verifyJwt(token, keyOf(alg, path), policyOf()))).toBe('accepted')
    })
    testEach(pssForgeries(alg), async (token) => {
      expect(await verdictOf(() => path.verifyJwt(token, keyOf(alg, path), policyOf()))).toBe('ERR_JWS_SIGNATURE')
    })
  }
})

describe('one token, more than one text, as SECURITY.md says', () => {
  const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n

  for (const path of PATHS) {
    test(`${path.name}: ES256: r and n - s is a signature of the same input`, async () => {
      const other = changeSignature(goodToken('ES256'), (octets) => {
        const s = BigInt(`0x${Buffer.from(octets.subarray(32)).toString('hex')}`)
        const hex = (order - s).toString(16).padStart(64, '0')
        return Buffer.concat([octets.subarray(0, 32), Buffer.from(hex, 'hex')])
      })
      expect(other).not.toBe(goodToken('ES256'))
      expect(await verdictOf(() => path.verifyJwt(other, keyOf('ES256', path), policyOf()))).toBe('accepted')
    })
  }
})

/** The order of the base point of Ed25519 (RFC 8032 §5.1). */
const ORDER = 2n ** 252n + 27742317777372353535851937790883648493n

function littleEndian(number: bigint): Uint8Array {
  return Buffer.from(number.toString(16).padStart(64, '0'), 'hex').reverse()
}

describeAttack(12, (path) => {
  for (const alg of ['EdDSA', 'Ed25519'] as const) {
    testEach(edForgeries(alg), async (token) => {
      expect(await verdictOf(() => path.verifyJwt(token, keyOf(alg, path), policyOf()))).toBe('ERR_JWS_SIGNATURE')
    })
  }
})

function edForgeries(alg: 'EdDSA' | 'Ed25519'): Forgery[] {
  const signature = Buffer.from(segmentsOf(goodToken(alg))[2], 'base64url')
  const r = signature.subarray(0, 32)
  const s = BigInt(`0x${Buffer.from(signature.subarray(32)).reverse().toString('hex')}`)
  const zero = new Uint8Array(32)
  const identity = Uint8Array.of(1, ...zero.subarray(1))
  const forged: readonly (readonly [title: string, signature: Uint8Array])[] = [
    ['64 zero octets', new Uint8Array(64)],
    ['the identity, and S = 0', Buffer.concat([identity, zero])],
    ['R as it is, S = 0', Buffer.concat([r, zero])],
    ['the identity, S as it is', Buffer.concat([identity, littleEndian(s)])],
    // The same signature in another form (RFC 8032 §5.1.7 wants S below the order).
    ['S plus the order', Buffer.concat([r, littleEndian(s + ORDER)])],
    ['S plus seven times the order', Buffer.concat([r, littleEndian(s + 7n * ORDER)])],
    ['the order as S', Buffer.concat([r, littleEndian(ORDER)])],
    ['minus S', Buffer.concat([r, littleEndian(ORDER - s)])],
    ['the sign of R turned over', signature.map((octet, index) => (index === 31 ? octet ^ 0x80 : octet))],
    ['all ones', ones(64)],
  ]
  return forged.map(([title, octets]) => [`${alg}: ${title}`, changeSignature(goodToken(alg), () => octets)])
}
