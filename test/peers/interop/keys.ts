import { createPublicKey, createSecretKey, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto'
import type { Alg, Jwk } from 'countersign'
import { DER, detached } from '../../detached.ts'

/** One key in every form in which a library takes it. */
export interface TestKey {
  readonly alg: Alg
  readonly privateJwk: Jwk
  readonly publicJwk: Jwk
  /** For HMAC, the secret twice. */
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
}

export const ALGORITHMS = [
  ...['HS256', 'HS384', 'HS512', 'RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
  ...['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519', 'Ed448'],
] as Alg[]

export const isHmac = (alg: Alg): boolean => alg.startsWith('HS')

const CURVES: Partial<Record<Alg, string>> = { ES256: 'P-256', ES384: 'P-384', ES512: 'P-521' }

const KEYS: ReadonlyMap<Alg, TestKey> = new Map(ALGORITHMS.map((alg) => [alg, createKey(alg)]))

export function keyOf(alg: Alg): TestKey {
  const key = KEYS.get(alg)
  if (!key) throw new Error(`no key for ${alg}`)
  return key
}

function createKey(alg: Alg): TestKey {
  if (isHmac(alg)) {
    const secret = createSecretKey(randomBytes(64))
    const jwk = toJwk(alg, secret)
    return { alg, privateJwk: jwk, publicJwk: jwk, privateKey: secret, publicKey: secret }
  }
  const privateKey = createPrivateKey(alg)
  const publicKey = createPublicKey(privateKey)
  return { alg, privateJwk: toJwk(alg, privateKey), publicJwk: toJwk(alg, publicKey), privateKey, publicKey }
}

function createPrivateKey(alg: Alg): KeyObject {
  const namedCurve = CURVES[alg]
  if (namedCurve !== undefined) return detached(generateKeyPairSync('ec', { namedCurve, ...DER }))
  if (alg === 'Ed448') return detached(generateKeyPairSync('ed448', DER))
  return alg.startsWith('Ed')
    ? detached(generateKeyPairSync('ed25519', DER))
    : detached(generateKeyPairSync('rsa', { modulusLength: 2048, ...DER }))
}

function toJwk(alg: Alg, key: KeyObject): Jwk {
  return { ...key.export({ format: 'jwk' }), alg, kid: `${alg} key`, use: 'sig' } as Jwk
}
