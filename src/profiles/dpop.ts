import { encodeBase64url } from '../base64url.ts'
import { type Claims, missing } from '../claims.ts'
import { JoseError } from '../errors.ts'
import type { JoseHeader } from '../header.ts'
import { isJsonObject, own } from '../json.ts'
import { type Alg, findJwa } from '../jwa.ts'
import { importVerificationKey, type Jwk, thumbprint } from '../jwk.ts'
import type { KeySource } from '../jws.ts'
import type { VerifiedJwt } from '../jwt.ts'
import { functionOption, numberOption, ownOptions, readClock, stringsOption, systemClock } from '../options.ts'
import { RSA_PRIVATE_MEMBERS } from '../rsa.ts'
import { createVerifier } from '../verifier.ts'
import { claimError } from './claim-error.ts'
import { checkConfirmation } from './confirmation.ts'
import { hashText } from './digest.ts'
import { createReplayStore, type ReplayStore } from './replay-store.ts'
import { normalizeTarget } from './target-uri.ts'

/** How proofs are verified. */
export interface DpopOptions {
  /** The algorithms that a proof may have. Default: all asymmetric ones. */
  algorithms?: readonly Alg[]
  /** Seconds since `iat` for which a proof is good. Default: 60. */
  maxAge?: number
  /** Seconds by which the clocks of client and server may differ. Default: 5. */
  clockTolerance?: number
  /** Where used proofs are remembered; `null` remembers none. Default: in the memory of this process, up to 100000. */
  replayStore?: ReplayStore | null
  /** Whether the server has given out this nonce, and it still counts. Only `true` will do. Default: unchecked. */
  isNonce?: (nonce: string | undefined) => boolean | Promise<boolean>
  /** Seconds since the epoch. Default: the system's clock. */
  now?: () => number
}

/** The request that a proof came with. */
export interface ProvenRequest {
  /** Its method. */
  method: string
  /** Its absolute address, as the client knows it; query and fragment do not matter. */
  url: string
  /** The access token that is presented, already verified: the proof must be of its very key. None at a token endpoint. */
  accessToken?: {
    /** Its text. */
    token: string
    /** Its claims, as they have been verified. */
    claims: Claims
  }
}

/** A proof that has been verified. */
export interface VerifiedProof extends VerifiedJwt {
  /** The thumbprint of its key, which a token that is to be bound to it has as `jkt` in `cnf` (RFC 9449 §6.1). */
  thumbprint: string
}

/**
 * Prepares a verifier of DPoP proofs (RFC 9449 §4.3).
 *
 * The key comes from the proof's own header. It proves who sends this request, and is never one that tokens are verified with.
 *
 * @throws TypeError for wrong options; the verifier rejects with the JoseErrors of `verifyJwt` and of `importVerificationKey`,
 * and with `ERR_REVOKED` when it cannot be found out whether the proof has been used, or whether its nonce is good
 * @example
 * const verifyProof = createDpopVerifier()
 * const { thumbprint } = await verifyProof(proof, { method: 'POST', url: 'https://id.example/token' })
 */
export function createDpopVerifier(
  options: DpopOptions = {},
): (proof: string, request: ProvenRequest) => Promise<VerifiedProof> {
  options = ownOptions(options, OPTIONS)
  const algorithms = algorithmsOption(options.algorithms)
  const maxAge = numberOption('maxAge', options.maxAge, 60)
  const clockTolerance = numberOption('clockTolerance', options.clockTolerance, 5)
  const isNonce = functionOption<DpopOptions['isNonce']>('isNonce', options.isNonce, undefined)
  const now = functionOption('now', options.now, systemClock)
  const store = storeOption(options.replayStore, now)
  const verify = createVerifier({
    ...{ keys: proofKey(algorithms), issuer: null, audience: null, typ: 'dpop+jwt' },
    ...{ required: ['jti', 'htm', 'htu', 'iat'], maxAge, clockTolerance, now },
  })
  return async (proof, request) => {
    const { method, target, accessToken } = readRequest(request)
    const { claims, header, key } = await verify(proof)
    if (own(claims, 'htm') !== method) throw claimError('htm', '"htm" is not the method of the request')
    if (normalizeTarget(own(claims, 'htu')) !== target)
      throw claimError('htu', '"htu" is not the address of the request')
    if (isNonce) await checkNonce(claims, isNonce)
    const jkt = await thumbprint(publicJwkOf(header))
    if (accessToken) {
      await checkTokenHash(claims, accessToken.token)
      checkConfirmation(accessToken.claims, 'jkt', jkt)
    }
    // Last, so that only what is good in every other way takes a place.
    if (store) await checkUnused(claims, jkt, store, readClock(now) + maxAge + 2 * clockTolerance)
    return { claims, header, key, thumbprint: jkt }
  }
}

const OPTIONS = new Set(['algorithms', 'maxAge', 'clockTolerance', 'replayStore', 'isNonce', 'now'])

function algorithmsOption(algorithms: readonly Alg[] | undefined): readonly string[] | undefined {
  if (algorithms === undefined) return undefined
  const names = stringsOption('algorithms', algorithms)
  for (const name of names) {
    if (!isAsymmetric(name)) throw new TypeError(`option "algorithms" cannot hold "${name}": it must be asymmetric`)
  }
  if (names.length === 0) throw new TypeError('option "algorithms" must not be empty')
  return names
}

function storeOption(store: ReplayStore | null | undefined, now: () => number): ReplayStore | null {
  if (store === undefined) return createReplayStore({ now })
  if (store !== null && typeof store?.add !== 'function') {
    throw new TypeError('option "replayStore" must have a function "add"; null means "deliberately unchecked"')
  }
  return store
}

interface TargetRequest extends Pick<ProvenRequest, 'method' | 'accessToken'> {
  readonly target: string
}

function readRequest(request: ProvenRequest): TargetRequest {
  const { method, url, accessToken } = ownOptions(request, REQUEST)
  if (typeof method !== 'string' || method === '') throw new TypeError('the request has no method')
  const target = normalizeTarget(url)
  if (target === undefined) throw new TypeError('the address of the request must be absolute, with http: or https:')
  if (accessToken === undefined) return { method, target }
  const { token, claims } = ownOptions(accessToken, ACCESS_TOKEN)
  if (typeof token !== 'string' || !isJsonObject(claims))
    throw new TypeError('"accessToken" must have a token and its claims')
  return { method, target, accessToken: { token, claims } }
}

const REQUEST = new Set(['method', 'url', 'accessToken'])
const ACCESS_TOKEN = new Set(['token', 'claims'])

function isAsymmetric(alg: unknown): boolean {
  const jwa = findJwa(alg)
  return jwa !== undefined && jwa.kty !== 'oct'
}

/** §4.3, steps 5 to 7. R7 is about tokens: a proof shows nothing but that its sender has the key that it names. */
function proofKey(algorithms: readonly string[] | undefined): KeySource {
  return (header) => {
    if (!(algorithms ? algorithms.includes(header.alg) : isAsymmetric(header.alg))) {
      throw new JoseError('ERR_ALG_NOT_ALLOWED', 'the "alg" of the proof is not one that is allowed')
    }
    return [importVerificationKey(publicJwkOf(header), { alg: header.alg as Alg })]
  }
}

function publicJwkOf(header: JoseHeader): Jwk {
  const jwk = own(header, 'jwk')
  if (!isJsonObject(jwk)) throw new JoseError('ERR_KEY_NOT_FOUND', 'the proof has no "jwk" in its header')
  if (PRIVATE_MEMBERS.some((name) => Object.hasOwn(jwk, name))) {
    throw new JoseError('ERR_KEY_USE', 'the "jwk" of the proof is a private key')
  }
  // Anybody makes such keys, so that none may make the server compute for long (R25).
  if (isLongerThan(own(jwk, 'n'), MAX_MODULUS) || isLongerThan(own(jwk, 'e'), MAX_EXPONENT)) {
    throw new JoseError('ERR_JWK_INVALID', 'the RSA key of the proof is larger than 4096 bits, or has a large exponent')
  }
  return jwk as Jwk
}

/** §4.3, step 7: the primes of RSA are as good as its exponent. */
const PRIVATE_MEMBERS = [...RSA_PRIVATE_MEMBERS, 'oth', 'k', 'priv']

/** Letters of 4096 and of 32 bits in base64url. */
const MAX_MODULUS = 683
const MAX_EXPONENT = 6

function isLongerThan(value: unknown, length: number): boolean {
  return typeof value === 'string' && value.length > length
}

async function checkNonce(claims: Claims, isNonce: NonNullable<DpopOptions['isNonce']>): Promise<void> {
  const nonce = own(claims, 'nonce')
  if (nonce !== undefined && typeof nonce !== 'string') throw claimError('nonce', '"nonce" is not a string')
  let isKnown: boolean
  try {
    isKnown = await isNonce(nonce)
  } catch (cause) {
    throw new JoseError('ERR_REVOKED', 'whether the "nonce" is good cannot be found out', { cause })
  }
  if (isKnown !== true) throw claimError('nonce', '"nonce" is not one that this server gave out')
}

/** §4.3, step 12: the proof is for this access token. */
async function checkTokenHash(claims: Claims, token: string): Promise<void> {
  if (!Object.hasOwn(claims, 'ath')) throw missing('ath')
  if (own(claims, 'ath') !== encodeBase64url(await hashText('SHA-256', token))) {
    throw claimError('ath', '"ath" is not the hash of the access token')
  }
}

const MAX_ID_LENGTH = 256

/** §11.1. An id counts for its key, so that nobody uses up those of others. */
async function checkUnused(claims: Claims, jkt: string, store: ReplayStore, until: number): Promise<void> {
  const jti = own(claims, 'jti') as string
  if (jti.length > MAX_ID_LENGTH) throw claimError('jti', `"jti" is longer than ${MAX_ID_LENGTH} characters`)
  let isNew: boolean
  try {
    isNew = await store.add(`${jkt} ${jti}`, until)
  } catch (cause) {
    throw new JoseError('ERR_REVOKED', 'whether the proof has been used cannot be found out', { cause })
  }
  // Fails closed: only a plain "yes" lets the proof pass.
  if (isNew !== true) throw claimError('jti', 'the proof has been used before')
}
