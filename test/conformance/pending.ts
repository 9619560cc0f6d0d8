import type { Vector } from './vectors.ts'

const JWE_KINDS: readonly Vector['kind'][] = ['jwe', 'jwe-multi', 'aead', 'ecdh', 'ecdh-es']

/** Why a case is not run; `undefined` when it is. */
export function pendingReason({ kind }: Vector): string | undefined {
  return JWE_KINDS.includes(kind) ? 'JWE is not supported yet' : undefined
}
