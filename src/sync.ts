/**
 * The synchronous twins of the functions of `countersign`: the same answers without promises, where there is node:crypto.
 *
 * @module countersign/sync
 */

import { nodeBackend } from './backend/node.ts'
import type { Claims, ClaimsPolicy } from './claims.ts'
import { encodeHeader, type HeaderParameters } from './header.ts'
import {
  askSync,
  checkKeys,
  checkPayload,
  compileJwsOptions,
  decodePayload,
  type KeySource,
  parseCompact,
  signingInput,
  type VerifiedJws,
  type VerifyOptions,
  verifySignatureSync,
} from './jws.ts'
import { acceptJwt, compileJwtOptions, encodeClaims, JWT_OPTIONS, type VerifiedJwt } from './jwt.ts'
import { SigningKey, type VerificationKey } from './key.ts'
import { ownOptions } from './options.ts'
import { compileSigner, type SignerOptions } from './signer.ts'
import { freezeJwt } from './token-cache.ts'
import { compileVerifier, type VerifierOptions } from './verifier.ts'

// The synchronous twins: the same halves as the asynchronous functions, and the same answers (R16).

if (!nodeBackend)
  throw new Error('countersign/sync needs node:crypto, which this runtime does not have; use countersign')

/** `signCompact`, at once. */
export function signCompactSync(payload: Uint8Array | string, key: SigningKey, header?: HeaderParameters): string {
  const input = signingInput(checkPayload(payload), encodeHeader(key, header))
  return `${input}.${SigningKey.signSync(key, input)}`
}

/** `verifyCompact`, at once. A key source that answers with a promise is a `TypeError`. */
export function verifyCompactSync(
  token: string,
  keys: VerificationKey | KeySource,
  options: VerifyOptions = {},
): VerifiedJws {
  const jws = parseCompact(token, compileJwsOptions(options))
  const key = verifySignatureSync(jws, checkKeys(keys))
  return { header: jws.header, payload: new Uint8Array(decodePayload(jws)), key }
}

/** `signJwt`, at once. */
export function signJwtSync(claims: Claims, key: SigningKey, header?: HeaderParameters): string {
  const input = signingInput(encodeClaims(claims), encodeHeader(key, header))
  return `${input}.${SigningKey.signSync(key, input)}`
}

/** `verifyJwt`, at once. A key source that answers with a promise is a `TypeError`. */
export function verifyJwtSync(
  token: string,
  keys: VerificationKey | KeySource,
  policy: ClaimsPolicy & VerifyOptions,
): VerifiedJwt {
  policy = ownOptions(policy, JWT_OPTIONS)
  const { rules, check } = compileJwtOptions(policy)
  const jws = parseCompact(token, rules)
  return acceptJwt(jws, verifySignatureSync(jws, checkKeys(keys)), check)
}

/** `createSigner`, for a signer that answers at once. */
export function createSignerSync(options: SignerOptions): (claims: Claims) => string {
  const { key, prepare } = compileSigner(options)
  return (claims) => {
    const input = prepare(claims)
    return `${input}.${SigningKey.signSync(key, input)}`
  }
}

/** `createVerifier`, for a verifier that answers at once. A key source that answers with a promise is a `TypeError`. */
export function createVerifierSync(options: VerifierOptions): (token: string) => VerifiedJwt {
  const { rules, keys, check, cache } = compileVerifier(options)
  const verify = (token: string): VerifiedJwt => {
    const jws = parseCompact(token, rules)
    return acceptJwt(jws, verifySignatureSync(jws, keys), check)
  }
  if (!cache) return verify
  return (token) => {
    const known = cache.get(token)
    if (known && cache.isCurrent(known, askSync(keys, known.header))) {
      check(known.claims, known.header)
      return known
    }
    return cache.add(token, freezeJwt(verify(token)))
  }
}
