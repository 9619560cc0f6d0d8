import { decodeCanonical, encodeBase64url } from '../base64url.ts'
import { JoseError } from '../errors.ts'
import type { Jwa } from '../jwa.ts'
import {
  type Backend,
  foreignPrivatePart,
  type KeyMaterial,
  PROBE,
  publicPart,
  type SigningInput,
  signatureDecoder,
} from './backend.ts'

type Usage = 'sign' | 'verify'

/** A `CryptoKey`. */
type PlatformKey = object

/** As much of WebCrypto as is used. Its own types differ between Node, Deno and the DOM, and none is there everywhere. */
export interface Subtle {
  importKey(
    format: 'raw' | 'jwk',
    key: Uint8Array | KeyMaterial,
    parameters: object,
    extractable: boolean,
    usages: readonly Usage[],
  ): Promise<PlatformKey>
  sign(parameters: object, key: PlatformKey, octets: Uint8Array): Promise<ArrayBuffer>
  verify(parameters: object, key: PlatformKey, signature: Uint8Array, octets: Uint8Array): Promise<boolean>
  digest(hash: string, octets: Uint8Array): Promise<ArrayBuffer>
  generateKey(
    parameters: object,
    extractable: boolean,
    usages: readonly Usage[],
  ): Promise<PlatformKey | { readonly privateKey: PlatformKey }>
  exportKey(format: 'jwk', key: PlatformKey): Promise<object>
}

/** WebCrypto, which every runtime has. Keys reach the platform on first use, since that is asynchronous. */
export const webBackend: Backend = {
  verificationHandle(jwa, material) {
    const key = once(() => importKey(jwa, material, 'verify'))
    const decode = signatureDecoder(jwa, material)
    return {
      async verify(input, signature) {
        const octets = decode(signature)
        return octets !== undefined && subtle().verify(operationParameters(jwa), await key(), octets, octetsOf(input))
      },
    }
  },

  signingHandle(jwa, material) {
    const key = once(() => importSigningKey(jwa, material))
    return { sign: async (input) => encodeBase64url(await signOctets(jwa, await key(), input)) }
  },

  digest: async (hash, octets) => new Uint8Array(await subtle().digest(hash, octets)),
}

export function subtle(): Subtle {
  const { crypto } = globalThis as { crypto?: { subtle?: Subtle } }
  // Browsers hide it from pages that did not come over https.
  if (!crypto?.subtle) throw new JoseError('ERR_ALG_UNSUPPORTED', 'WebCrypto is missing: a secure context is needed')
  return crypto.subtle
}

async function importSigningKey(jwa: Jwa, material: KeyMaterial): Promise<PlatformKey> {
  const key = await importKey(jwa, material, 'sign')
  // R5. RSA numbers have been compared in `rsa.ts`; a secret is its own counterpart.
  if (jwa.kty !== 'RSA' && jwa.kty !== 'oct') {
    const signature = await signOctets(jwa, key, PROBE)
    const publicKey = await importKey(jwa, material, 'verify')
    if (!(await subtle().verify(operationParameters(jwa), publicKey, signature, octetsOf(PROBE)))) {
      throw foreignPrivatePart()
    }
  }
  return key
}

async function signOctets(jwa: Jwa, key: PlatformKey, input: SigningInput): Promise<Uint8Array> {
  return new Uint8Array(await subtle().sign(operationParameters(jwa), key, octetsOf(input)))
}

async function importKey(jwa: Jwa, material: KeyMaterial, usage: Usage): Promise<PlatformKey> {
  const { family, hash, crv } = jwa
  const parameters = { name: family, hash, ...(crv === undefined ? {} : { namedCurve: crv }) }
  try {
    if (jwa.kty === 'oct') {
      return await subtle().importKey('raw', decodeCanonical(material.k as string), parameters, false, [usage])
    }
    const jwk = usage === 'sign' ? material : publicPart(material)
    return await subtle().importKey('jwk', jwk, parameters, false, [usage])
  } catch (cause) {
    if (cause instanceof JoseError) throw cause
    if ((cause as Error).name === 'NotSupportedError') {
      throw new JoseError('ERR_ALG_UNSUPPORTED', `this runtime's WebCrypto does not have ${jwa.alg}`, { cause })
    }
    throw new JoseError('ERR_JWK_INVALID', 'WebCrypto does not take the key', { cause })
  }
}

/** R14: the salt of RSA-PSS is as long as the hash. */
export function operationParameters({ family, hash, hashLength }: Jwa): object {
  // R12: nothing of Object.prototype is a parameter.
  return { __proto__: null, name: family, hash, saltLength: hashLength }
}

export function octetsOf(input: SigningInput): Uint8Array {
  return typeof input === 'string' ? new TextEncoder().encode(input) : input
}

/** What has been loaded is kept; a failure is not, since the next try may find the platform in better health. */
export function once<T>(load: () => Promise<T>): () => Promise<T> {
  let loaded: Promise<T> | undefined
  return () => {
    loaded ??= load().catch((error) => {
      loaded = undefined
      throw error
    })
    return loaded
  }
}
