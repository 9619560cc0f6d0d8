import { readdirSync, readFileSync } from 'node:fs'
import type { Jwk, JwkSet } from '../../src/index.ts'

// The schema of vectors/README.md, as far as the checks read it, and the one place that reads the files.

interface Named {
  /** The RFC and the id, which together name a case everywhere: `RFC 7515 A.1`. */
  readonly name: string
  readonly rfc: string
  readonly title: string
  readonly expect: 'valid' | 'reject'
}

/** `jwk` is what the file has under the case's `key`; `null` where the case has none. */
interface Keyed {
  readonly jwk: Jwk | null
  readonly alg: string
}

type Header = Readonly<Record<string, unknown>>

interface JwsForms {
  readonly kind: 'jws'
  readonly compact?: string
  readonly flattened?: object
  readonly general?: object
  readonly detached?: boolean
  readonly b64?: boolean
  readonly payload_b64u?: string
}

export interface ValidJws extends Named, Keyed, JwsForms {
  readonly expect: 'valid'
  readonly jwk: Jwk
  readonly header: Header
  readonly unprotected?: Header
  readonly protected_b64u: string
  readonly payload_b64u: string
  readonly signature_b64u: string
  readonly deterministic: boolean
}

export interface RejectedJws extends Named, Keyed, JwsForms {
  readonly expect: 'reject'
}

/** One of several signatures over a payload. */
export interface SignatureVector extends Keyed {
  readonly jwk: Jwk
  readonly header: Header
  readonly unprotected?: Header
  readonly protected_b64u: string
  readonly signature_b64u: string
  readonly deterministic: boolean
}

export interface ValidMultiJws extends Named {
  readonly kind: 'jws-multi'
  readonly expect: 'valid'
  readonly payload_b64u: string
  readonly general: object
  readonly signatures: readonly SignatureVector[]
}

export interface RejectedMultiJws extends Named {
  readonly kind: 'jws-multi'
  readonly expect: 'reject'
  readonly general: object
  readonly signatures: readonly { readonly jwk: Jwk }[]
}

export interface ValidJwt extends Named, Keyed {
  readonly kind: 'jwt'
  readonly expect: 'valid'
  readonly jwk: Jwk
  readonly header: Header
  readonly claims: Readonly<Record<string, unknown>> & { readonly iss: string }
  readonly compact: string
  readonly valid_at: number
  readonly invalid_at: number
}

export interface RejectedJwt extends Named, Keyed {
  readonly kind: 'jwt'
  readonly expect: 'reject'
  readonly compact: string
}

export interface JwkVector extends Named {
  readonly kind: 'jwk'
  readonly jwk: Jwk
  readonly is_private: boolean
}

export interface JwksVector extends Named {
  readonly kind: 'jwks'
  readonly jwks: JwkSet
  readonly is_private: readonly boolean[]
  /** Index in the set, file, and name of the key in it. */
  readonly same_key_as?: readonly (readonly [index: number, file: string, key: string])[]
}

export interface JwkTextVector extends Named {
  readonly kind: 'jwk-text'
  readonly text: string
}

export interface JwksTextVector extends Named {
  readonly kind: 'jwks-text'
  readonly text: string
  readonly usable: number
}

export interface ThumbprintVector extends Named {
  readonly kind: 'thumbprint'
  readonly jwk: Jwk
  readonly hash: string
  readonly thumbprint: string
}

export interface HmacVector extends Named {
  readonly kind: 'hmac'
  readonly key_hex: string
  readonly data_hex: string
  readonly truncated_bits?: number
  readonly hs256_hex: string
  readonly hs384_hex: string
  readonly hs512_hex: string
}

export interface EddsaVector extends Named {
  readonly kind: 'eddsa'
  readonly jwk: Jwk
  readonly message_hex: string
  readonly signature_b64u: string
}

export interface ValidBase64url extends Named {
  readonly kind: 'base64url'
  readonly expect: 'valid'
  readonly hex: string
  /** The same octets in the standard alphabet with padding. */
  readonly b64?: string
  readonly b64u: string
}

export interface RejectedBase64url extends Named {
  readonly kind: 'base64url'
  readonly expect: 'reject'
  readonly b64u: string
}

export interface ThumbprintUriVector extends Named {
  readonly kind: 'thumbprint-uri'
  readonly jwk: Jwk
  readonly hash_name: string
  readonly uri: string
}

/** A chain of certificates, each in base64 of its DER, with its thumbprints. */
export interface X5cVector extends Named {
  readonly kind: 'x5c'
  readonly x5c: readonly string[]
  readonly x5t: readonly string[]
  readonly 'x5t#S256': readonly string[]
}

/** What no check reads yet. */
export interface LaterVector extends Named {
  readonly kind: 'jwe' | 'jwe-multi' | 'aead' | 'ecdh' | 'ecdh-es'
}

export type Vector =
  | ValidJws
  | RejectedJws
  | ValidMultiJws
  | RejectedMultiJws
  | ValidJwt
  | RejectedJwt
  | JwkVector
  | JwksVector
  | JwkTextVector
  | JwksTextVector
  | ThumbprintVector
  | ThumbprintUriVector
  | X5cVector
  | HmacVector
  | EddsaVector
  | ValidBase64url
  | RejectedBase64url
  | LaterVector

interface Case {
  readonly id: string
  readonly key?: string | null
  readonly signatures?: readonly { readonly key: string }[]
}

interface VectorFile {
  readonly file: string
  readonly source: string
  readonly keys?: Readonly<Record<string, Jwk>>
  readonly cases: readonly Case[]
}

export const VECTOR_FOLDER = new URL('../../vectors/', import.meta.url)

export function readVectors(file: string): unknown {
  return JSON.parse(readFileSync(new URL(file, VECTOR_FOLDER), 'utf8'))
}

export const KRAKEND_FILE = 'krakend.json'
/** What Go prints: `test/gateway/go` reads it. */
export const GO_FILE = 'go.json'

const FILES: readonly VectorFile[] = readdirSync(VECTOR_FOLDER)
  .filter((file) => file.endsWith('.json') && file !== KRAKEND_FILE && file !== GO_FILE)
  .sort()
  .map((file) => ({ file, ...(readVectors(file) as Omit<VectorFile, 'file'>) }))

export const VECTORS: readonly Vector[] = FILES.flatMap(({ source, keys = {}, cases }) => {
  const rfc = source.split(' ', 2).join(' ')
  const keyed = <Entry extends { readonly key?: string | null }>(entry: Entry) => ({
    jwk: keys[entry.key ?? ''] ?? null,
    ...entry,
  })
  return cases.map((entry) => {
    const signatures = entry.signatures && { signatures: entry.signatures.map(keyed) }
    return { ...keyed(entry), ...signatures, rfc, name: `${rfc} ${entry.id}` } as unknown as Vector
  })
})

export function findKey(file: string, key: string): Jwk {
  const found = FILES.find((entry) => entry.file === file)?.keys?.[key]
  if (!found) throw new Error(`${file} has no key ${key}`)
  return found
}

/** The keys of RFC 9964 (ML-DSA), smallest first. */
export const ML_DSA_KEYS: readonly Jwk[] = ['mldsa44', 'mldsa65', 'mldsa87'].map((key) =>
  findKey('rfc9964-ml-dsa.json', key),
)

/** The token of a case, by the case's name. */
export function compactOf(name: string): string {
  const vector = VECTORS.find((each) => each.name === name)
  if (vector?.kind !== 'jws' || vector.compact === undefined) throw new Error(`there is no token ${name}`)
  return vector.compact
}

/** A private JWK with the members of a public one, when some file has its private part. */
export function privateTwin(jwk: Jwk): Jwk | undefined {
  const twin = PRIVATE_JWKS.find((entry) => ['n', 'x', 'y', 'k'].every((member) => entry[member] === jwk[member]))
  return twin && { ...twin, ...jwk }
}

const PRIVATE_JWKS: readonly Jwk[] = [
  ...FILES.flatMap(({ keys = {} }) => Object.values(keys)),
  ...VECTORS.flatMap((vector) => (vector.kind === 'jwks' ? vector.jwks.keys : [])),
].filter((jwk) => jwk.d !== undefined || jwk.k !== undefined)

export function fromHex(hex: string): Uint8Array {
  return new Uint8Array(Buffer.from(hex, 'hex'))
}

export function fromBase64url(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'base64url'))
}

export function toBase64url(octets: Uint8Array): string {
  return Buffer.from(octets).toString('base64url')
}
