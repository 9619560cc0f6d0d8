import { expect, test } from 'vitest'
import type { Jwk } from '../../src/index.ts'
import { PLATFORM_ALGS } from '../conformance/missing.ts'
import { compactOf, findKey, ML_DSA_KEYS } from '../conformance/vectors.ts'
import { changeSignature, flipSignatureBit, segmentsOf } from '../forge.ts'
import { verdictOf } from '../verdict.ts'
import { describeAttack, testEach } from './attack.ts'

// Ed448 and ML-DSA, from the tokens that the RFCs print, since not every runtime could sign others.

interface Example {
  readonly alg: string
  readonly jwk: Jwk
  readonly token: string
  readonly forged: readonly (readonly [title: string, token: string])[]
}

const octetsOf = (token: string): Buffer => Buffer.from(segmentsOf(token)[2], 'base64url')

/** Of the wrong length, or of the right one and nobody's. */
function ofAnyAlg(token: string): Example['forged'] {
  const { length } = octetsOf(token)
  return [
    ['nothing', changeSignature(token, () => Buffer.alloc(0))],
    ['an octet less', changeSignature(token, (octets) => octets.subarray(0, -1))],
    ['its first octet left out', changeSignature(token, (octets) => octets.subarray(1))],
    ['an octet more', changeSignature(token, (octets) => Buffer.concat([octets, Buffer.alloc(1)]))],
    ['twice', changeSignature(token, (octets) => Buffer.concat([octets, octets]))],
    ['zeros', changeSignature(token, () => Buffer.alloc(length))],
    ['all ones', changeSignature(token, () => Buffer.alloc(length, 0xff))],
    ...[0, 31, 64, length >> 1, length - 2, length - 1].map(
      (octet) => [`a bit of octet ${octet}`, flipSignatureBit(token, octet)] as const,
    ),
  ]
}

/** The order of the base point of Ed448 (RFC 8032 §5.2). */
const ORDER = 2n ** 446n - 13818066809895115352007386748515426880336692474882178609894547503885n

const littleEndian = (number: bigint): Buffer => Buffer.from(number.toString(16).padStart(114, '0'), 'hex').reverse()

function ed448(): Example {
  const token = compactOf('RFC 9864 D.2')
  const [r, encoded] = [octetsOf(token).subarray(0, 57), octetsOf(token).subarray(57)]
  const s = BigInt(`0x${Buffer.from(encoded).reverse().toString('hex')}`)
  const identity = Buffer.from([1, ...new Uint8Array(56)])
  const forged: readonly (readonly [title: string, r: Uint8Array, s: bigint])[] = [
    ['the identity, and S = 0', identity, 0n],
    ['R as it is, S = 0', r, 0n],
    ['the identity, S as it is', identity, s],
    // The same signature in another form (RFC 8032 §5.2.7 wants S below the order).
    ['S plus the order', r, s + ORDER],
    ['S plus three times the order', r, s + 3n * ORDER],
    ['the order as S', r, ORDER],
    ['minus S', r, ORDER - s],
    ['the sign of R turned over', r.map((octet, index) => (index === 56 ? octet ^ 0x80 : octet)), s],
  ]
  const write = (each: Uint8Array, scalar: bigint) =>
    changeSignature(token, () => Buffer.concat([each, littleEndian(scalar)]))
  return {
    alg: 'Ed448',
    jwk: findKey('rfc9864.json', 'rfc8032-7.4-blank'),
    token,
    forged: [
      ...ofAnyAlg(token),
      ...forged.map(([title, each, scalar]) => [title, write(each, scalar)] as const),
      ['that of Ed25519 over the same payload', changeSignature(token, () => octetsOf(compactOf('RFC 9864 D.1')))],
    ],
  }
}

/** FIPS 204, table 1: the octets of the hint, and the polynomials that it is about. */
const HINTS: Readonly<Record<string, readonly [omega: number, k: number]>> = {
  'ML-DSA-44': [80, 4],
  'ML-DSA-65': [55, 6],
  'ML-DSA-87': [75, 8],
}

function mlDsa(jwk: Jwk): Example {
  const alg = jwk.alg as string
  const token = compactOf(`RFC 9964 ${alg}`)
  const [omega, k] = HINTS[alg] as readonly [number, number]
  const hint = octetsOf(token).length - omega - k
  const change = (place: number, value: number) =>
    changeSignature(token, (octets) => octets.map((octet, index) => (index === hint + place ? value : octet)))
  return {
    alg,
    jwk,
    token,
    forged: [
      ...ofAnyAlg(token),
      // The same hint in other forms (FIPS 204, algorithm 21).
      ['an octet of the hint beyond its end', change(omega - 1, 1)],
      ['more places in the hint than there are', change(omega + k - 1, omega + 1)],
      ['the places of a polynomial end before they begin', change(omega + k - 1, 0)],
    ],
  }
}

for (const { alg, jwk, token, forged } of [ed448(), ...ML_DSA_KEYS.map(mlDsa)]) {
  describeAttack(12, (path) => {
    const verify = (each: string) => async () => path.verifyCompact(each, path.importVerificationKey(jwk))
    // As many tests everywhere: where the platform has not the algorithm, nothing verifies.
    const isThere = PLATFORM_ALGS[path.name].includes(alg)
    const place = isThere ? '' : ' (not in this runtime)'

    test(`${alg}: as the RFC prints it${place}`, async () => {
      if (isThere) expect(await verdictOf(verify(token))).toBe('accepted')
      // What only WebCrypto has is a TypeError in the synchronous API.
      else await expect(verify(token)()).rejects.toThrow(/does not have|synchronous/)
    })
    testEach(
      forged.map(([title, each]) => [`${alg}: ${title}${place}`, each] as const),
      async (each) => {
        if (isThere) expect(await verdictOf(verify(each))).toBe('ERR_JWS_SIGNATURE')
        else await expect(verify(each)()).rejects.toThrow()
      },
    )
  })
}
