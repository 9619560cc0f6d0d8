import type { KeyObject } from 'node:crypto'
import { decodeCanonical, encodeBase64url } from '../base64url.ts'
import { JoseError } from '../errors.ts'
import type { Jwa } from '../jwa.ts'
import { builtin, NodeBuffer } from '../runtime.ts'
import {
  type Backend,
  foreignPrivatePart,
  type KeyMaterial,
  PROBE,
  publicPart,
  type SigningHandle,
  type SigningInput,
  signatureDecoder,
  type VerificationHandle,
} from './backend.ts'
import { derToRaw, pssPrivateKey, pssPublicKey, rawToDer } from './der.ts'
import { createMac, digestName } from './hmac.ts'
import { compute } from './thread.ts'

type SyncVerificationHandle = Required<VerificationHandle>
type SyncSigningHandle = Required<SigningHandle>

/** R12: Node takes a key's own members for options, and so what someone put on Object.prototype. */
const NO_OPTIONS = {
  key: undefined,
  padding: undefined,
  saltLength: undefined,
  dsaEncoding: undefined,
  context: undefined,
}

/** A bare KeyObject wherever possible: given options, Node 24 exports the key anew for each call. */
type NodeKey = KeyObject | { key: KeyObject | string; padding: number; saltLength: number }

// Where they are missing so is `nodeBackend`, and nothing below runs.
const crypto = builtin<typeof import('node:crypto')>('node:crypto') as typeof import('node:crypto')
const Buffer = NodeBuffer as typeof import('node:buffer').Buffer

/** node:crypto, in the runtimes that have it. */
export const nodeBackend: Backend | undefined = crypto && {
  verificationHandle: (jwa, material) => (jwa.family === 'HMAC' ? hmac(jwa, material) : verifier(jwa, material)),

  signingHandle(jwa, material) {
    if (jwa.family === 'HMAC') return hmac(jwa, material)
    const handle = signer(jwa, importPrivateKey(jwa, material))
    // R5. RSA numbers have been compared in `rsa.ts`, at a fraction of the cost of a signature.
    if (jwa.kty !== 'RSA') checkPair(handle, verifier(jwa, material))
    return handle
  },

  digest: (hash, octets) => new Uint8Array(crypto.createHash(digestName(hash)).update(octets).digest()),
}

function hmac(jwa: Jwa, { k }: KeyMaterial): SyncVerificationHandle & SyncSigningHandle {
  const signSync = createMac(crypto, jwa, decodeCanonical(k as string))
  // What equals the canonical text is canonical itself.
  const verifySync = (input: SigningInput, signature: string): boolean => equalsSecret(signature, signSync(input))
  return { sign: signSync, signSync, verify: verifySync, verifySync }
}

/** R15: in constant time. Both are as long as the base64url of the hash. */
function equalsSecret(text: string, secret: string): boolean {
  let difference = 0
  for (let index = 0; index < secret.length; index++) {
    difference |= text.charCodeAt(index) ^ secret.charCodeAt(index)
  }
  return difference === 0
}

function verifier(jwa: Jwa, material: KeyMaterial): SyncVerificationHandle {
  const publicKey = importPublicKey(jwa, material)
  const digest = messageDigest(jwa)
  const key = jwa.family === 'RSA-PSS' ? pssKey(jwa, publicKey) : publicKey
  const decodeRaw = signatureDecoder(jwa, material)
  const decodeAsDer = (signature: string): Uint8Array | undefined => {
    const raw = decodeRaw(signature)
    return raw && rawToDer(raw)
  }
  const decode = jwa.family === 'ECDSA' ? decodeAsDer : decodeRaw
  const verifySync = (input: SigningInput, signature: string): boolean => {
    const octets = decode(signature)
    return octets !== undefined && verifyNow(digest, input, key, octets)
  }
  const verify = (input: SigningInput, signature: string): boolean | Promise<boolean> => {
    if (isPem(key)) return verifySync(input, signature)
    const verifyElsewhere = (): boolean | Promise<boolean> => {
      const octets = decode(signature)
      if (!octets) return false
      return new Promise((resolve, reject) => {
        crypto.verify(digest, octetsOf(input), key as KeyObject, octets, (error, valid) =>
          error ? reject(error) : resolve(valid),
        )
      })
    }
    return compute(jwa.verifyingTime, () => verifySync(input, signature), verifyElsewhere)
  }
  return { verify, verifySync }
}

function signer(jwa: Jwa, privateKey: KeyObject): SyncSigningHandle {
  const digest = messageDigest(jwa)
  const key = jwa.family === 'RSA-PSS' ? pssKey(jwa, privateKey) : privateKey
  const fromNative =
    jwa.family === 'ECDSA'
      ? (signature: Uint8Array) => encodeBase64url(derToRaw(signature, jwa.signatureLength as number))
      : encodeBase64url
  const signSync = (input: SigningInput): string => fromNative(signNow(digest, input, key))
  const sign = (input: SigningInput): string | Promise<string> => {
    if (isPem(key)) return signSync(input)
    const signElsewhere = (): Promise<string> =>
      new Promise((resolve, reject) => {
        crypto.sign(digest, octetsOf(input), key as KeyObject, (error, signature) =>
          error ? reject(error) : resolve(fromNative(signature)),
        )
      })
    return compute(jwa.signingTime, () => signSync(input), signElsewhere)
  }
  return { sign, signSync }
}

/** The key with the parameters of PSS inside; Bun refuses such keys and gets options. R14: a salt as long as the hash. */
function pssKey(jwa: Jwa, key: KeyObject): NodeKey {
  try {
    const pkcs1 = key.export({ type: 'pkcs1', format: 'der' })
    const created =
      key.type === 'public'
        ? crypto.createPublicKey({ key: Buffer.from(pssPublicKey(jwa, pkcs1)), format: 'der', type: 'spki' })
        : crypto.createPrivateKey({ key: Buffer.from(pssPrivateKey(jwa, pkcs1)), format: 'der', type: 'pkcs8' })
    return Object.assign(created, NO_OPTIONS)
  } catch {
    const parameters = { padding: crypto.constants.RSA_PKCS1_PSS_PADDING, saltLength: jwa.hashLength }
    const options = { ...NO_OPTIONS, key, ...parameters }
    return takesOptions(options) ? options : { ...options, key: pemOf(key) }
  }
}

/** Whether the one-shot functions take a KeyObject with options. workerd's do not; with a PEM they pass over the options. */
function takesOptions(options: { key: KeyObject; padding: number; saltLength: number }): boolean {
  try {
    if (options.key.type === 'private') crypto.sign('sha256', octetsOf(PROBE), options)
    else crypto.verify('sha256', octetsOf(PROBE), options, new Uint8Array(1))
    return true
  } catch {
    return false
  }
}

function pemOf(key: KeyObject): string {
  return key.export({ type: key.type === 'public' ? 'spki' : 'pkcs8', format: 'pem' }) as string
}

/** Only the streaming forms heed the options of a PEM everywhere. */
function isPem(key: NodeKey): key is { key: string; padding: number; saltLength: number } {
  return 'key' in key && typeof key.key === 'string'
}

function signNow(digest: string | null, input: SigningInput, key: NodeKey): Uint8Array {
  if (isPem(key))
    return crypto
      .createSign(digest as string)
      .update(octetsOf(input))
      .sign(key)
  return crypto.sign(digest, octetsOf(input), key as KeyObject)
}

function verifyNow(digest: string | null, input: SigningInput, key: NodeKey, signature: Uint8Array): boolean {
  if (isPem(key))
    return crypto
      .createVerify(digest as string)
      .update(octetsOf(input))
      .verify(key, signature)
  return crypto.verify(digest, octetsOf(input), key as KeyObject, signature)
}

function importPublicKey(jwa: Jwa, material: KeyMaterial): KeyObject {
  return importKey(jwa, () => crypto.createPublicKey({ key: publicPart(material), format: 'jwk' }))
}

function importPrivateKey(jwa: Jwa, material: KeyMaterial): KeyObject {
  return importKey(jwa, () => crypto.createPrivateKey({ key: { ...material }, format: 'jwk' }))
}

function importKey(jwa: Jwa, create: () => KeyObject): KeyObject {
  try {
    return Object.assign(create(), NO_OPTIONS)
  } catch (cause) {
    if (isMissing(jwa)) {
      throw new JoseError('ERR_ALG_UNSUPPORTED', `this runtime's node:crypto does not have ${jwa.alg}`, { cause })
    }
    throw new JoseError('ERR_JWK_INVALID', 'node:crypto does not take the key', { cause })
  }
}

/** Whether the runtime is without the algorithm, of those that are new: it cannot make a key for it either. */
function isMissing({ family, keyLength }: Jwa): boolean {
  if (keyLength === undefined || family === 'Ed25519') return false
  try {
    crypto.generateKeyPairSync(family.toLowerCase() as 'ed448')
    return false
  } catch {
    return true
  }
}

function checkPair(signing: SyncSigningHandle, verification: SyncVerificationHandle): void {
  if (!verification.verifySync(PROBE, signing.signSync(PROBE))) throw foreignPrivatePart()
}

function messageDigest({ kty, hash }: Jwa): string | null {
  return kty === 'OKP' || kty === 'AKP' ? null : digestName(hash)
}

function octetsOf(input: SigningInput): Uint8Array {
  return typeof input === 'string' ? Buffer.from(input, 'latin1') : input
}
