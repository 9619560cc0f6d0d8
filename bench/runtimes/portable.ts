import { ALGS, type Alg } from '../core/algorithms.ts'
import { generateTestKey } from '../core/keys.ts'
import type { Peer } from '../core/peer.ts'
import { runSuite, type Selection } from '../core/suite.ts'
import { ROWS } from '../rows/index.ts'

/** Measures in the runtime that this runs in; each row is handed to `emit` as JSON, for the Node that waits for it. */
export async function runPortable(
  peers: readonly Peer[],
  selection: Selection,
  emit: (line: string) => unknown,
): Promise<void> {
  const without: Alg[] = []
  for (const alg of selection.algs ?? ALGS) if (!(await isSupported(alg))) without.push(alg)
  for await (const result of runSuite(ROWS, peers, { ...selection, without })) {
    if (result.standings.length > 0) await emit(JSON.stringify(result))
  }
}

/** WebCrypto does not have every algorithm everywhere. */
async function isSupported(alg: Alg): Promise<boolean> {
  return generateTestKey(alg, 'probe').then(
    () => true,
    () => false,
  )
}
