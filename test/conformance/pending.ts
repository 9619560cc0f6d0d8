import type { Vector } from './vectors.ts'

interface Rule {
  readonly reason: string
  readonly holds: (vector: Vector) => boolean
}

const JSON_REASON = 'the JSON serializations are not supported yet'
const JWE_KINDS = ['jwe', 'jwe-multi', 'aead', 'ecdh', 'ecdh-es']

/** The first rule that holds gives the reason. */
const RULES: readonly Rule[] = [
  { reason: 'JWE is not supported yet', holds: ({ kind }) => JWE_KINDS.includes(kind) },
  {
    reason: JSON_REASON,
    holds: (vector) => vector.kind === 'jws-multi' || (vector.kind === 'jws' && vector.compact === undefined),
  },
  {
    reason: 'unencoded payloads are not supported yet',
    holds: (vector) => vector.kind === 'jws' && vector.expect === 'valid' && vector.b64 === false,
  },
  {
    reason: 'detached payloads are not supported yet',
    holds: (vector) => vector.kind === 'jws' && vector.expect === 'valid' && vector.detached === true,
  },
]

/** Why a case is not run; `undefined` when it is. */
export function pendingReason(vector: Vector): string | undefined {
  return RULES.find(({ holds }) => holds(vector))?.reason
}

/** Why the other serializations of a case that runs in its compact one do not run; `undefined` when it has none. */
export function pendingFormsReason(vector: Vector): string | undefined {
  if (vector.kind !== 'jws' || pendingReason(vector) !== undefined) return undefined
  return vector.flattened === undefined && vector.general === undefined ? undefined : JSON_REASON
}
