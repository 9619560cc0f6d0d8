import { checkClaims, type Policy } from './claims.ts'
import { type JsonObject, parseObject } from './json.ts'
import { type Jws, type Keys, type VerifyOptions, verify } from './jws.ts'

/** RFC 7519 §7.2; R9: 16384 characters at most, unless more are allowed. */
export function verifyJwt(token: string, keys: Keys, policy: Policy & VerifyOptions): Jws & { claims: JsonObject } {
  const jws = verify(token, keys, { maxTokenLength: 16384, ...policy })
  const claims = parseObject(jws.payload, 'ERR_JWT_INVALID')
  checkClaims(claims, policy, jws.header)
  return { ...jws, claims }
}
