import { constants, createHmac, verify as verifyNow } from 'node:crypto'
import { ALGORITHMS } from './algorithms.ts'
import { decode, decodeSegment } from './base64url.ts'
import { type JsonObject, own, parseObject } from './json.ts'
import { type Key, ORDERS } from './jwk.ts'
import { Refusal } from './refusal.ts'

export interface VerifyOptions {
  readonly crit?: readonly string[]
  readonly maxTokenLength?: number
}

export interface Jws {
  readonly header: JsonObject
  readonly payload: Buffer
  readonly key: Key
}

/** Keys, or what chooses them by the header. */
export type Keys = readonly Key[] | ((header: JsonObject) => readonly Key[])

/** RFC 7515 §4.1 and RFC 7516 §4.1, RFC 7518 §4: names that "crit" must not hold. */
const REGISTERED = 'alg jku jwk kid x5u x5c x5t x5t#S256 typ cty crit enc zip epk apu apv iv tag p2s p2c'.split(' ')

/** RFC 7515 §5.2 in the order of R9, R10, R11, R13, R2, R14. */
export function verify(token: string, keys: Keys, options: VerifyOptions): Jws {
  const invalid = (rule: string) => new Refusal('ERR_JWS_INVALID', rule)
  if (token.length > (options.maxTokenLength ?? Number.POSITIVE_INFINITY)) throw invalid('R9 length')
  const segments = token.split('.')
  if (segments.length !== 3) throw invalid('R9 segments')
  const [encodedHeader, encodedPayload, encodedSignature] = segments as [string, string, string]
  if (encodedHeader.length > 16384) throw invalid('R25 header')
  const header = parseObject(decodeSegment(encodedHeader), 'ERR_JWS_INVALID')
  checkMembers(header)
  checkUnderstood(header, options.crit ?? [], true)

  const given = typeof keys === 'function' ? keys(header) : keys
  if (given.length === 0) throw new Refusal('ERR_KEY_NOT_FOUND', 'R3')
  const input = Buffer.from(`${encodedHeader}.${encodedPayload}`)
  const key = signerOf(header, input, encodedSignature, given, [encodedSignature, encodedPayload])
  return { header, payload: decodeSegment(encodedPayload), key }
}

/**
 * The key that verifies a signature.
 *
 * @param segments whose form is looked at when none does
 */
export function signerOf(
  header: JsonObject,
  input: Buffer,
  signature: string,
  keys: readonly Key[],
  segments: readonly string[],
): Key {
  const fitting = keys.filter(({ alg }) => alg === header.alg)
  if (fitting.length === 0) throw new Refusal('ERR_ALG_NOT_ALLOWED', 'R2')
  const key = fitting.slice(0, 4).find((each) => isSigned(input, signature, each))
  if (key) return key
  for (const segment of segments) decodeSegment(segment)
  throw fitting.length > 4 ? new Refusal('ERR_KEY_NOT_FOUND', 'R8') : new Refusal('ERR_JWS_SIGNATURE', 'R14')
}

/** The form of the parameters. */
export function checkMembers(header: JsonObject): void {
  if (!Object.hasOwn(header, 'alg') || typeof header.alg !== 'string') throw new Refusal('ERR_JWS_INVALID', 'R1 alg')
  for (const name of ['kid', 'typ', 'cty', 'x5t', 'x5t#S256']) {
    if (Object.hasOwn(header, name) && typeof header[name] !== 'string') {
      throw new Refusal('ERR_JWS_INVALID', 'RFC 7515 §4.1 types')
    }
  }
  const crit = own(header, 'crit')
  if (Object.hasOwn(header, 'crit')) {
    const isFormed =
      Array.isArray(crit) &&
      crit.length > 0 &&
      crit.every(
        (name, index) =>
          typeof name === 'string' &&
          crit.indexOf(name) === index &&
          !REGISTERED.includes(name) &&
          Object.hasOwn(header, name),
      )
    if (!isFormed) throw new Refusal('ERR_CRIT', 'R13 form')
  }
}

/** What depends on the reader. */
export function checkUnderstood(header: JsonObject, understood: readonly string[], b64: boolean): void {
  if (!ALGORITHMS.has(header.alg)) throw new Refusal('ERR_ALG_UNSUPPORTED', 'R1')
  for (const name of (own(header, 'crit') as string[] | undefined) ?? []) {
    if (name !== 'b64' && !understood.includes(name)) throw new Refusal('ERR_CRIT', 'R13 not understood')
  }
  if (Object.hasOwn(header, 'b64') && header.b64 !== b64) throw new Refusal('ERR_CRIT', 'R13 b64')
}

function isSigned(input: Buffer, encoded: string, { alg, handle, size, n }: Key): boolean {
  const signature = decode(encoded)
  const algorithm = ALGORITHMS.get(alg)
  if (!signature || !algorithm) return false
  if (algorithm.kty === 'oct') {
    return createHmac(algorithm.digest as string, handle)
      .update(input)
      .digest()
      .equals(signature)
  }
  if (algorithm.kty === 'RSA') {
    if (signature.length !== size || BigInt(`0x${signature.toString('hex')}`) >= (n as bigint)) return false
    const padding = algorithm.pss ? constants.RSA_PKCS1_PSS_PADDING : constants.RSA_PKCS1_PADDING
    return verifyNow(algorithm.digest, input, { key: handle, padding, saltLength: algorithm.octets }, signature)
  }
  if (algorithm.digest === null) return signature.length === 2 * size && verifyNow(null, input, handle, signature)
  if (signature.length !== 2 * size) return false
  for (const half of [signature.subarray(0, size), signature.subarray(size)]) {
    const number = BigInt(`0x${half.toString('hex')}`)
    if (number === 0n || number >= (ORDERS.get(algorithm.crv) as bigint)) return false
  }
  return verifyNow(algorithm.digest, input, { key: handle, dsaEncoding: 'ieee-p1363' }, signature)
}
