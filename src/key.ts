import type { SigningHandle, SigningInput, VerificationHandle } from './backend/backend.ts'
import { encodedLength } from './base64url.ts'
import type { Alg, Jwa } from './jwa.ts'

// R3, R4: type, curve and direction of a key are fixed when it is made, and nothing but `jwk.ts` makes one. The platform's
// handle lies in a private field, so neither logging nor serializing nor cloning a key shows any of it.

/** A key that verifies signatures of exactly one algorithm. {@link importVerificationKey} makes it. */
export class VerificationKey {
  /** The one algorithm whose signatures the key verifies (R2). */
  readonly alg: Alg
  /** The id by which tokens name the key. */
  readonly kid: string | undefined
  readonly #handle: VerificationHandle
  readonly #signatureLength: number
  readonly #material: object

  /**
   * @param signatureLength in octets
   * @param material what makes the key: the members of a JWK in their order, or an object of the platform
   * @internal
   */
  constructor(
    jwa: Jwa,
    kid: string | undefined,
    handle: VerificationHandle,
    signatureLength: number,
    material: object,
  ) {
    this.alg = jwa.alg
    this.kid = kid
    this.#handle = handle
    this.#signatureLength = encodedLength(signatureLength)
    this.#material = material
    Object.freeze(this)
  }

  /** @internal */
  static is(value: unknown): value is VerificationKey {
    return typeof value === 'object' && value !== null && #handle in value
  }

  /**
   * Whether two keys have one owner, whatever their algorithms and ids. A CryptoKey is the same as itself alone.
   *
   * @internal
   */
  static isSame(a: VerificationKey, b: VerificationKey): boolean {
    const [one, other] = [a.#material, b.#material]
    return one === other || (Object.hasOwn(one, 'kty') && JSON.stringify(one) === JSON.stringify(other))
  }

  /**
   * R14: the length of the signature is checked before any crypto runs.
   *
   * @param signature in base64url; one that is not canonical does not verify
   * @internal
   */
  static verify(key: VerificationKey, input: SigningInput, signature: string): boolean | Promise<boolean> {
    return signature.length === key.#signatureLength && key.#handle.verify(input, signature)
  }

  /** @internal */
  static verifySync(key: VerificationKey, input: SigningInput, signature: string): boolean {
    if (!key.#handle.verifySync) throw new TypeError(NOT_SYNCHRONOUS)
    return signature.length === key.#signatureLength && key.#handle.verifySync(input, signature)
  }
}

/** A key that signs with exactly one algorithm. {@link importSigningKey} makes it. */
export class SigningKey {
  /** The one algorithm with which the key signs (R2). */
  readonly alg: Alg
  /** The id by which tokens name the key. */
  readonly kid: string | undefined
  readonly #handle: SigningHandle

  /** @internal */
  constructor(jwa: Jwa, kid: string | undefined, handle: SigningHandle) {
    this.alg = jwa.alg
    this.kid = kid
    this.#handle = handle
    Object.freeze(this)
  }

  /** @internal */
  static is(value: unknown): value is SigningKey {
    return typeof value === 'object' && value !== null && #handle in value
  }

  /**
   * The signature in base64url.
   *
   * @internal
   */
  static sign(key: SigningKey, input: SigningInput): string | Promise<string> {
    return key.#handle.sign(input)
  }

  /** @internal */
  static signSync(key: SigningKey, input: SigningInput): string {
    if (!key.#handle.signSync) throw new TypeError(NOT_SYNCHRONOUS)
    return key.#handle.signSync(input)
  }
}

const NOT_SYNCHRONOUS = 'the key is a WebCrypto key, which cannot be used synchronously'
