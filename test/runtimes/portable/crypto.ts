import { ed25519 } from '@noble/curves/ed25519.js'
import { hmac } from '@noble/hashes/hmac.js'
import { PortableBufferApi as Buffer } from './buffer.ts'
import { hashNamed } from './hashes.ts'
import { CURVES, type Curve, ecKey, generateEc, generateEd25519, type JsonKey, octetsOf, PortableKey } from './keys.ts'
import { signPkcs1, signPss } from './rsa.ts'

// As much of node:crypto as the tests use to generate keys and to forge tokens, for runtimes without it. It is made of
// @noble's curves and hashes, so that the forger stays independent of the library and of what the library runs on.

type Content = string | Uint8Array

interface Digester {
  update(content: Content): Digester
  digest(encoding?: 'hex' | 'base64url'): unknown
}

const toBytes = (content: Content): Uint8Array => (typeof content === 'string' ? Buffer.from(content) : content)

function digester(compute: (content: Uint8Array) => Uint8Array, content: Uint8Array = new Uint8Array()): Digester {
  return {
    update: (more) => digester(compute, Buffer.concat([content, toBytes(more)])),
    digest: (encoding) => {
      const octets = Buffer.from(compute(content))
      return encoding ? octets.toString(encoding) : octets
    },
  }
}

export const createHash = (name: string): Digester => digester((content) => hashNamed(name)(content))

export const createHmac = (name: string, secret: Content): Digester =>
  digester((content) => hmac(hashNamed(name), toBytes(secret), content))

export const randomBytes = (length: number): Uint8Array => crypto.getRandomValues(Buffer.alloc(length) as never)

export const randomUUID = (): string => crypto.randomUUID()

export const createSecretKey = (octets: Uint8Array): object => Object.freeze({ type: 'secret', size: octets.length })

/** Of a JWK; a key that has been generated as DER is given as it is. */
export const createPrivateKey = ({ key }: { key: JsonKey | PortableKey }): PortableKey =>
  key instanceof PortableKey ? key : new PortableKey(key)

export const createPublicKey: typeof createPrivateKey = (...key) => createPrivateKey(...key)

/** RSA keys are recorded: see `rsa-keys.ts`. */
export function generateKeyPairSync(type: 'ec' | 'ed25519', { namedCurve = 'P-256' }: { namedCurve?: Curve } = {}) {
  return { privateKey: new PortableKey(type === 'ec' ? generateEc(namedCurve) : generateEd25519()) }
}

export const constants = { RSA_PKCS1_PADDING: 1, RSA_PKCS1_PSS_PADDING: 6, RSA_PSS_SALTLEN_DIGEST: -1 } as const

interface SignOptions {
  readonly key: PortableKey
  readonly dsaEncoding?: string
  readonly padding?: number
  readonly saltLength?: number
}

export function sign(hash: string | null, content: Uint8Array, how: PortableKey | SignOptions): Uint8Array {
  const options: SignOptions = how instanceof PortableKey ? { key: how } : how
  return Buffer.from(signature(hash, content, options))
}

function signature(hash: string | null, content: Uint8Array, { key, dsaEncoding, ...rsa }: SignOptions): Uint8Array {
  const { kty, crv, d, n, p, q, qi } = key.jwk
  if (kty === 'OKP') return ed25519.sign(content, octetsOf(d))
  if (kty === 'EC') {
    if (dsaEncoding !== 'ieee-p1363') throw new Error('the portable node:crypto signs in ieee-p1363 alone')
    const options = { prehash: false, lowS: false }
    return CURVES[crv as Curve].sign(hashNamed(hash as string)(content), octetsOf(d), options)
  }
  const numbers = { n: octetsOf(n), d: octetsOf(d), p: octetsOf(p), q: octetsOf(q), qi: octetsOf(qi) }
  if (rsa.padding !== constants.RSA_PKCS1_PSS_PADDING) return signPkcs1(hash as string, content, numbers)
  const { saltLength = constants.RSA_PSS_SALTLEN_DIGEST } = rsa
  const hashLength = hashNamed(hash as string).outputLen
  return signPss(hash as string, content, numbers, saltLength < 0 ? hashLength : saltLength)
}

/** Verifying is for tests of the library on node:crypto, which are apart where this stands for it. */
export function verify(): never {
  throw new Error('the portable node:crypto does not verify')
}

const ECDH_CURVES: Readonly<Record<string, Curve>> = { prime256v1: 'P-256', secp384r1: 'P-384', secp521r1: 'P-521' }

export function createECDH(name: string) {
  const curve = ECDH_CURVES[name] as Curve
  let jwk: ReturnType<typeof ecKey> | undefined
  const getPublicKey = () => Buffer.concat([Buffer.of(4), octetsOf(jwk?.x), octetsOf(jwk?.y)])
  return {
    setPrivateKey(d: Uint8Array) {
      if (!CURVES[curve].utils.isValidSecretKey(d)) throw new Error('Private key is not valid for specified curve.')
      jwk = ecKey(curve, d)
    },
    generateKeys() {
      jwk = generateEc(curve)
      return getPublicKey()
    },
    getPublicKey,
  }
}

export default { createHash, createHmac, createPrivateKey, createPublicKey, createSecretKey, constants, sign, verify }
