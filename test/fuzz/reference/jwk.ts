import {
  createECDH,
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto'
import { ALGORITHM_OF_CURVE, ALGORITHMS } from './algorithms.ts'
import { decode } from './base64url.ts'
import { type JsonObject, own } from './json.ts'
import { Refusal } from './refusal.ts'

/** A key with its one algorithm (R2). */
export interface Key {
  readonly alg: string
  readonly kid: string | undefined
  readonly handle: KeyObject
  /** Octets of r and of s, of the modulus, or of half a signature. */
  readonly size: number
  readonly n: bigint | undefined
}

export interface ImportOptions {
  readonly alg?: string
  readonly allowWeakKey?: boolean
}

const invalid = (rule: string) => new Refusal('ERR_JWK_INVALID', rule)
const weak = (rule: string) => new Refusal('ERR_JWK_WEAK', rule)

/** RFC 7517 §4, RFC 7518 §6, RFC 8037 §2, RFC 9964 §3; R1 to R6. */
export function importKey(jwk: JsonObject, operation: 'sign' | 'verify', options: ImportOptions = {}): Key {
  const kty = own(jwk, 'kty')
  if (!['oct', 'RSA', 'EC', 'OKP', 'AKP'].includes(kty as string)) throw invalid('R4 kty')
  const alg = algorithmOf(jwk, kty as string, options.alg)
  checkUse(jwk, operation)
  const kid = own(jwk, 'kid')
  if (kid !== undefined && typeof kid !== 'string') throw invalid('kid')
  const isPrivate = own(jwk, kty === 'AKP' ? 'priv' : 'd') !== undefined
  const key = { alg, kid, n: undefined }
  if (kty === 'oct') return { ...key, ...importSecret(jwk, alg, options.allowWeakKey === true) }
  const numbers = { RSA: checkRsa, EC: checkEc, OKP: checkOkp, AKP: checkAkp }[kty as 'RSA'](jwk, isPrivate)
  if (operation === 'sign' && !isPrivate) throw new Refusal('ERR_KEY_USE', 'R6 public')
  if (operation === 'sign') checkPair(jwk, kty as string)
  const names = { RSA: ['n', 'e'], EC: ['crv', 'x', 'y'], OKP: ['crv', 'x'], AKP: ['alg', 'pub'] }[kty as 'RSA']
  const material = Object.fromEntries(names.map((name) => [name, jwk[name]]))
  return { ...key, ...numbers, handle: createPublicKey({ key: { kty, ...material } as never, format: 'jwk' }) }
}

function algorithmOf(jwk: JsonObject, kty: string, wanted: string | undefined): string {
  const declared = own(jwk, 'alg')
  if (declared !== undefined && typeof declared !== 'string') throw invalid('alg')
  if (declared !== undefined && wanted !== undefined && declared !== wanted)
    throw new Refusal('ERR_ALG_NOT_ALLOWED', 'R2')
  const name = declared ?? wanted ?? ALGORITHM_OF_CURVE.get(own(jwk, 'crv'))
  const algorithm = ALGORITHMS.get(name)
  if (!algorithm && (declared ?? wanted) !== undefined) throw new Refusal('ERR_ALG_UNSUPPORTED', 'R1')
  if (!algorithm) throw invalid('R2 no alg')
  if (algorithm.kty !== kty) throw invalid('R4 kty of alg')
  if (algorithm.crv !== undefined && algorithm.crv !== own(jwk, 'crv')) throw invalid('R4 crv of alg')
  return name as string
}

function checkUse(jwk: JsonObject, operation: string): void {
  const use = own(jwk, 'use')
  if (use !== undefined && typeof use !== 'string') throw invalid('use')
  if (use !== undefined && use !== 'sig') throw new Refusal('ERR_KEY_USE', 'R6 use')
  const operations = own(jwk, 'key_ops')
  if (operations === undefined) return
  if (!Array.isArray(operations) || operations.some((name) => typeof name !== 'string')) throw invalid('R6 key_ops')
  if (operations.some((name, index) => operations.indexOf(name) !== index)) throw invalid('R6 key_ops twice')
  const isEncryption = (name: string) => /^(?:en|de)crypt$|^(?:un)?wrapKey$|^derive(?:Key|Bits)$/.test(name)
  if (use !== undefined && operations.some(isEncryption)) throw invalid('R6 key_ops and use')
  if (!operations.includes(operation)) throw new Refusal('ERR_KEY_USE', 'R6 key_ops lack it')
}

function octets(jwk: JsonObject, name: string): Buffer {
  const text = own(jwk, name)
  const bytes = typeof text === 'string' ? decode(text) : undefined
  if (!bytes) throw invalid(`R5 ${name}`)
  return bytes
}

function importSecret(jwk: JsonObject, alg: string, allowWeak: boolean): { handle: KeyObject; size: number } {
  const secret = octets(jwk, 'k')
  const size = ALGORITHMS.get(alg)?.octets as number
  if (secret.length === 0 || (secret.length < size && !allowWeak)) throw weak('R5 short secret')
  return { handle: createSecretKey(secret), size }
}

function toNumber(bytes: Buffer): bigint {
  return BigInt(`0x0${bytes.toString('hex')}`)
}

/** RFC 7518 §2, Base64urlUInt. */
function unsigned(jwk: JsonObject, name: string): bigint {
  const bytes = octets(jwk, name)
  if (bytes.length === 0 || (bytes[0] === 0 && bytes.length > 1)) throw invalid(`R5 octets of ${name}`)
  return toNumber(bytes)
}

function checkRsa(jwk: JsonObject, isPrivate: boolean): { n: bigint; size: number } {
  if (own(jwk, 'oth') !== undefined) throw invalid('R5 oth')
  const [n, e] = [unsigned(jwk, 'n'), unsigned(jwk, 'e')]
  const [d, p, q, dp, dq, qi] = ['d', 'p', 'q', 'dp', 'dq', 'qi'].map((name) =>
    isPrivate ? unsigned(jwk, name) : 1n,
  ) as [bigint, bigint, bigint, bigint, bigint, bigint]
  if (n < 2n ** 2047n) throw weak('R5 modulus')
  if (n >= 2n ** 16384n || n % 2n === 0n) throw invalid('R5 modulus')
  if (e < 3n || e % 2n === 0n) throw weak('R5 exponent')
  if (e >= n) throw invalid('R5 exponent')
  if (isRoca(n)) throw weak('R5 ROCA')
  // RFC 8017 §3.2.
  const isKey =
    !isPrivate ||
    (p > 1n &&
      q > 1n &&
      p * q === n &&
      0n < d &&
      d < n &&
      (e * d) % (p - 1n) === 1n &&
      (e * d) % (q - 1n) === 1n &&
      dp === d % (p - 1n) &&
      dq === d % (q - 1n) &&
      qi < p &&
      (qi * q) % p === 1n)
  if (!isKey) throw invalid('R5 private numbers')
  return { n, size: octets(jwk, 'n').length }
}

/** CVE-2017-15361: modulo each of these primes, n is a power of 65537. */
function isRoca(n: bigint): boolean {
  for (let prime = 3n; prime <= 167n; prime += 2n) {
    if (!isPrime(prime)) continue
    const powers = new Set<bigint>()
    for (let power = 1n; !powers.has(power); power = (power * 65537n) % prime) powers.add(power)
    if (!powers.has(n % prime)) return false
  }
  return true
}

function isPrime(number: bigint): boolean {
  for (let divisor = 2n; divisor < number; divisor++) if (number % divisor === 0n) return false
  return true
}

const SIZES: ReadonlyMap<unknown, number> = new Map([
  ['P-256', 32],
  ['P-384', 48],
  ['P-521', 66],
])
const ECDH: ReadonlyMap<unknown, string> = new Map([
  ['P-256', 'prime256v1'],
  ['P-384', 'secp384r1'],
  ['P-521', 'secp521r1'],
])
/** n of SP 800-186 §3.2.1. */
export const ORDERS: ReadonlyMap<unknown, bigint> = new Map([
  ['P-256', 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n],
  ['P-384', 0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n],
  [
    'P-521',
    0x01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409n,
  ],
])

function checkEc(jwk: JsonObject, isPrivate: boolean): { size: number } {
  const crv = own(jwk, 'crv')
  const size = SIZES.get(crv) as number
  for (const name of ['x', 'y']) if (octets(jwk, name).length !== size) throw invalid(`R5 length of ${name}`)
  try {
    createPublicKey({ key: { kty: 'EC', crv, x: jwk.x, y: jwk.y } as never, format: 'jwk' })
  } catch {
    throw invalid('R5 point')
  }
  if (!isPrivate) return { size }
  const d = octets(jwk, 'd')
  if (d.length !== size) throw invalid('R5 length of d')
  if (toNumber(d) === 0n || toNumber(d) >= (ORDERS.get(crv) as bigint)) throw invalid('R5 range of d')
  return { size }
}

/** Every encoding of the points whose order divides 8 (RFC 8032 §5.1.2), without the sign of x, in hex. */
const SMALL_ORDERS = [
  `00${'00'.repeat(30)}00`,
  `01${'00'.repeat(30)}00`,
  `ec${'ff'.repeat(30)}7f`,
  `ed${'ff'.repeat(30)}7f`,
  `ee${'ff'.repeat(30)}7f`,
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
]

function checkOkp(jwk: JsonObject, isPrivate: boolean): { size: number } {
  const x = Buffer.from(octets(jwk, 'x'))
  if (own(jwk, 'crv') === 'Ed448') return checkEd448(jwk, x, isPrivate)
  if (x.length !== 32) throw invalid('R5 length of x')
  const unsignedX = Buffer.from(x)
  unsignedX.writeUInt8(x.readUInt8(31) & 0x7f, 31)
  if (SMALL_ORDERS.includes(unsignedX.toString('hex'))) throw weak('R5 small order')
  if (isPrivate && octets(jwk, 'd').length !== 32) throw invalid('R5 length of d')
  return { size: 32 }
}

/** RFC 8032 §5.2: y of 0, 1 and -1 is of a small order, whatever the sign of x. */
function checkEd448(jwk: JsonObject, x: Buffer, isPrivate: boolean): { size: number } {
  if (x.length !== 57) throw invalid('R5 length of x')
  const p = 2n ** 448n - 2n ** 224n - 1n
  const y = (toNumber(Buffer.from(x).reverse()) % 2n ** 455n) % p
  if ([0n, 1n, p - 1n].includes(y)) throw weak('R5 small order')
  if (isPrivate && octets(jwk, 'd').length !== 57) throw invalid('R5 length of d')
  return { size: 57 }
}

/** FIPS 204 §4, table 2. */
const ML_DSA_KEYS: ReadonlyMap<unknown, number> = new Map([
  ['ML-DSA-44', 1312],
  ['ML-DSA-65', 1952],
  ['ML-DSA-87', 2592],
])

function checkAkp(jwk: JsonObject, isPrivate: boolean): { size: number } {
  const alg = own(jwk, 'alg')
  if (alg === undefined) throw invalid('R2 no alg')
  if (octets(jwk, 'pub').length !== ML_DSA_KEYS.get(alg)) throw invalid('R5 length of pub')
  if (isPrivate && octets(jwk, 'priv').length !== 32) throw invalid('R5 length of priv')
  return { size: (ALGORITHMS.get(alg)?.octets as number) / 2 }
}

/** R5: the private part belongs to the public one. That of RSA has been seen to. */
function checkPair(jwk: JsonObject, kty: string): void {
  if (kty === 'EC') {
    const ecdh = createECDH(ECDH.get(jwk.crv) as string)
    ecdh.setPrivateKey(octets(jwk, 'd'))
    const point = Buffer.concat([Buffer.of(4), octets(jwk, 'x'), octets(jwk, 'y')])
    if (!ecdh.getPublicKey().equals(point)) throw invalid('R5 pair')
  }
  if (kty === 'OKP') {
    // RFC 8410 §7.
    const head = jwk.crv === 'Ed448' ? '3047020100300506032b6571043b0439' : '302e020100300506032b657004220420'
    const pkcs8 = Buffer.concat([Buffer.from(head, 'hex'), octets(jwk, 'd')])
    const privateKey = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' })
    checkProbe(privateKey, { kty, crv: jwk.crv, x: jwk.x })
  }
  if (kty === 'AKP') {
    const { alg, pub, priv } = jwk
    checkProbe(createPrivateKey({ key: { kty, alg, pub, priv } as never, format: 'jwk' }), { kty, alg, pub })
  }
}

/** Not by an export, in which Node 20 may wait for its own collection of garbage. */
function checkProbe(privateKey: KeyObject, publicJwk: object): void {
  const publicKey = createPublicKey({ key: publicJwk as never, format: 'jwk' })
  const probe = Buffer.from('probe')
  if (!verify(null, probe, publicKey, sign(null, probe, privateKey))) throw invalid('R5 pair')
}
