import { expect } from 'vitest'
import type { Jwk, SigningKey, VerificationKey } from '../../src/index.ts'
import {
  type FlattenedJws,
  type GeneralJws,
  signDetached,
  signFlattened,
  signGeneral,
  type VerifyGeneralOptions,
  verifyDetached,
  verifyFlattened,
  verifyGeneral,
  verifyUnencoded,
} from '../../src/jws/index.ts'
import { codeOf, type Path } from '../paths.ts'
import { importOptions } from './keys.ts'
import { refusalOf } from './refusals.ts'
import {
  fromBase64url,
  type RejectedJws,
  type RejectedMultiJws,
  type SignatureVector,
  type ValidJws,
  type ValidMultiJws,
} from './vectors.ts'

// The forms that `countersign/jws` has beside everybody's compact one.

/** As text and as an object: the two ways in which a JSON serialization comes. */
function waysOf<Jws extends object>(jws: object): readonly (string | Jws)[] {
  return [JSON.stringify(jws), jws as Jws]
}

export async function checkSerializations(vector: ValidJws | RejectedJws, path: Path): Promise<void> {
  if (vector.expect === 'reject') return checkRejectedForms(vector, path)
  const key = path.importVerificationKey(vector.jwk, importOptions(vector.jwk, vector.alg))
  const payload = fromBase64url(vector.payload_b64u)
  const headers = { header: vector.header, unprotectedHeader: vector.unprotected ?? {} }
  if (vector.compact && vector.detached) {
    expect(await verifyDetached(vector.compact, payload, key)).toEqual({ header: vector.header, payload, key })
    expect(await codeOf(() => verifyDetached(vector.compact as string, Uint8Array.of(...payload, 0), key))).toBe(
      'ERR_JWS_SIGNATURE',
    )
  }
  const optionsOf = (jws: object) => (Object.hasOwn(jws, 'payload') ? {} : { payload })
  for (const jws of vector.flattened ? waysOf<FlattenedJws>(vector.flattened) : []) {
    expect(await verifyFlattened(jws, key, optionsOf(vector.flattened as object))).toEqual({ ...headers, payload, key })
  }
  for (const jws of vector.general ? waysOf<GeneralJws>(vector.general) : []) {
    const signatures = [{ ...headers, key }]
    expect(await verifyGeneral(jws, key, optionsOf(vector.general as object))).toEqual({ payload, signatures })
  }
  await checkSigning(vector, path)
}

/** Made anew the signature is the same where it can be. We protect "alg" always, so some headers are not ours. */
async function checkSigning(vector: ValidJws, path: Path): Promise<void> {
  const { compact, flattened, general, detached, b64, deterministic } = vector
  if (!deterministic || !isOurs(vector)) return
  const key = signingKey(vector, path)
  const payload = fromBase64url(vector.payload_b64u)
  const unencoded = b64 === false
  if (compact && detached) expect(await signDetached(payload, key, vector.header, { unencoded })).toBe(compact)
  const signer = { key, header: vector.header, ...(vector.unprotected && { unprotectedHeader: vector.unprotected }) }
  const optionsOf = (jws: object) => ({ unencoded, detached: !Object.hasOwn(jws, 'payload') })
  if (flattened) expect(await signFlattened(payload, signer, optionsOf(flattened))).toEqual(flattened)
  if (general) expect(await signGeneral(payload, [signer], optionsOf(general))).toEqual(general)
}

function isOurs({ header, protected_b64u }: SignatureVector | ValidJws): boolean {
  return Buffer.from(protected_b64u, 'base64url').toString() === JSON.stringify(header) && header.alg !== undefined
}

/** Without its `kid`, which would go into the protected header. */
function signingKey({ jwk, alg }: SignatureVector | ValidJws, path: Path): SigningKey {
  const { kid, ...anonymous } = jwk
  return path.importSigningKey(anonymous as Jwk, importOptions(jwk, alg))
}

async function checkRejectedForms(vector: RejectedJws, path: Path): Promise<void> {
  const { compact, flattened, jwk, payload_b64u } = vector
  const code = refusalOf(vector)
  if (jwk === null) return
  const key = path.importVerificationKey(jwk, importOptions(jwk, vector.alg))
  if (flattened) {
    for (const jws of waysOf<FlattenedJws>(flattened)) expect(await codeOf(() => verifyFlattened(jws, key))).toBe(code)
  }
  if (compact === undefined) return
  if (payload_b64u !== undefined && vector.detached) {
    expect(await codeOf(() => verifyDetached(compact, fromBase64url(payload_b64u), key))).toBe(code)
  }
  if (vector.rfc === 'RFC 7797') expect(await codeOf(() => verifyUnencoded(compact, key))).toBe(code)
}

export async function checkMultiJws(vector: ValidMultiJws | RejectedMultiJws, path: Path): Promise<void> {
  if (vector.expect === 'reject') return checkRejectedMultiJws(vector, path)
  const payload = fromBase64url(vector.payload_b64u)
  const keys = vector.signatures.map(({ jwk, alg }) => path.importVerificationKey(jwk, importOptions(jwk, alg)))
  const expected = vector.signatures.map(({ header, unprotected = {} }, index) => ({
    header,
    unprotectedHeader: unprotected,
    key: keys[index],
  }))
  const verify = (source: VerificationKey | (() => VerificationKey[]), options: VerifyGeneralOptions) =>
    Promise.all(waysOf<GeneralJws>(vector.general).map((jws) => verifyGeneral(jws, source, options)))
  for (const verified of await verify(() => keys, { require: 'all' })) {
    expect(verified).toEqual({ payload, signatures: expected })
  }
  for (const [index, key] of keys.entries()) {
    for (const verified of await verify(key, {})) expect(verified).toEqual({ payload, signatures: [expected[index]] })
    expect(await codeOf(() => verify(key, { require: 'all' }))).toBe('ERR_ALG_NOT_ALLOWED')
  }
  await checkMultiSigning(vector, path)
}

async function checkMultiSigning(vector: ValidMultiJws, path: Path): Promise<void> {
  const ours = vector.signatures.filter(isOurs)
  const signers = ours.map((entry) => ({
    key: signingKey(entry, path),
    header: entry.header,
    ...(entry.unprotected && { unprotectedHeader: entry.unprotected }),
  }))
  const { payload, signatures } = await signGeneral(fromBase64url(vector.payload_b64u), signers)
  expect(payload).toBe(vector.payload_b64u)
  for (const [index, { deterministic, unprotected, ...entry }] of ours.entries()) {
    const { header, ...rest } = signatures[index] ?? {}
    expect(header).toEqual(unprotected)
    const signature = deterministic ? entry.signature_b64u : expect.any(String)
    expect(rest).toEqual({ protected: entry.protected_b64u, signature })
  }
}

async function checkRejectedMultiJws(vector: RejectedMultiJws, path: Path): Promise<void> {
  const keys = vector.signatures.map(({ jwk }) => path.importVerificationKey(jwk, importOptions(jwk, 'HS256')))
  for (const jws of waysOf<GeneralJws>(vector.general)) {
    expect(await codeOf(() => verifyGeneral(jws, () => keys))).toBe(refusalOf(vector))
  }
}
