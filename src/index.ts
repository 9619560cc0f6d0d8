/**
 * JSON Web Signatures, Keys and Tokens: import keys, sign and verify tokens, and fetch the keys of others.
 *
 * A key carries its one algorithm, and what is not checked has to be said. Each refusal is a {@link JoseError} with a
 * stable code; times are seconds.
 *
 * @module countersign
 */

export { decodeBase64url, encodeBase64url } from './base64url.ts'
export { type Claims, type ClaimsPolicy, checkClaims } from './claims.ts'
export { JoseError, type JoseErrorCode, type JoseErrorDetails } from './errors.ts'
export type { HeaderParameters, JoseHeader } from './header.ts'
export type { Alg, Hash } from './jwa.ts'
export {
  type ImportOptions,
  importSigningKey,
  importVerificationKey,
  type Jwk,
  type JwkSet,
  thumbprint,
} from './jwk.ts'
export type { AbortSignalLike, FetchLike, FetchLikeInit, FetchLikeResponse, UrlLike } from './jwks/fetch.ts'
export { createLocalJwks, type KeyIdentity, type LocalJwksOptions } from './jwks/local.ts'
export { createRemoteJwks, type RemoteJwks, type RemoteJwksOptions, type RemoteJwksState } from './jwks/remote.ts'
export {
  decodeUnverified,
  type KeySource,
  signCompact,
  type UnverifiedJws,
  type VerifiedJws,
  type VerifyOptions,
  verifyCompact,
} from './jws.ts'
export { signJwt, type VerifiedJwt, verifyJwt } from './jwt.ts'
export type { SigningKey, VerificationKey } from './key.ts'
export { createSigner, type SignerOptions } from './signer.ts'
export type { CacheOptions } from './token-cache.ts'
export { createVerifier, type VerifierOptions } from './verifier.ts'
