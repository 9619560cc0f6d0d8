import type { SigningInput } from './backend/backend.ts'
import { decodeStrictly, encodeBase64url, encodeText } from './base64url.ts'
import { JoseError } from './errors.ts'
import {
  checkHeader,
  encodeHeader,
  type HeaderParameters,
  IMPLEMENTED,
  type JoseHeader,
  parseHeader,
  REGISTERED,
} from './header.ts'
import { SigningKey, VerificationKey } from './key.ts'
import { numberOption, ownOptions, stringsOption } from './options.ts'

/**
 * Answers with the keys that may have signed a token with this header. It is asked before anything is verified, so the
 * header is not to be trusted; answering with no key refuses the token.
 */
export type KeySource = (header: JoseHeader) => readonly VerificationKey[] | Promise<readonly VerificationKey[]>

/** What the form of a token may be. */
export interface VerifyOptions {
  /** Names of header extensions that the caller understands and processes itself (RFC 7515 §4.1.11). */
  crit?: readonly string[]
  /** The longest token in characters. For JWTs 16384 unless set; without a limit for {@link verifyCompact}. */
  maxTokenLength?: number
}

/** A token whose signature has been verified. */
export interface VerifiedJws {
  /** The protected header. */
  header: JoseHeader
  /** The octets that were signed. */
  payload: Uint8Array
  /** The key that verified the signature. */
  key: VerificationKey
}

/** A token's content that nobody has vouched for. Good for looking, not for deciding. */
export interface UnverifiedJws {
  /** The header, whoever wrote it. */
  readonly header: JoseHeader
  /** The octets, whoever wrote them. */
  readonly payload: Uint8Array
  /** Always `false`, so that it cannot pass for a verified token. */
  readonly verified: false
}

/**
 * Signs a payload: JWS compact serialization (RFC 7515 §3.1).
 *
 * @param payload octets, or text that is signed as UTF-8
 * @param header members beside `alg` and the key's `kid`
 * @throws JoseError `ERR_SIGN`, or `ERR_CRIT` for `crit` or `b64` that is not understood
 */
export async function signCompact(
  payload: Uint8Array | string,
  key: SigningKey,
  header?: HeaderParameters,
): Promise<string> {
  const input = signingInput(checkPayload(payload), encodeHeader(key, header))
  return `${input}.${await SigningKey.sign(key, input)}`
}

/** R20: an encoder would write U+FFFD for half a character, so that two texts would have one signature. */
export function checkPayload(payload: Uint8Array | string): Uint8Array | string {
  if (typeof payload === 'string' && /\p{Surrogate}/u.test(payload))
    throw new JoseError('ERR_SIGN', 'the payload holds half a character')
  return payload
}

/**
 * Verifies the compact serialization of a JWS (RFC 7515 §5.2).
 *
 * @param keys one key, or a source that chooses by the header
 * @throws JoseError `ERR_JWS_INVALID`, `ERR_BASE64URL`, `ERR_CRIT`, `ERR_ALG_UNSUPPORTED`, `ERR_ALG_NOT_ALLOWED`,
 * `ERR_KEY_NOT_FOUND` or `ERR_JWS_SIGNATURE`, and what the key source throws
 */
export async function verifyCompact(
  token: string,
  keys: VerificationKey | KeySource,
  options: VerifyOptions = {},
): Promise<VerifiedJws> {
  const jws = parseCompact(token, compileJwsOptions(options))
  const key = await verifySignature(jws, checkKeys(keys))
  return { header: jws.header, payload: new Uint8Array(decodePayload(jws)), key }
}

/**
 * Decodes a token without verifying it, for logging and for debugging (RFC 7515 §5.2, steps 1 to 7 without 5: extensions need
 * not be understood).
 *
 * @throws JoseError `ERR_JWS_INVALID`, `ERR_BASE64URL`, or `ERR_CRIT` for a malformed `crit`
 */
export function decodeUnverified(token: string): UnverifiedJws {
  const jws = parseCompact(token, { maxTokenLength: Number.POSITIVE_INFINITY, understood: null })
  decodeSignature(jws)
  return { header: jws.header, payload: new Uint8Array(decodePayload(jws)), verified: false }
}

// ---- parsing: the half that the asynchronous and the synchronous API share ----

/** A token whose form and header have been checked; `payload` and `signature` are as they came. */
export interface ParsedJws {
  readonly header: JoseHeader
  readonly signingInput: SigningInput
  readonly payload: string
  readonly signature: string
}

/** {@link VerifyOptions}, checked. */
export interface ParseRules {
  readonly maxTokenLength: number
  /** The extensions that the caller understands; `null` for looking only: then unknown algorithms and extensions pass. */
  readonly understood: ReadonlySet<string> | null
}

export const VERIFY_OPTIONS: ReadonlySet<string> = new Set(['crit', 'maxTokenLength'])

/** The options of a JWS, whose payload may be as long as it likes. */
export function compileJwsOptions(options: VerifyOptions): ParseRules {
  return compileVerifyOptions(ownOptions(options, VERIFY_OPTIONS), Number.MAX_SAFE_INTEGER)
}

export function compileVerifyOptions(options: VerifyOptions, maxTokenLength: number): ParseRules {
  const crit = stringsOption('crit', options.crit, [])
  for (const name of crit) {
    if (REGISTERED.has(name)) throw new TypeError(`option "crit" cannot hold "${name}", a registered header parameter`)
  }
  return {
    maxTokenLength: numberOption('maxTokenLength', options.maxTokenLength, maxTokenLength, 1),
    understood: new Set([...crit, ...IMPLEMENTED]),
  }
}

/** R9: a primitive string, short enough, of exactly three segments; R11: then the header, and nothing else yet. */
export function parseCompact(token: string, { maxTokenLength, understood }: ParseRules): ParsedJws {
  if (typeof token !== 'string') throw new JoseError('ERR_JWS_INVALID', 'the token is not a string')
  if (token.length > maxTokenLength) throw new JoseError('ERR_JWS_INVALID', 'the token is longer than "maxTokenLength"')
  const first = token.indexOf('.')
  // Where there is no first one, there is no second.
  const second = token.indexOf('.', first + 1)
  if (second === -1) throw new JoseError('ERR_JWS_INVALID', 'the token does not have three segments')
  if (token.includes('.', second + 1)) {
    throw new JoseError(
      'ERR_JWS_INVALID',
      'the token has more than three segments; encrypted tokens (JWE) are not supported',
    )
  }
  const header = parseHeader(token.slice(0, first))
  if (understood) checkHeader(header, understood)
  return {
    header,
    signingInput: token.slice(0, second),
    payload: token.slice(first + 1, second),
    signature: token.slice(second + 1),
  }
}

/** R10, R11: when the signature has been verified. The octets may lie in a pool: they are not handed out. */
export function decodePayload({ payload }: Pick<ParsedJws, 'payload'>): Uint8Array {
  const octets = decodeStrictly(payload)
  if (!octets) throw new JoseError('ERR_BASE64URL', 'the payload is not canonical base64url')
  return octets
}

function decodeSignature({ signature }: ParsedJws): void {
  if (!decodeStrictly(signature)) throw new JoseError('ERR_BASE64URL', 'the signature is not canonical base64url')
}

// ---- verifying ----

/** R8: at most so many keys are tried. */
const MAX_TRIES = 4

/** R3: a key made by `importVerificationKey`, or a source of such keys; nothing is sniffed. */
export function checkKeys(keys: VerificationKey | KeySource): KeySource {
  if (typeof keys === 'function') return keys
  if (!VerificationKey.is(keys)) {
    throw new TypeError(
      'the keys must be a VerificationKey (see importVerificationKey) or a function that answers with some',
    )
  }
  const only = Object.freeze([keys])
  return () => only
}

/**
 * R2: of the keys that a source gave, those of the token's algorithm, though no more than one beyond what is tried; R7: the
 * header chooses among them, it never brings one.
 */
export function fittingKeys({ header }: ParsedJws, keys: readonly VerificationKey[]): readonly VerificationKey[] {
  if (keys === undefined || keys === null) throw new JoseError('ERR_KEY_NOT_FOUND', 'the key source gave no key')
  if (!Array.isArray(keys)) throw notKeys()
  if (keys.length === 0) throw new JoseError('ERR_KEY_NOT_FOUND', 'the key source gave no key')
  const first = keys[0]
  // Not the source's own array, which may be a proxy: the key that has been looked at is the one that verifies.
  if (keys.length === 1 && VerificationKey.is(first) && first.alg === header.alg) return [first]
  const fitting: VerificationKey[] = []
  for (const key of keys) {
    if (!VerificationKey.is(key)) throw notKeys()
    if (key.alg === header.alg && fitting.push(key) > MAX_TRIES) break
  }
  if (fitting.length === 0) throw new JoseError('ERR_ALG_NOT_ALLOWED', '"alg" is not the algorithm of the key')
  return fitting
}

function notKeys(): TypeError {
  return new TypeError('the key source must answer with an array of VerificationKey')
}

export async function verifySignature(jws: ParsedJws, keys: KeySource): Promise<VerificationKey> {
  const answer = keys(jws.header)
  const fitting = fittingKeys(jws, Array.isArray(answer) ? answer : await answer)
  for (const key of keysToTry(fitting)) {
    const valid = VerificationKey.verify(key, jws.signingInput, jws.signature)
    if (valid === true || (valid !== false && (await valid))) return key
  }
  throw noKeyVerifies(jws, fitting)
}

/** The answer of a source that has it at once. */
export function askSync(keys: KeySource, header: JoseHeader): readonly VerificationKey[] {
  const answer = keys(header)
  if (typeof (answer as PromiseLike<unknown> | undefined)?.then === 'function') {
    // Nobody will look at it: its failing must not end the process.
    Promise.resolve(answer).catch(() => {})
    throw new TypeError(
      'the key source answers with a promise: use the asynchronous API, or a source that answers at once',
    )
  }
  return answer as readonly VerificationKey[]
}

export function verifySignatureSync(jws: ParsedJws, keys: KeySource): VerificationKey {
  const fitting = fittingKeys(jws, askSync(keys, jws.header))
  for (const key of keysToTry(fitting)) {
    if (VerificationKey.verifySync(key, jws.signingInput, jws.signature)) return key
  }
  throw noKeyVerifies(jws, fitting)
}

function keysToTry(fitting: readonly VerificationKey[]): readonly VerificationKey[] {
  return fitting.length > MAX_TRIES ? fitting.slice(0, MAX_TRIES) : fitting
}

function noKeyVerifies(jws: ParsedJws, fitting: readonly VerificationKey[]): JoseError {
  // R10: a malformed segment is the better reason.
  decodeSignature(jws)
  decodePayload(jws)
  return fitting.length > MAX_TRIES
    ? new JoseError(
        'ERR_KEY_NOT_FOUND',
        `more than ${MAX_TRIES} keys fit, and the first ${MAX_TRIES} do not verify; the token needs a "kid"`,
      )
    : new JoseError('ERR_JWS_SIGNATURE', 'the signature does not verify')
}

// ---- signing ----

export function signingInput(payload: Uint8Array | string, encodedHeader: string): string {
  return `${encodedHeader}.${typeof payload === 'string' ? encodeText(payload) : encodeBase64url(payload)}`
}
