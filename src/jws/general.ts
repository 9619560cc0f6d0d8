import { JoseError, type JoseErrorCode } from '../errors.ts'
import { checkKeys, compileVerifyOptions, type KeySource, VERIFY_OPTIONS } from '../jws.ts'
import { VerificationKey } from '../key.ts'
import { ownOptions } from '../options.ts'
import { octetsOf, payloadMember, verifiedOctets } from './payload.ts'
import {
  type GeneralJws,
  invalid,
  readPayloadMember,
  readSerialization,
  readSignature,
  type SignatureEntry,
} from './serialization.ts'
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

/** A general JWS of which enough signatures have been verified. */
export interface VerifiedGeneral {
  /** The octets that were signed. */
  payload: Uint8Array
  /** The signatures that have been verified: the first that could be, or all. */
  signatures: VerifiedSignature[]
}

/** How a general JWS is verified. */
export interface VerifyGeneralOptions extends VerifySerializationOptions {
  /** Whether any signature is enough, or all of them must verify, each by a key of its own. Default: `any`. */
  require?: 'any' | 'all'
}

/** The most signatures of one JWS, so that one text does not cause any number of verifications (R25). */
const MAX_SIGNATURES = 16

/**
 * Signs a payload with several keys: general JSON serialization (RFC 7515 §7.2.1).
 *
 * @param payload octets, or text that is signed as UTF-8
 * @param signers one to 16
 * @throws JoseError `ERR_SIGN`, or `ERR_CRIT` for `crit` and `b64` in the wrong place
 * @example
 * const jws = await signGeneral(document, [{ key: oldKey }, { key: newKey }])
 */
export async function signGeneral(
  payload: Uint8Array | string,
  signers: readonly JwsSigner[],
  options: SerializationOptions = {},
): Promise<GeneralJws> {
  const { isDetached, b64 } = compileForm(options)
  if (!Array.isArray(signers) || signers.length === 0 || signers.length > MAX_SIGNATURES) {
    throw new TypeError(`the signers must be an array of 1 to ${MAX_SIGNATURES}`)
  }
  const octets = octetsOf(payload, 'ERR_SIGN')
  const member = isDetached ? {} : { payload: payloadMember(octets, b64) }
  const signatures = await Promise.all(signers.map((signer) => signEntry(octets, signer, b64)))
  if (hasTwins(signatures)) throw new JoseError('ERR_SIGN', 'two of the signatures are the same')
  return { ...member, signatures }
}

/**
 * Verifies the general JSON serialization of a JWS (RFC 7515 §5.2, §7.2.1).
 *
 * The form of all signatures must be good, whichever verifies. Where any is enough, those of unknown algorithms, with unknown
 * extensions or without a fitting key are passed over.
 *
 * @param jws the JSON text, or the object
 * @param keys one key, or a source that chooses by the headers, protected or not
 * @throws JoseError those of `verifyCompact`
 * @example
 * const { payload, signatures } = await verifyGeneral(text, keys, { require: 'all' })
 */
export async function verifyGeneral(
  jws: string | GeneralJws,
  keys: VerificationKey | KeySource,
  options: VerifyGeneralOptions = {},
): Promise<VerifiedGeneral> {
  const own = ownOptions(options, GENERAL_OPTIONS)
  const { require: demanded = 'any' } = own
  if (demanded !== 'any' && demanded !== 'all') throw new TypeError('option "require" must be any or all')
  const rules = compileVerifyOptions(own, Number.MAX_SAFE_INTEGER)
  const source = checkKeys(keys)
  const object = readSerialization(jws, rules.maxTokenLength)
  const entries = readSignatures(object.signatures)
  if (['protected', 'header', 'signature'].some((name) => Object.hasOwn(object, name))) {
    throw invalid('it has members of a flattened one, so it is not general')
  }
  // RFC 7797 §3: there is one payload, so it is encoded for all or for none.
  const b64 = entries.every((entry) => entry.b64)
  if (!b64 && entries.some((entry) => entry.b64)) throw invalid('the signatures do not agree about "b64"')
  const payload = choosePayload(readPayloadMember(object), own.payload, b64)
  const verify = (entry: SignatureEntry) => verifyEntry(entry, payload, source, rules)
  const signatures = await (demanded === 'all' ? verifyAll(entries, verify) : verifyAny(entries, verify))
  return { payload: verifiedOctets(payload), signatures }
}

const GENERAL_OPTIONS = new Set([...VERIFY_OPTIONS, 'payload', 'require'])

function readSignatures(signatures: unknown): readonly SignatureEntry[] {
  if (!Array.isArray(signatures) || signatures.length === 0) throw invalid('"signatures" is not a non-empty array')
  if (signatures.length > MAX_SIGNATURES) throw invalid(`it has more than ${MAX_SIGNATURES} signatures`)
  const entries = signatures.map(readSignature)
  if (hasTwins(entries)) throw invalid('two of the signatures are the same')
  return entries
}

function hasTwins(entries: readonly { readonly signature: string }[]): boolean {
  return new Set(entries.map(({ signature }) => signature)).size !== entries.length
}

type Verify = (entry: SignatureEntry) => Promise<VerifiedSignature>

/** Two signatures of one key are the word of one signer, not of two. */
async function verifyAll(entries: readonly SignatureEntry[], verify: Verify): Promise<VerifiedSignature[]> {
  const verified: VerifiedSignature[] = []
  for (const entry of entries) {
    const signature = await verify(entry)
    if (verified.some(({ key }) => VerificationKey.isSame(key, signature.key)))
      throw invalid('two of the signatures are of one key')
    verified.push(signature)
  }
  return verified
}

async function verifyAny(entries: readonly SignatureEntry[], verify: Verify): Promise<VerifiedSignature[]> {
  const refusals: JoseError[] = []
  for (const entry of entries) {
    try {
      return [await verify(entry)]
    } catch (error) {
      if (!(error instanceof JoseError) || !OF_ONE_SIGNATURE.has(error.code)) throw error
      refusals.push(error)
    }
  }
  // A signature that could be verified, and is wrong, says more than one that could not.
  throw refusals.find(({ code }) => code === 'ERR_JWS_SIGNATURE') ?? refusals[0]
}

/** What says nothing about the other signatures. A key server that fails, say, does. */
const OF_ONE_SIGNATURE: ReadonlySet<JoseErrorCode> = new Set([
  ...(['ERR_ALG_UNSUPPORTED', 'ERR_ALG_NOT_ALLOWED', 'ERR_CRIT', 'ERR_KEY_NOT_FOUND', 'ERR_JWS_SIGNATURE'] as const),
])
