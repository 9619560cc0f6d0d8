import { createSignerSync, createVerifierSync } from '../../dist/sync.js'
import type { Peer } from '../core/peer.ts'
import { countersign, readClaims, signerOptions, verifierOptions } from './countersign.ts'

export const countersignOnNode: Peer = {
  ...countersign,
  verifySync: (task) => ({ run: createVerifierSync(verifierOptions(task)), read: readClaims }),
  signSync: (task) => {
    const sign = createSignerSync(signerOptions(task))
    return { run: (claims: Record<string, unknown>) => sign(claims) }
  },
}
