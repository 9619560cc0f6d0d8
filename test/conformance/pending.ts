import type { Vector } from './vectors.ts'

interface Rule {
  readonly reason: string
  readonly holds: (vector: Vector) => boolean
}

const JWE_KINDS = ['jwe', 'jwe-multi', 'aead', 'ecdh', 'ecdh-es']

/** The first rule that holds gives the reason. */
const RULES: readonly Rule[] = [
  { reason: 'JWE is not supported yet', holds: ({ kind }) => JWE_KINDS.includes(kind) },
  { reason: 'x5c is not read: certificates are not supported yet', holds: ({ kind }) => kind === 'x5c' },
  { reason: 'thumbprint URIs are not supported yet', holds: ({ kind }) => kind === 'thumbprint-uri' },
  {
    reason: 'ML-DSA and its AKP keys are not supported yet',
    holds: (vector) => 'jwk' in vector && vector.jwk?.kty === 'AKP',
  },
  {
    reason: 'Ed448 is not supported; it comes with the names of RFC 9864',
    holds: (vector) => 'jwk' in vector && vector.jwk?.crv === 'Ed448',
  },
]

/** Why a case is not run; `undefined` when it is. */
export function pendingReason(vector: Vector): string | undefined {
  return RULES.find(({ holds }) => holds(vector))?.reason
}
