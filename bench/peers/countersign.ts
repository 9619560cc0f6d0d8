import {
  createLocalJwks,
  createSigner,
  createVerifier,
  importSigningKey,
  importVerificationKey,
} from '../../dist/index.js'
import type { TestKey } from '../core/keys.ts'
import { OURS, onlyKey, type Peer, type SignTask, type VerifyTask } from '../core/peer.ts'
import { AUDIENCE, ISSUER } from '../core/tokens.ts'

/** What runs everywhere; `countersign-sync.ts` adds what needs node:crypto. */
export const countersign: Peer = {
  name: OURS,
  verify: (task) => ({ run: createVerifier(verifierOptions(task)), read: readClaims }),
  sign: (task) => ({ run: createSigner(signerOptions(task)) }),
  importKey: () => ({ run: ({ publicJwk }: TestKey) => importVerificationKey(publicJwk) }),
}

export function verifierOptions(task: VerifyTask) {
  const { keys, isSet, maxTokenLength, cacheSize } = task
  return {
    keys: isSet
      ? createLocalJwks({ keys: keys.map((key) => key.publicJwk) })
      : importVerificationKey(onlyKey(task).publicJwk),
    issuer: ISSUER,
    audience: AUDIENCE,
    ...(maxTokenLength !== undefined && { maxTokenLength }),
    ...(cacheSize !== undefined && { cache: { maxSize: cacheSize } }),
  }
}

export function signerOptions({ key }: SignTask) {
  return { key: importSigningKey(key.privateJwk), header: { typ: 'JWT' } }
}

export function readClaims({ claims }: { claims: object }): object {
  return claims
}
