/**
 * Kinds of tokens that others have laid down: access tokens of RFC 9068 ({@link createAccessTokenVerifier}), ID tokens of
 * OpenID Connect ({@link createIdTokenVerifier}), DPoP proofs ({@link createDpopVerifier}), and tokens that are bound to a key
 * or to a certificate ({@link createDpopCheck}, {@link createCertificateCheck}). They are asynchronous only.
 *
 * @module countersign/profiles
 */

export { JoseError, type JoseErrorCode } from '../errors.ts'
export type { HeadersLike, RequestLike } from '../request.ts'
export {
  type AccessTokenClaims,
  type AccessTokenOptions,
  accessTokenChecks,
  createAccessTokenVerifier,
  type VerifiedAccessToken,
} from './access-token.ts'
export { certificateThumbprint, checkCertificateBinding } from './confirmation.ts'
export { createDpopVerifier, type DpopOptions, type ProvenRequest, type VerifiedProof } from './dpop.ts'
export {
  type Authentication,
  createIdTokenVerifier,
  type IdTokenClaims,
  type IdTokenOptions,
  type VerifiedIdToken,
} from './id-token.ts'
export {
  type CertificateCheckOptions,
  createCertificateCheck,
  createDpopCheck,
  type DpopChallengeOptions,
  type DpopCheckOptions,
  dpopChallenge,
  type PossessionCheck,
  type PresentedToken,
} from './possession.ts'
export { createReplayStore, type ReplayStore, type ReplayStoreOptions } from './replay-store.ts'
