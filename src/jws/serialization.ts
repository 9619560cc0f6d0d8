import { decodeStrictly } from '../base64url.ts'
import { JoseError, type JoseErrorCode } from '../errors.ts'
import { checkHeaderMembers, type HeaderParameters, type JoseHeader, MAX_HEADER_LENGTH } from '../header.ts'
import { deepFreeze, isJsonObject, type JsonObject, own, parseJsonSegment, parseJsonText } from '../json.ts'
import { isEncoded } from './unencoded.ts'

/** One signature of a JSON serialization, with its headers (RFC 7515 §7.2.1). */
export interface JwsSignature {
  /** The protected header in base64url. */
  protected?: string
  /** The unprotected header. */
  header?: HeaderParameters
  /** The signature in base64url. */
  signature: string
}

/** The flattened JSON serialization (RFC 7515 §7.2.2). */
export interface FlattenedJws extends JwsSignature {
  /** The payload, in base64url or as it is; absent where it is detached. */
  payload?: string
}

/** The general JSON serialization (RFC 7515 §7.2.1). */
export interface GeneralJws {
  /** The payload, in base64url or as it is; absent where it is detached. */
  payload?: string
  /** The signatures, at least one. */
  signatures: JwsSignature[]
}

/**
 * A JSON serialization as an object, however it came. An object goes by its text: each member is read once, only what is its
 * own and would be sent counts, and the same checks are made.
 */
export function readSerialization(jws: string | object, maxLength: number): JsonObject {
  const text = typeof jws === 'string' ? jws : textOf(jws)
  if (text.length > maxLength) throw new JoseError('ERR_JWS_INVALID', 'the JWS is longer than "maxTokenLength"')
  return parseJsonText(text, 'ERR_JWS_INVALID', 'the JWS')
}

function textOf(jws: object): string {
  if (!isJsonObject(jws)) throw new JoseError('ERR_JWS_INVALID', 'the JWS is not an object')
  let text: string | undefined
  try {
    text = JSON.stringify(jws)
  } catch {
    // A cycle, a depth without end, or a getter that throws: whatever it is, no such object was sent.
  }
  if (text === undefined) throw new JoseError('ERR_JWS_INVALID', 'the JWS cannot be written as JSON')
  return text
}

/** The member "payload"; `undefined` where it is detached. */
export function readPayloadMember(jws: JsonObject): string | undefined {
  const payload = own(jws, 'payload')
  if (payload !== undefined && typeof payload !== 'string') throw invalid('"payload" is not a string')
  return payload
}

/** A signature whose form has been checked, and whose headers have been joined. */
export interface SignatureEntry {
  /** All parameters, for choosing a key (RFC 7515 §4). */
  readonly header: JoseHeader
  readonly protectedText: string
  readonly protectedHeader: HeaderParameters
  readonly unprotectedHeader: HeaderParameters
  readonly signature: string
  /** Whether the payload is in base64url in the signing input. */
  readonly b64: boolean
}

export function readSignature(entry: unknown): SignatureEntry {
  if (!isJsonObject(entry)) throw invalid('a signature is not an object')
  const text = own(entry, 'signature')
  if (typeof text !== 'string' || text === '') throw invalid('"signature" is missing, empty or not a string')
  if (!decodeStrictly(text)) throw new JoseError('ERR_BASE64URL', 'a signature is not canonical base64url')
  const protectedText = own(entry, 'protected') ?? ''
  if (typeof protectedText !== 'string') throw invalid('"protected" is not a string')
  // RFC 7515 §7.2.1: each header is absent when it has nothing to say.
  if (protectedText === '' && Object.hasOwn(entry, 'protected')) throw invalid('"protected" is empty')
  const unprotected = own(entry, 'header')
  if (unprotected !== undefined && (!isJsonObject(unprotected) || Object.keys(unprotected).length === 0)) {
    throw invalid('"header" is not an object with members')
  }
  return { signature: text, ...joinHeaders(protectedText, unprotected ?? {}) }
}

/**
 * RFC 7515 §7.2.1: the two headers have no name in common. What decides how the rest is understood, "crit", what it names
 * and "b64", must be protected; "alg" need not be, since the key decides (R2).
 */
export function joinHeaders(
  protectedText: string,
  unprotected: JsonObject,
  code: JoseErrorCode = 'ERR_JWS_INVALID',
): Omit<SignatureEntry, 'signature'> {
  if (protectedText.length > MAX_HEADER_LENGTH) throw new JoseError(code, 'the header is too long')
  const protectedHeader = protectedText === '' ? {} : parseJsonSegment(protectedText, code, 'the header')
  for (const name of Object.keys(unprotected)) {
    if (name === 'crit' || name === 'b64') throw new JoseError('ERR_CRIT', `"${name}" is not protected`)
    if (Object.hasOwn(protectedHeader, name)) throw new JoseError(code, 'a parameter is in both headers')
  }
  const header = checkHeaderMembers({ ...protectedHeader, ...unprotected }, code)
  for (const name of (own(header, 'crit') ?? []) as readonly string[]) {
    if (!Object.hasOwn(protectedHeader, name)) throw new JoseError('ERR_CRIT', '"crit" names what is not protected')
  }
  return {
    header,
    protectedText,
    protectedHeader: deepFreeze(protectedHeader),
    unprotectedHeader: deepFreeze(unprotected),
    b64: isEncoded(protectedHeader),
  }
}

export function invalid(reason: string): JoseError {
  return new JoseError('ERR_JWS_INVALID', `the JWS is malformed: ${reason}`)
}
