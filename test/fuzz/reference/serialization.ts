import { decodeSegment } from './base64url.ts'
import { isObject, type JsonObject, own, parseObject } from './json.ts'
import type { Key } from './jwk.ts'
import { checkMembers, checkUnderstood, signerOf } from './jws.ts'
import { Refusal } from './refusal.ts'

export interface SerializationOptions {
  readonly crit: readonly string[]
  /** Of the general serialization; any where it is missing. */
  readonly require?: 'any' | 'all'
  /** A payload that came another way. */
  readonly payload?: string
}

export interface VerifiedSerialization {
  readonly payload: Buffer
  /** The keys of the signatures that have been verified. */
  readonly keys: readonly Key[]
}

interface Signature {
  readonly header: JsonObject
  readonly protectedText: string
  readonly signature: string
  readonly b64: boolean
}

const invalid = (rule: string) => new Refusal('ERR_JWS_INVALID', rule)
const critical = (rule: string) => new Refusal('ERR_CRIT', rule)

/** RFC 7515 §7.2.2. */
export function verifyFlattened(
  text: string,
  keys: readonly Key[],
  options: SerializationOptions,
): VerifiedSerialization {
  const jws = readText(text)
  if (Object.hasOwn(jws, 'signatures')) throw invalid('§7.2.2 two forms at once')
  const signature = readSignature(jws)
  const payload = readPayload(jws, options.payload, signature.b64)
  const key = verify(signature, payload, keys, options)
  return { payload: octetsOf(payload, signature.b64), keys: [key] }
}

/** RFC 7515 §7.2.1. */
export function verifyGeneral(
  text: string,
  keys: readonly Key[],
  options: SerializationOptions,
): VerifiedSerialization {
  const jws = readText(text)
  const list = own(jws, 'signatures')
  if (!Array.isArray(list) || list.length === 0) throw invalid('§7.2.1 signatures')
  if (list.length > 16) throw invalid('R25 signatures')
  const signatures = list.map(readSignature)
  for (const { signature } of signatures) {
    if (signatures.filter((each) => each.signature === signature).length > 1) throw invalid('twins')
  }
  for (const name of ['protected', 'header', 'signature']) {
    if (Object.hasOwn(jws, name)) throw invalid('§7.2.1 two forms at once')
  }
  const b64 = signatures.every((signature) => signature.b64)
  if (signatures.some((signature) => signature.b64 !== b64)) throw invalid('RFC 7797 §3')
  const payload = readPayload(jws, options.payload, b64)
  const verified = (options.require === 'all' ? verifyAll : verifyAny)(signatures, payload, keys, options)
  return { payload: octetsOf(payload, b64), keys: verified }
}

type Verifier = (
  signatures: readonly Signature[],
  payload: string,
  keys: readonly Key[],
  options: SerializationOptions,
) => readonly Key[]

const verifyAll: Verifier = (signatures, payload, keys, options) => {
  const verified: Key[] = []
  for (const signature of signatures) {
    const key = verify(signature, payload, keys, options)
    if (verified.some(({ handle }) => handle.equals(key.handle))) throw invalid('one signer twice')
    verified.push(key)
  }
  return verified
}

/** The first that verifies; what is malformed spoils them all. */
const verifyAny: Verifier = (signatures, payload, keys, options) => {
  const refusals: Refusal[] = []
  for (const signature of signatures) {
    try {
      return [verify(signature, payload, keys, options)]
    } catch (error) {
      if (!(error instanceof Refusal) || /^ERR_(JWS_INVALID|BASE64URL)$/.test(error.code)) throw error
      refusals.push(error)
    }
  }
  throw refusals.find(({ code }) => code === 'ERR_JWS_SIGNATURE') ?? refusals[0]
}

function readText(text: string): JsonObject {
  const jws = parseObject(Buffer.from(text), 'ERR_JWS_INVALID')
  // Of half a character, which only text can hold, the octets have made U+FFFD.
  return Object.hasOwn(jws, 'payload') ? { ...jws, payload: JSON.parse(text).payload } : jws
}

function readSignature(entry: unknown): Signature {
  if (!isObject(entry)) throw invalid('§7.2.1 signatures')
  const signature = own(entry, 'signature')
  if (typeof signature !== 'string' || signature === '') throw invalid('§7.2.1 signature')
  decodeSegment(signature)
  const protectedText = own(entry, 'protected')
  const unprotected = own(entry, 'header')
  if (Object.hasOwn(entry, 'protected') && (typeof protectedText !== 'string' || protectedText === '')) {
    throw invalid('§7.2.1 protected')
  }
  if (Object.hasOwn(entry, 'header') && (!isObject(unprotected) || Object.keys(unprotected).length === 0)) {
    throw invalid('§7.2.1 header')
  }
  return { signature, ...join((protectedText as string | undefined) ?? '', (unprotected as JsonObject) ?? {}) }
}

/** RFC 7515 §7.2.1, §4.1.11, RFC 7797 §3: no name twice, and what changes the meaning is protected. */
function join(protectedText: string, unprotected: JsonObject): Omit<Signature, 'signature'> {
  if (protectedText.length > 16384) throw invalid('R25 header')
  const shielded = protectedText === '' ? {} : parseObject(decodeSegment(protectedText), 'ERR_JWS_INVALID')
  for (const name of Object.keys(unprotected)) {
    if (name === 'crit' || name === 'b64') throw critical('R13 unprotected')
    if (Object.hasOwn(shielded, name)) throw invalid('§7.2.1 in both headers')
  }
  const header = Object.fromEntries([...Object.entries(shielded), ...Object.entries(unprotected)])
  checkMembers(header)
  const crit = (own(shielded, 'crit') ?? []) as readonly string[]
  if (!crit.every((name) => Object.hasOwn(shielded, name))) throw critical('R13 unprotected')
  const b64 = Object.hasOwn(shielded, 'b64') ? shielded.b64 : true
  if (typeof b64 !== 'boolean' || (!b64 && !crit.includes('b64'))) throw critical('R13 b64')
  return { header, protectedText, b64 }
}

/** That of the text, or that which came another way. */
function readPayload(jws: JsonObject, given: string | undefined, b64: boolean): string {
  const attached = own(jws, 'payload')
  if (Object.hasOwn(jws, 'payload') && typeof attached !== 'string') throw invalid('§7.2 payload')
  if ((attached === undefined) === (given === undefined)) throw invalid('detached')
  if (given !== undefined) return b64 ? Buffer.from(given).toString('base64url') : given
  if (b64 && !/^[A-Za-z0-9_-]*$/.test(attached as string)) throw new Refusal('ERR_BASE64URL', 'R10')
  if (!b64 && /\p{Surrogate}/u.test(attached as string)) throw invalid('half a character')
  return attached as string
}

function octetsOf(payload: string, b64: boolean): Buffer {
  return b64 ? decodeSegment(payload) : Buffer.from(payload)
}

function verify(
  { header, protectedText, signature, b64 }: Signature,
  payload: string,
  keys: readonly Key[],
  { crit }: SerializationOptions,
): Key {
  checkUnderstood(header, crit, b64)
  return signerOf(header, Buffer.from(`${protectedText}.${payload}`), signature, keys, b64 ? [payload] : [])
}
