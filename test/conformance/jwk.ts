import { expect } from 'vitest'
import { createLocalJwks, type Jwk, type JwkSet, type KeySource, thumbprint } from '../../src/index.ts'
import { parseJsonObject } from '../../src/json.ts'
import { certificateThumbprints, jwkFromCertificate, thumbprintUri } from '../../src/keys/index.ts'
import { codeOf, type Path } from '../paths.ts'
import { importOptions, signOctets, verifyOctets } from './keys.ts'
import { refusalOf, SET_VERDICTS, type SetVerdict, UNUSABLE_JWKS } from './refusals.ts'
import {
  findKey,
  fromBase64url,
  type JwksTextVector,
  type JwksVector,
  type JwkTextVector,
  type JwkVector,
  privateTwin,
  type ThumbprintUriVector,
  type ThumbprintVector,
  type Vector,
  type X5cVector,
} from './vectors.ts'

/** Of RSA keys that do not say. Any other would do. */
const RSA_ALG = 'RS256'

export async function checkJwk(vector: JwkVector, path: Path): Promise<void> {
  const { jwk } = vector
  const options = importOptions(jwk, RSA_ALG)
  const unusable = UNUSABLE_JWKS[vector.name]
  if (unusable) {
    expect(await codeOf(() => path.importVerificationKey(jwk, options))).toBe(unusable)
    expect(await codeOf(() => path.importSigningKey(jwk, options))).toBe(unusable)
    return
  }
  expect(await codeOf(() => path.importSigningKey(jwk, options))).toBe(vector.is_private ? 'accepted' : 'ERR_KEY_USE')

  const key = path.importVerificationKey(jwk, options)
  expect(key.kid).toBe(jwk.kid)
  const signer = privateTwin(jwk)
  // Where nobody knows the private key, a signature of the right length still makes the platform take the public one.
  const signature = signer
    ? fromBase64url(await signOctets(path, path.importSigningKey(signer, options), 'signed'))
    : new Uint8Array(fromBase64url(jwk.n as string).length).fill(1)
  expect(await verifyOctets(path, key, 'signed', signature)).toBe(signer !== undefined)
  expect(await verifyOctets(path, key, 'not signed', signature)).toBe(false)
}

export async function checkJwks(vector: JwksVector, path: Path): Promise<void> {
  const { jwks, is_private } = vector
  const verdict = verdictOf(vector)
  for (const [index, jwk] of jwks.keys.entries()) {
    const options = importOptions(jwk, verdict.alg ?? RSA_ALG)
    const code = verdict.entries[index]
    expect(await codeOf(() => path.importVerificationKey(jwk, options))).toBe(code)
    const signing = code === 'accepted' && !is_private[index] ? 'ERR_KEY_USE' : code
    expect(await codeOf(() => path.importSigningKey(jwk, options))).toBe(signing)
  }
  for (const [index, file, key] of vector.same_key_as ?? []) {
    expect(jwks.keys[index]?.k).toBe(findKey(file, key).k)
  }
  // R2: without the algorithm nothing says what a symmetric key is for.
  if (verdict.alg) expect(await codeOf(() => createSource(jwks, {}, path))).toBe('ERR_JWKS_INVALID')
  await checkSource(jwks, verdict, path)
}

/** The keys that can be used verify out of the set, named or not, and the others are not found in it. */
async function checkSource(jwks: JwkSet, verdict: SetVerdict, path: Path): Promise<void> {
  const source = createSource(jwks, verdict, path)
  for (const [index, jwk] of jwks.keys.entries()) {
    const twin = privateTwin(jwk)
    // Nobody signs with A128KW, nor with a key of an unknown type.
    if (!twin || verdict.entries[index] === 'ERR_ALG_UNSUPPORTED') continue
    const { use, kid, ...anonymous } = twin
    const expected = verdict.entries[index] === 'accepted' ? 'accepted' : 'ERR_KEY_NOT_FOUND'
    for (const signer of [anonymous, { kid, ...anonymous }] as Jwk[]) {
      const key = path.importSigningKey(signer, importOptions(jwk, verdict.alg ?? RSA_ALG))
      const token = await path.signCompact('signed', key)
      expect(await codeOf(() => path.verifyCompact(token, source))).toBe(expected)
    }
  }
}

function createSource(jwks: JwkSet, { alg }: Partial<SetVerdict>, path: Path): KeySource {
  return path.use(() => createLocalJwks(jwks, alg ? { algorithms: [alg] } : {}))
}

function verdictOf({ name }: Vector): SetVerdict {
  const verdict = SET_VERDICTS[name]
  if (!verdict) throw new Error(`the verdict about ${name} is not in the table`)
  return verdict
}

export async function checkJwkText(vector: JwkTextVector, path: Path): Promise<void> {
  // Good for what the last of two members says, so that nothing but the reason of the case can refuse it.
  const options = { alg: 'HS256', allowWeakKey: true } as const
  const importText = () => path.importVerificationKey(parse(vector.text) as Jwk, options)
  expect(await codeOf(importText)).toBe(refusalOf(vector))
}

export async function checkJwksText(vector: JwksTextVector, path: Path): Promise<void> {
  const jwks = parse(vector.text) as unknown as JwkSet
  const { entries } = verdictOf(vector)
  for (const [index, jwk] of jwks.keys.entries()) {
    expect(await codeOf(() => path.importVerificationKey(jwk))).toBe(entries[index])
  }
  // The key that is left is usable for encryption only, so this library has no use for the set as it stands.
  expect(await codeOf(() => createSource(jwks, {}, path))).toBe('ERR_JWKS_INVALID')
  const signing = { keys: jwks.keys.map(({ use, ...jwk }) => jwk as Jwk) }
  const verdict: SetVerdict = { entries: entries.map((code) => (code === 'ERR_KEY_USE' ? 'accepted' : code)) }
  expect(verdict.entries.filter((code) => code === 'accepted')).toHaveLength(vector.usable)
  await checkSource(signing, verdict, path)
}

function parse(text: string): Record<string, unknown> {
  return parseJsonObject(new TextEncoder().encode(text), 'ERR_JWK_INVALID', 'the text')
}

export async function checkThumbprint(vector: ThumbprintVector, path: Path): Promise<void> {
  expect(vector.hash).toBe('SHA-256')
  expect(await path.use(() => thumbprint(vector.jwk))).toBe(vector.thumbprint)
}

export async function checkThumbprintUri({ jwk, uri, hash_name }: ThumbprintUriVector, path: Path): Promise<void> {
  expect(uri).toContain(`:${hash_name}:`)
  expect(await path.use(() => thumbprintUri(jwk))).toBe(uri)
}

export async function checkX5c(vector: X5cVector, path: Path): Promise<void> {
  for (const [index, certificate] of vector.x5c.entries()) {
    const expected = { x5t: vector.x5t[index], 'x5t#S256': vector['x5t#S256'][index] }
    expect(await path.use(() => certificateThumbprints(certificate))).toEqual(expected)
    const jwk = jwkFromCertificate(new Uint8Array(Buffer.from(certificate, 'base64')))
    // The root of that chain has 1024 bits.
    const verdict = index < 2 ? 'accepted' : 'ERR_JWK_WEAK'
    expect(await codeOf(() => path.importVerificationKey(jwk, { alg: RSA_ALG }))).toBe(verdict)
  }
}
