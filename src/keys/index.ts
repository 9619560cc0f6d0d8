/**
 * Keys in the other forms that there are: PEM and DER, certificates, the platform's own objects, keys that are elsewhere, and
 * keys that are made. Each becomes a JWK, which `importSigningKey` and `importVerificationKey` of `countersign` check.
 *
 * @module countersign/keys
 */

export {
  type CryptoKeyLike,
  type CryptoKeyOptions,
  importSigningCryptoKey,
  importVerificationCryptoKey,
} from './crypto-key.ts'
export { type ExternalKeyOptions, externalSigningKey } from './external.ts'
export {
  jwkFromCertificate,
  jwkFromPkcs1,
  jwkFromPkcs8,
  jwkFromSec1,
  jwkFromSecret,
  jwkFromSpki,
} from './forms.ts'
export { type GenerateKeyOptions, generateKey } from './generate.ts'
export type { PemOrDer } from './pem.ts'
export { exportJwk, jwkFromKeyObject, type KeyObjectLike } from './platform.ts'
export { toPublicJwk } from './public-jwk.ts'
export { type CertificateThumbprints, certificateThumbprints, thumbprintUri } from './thumbprints.ts'
