/**
 * KrakenD's `auth/validator` and `auth/signer` for any gateway: {@link createAuthValidator} decides about requests, and
 * {@link createAuthSigner} turns a backend's answers into tokens, by the blocks of a `krakend.json`.
 *
 * @module countersign/gateway
 */

export { JoseError, type JoseErrorCode } from '../errors.ts'
export type { PossessionCheck, PresentedToken } from '../profiles/possession.ts'
export type { HeadersLike, RequestLike } from '../request.ts'
export type { AuthSignerConfig, AuthValidatorConfig, KeySetConfig } from './config.ts'
export type { FurtherChecks } from './decision.ts'
export { createDenylist, type Denylist, type DenylistOptions } from './denylist.ts'
export type { Host, LogLevel } from './host.ts'
export { fillTemplate, type HeaderChanges } from './propagation.ts'
export { describeRefusal, type Refusal, type RefusalOptions, type RefusalResponse } from './refusal.ts'
export { createSharedKeys, type SharedKeys, type SharedKeysConfig } from './shared-keys.ts'
export { type AuthSigner, type AuthSignerOptions, createAuthSigner } from './signer.ts'
export { type AuthValidator, type AuthValidatorOptions, createAuthValidator, type Verdict } from './validator.ts'
