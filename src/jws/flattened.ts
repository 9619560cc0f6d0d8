import { checkKeys, compileVerifyOptions, type KeySource, VERIFY_OPTIONS } from '../jws.ts'
import type { VerificationKey } from '../key.ts'
import { ownOptions } from '../options.ts'
import { octetsOf, payloadMember, verifiedOctets } from './payload.ts'
import { type FlattenedJws, invalid, readPayloadMember, readSerialization, readSignature } from './serialization.ts'
import {
  choosePayload,
  compileForm,
  type JwsSigner,
  type SerializationOptions,
  signEntry,
  type VerifiedSignature,
  type VerifySerializationOptions,
  verifyEntry,
} from './signature.ts'

/** A flattened JWS whose signature has been verified. */
export interface VerifiedFlattened extends VerifiedSignature {
  /** The octets that were signed. */
  payload: Uint8Array
}

/**
 * Signs a payload: flattened JSON serialization (RFC 7515 §7.2.2).
 *
 * @param payload octets, or text that is signed as UTF-8
 * @throws JoseError `ERR_SIGN`, or `ERR_CRIT` for `crit` and `b64` in the wrong place
 * @example
 * const jws = await signFlattened('{"total":12}', { key, unprotectedHeader: { note: 'unsigned' } })
 */
export async function signFlattened(
  payload: Uint8Array | string,
  signer: JwsSigner,
  options: SerializationOptions = {},
): Promise<FlattenedJws> {
  const { isDetached, b64 } = compileForm(options)
  const octets = octetsOf(payload, 'ERR_SIGN')
  const member = isDetached ? {} : { payload: payloadMember(octets, b64) }
  return { ...member, ...(await signEntry(octets, signer, b64)) }
}

/**
 * Verifies the flattened JSON serialization of a JWS (RFC 7515 §5.2, §7.2.2).
 *
 * @param jws the JSON text, or the object
 * @param keys one key, or a source that chooses by the headers, protected or not
 * @throws JoseError those of `verifyCompact`
 */
export async function verifyFlattened(
  jws: string | FlattenedJws,
  keys: VerificationKey | KeySource,
  options: VerifySerializationOptions = {},
): Promise<VerifiedFlattened> {
  const own = ownOptions(options, FLATTENED_OPTIONS)
  const rules = compileVerifyOptions(own, Number.MAX_SAFE_INTEGER)
  const source = checkKeys(keys)
  const object = readSerialization(jws, rules.maxTokenLength)
  if (Object.hasOwn(object, 'signatures')) throw invalid('it has "signatures", so it is not flattened')
  const entry = readSignature(object)
  const payload = choosePayload(readPayloadMember(object), own.payload, entry.b64)
  const verified = await verifyEntry(entry, payload, source, rules)
  return { payload: verifiedOctets(payload), ...verified }
}

const FLATTENED_OPTIONS = new Set([...VERIFY_OPTIONS, 'payload'])
