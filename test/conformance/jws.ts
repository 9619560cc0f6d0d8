import { expect } from 'vitest'
import type { Jwk } from '../../src/index.ts'
import { findJwa } from '../../src/jwa.ts'
import { codeOf, PATHS, type Path } from '../paths.ts'
import { importOptions, signOctets } from './keys.ts'
import { missingAlg } from './missing.ts'
import { refusalOf } from './refusals.ts'
import { checkSerializations } from './serializations.ts'
import {
  findKey,
  fromBase64url,
  type RejectedJws,
  type RejectedJwt,
  type ValidJws,
  type ValidJwt,
  type Vector,
} from './vectors.ts'

/** For the cases that have no key: somebody who checks them has one all the same. */
const SOME_JWK = findKey('rfc7515.json', 'A.3-ec')

/** These headers have line breaks or another order, so `signCompact` cannot write them. */
const FOREIGN_HEADERS = ['RFC 7515 A.1']

export async function checkJws(vector: ValidJws | RejectedJws, path: Path): Promise<void> {
  if (hasPlainCompact(vector)) await checkCompact(vector, path)
  if (path.name !== 'sync') await checkSerializations(vector, path)
}

/** Whether it has the form that is everybody's: compact, with its payload inside and encoded. */
export function hasPlainCompact({ compact, detached, b64, expect }: ValidJws | RejectedJws): boolean {
  // Whatever it is that must be refused, nobody may take it for a plain one.
  return compact !== undefined && (expect === 'reject' || (!detached && b64 !== false))
}

async function checkCompact(vector: ValidJws | RejectedJws, path: Path): Promise<void> {
  if (vector.expect === 'reject') return checkRejectedJws(vector, path)
  await checkVerification(vector, path)
  if (vector.deterministic) await checkSameSignature(vector, path)
  else await checkNewSignature(vector, path)
}

async function checkVerification(vector: ValidJws, path: Path): Promise<void> {
  const key = path.importVerificationKey(vector.jwk, importOptions(vector.jwk, vector.alg))
  const verified = await path.verifyCompact(compactOf(vector), key)
  expect(verified.header).toEqual(vector.header)
  expect(verified.payload).toEqual(fromBase64url(vector.payload_b64u))
  expect(verified.key).toBe(key)
}

async function checkSameSignature(vector: ValidJws, path: Path): Promise<void> {
  const key = path.importSigningKey(vector.jwk, importOptions(vector.jwk, vector.alg))
  const signature = await signOctets(path, key, `${vector.protected_b64u}.${vector.payload_b64u}`)
  expect(signature).toBe(vector.signature_b64u)
  if (FOREIGN_HEADERS.includes(vector.name)) return
  expect(await path.signCompact(fromBase64url(vector.payload_b64u), key, vector.header)).toBe(vector.compact)
}

/** What one path signs, every path verifies. */
async function checkNewSignature(vector: ValidJws, path: Path): Promise<void> {
  const options = importOptions(vector.jwk, vector.alg)
  const payload = fromBase64url(vector.payload_b64u)
  const token = await path.signCompact(payload, path.importSigningKey(vector.jwk, options), vector.header)
  expect(token).not.toBe(vector.compact)
  for (const other of PATHS.filter((each) => !missingAlg(vector, each))) {
    const verified = await other.verifyCompact(token, other.importVerificationKey(vector.jwk, options))
    expect(verified.payload).toEqual(payload)
  }
}

async function checkRejectedJws(vector: RejectedJws, path: Path): Promise<void> {
  const jwk = vector.jwk ?? SOME_JWK
  const key = path.importVerificationKey(jwk, importOptions(jwk, vector.alg))
  expect(await codeOf(() => path.verifyCompact(compactOf(vector), key))).toBe(refusalOf(vector))
  await checkConfusion(vector, jwk, path)
}

/** R4: nor can the key be imported for the algorithm that the token wants. */
async function checkConfusion(vector: RejectedJws, jwk: Jwk, path: Path): Promise<void> {
  const jwa = findJwa(vector.alg)
  if (!jwa || (jwa.kty === jwk.kty && jwa.crv === jwk.crv)) return
  expect(await codeOf(() => path.importVerificationKey(jwk, { alg: jwa.alg }))).toBe('ERR_JWK_INVALID')
}

export async function checkJwt(vector: ValidJwt | RejectedJwt, path: Path): Promise<void> {
  const jwk = vector.jwk ?? SOME_JWK
  const options = importOptions(jwk, vector.alg)
  const key = path.importVerificationKey(jwk, options)
  if (vector.expect === 'reject') {
    const verify = () => path.verifyJwt(vector.compact, key, { issuer: null, audience: null, required: [] })
    expect(await codeOf(verify)).toBe(refusalOf(vector))
    return
  }
  const verifyAt = (time: number) =>
    path.verifyJwt(vector.compact, key, { issuer: vector.claims.iss, audience: null, now: () => time })
  const verified = await verifyAt(vector.valid_at)
  expect(verified.claims).toEqual(vector.claims)
  expect(verified.header).toEqual(vector.header)
  expect(await codeOf(() => verifyAt(vector.invalid_at))).toBe('ERR_JWT_EXPIRED')

  const end = vector.compact.lastIndexOf('.')
  const signature = await signOctets(path, path.importSigningKey(jwk, options), vector.compact.slice(0, end))
  expect(signature).toBe(vector.compact.slice(end + 1))
}

function compactOf(vector: Vector & { readonly compact?: string }): string {
  if (vector.compact === undefined) throw new Error(`${vector.name} has no compact serialization`)
  return vector.compact
}
