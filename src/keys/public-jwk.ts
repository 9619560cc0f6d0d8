import { JoseError } from '../errors.ts'
import { isJsonObject, own } from '../json.ts'
import { type Jwk, THUMBPRINT_MEMBERS } from '../jwk.ts'

/** What a public key may say of itself (RFC 7517 §4), beside the members that make it. */
const DESCRIBING = ['kid', 'alg', 'use', 'x5u', 'x5c', 'x5t', 'x5t#S256']

/**
 * The public part of a private JWK, for publishing. Only what is known to be public is copied.
 *
 * @throws JoseError `ERR_KEY_USE` for a secret, which has no public part; `ERR_JWK_INVALID`
 */
export function toPublicJwk(jwk: Jwk): Jwk {
  if (!isJsonObject(jwk)) throw new TypeError('a key must be a JWK, which is an object')
  const kty = own(jwk, 'kty')
  const making = typeof kty === 'string' ? THUMBPRINT_MEMBERS.get(kty) : undefined
  if (typeof kty !== 'string' || !making) {
    throw new JoseError('ERR_JWK_INVALID', `the JWK has no "kty" of ${[...THUMBPRINT_MEMBERS.keys()].join(', ')}`)
  }
  if (kty === 'oct') throw new JoseError('ERR_KEY_USE', 'a symmetric key has no public part')
  const publicJwk: Jwk = { kty }
  for (const name of [...DESCRIBING, ...making]) {
    const value = own(jwk, name)
    if (value !== undefined) publicJwk[name] = value
    else if (making.includes(name))
      throw new JoseError('ERR_JWK_INVALID', `the JWK cannot be used: "${name}" is missing`)
  }
  if (own(jwk, 'key_ops') !== undefined) publicJwk.key_ops = ['verify']
  return publicJwk
}
