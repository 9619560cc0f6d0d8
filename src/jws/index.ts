/**
 * All of JSON Web Signature beside the compact serialization of tokens: the JSON serializations with one or several
 * signatures ({@link signFlattened}, {@link signGeneral}), detached payloads ({@link signDetached}), and payloads that are
 * signed as they are ({@link signUnencoded}). There are no synchronous twins.
 *
 * @module countersign/jws
 */

export { JoseError, type JoseErrorCode } from '../errors.ts'
export { type DetachedOptions, signDetached, verifyDetached } from './detached.ts'
export { signFlattened, type VerifiedFlattened, verifyFlattened } from './flattened.ts'
export { signGeneral, type VerifiedGeneral, type VerifyGeneralOptions, verifyGeneral } from './general.ts'
export type { FlattenedJws, GeneralJws, JwsSignature } from './serialization.ts'
export type {
  JwsSigner,
  SerializationOptions,
  VerifiedSignature,
  VerifySerializationOptions,
} from './signature.ts'
export { signUnencoded, verifyUnencoded } from './unencoded.ts'
