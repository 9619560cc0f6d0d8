import { type KeyMaterial, signatureDecoder } from '../backend/backend.ts'
import { octetsOf, once, operationParameters, subtle } from '../backend/web.ts'
import { encodeBase64url } from '../base64url.ts'
import { toBigInt } from '../ec.ts'
import { JoseError } from '../errors.ts'
import { type Alg, findJwas, type Jwa } from '../jwa.ts'
import { SigningKey, VerificationKey } from '../key.ts'
import { ownOptions, stringOption } from '../options.ts'

/** As much of a `CryptoKey` as is read, so that the types of no platform are needed. */
export interface CryptoKeyLike {
  /** `secret`, `private` or `public`. */
  readonly type: string
  /** What the key can do, of which `sign` or `verify` is needed. */
  readonly usages: readonly string[]
  /** The algorithm with its parameters. */
  readonly algorithm: { readonly name: string }
}

/** How a `CryptoKey` is imported. */
export interface CryptoKeyOptions {
  /** Where a `CryptoKey` fits two names: `EdDSA`, which is the default, or `Ed25519`. Otherwise it must be the key's own. */
  alg?: Alg
  /** The id by which tokens name the key. */
  kid?: string
}

const OPTIONS = new Set(['alg', 'kid'])

/**
 * A signing key of a `CryptoKey`, which need not be extractable. Its algorithm is that of the `CryptoKey`, whose
 * `usages` must have `sign`.
 *
 * @throws JoseError `ERR_KEY_USE`, `ERR_JWK_WEAK`, `ERR_ALG_UNSUPPORTED` or `ERR_ALG_NOT_ALLOWED`
 */
export function importSigningCryptoKey(key: CryptoKeyLike, options: CryptoKeyOptions = {}): SigningKey {
  const { jwa, kid } = checkCryptoKey(key, 'sign', options)
  return new SigningKey(jwa, kid, {
    async sign(input) {
      const signature = await subtle().sign(operationParameters(jwa), key, octetsOf(input))
      return encodeBase64url(new Uint8Array(signature))
    },
  })
}

/**
 * A verification key of a `CryptoKey`, which need not be extractable. Its algorithm is that of the `CryptoKey`,
 * whose `usages` must have `verify`. What only the numbers of a key show has been left to who made it: import the JWK where
 * the key is somebody else's. That signatures lie below the modulus of an RSA key that is not extractable is for the platform to
 * see, and Deno does not with RSA-PSS (RFC 8017 §8.1.2).
 *
 * @throws JoseError `ERR_KEY_USE`, `ERR_JWK_WEAK`, `ERR_ALG_UNSUPPORTED` or `ERR_ALG_NOT_ALLOWED`
 */
export function importVerificationCryptoKey(key: CryptoKeyLike, options: CryptoKeyOptions = {}): VerificationKey {
  const { jwa, kid, signatureLength } = checkCryptoKey(key, 'verify', options)
  const decoder = once(async () => signatureDecoder(jwa, jwa.kty === 'RSA' ? await modulusOf(key) : {}))
  const handle = {
    async verify(input: string | Uint8Array, signature: string) {
      const octets = (await decoder())(signature)
      return octets !== undefined && subtle().verify(operationParameters(jwa), key, octets, octetsOf(input))
    },
  }
  return new VerificationKey(jwa, kid, handle, signatureLength, key)
}

/** R14: what signatures are compared with, where the key gives it. */
async function modulusOf(key: CryptoKeyLike): Promise<KeyMaterial> {
  try {
    return (await subtle().exportKey('jwk', key)) as KeyMaterial
  } catch {
    return {}
  }
}

interface Parameters {
  readonly name: string
  readonly hash?: { readonly name: string }
  readonly namedCurve?: string
  /** Bits of a secret. */
  readonly length?: number
  /** Bits of an RSA modulus. */
  readonly modulusLength?: number
  readonly publicExponent?: Uint8Array
}

interface CheckedCryptoKey {
  readonly jwa: Jwa
  readonly kid: string | undefined
  readonly signatureLength: number
}

function checkCryptoKey(key: CryptoKeyLike, usage: 'sign' | 'verify', options: CryptoKeyOptions): CheckedCryptoKey {
  options = ownOptions(options, OPTIONS)
  const kid = stringOption('kid', options.kid)
  if (Object.prototype.toString.call(key) !== '[object CryptoKey]') throw new TypeError('a key must be a CryptoKey')
  const parameters: Parameters = key.algorithm
  const rows = findJwas((row) => fits(row, parameters))
  const jwa = options.alg === undefined ? rows[0] : rows.find(({ alg }) => alg === options.alg)
  if (!rows[0]) throw new JoseError('ERR_ALG_UNSUPPORTED', 'the algorithm of the CryptoKey is none that signs')
  if (!jwa) throw new JoseError('ERR_ALG_NOT_ALLOWED', 'the algorithm of the CryptoKey is not the one asked for')
  // R4: a public key verifies, a private one signs, and only a secret does both.
  const type = jwa.kty === 'oct' ? 'secret' : usage === 'sign' ? 'private' : 'public'
  if (key.type !== type) throw new JoseError('ERR_KEY_USE', `a ${type} CryptoKey is needed to ${usage}`)
  if (!key.usages.includes(usage)) throw new JoseError('ERR_KEY_USE', `the "usages" of the CryptoKey lack "${usage}"`)
  checkStrength(jwa, parameters)
  return { jwa, kid, signatureLength: jwa.signatureLength ?? Math.ceil((parameters.modulusLength ?? 0) / 8) }
}

function fits({ family, kty, hash, crv }: Jwa, { name, hash: given, namedCurve }: Parameters): boolean {
  if (family !== name) return false
  if (kty === 'EC') return crv === namedCurve
  return (kty !== 'oct' && kty !== 'RSA') || hash === given?.name
}

/** R5, as far as a CryptoKey tells. */
function checkStrength(jwa: Jwa, { length = 0, modulusLength = 0, publicExponent }: Parameters): void {
  if (jwa.kty === 'oct' && length < jwa.hashLength * 8) {
    throw new JoseError('ERR_JWK_WEAK', `the secret has fewer than the ${jwa.hashLength} octets that ${jwa.alg} needs`)
  }
  if (jwa.kty !== 'RSA') return
  if (modulusLength < 2048) throw new JoseError('ERR_JWK_WEAK', 'the RSA modulus has fewer than 2048 bits')
  if (modulusLength > 16384) throw new JoseError('ERR_JWK_INVALID', 'the RSA modulus has more than 16384 bits')
  const e = toBigInt(publicExponent ?? new Uint8Array())
  if (e < 3n || e % 2n === 0n) throw new JoseError('ERR_JWK_WEAK', 'the RSA exponent is even or below 3')
}
