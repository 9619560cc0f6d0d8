import { JoseError } from '../errors.ts'
import { checkHeader, type HeaderParameters } from '../header.ts'
import { isJsonObject, parseJsonText, writeJsonObject } from '../json.ts'
import { type KeySource, type ParseRules, type VerifyOptions, verifySignature } from '../jws.ts'
import { SigningKey, type VerificationKey } from '../key.ts'
import { booleanOption, ownOptions } from '../options.ts'
import { attachedPayload, detachedPayload, inputOver, type ReceivedPayload, withPayload } from './payload.ts'
import { type JwsSignature, joinHeaders, type SignatureEntry } from './serialization.ts'
import { encodeProtected } from './unencoded.ts'

// What the flattened and the general serialization have in common: one signature.

/** Who signs, and what the headers say beside the algorithm. */
export interface JwsSigner {
  /** The key that signs; its algorithm and its `kid` go into the protected header. */
  key: SigningKey
  /** Protected members beside these. */
  header?: HeaderParameters
  /** Members that the signature does not cover: anybody can change them on the way. */
  unprotectedHeader?: HeaderParameters
}

/** How the payload is signed and sent. */
export interface SerializationOptions {
  /** Whether the payload travels another way (RFC 7515 appendix F). Default: no. */
  detached?: boolean
  /** Whether it is signed, and sent, as it is instead of in base64url (RFC 7797). Default: no. */
  unencoded?: boolean
}

/** A signature that has been verified. */
export interface VerifiedSignature {
  /** The protected header; empty where nothing is protected. */
  header: HeaderParameters
  /** What the signature does not cover: nobody vouches for it. */
  unprotectedHeader: HeaderParameters
  /** The key that verified the signature. */
  key: VerificationKey
}

/** What the form of a JWS may be, and its payload where that came another way. */
export interface VerifySerializationOptions extends VerifyOptions {
  /** The payload of a JWS that has none: octets as they came, or text, which is taken as UTF-8. */
  payload?: Uint8Array | string
}

/** R20: the result is a signature that we would accept ourselves. */
export async function signEntry(octets: Uint8Array, signer: JwsSigner, b64: boolean): Promise<JwsSignature> {
  const { key, header, unprotectedHeader } = ownOptions(signer, SIGNER_MEMBERS)
  const protectedText = encodeProtected(key, header, b64)
  const unprotected = unprotectedHeader === undefined ? {} : copyOf(unprotectedHeader)
  joinHeaders(protectedText, unprotected, 'ERR_SIGN')
  const signature = await SigningKey.sign(key, inputOver(octets, protectedText, b64))
  const hasUnprotected = Object.keys(unprotected).length > 0
  return { protected: protectedText, ...(hasUnprotected ? { header: unprotected } : {}), signature }
}

const SIGNER_MEMBERS = new Set(['key', 'header', 'unprotectedHeader'])

function copyOf(header: HeaderParameters): Record<string, unknown> {
  if (!isJsonObject(header)) throw new TypeError('the unprotected header must be an object')
  const text = writeJsonObject(header, 'the unprotected header')
  return parseJsonText(text, 'ERR_SIGN', 'the unprotected header')
}

export function compileForm(options: SerializationOptions): { isDetached: boolean; b64: boolean } {
  const { detached, unencoded } = ownOptions(options, FORM_OPTIONS)
  return { isDetached: booleanOption('detached', detached), b64: !booleanOption('unencoded', unencoded) }
}

const FORM_OPTIONS = new Set(['detached', 'unencoded'])

/** The payload over which signatures are verified: that of the JWS, or that which came another way, and never a choice of two. */
export function choosePayload(
  attached: string | undefined,
  given: Uint8Array | string | undefined,
  b64: boolean,
): ReceivedPayload {
  if (given === undefined) {
    if (attached === undefined) throw new JoseError('ERR_JWS_INVALID', 'the payload is detached, and none was given')
    return attachedPayload(attached, b64)
  }
  if (attached !== undefined) throw new JoseError('ERR_JWS_INVALID', 'the JWS carries a payload, so it is not detached')
  return detachedPayload(given, b64)
}

export async function verifyEntry(
  entry: SignatureEntry,
  payload: ReceivedPayload,
  keys: KeySource,
  { understood }: ParseRules,
): Promise<VerifiedSignature> {
  if (understood) checkHeader(entry.header, understood, entry.b64)
  const key = await verifySignature(withPayload(entry, entry.protectedText, payload), keys)
  return { header: entry.protectedHeader, unprotectedHeader: entry.unprotectedHeader, key }
}
