import { JoseError } from '../errors.ts'
import { findJwa } from '../jwa.ts'
import type { Jwk } from '../jwk.ts'

/** A `KeyObject` of node:crypto, as much of it as is used. */
export interface KeyObjectLike {
  /** `secret`, `public` or `private`. */
  readonly type: string
  /** Writes the key as a JWK. */
  export(options: { format: 'jwk' }): object
}

/** A `CryptoKey` of WebCrypto, as much of it as is used. */
export interface CryptoKeyLike {
  /** `secret`, `public` or `private`. */
  readonly type: string
  /** Whether it can be written. */
  readonly extractable: boolean
  /** Its algorithm, with the hash of those that have one. */
  readonly algorithm: { readonly name: string }
  /** What it may do. */
  readonly usages: readonly string[]
}

/**
 * The JWK of a `KeyObject` of node:crypto.
 *
 * @throws JoseError `ERR_JWK_INVALID` for a key that has no JWK
 */
export function jwkFromKeyObject(key: KeyObjectLike): Jwk {
  if (tagOf(key) !== 'KeyObject') throw new TypeError('the key must be a KeyObject of node:crypto')
  try {
    return { ...key.export({ format: 'jwk' }) } as Jwk
  } catch (cause) {
    throw new JoseError('ERR_JWK_INVALID', 'the KeyObject cannot be written as a JWK', { cause })
  }
}

/**
 * The JWK of a `CryptoKey` of WebCrypto, which must be extractable. It has the one algorithm that the CryptoKey is for.
 *
 * @throws JoseError `ERR_JWK_INVALID` for a key that is not extractable; `ERR_ALG_UNSUPPORTED` for one that does not sign
 */
export async function exportJwk(key: CryptoKeyLike): Promise<Jwk> {
  if (tagOf(key) !== 'CryptoKey') throw new TypeError('the key must be a CryptoKey')
  if (!key.extractable) throw new JoseError('ERR_JWK_INVALID', 'the CryptoKey is not extractable')
  const { subtle } = globalThis.crypto as unknown as {
    subtle: { exportKey(format: 'jwk', key: object): Promise<object> }
  }
  const { ext: _, ...jwk } = (await subtle.exportKey('jwk', key)) as Jwk
  // RSASSA-PSS, ECDSA and the like have names of JWA; keys for encryption have others, or none.
  const isKnown = jwk.alg === undefined || findJwa(jwk.alg) !== undefined
  if (!isKnown || !key.usages.some((usage) => usage === 'sign' || usage === 'verify')) {
    throw new JoseError('ERR_ALG_UNSUPPORTED', 'the CryptoKey is not for signatures')
  }
  return jwk as Jwk
}

function tagOf(key: unknown): unknown {
  if (typeof key !== 'object' || key === null) return undefined
  // A KeyObject has no tag of its own in every version, so the name of its class decides.
  const tag = (key as { [Symbol.toStringTag]?: unknown })[Symbol.toStringTag]
  return (
    tag ??
    (Object.getPrototypeOf(Object.getPrototypeOf(key) ?? {})?.constructor?.name.endsWith('KeyObject')
      ? 'KeyObject'
      : undefined)
  )
}
