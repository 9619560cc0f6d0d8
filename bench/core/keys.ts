import type { webcrypto } from 'node:crypto'
import { type Alg, isHmac, webAlgorithm } from './algorithms.ts'

type CryptoKey = webcrypto.CryptoKey

export interface JsonWebKeyWithId {
  kty: string
  kid: string
  alg: Alg
  [member: string]: unknown
}

/** One key in every form that some library wants. For HMAC all of them are the secret. */
export interface TestKey {
  readonly alg: Alg
  readonly kid: string
  readonly privateJwk: JsonWebKeyWithId
  readonly publicJwk: JsonWebKeyWithId
  /** SPKI and PKCS#8; empty for HMAC. */
  readonly publicPem: string
  readonly privatePem: string
  /** The octets of an HMAC key; empty for the others. */
  readonly secret: Uint8Array<ArrayBuffer>
  readonly privateHandle: CryptoKey
  readonly publicHandle: CryptoKey
}

const { subtle } = globalThis.crypto

export async function generateTestKey(alg: Alg, kid: string): Promise<TestKey> {
  const generated = (await subtle.generateKey(webAlgorithm(alg), true, ['sign', 'verify'])) as
    | CryptoKey
    | webcrypto.CryptoKeyPair
  const privateHandle = 'privateKey' in generated ? generated.privateKey : generated
  const publicHandle = 'publicKey' in generated ? generated.publicKey : generated
  const isSecret = isHmac(alg)
  return {
    alg,
    kid,
    privateJwk: await exportJwk(privateHandle, alg, kid),
    publicJwk: await exportJwk(publicHandle, alg, kid),
    publicPem: isSecret ? '' : toPem('PUBLIC KEY', await subtle.exportKey('spki', publicHandle)),
    privatePem: isSecret ? '' : toPem('PRIVATE KEY', await subtle.exportKey('pkcs8', privateHandle)),
    secret: isSecret ? new Uint8Array(await subtle.exportKey('raw', privateHandle)) : new Uint8Array(),
    privateHandle,
    publicHandle,
  }
}

/** The same key under another id, for sets that are large and yet made quickly. */
export function renameKey(key: TestKey, kid: string): TestKey {
  return { ...key, kid, privateJwk: { ...key.privateJwk, kid }, publicJwk: { ...key.publicJwk, kid } }
}

/** Without the members that only WebCrypto adds: issuers publish `kid`, `alg` and `use`. */
async function exportJwk(handle: CryptoKey, alg: Alg, kid: string): Promise<JsonWebKeyWithId> {
  const { ext: _, key_ops: __, ...jwk } = await subtle.exportKey('jwk', handle)
  return { ...jwk, kid, alg, use: 'sig' } as JsonWebKeyWithId
}

function toPem(label: string, der: ArrayBuffer): string {
  const lines = btoa(String.fromCharCode(...new Uint8Array(der))).match(/.{1,64}/g) ?? []
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`
}
