import { JoseError } from '../errors.ts'
import { checkHeader, encodeHeader, type HeaderParameters, type JoseHeader } from '../header.ts'
import { isJsonObject, own } from '../json.ts'
import {
  checkKeys,
  compileJwsOptions,
  type KeySource,
  type ParsedJws,
  type ParseRules,
  parseCompact,
  type VerifiedJws,
  type VerifyOptions,
  verifySignature,
} from '../jws.ts'
import { SigningKey, type VerificationKey } from '../key.ts'
import { attachedPayload, inputOver, octetsOf, verifiedOctets, withPayload } from './payload.ts'

// RFC 7797: the payload is signed as it is, which the protected header says with `"b64": false` and `"crit": ["b64"]`.

/**
 * Signs text as it is, and carries it so: compact serialization with `"b64": false` (RFC 7797 §5.2).
 *
 * @param payload printable ASCII without a period; for anything else there are `signDetached` and the JSON serializations
 * @param header members beside `alg`, the key's `kid`, `b64` and `crit`
 * @throws JoseError `ERR_SIGN`, or `ERR_CRIT` for `crit` or `b64` that is not understood
 */
export async function signUnencoded(payload: string, key: SigningKey, header?: HeaderParameters): Promise<string> {
  checkCompactText(payload, 'ERR_SIGN')
  const protectedText = encodeProtected(key, header, false)
  const input = inputOver(octetsOf(payload, 'ERR_SIGN'), protectedText, false)
  return `${protectedText}.${payload}.${await SigningKey.sign(key, input)}`
}

/**
 * Verifies a compact serialization that carries its payload as it is (RFC 7797 §5.2). One with `b64` other than `false` is
 * refused: `verifyCompact` is for that.
 *
 * @param keys one key, or a source that chooses by the header
 * @throws JoseError those of `verifyCompact`
 */
export async function verifyUnencoded(
  token: string,
  keys: VerificationKey | KeySource,
  options: VerifyOptions = {},
): Promise<VerifiedJws> {
  const { jws, protectedText, b64 } = parseAnyCompact(token, compileJwsOptions(options))
  if (b64) throw new JoseError('ERR_CRIT', '"b64" is not false: the payload is encoded')
  checkCompactText(jws.payload, 'ERR_JWS_INVALID')
  const payload = attachedPayload(jws.payload, b64)
  const key = await verifySignature(withPayload(jws, protectedText, payload), checkKeys(keys))
  return { header: jws.header, payload: verifiedOctets(payload), key }
}

/** RFC 7797 §5.2: a period would end the segment; of the rest only printable ASCII is sure to arrive as it was sent. */
function checkCompactText(payload: string, code: 'ERR_SIGN' | 'ERR_JWS_INVALID'): void {
  if (typeof payload !== 'string') throw new TypeError('the payload must be a string')
  if (!/^[ -\-/-~]*$/.test(payload)) {
    throw new JoseError(
      code,
      'an unencoded payload in the compact serialization must be printable ASCII without periods',
    )
  }
}

interface AnyCompact {
  readonly jws: ParsedJws
  readonly protectedText: string
  readonly b64: boolean
}

/** As `parseCompact`, for those who can do with either value of "b64". */
export function parseAnyCompact(token: string, { maxTokenLength, understood }: ParseRules): AnyCompact {
  const jws = parseCompact(token, { maxTokenLength, understood: null })
  const b64 = isEncoded(jws.header)
  if (understood) checkHeader(jws.header, understood, b64)
  return { jws, protectedText: token.slice(0, token.indexOf('.')), b64 }
}

/** Whether the payload is in base64url. RFC 7797 §6: otherwise "crit" must say so, lest others take it to be. */
export function isEncoded(header: JoseHeader | HeaderParameters): boolean {
  const b64 = own(header, 'b64')
  if (b64 === undefined || b64 === true) return true
  if (b64 !== false) throw new JoseError('ERR_CRIT', '"b64" is neither true nor false')
  const crit = own(header, 'crit')
  if (!Array.isArray(crit) || !crit.includes('b64')) throw new JoseError('ERR_CRIT', '"crit" does not name "b64"')
  return false
}

/** As `encodeHeader`; where the payload is not encoded, the header says so. */
export function encodeProtected(key: SigningKey, header: HeaderParameters | undefined, b64: boolean): string {
  if (b64 || (header !== undefined && !isJsonObject(header))) return encodeHeader(key, header)
  const parameters = { ...header }
  const given = own(parameters, 'crit')
  const crit = given === undefined ? [] : given
  const complete = Array.isArray(crit) && !crit.includes('b64') ? [...crit, 'b64'] : crit
  return encodeHeader(key, { ...parameters, b64: false, crit: complete as readonly string[] }, b64)
}
