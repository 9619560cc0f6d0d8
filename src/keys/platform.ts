import { subtle } from '../backend/web.ts'
import { JoseError } from '../errors.ts'
import { findJwa } from '../jwa.ts'
import type { Jwk } from '../jwk.ts'
import { builtin } from '../runtime.ts'
import type { CryptoKeyLike } from './crypto-key.ts'

/** A `KeyObject` of node:crypto, as much of it as is used. */
export interface KeyObjectLike {
  /** `secret`, `public` or `private`. */
  readonly type: string
  /** Writes the key as a JWK. */
  export(options: { format: 'jwk' }): object
  /** Writes a key that is not secret as DER. */
  export(options: { format: 'der'; type: 'spki' | 'pkcs8' }): Uint8Array
}

/**
 * The JWK of a `KeyObject` of node:crypto.
 *
 * @throws JoseError `ERR_JWK_INVALID` for a key that has no JWK
 */
export function jwkFromKeyObject(key: KeyObjectLike): Jwk {
  if (!isKeyObject(key)) throw new TypeError('the key must be a KeyObject of node:crypto')
  try {
    return { ...(key.type === 'secret' ? key : copyOf(key)).export({ format: 'jwk' }) } as Jwk
  } catch (cause) {
    throw new JoseError('ERR_JWK_INVALID', 'the KeyObject cannot be written as a JWK', { cause })
  }
}

/** Node 20 hangs when it writes the JWK of a key just generated, and what generated it is collected as garbage meanwhile. */
function copyOf(key: KeyObjectLike): KeyObjectLike {
  const crypto = builtin<typeof import('node:crypto')>('node:crypto') as typeof import('node:crypto')
  const written = <Type extends 'spki' | 'pkcs8'>(type: Type) =>
    ({ key: key.export({ format: 'der', type }) as Buffer, format: 'der', type }) as const
  return key.type === 'public' ? crypto.createPublicKey(written('spki')) : crypto.createPrivateKey(written('pkcs8'))
}

/**
 * The JWK of a `CryptoKey` of WebCrypto, which must be extractable. It has the one algorithm that the CryptoKey is for.
 *
 * @throws JoseError `ERR_JWK_INVALID` for a key that is not extractable; `ERR_ALG_UNSUPPORTED` for one that does not sign
 */
export async function exportJwk(key: CryptoKeyLike & { readonly extractable: boolean }): Promise<Jwk> {
  if (Object.prototype.toString.call(key) !== '[object CryptoKey]') throw new TypeError('the key must be a CryptoKey')
  if (!key.extractable) throw new JoseError('ERR_JWK_INVALID', 'the CryptoKey is not extractable')
  const exported = Object.entries(await subtle().exportKey('jwk', key))
  // workerd also writes the members that there are not.
  const jwk = Object.fromEntries(exported.filter(([name, value]) => name !== 'ext' && value !== undefined)) as Jwk
  // Keys for encryption have algorithms of other names, or other usages.
  const isKnown = jwk.alg === undefined || findJwa(jwk.alg) !== undefined
  if (!isKnown || !key.usages.some((usage) => usage === 'sign' || usage === 'verify')) {
    throw new JoseError('ERR_ALG_UNSUPPORTED', 'the CryptoKey is not for signatures')
  }
  return jwk
}

/** Not every version of Node gives them a tag of their own, so the name of their class decides. */
function isKeyObject(key: unknown): boolean {
  if (typeof key !== 'object' || key === null) return false
  return (
    Object.prototype.toString.call(key) === '[object KeyObject]' || /KeyObject$/.test(String(key.constructor?.name))
  )
}
