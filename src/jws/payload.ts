import type { SigningInput } from '../backend/backend.ts'
import { decodeUtf8, encodeBase64url } from '../base64url.ts'
import { JoseError, type JoseErrorCode } from '../errors.ts'
import { decodePayload, type ParsedJws, signingInput } from '../jws.ts'

// The payload in the signing input: in base64url (RFC 7515 §5.1), or as it is (RFC 7797 §3).

/** A payload whose signature is still to be verified. */
export interface ReceivedPayload {
  /** In base64url as it came; empty where `raw` is there. */
  readonly encoded: string
  /** The octets of a payload that is signed as it is. */
  readonly raw: Uint8Array | undefined
}

/**
 * The payload that a serialization carries. R10: letters of base64url, so that each backend hashes the same; whether it is
 * canonical too is seen when it is decoded (R11).
 */
export function attachedPayload(text: string, b64: boolean): ReceivedPayload {
  if (b64 && !/^[\w-]*$/.test(text)) throw new JoseError('ERR_BASE64URL', 'the payload is not base64url')
  return b64 ? { encoded: text, raw: undefined } : { encoded: '', raw: utf8(text, 'ERR_JWS_INVALID') }
}

/** The payload that came another way (RFC 7515 appendix F): a copy, whatever its owner does with it meanwhile. */
export function detachedPayload(payload: Uint8Array | string, b64: boolean): ReceivedPayload {
  const octets = octetsOf(payload, 'ERR_JWS_INVALID')
  return b64 ? { encoded: encodeBase64url(octets), raw: undefined } : { encoded: '', raw: octets }
}

/** What `verifySignature` takes. */
export function withPayload(
  jws: Omit<ParsedJws, 'signingInput' | 'payload'>,
  protectedText: string,
  payload: ReceivedPayload,
): ParsedJws {
  const { encoded, raw } = payload
  const { header, signature } = jws
  return {
    header,
    signature,
    payload: encoded,
    signingInput: raw ? rawInput(protectedText, raw) : `${protectedText}.${encoded}`,
  }
}

/** The octets that were signed: when the signature has been verified, and not before (R11). */
export function verifiedOctets({ encoded, raw }: ReceivedPayload): Uint8Array {
  return raw ?? new Uint8Array(decodePayload({ payload: encoded }))
}

// ---- signing ----

export function inputOver(octets: Uint8Array, protectedText: string, b64: boolean): SigningInput {
  return b64 ? signingInput(octets, protectedText) : rawInput(protectedText, octets)
}

/** The payload as a member of a JSON serialization, where one that is not encoded must be text. */
export function payloadMember(octets: Uint8Array, b64: boolean): string {
  if (b64) return encodeBase64url(octets)
  try {
    return decodeUtf8(octets)
  } catch {
    throw new JoseError('ERR_SIGN', 'a payload that is not encoded must be UTF-8, or be detached')
  }
}

/** A copy of the octets; text as UTF-8. */
export function octetsOf(payload: Uint8Array | string, code: JoseErrorCode): Uint8Array {
  if (typeof payload === 'string') return utf8(payload, code)
  // By its tag and not by its class, which other realms have of their own.
  if (payload?.[Symbol.toStringTag] !== 'Uint8Array')
    throw new TypeError('the payload must be a Uint8Array or a string')
  return new Uint8Array(payload)
}

/** An encoder would write U+FFFD for half a character: two texts, and one signature over both. */
function utf8(text: string, code: JoseErrorCode): Uint8Array {
  if (/\p{Surrogate}/u.test(text)) throw new JoseError(code, 'the payload holds half a character')
  return new TextEncoder().encode(text)
}

function rawInput(protectedText: string, octets: Uint8Array): Uint8Array {
  const start = new TextEncoder().encode(`${protectedText}.`)
  const input = new Uint8Array(start.length + octets.length)
  input.set(start)
  input.set(octets, start.length)
  return input
}
