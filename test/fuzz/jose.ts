import { createPublicKey, createSecretKey, type KeyObject } from 'node:crypto'
import type { JWTClaimVerificationOptions } from 'jose'
import { publicJwk } from './keys.ts'
import type { Policy } from './reference/claims.ts'

const keys = new Map<string, KeyObject>()

export function joseKey(alg: string): KeyObject {
  const { k, ...jwk } = publicJwk(alg)
  const key =
    keys.get(alg) ??
    (typeof k === 'string' ? createSecretKey(k, 'base64url') : createPublicKey({ key: jwk, format: 'jwk' }))
  keys.set(alg, key)
  return key
}

export const joseCrit = (names: readonly string[]): Record<string, boolean> =>
  Object.fromEntries(names.map((name) => [name, true]))

/** The same policy in the options of jose. */
export function joseOptions(policy: Policy): JWTClaimVerificationOptions {
  const { issuer, audience, subject, typ, maxAge, clockTolerance, time } = policy
  return {
    ...(issuer === null ? {} : { issuer: [issuer].flat() }),
    ...(audience === null ? {} : { audience: [audience].flat() }),
    ...(subject === undefined ? {} : { subject }),
    ...(typ === undefined ? {} : { typ }),
    ...(maxAge === undefined ? {} : { maxTokenAge: maxAge }),
    ...(clockTolerance === undefined ? {} : { clockTolerance }),
    requiredClaims: [...(policy.required ?? ['exp'])],
    currentDate: new Date(time * 1000),
  }
}
