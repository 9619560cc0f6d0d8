import { generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto'
import type { Jwk } from '../src/index.ts'
import { type Alg, findJwa, type Jwa } from '../src/jwa.ts'
import { DER, detached, jwkOf } from './detached.ts'
import { generateRsaJwk } from './rsa-keys.ts'

export { generateRsaJwk }

/** The algorithms of `src/jwa.ts` that every runtime has; `jwa.test.ts` holds the table against these and {@link NEW_ALGS}. */
export const ALGS: readonly Alg[] = [
  ...(['HS256', 'HS384', 'HS512', 'RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'] as const),
  ...(['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'] as const),
]

/** Those that some runtimes lack. */
export const NEW_ALGS: readonly Alg[] = ['Ed448', 'ML-DSA-44', 'ML-DSA-65', 'ML-DSA-87']

type Members = Readonly<Record<string, unknown>>

const PRIVATE_MEMBERS = new Set(['d', 'p', 'q', 'dp', 'dq', 'qi'])

const generated = new Map<string, Jwk>()

/**
 * A generated private (or secret) JWK that names its `alg`, the same for each call, as a fresh object.
 * All RSA algorithms have one 2048-bit key together, and EdDSA and Ed25519 have one.
 *
 * @param extra members to add or to replace; `undefined` takes one away
 */
export function privateJwk(alg: Alg, extra: Members = {}): Jwk {
  const { kty, crv } = findJwa(alg) as Jwa
  const id = kty === 'oct' ? alg : `${kty} ${crv}`
  const jwk = generated.get(id) ?? generate(findJwa(alg) as Jwa)
  generated.set(id, jwk)
  return change({ ...jwk, alg }, extra)
}

/** The public twin of {@link privateJwk}; for HMAC the same secret. */
export function publicJwk(alg: Alg, extra: Members = {}): Jwk {
  return change(publicHalf(privateJwk(alg)), extra)
}

/** A private JWK as {@link privateJwk} makes them, of a key that nobody else has. */
export function freshJwk(alg: Alg, extra: Members = {}): Jwk {
  return change({ ...generate(findJwa(alg) as Jwa), alg }, extra)
}

export function publicHalf(jwk: Jwk): Jwk {
  const entries = Object.entries(jwk).filter(([name]) => !PRIVATE_MEMBERS.has(name))
  return Object.fromEntries(entries) as Jwk
}

function generate({ kty, crv, hashLength }: Jwa): Jwk {
  if (kty === 'oct') return { kty, k: randomBytes(hashLength).toString('base64url') }
  if (kty === 'RSA') return generateRsaJwk(2048)
  return jwkOf(crv === 'Ed25519' ? detached(generateKeyPairSync('ed25519', DER)) : generateEcKey(crv as string))
}

/** A private key on a curve. */
export function generateEcKey(namedCurve: string): KeyObject {
  return detached(generateKeyPairSync('ec', { namedCurve, ...DER }))
}

function change(jwk: Jwk, extra: Members): Jwk {
  const entries = Object.entries({ ...jwk, ...extra }).filter(([, value]) => value !== undefined)
  return Object.fromEntries(entries) as Jwk
}
