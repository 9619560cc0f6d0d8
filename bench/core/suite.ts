import { ALGS, type Alg } from './algorithms.ts'
import { type Context, createFixtures, type Row } from './context.ts'
import { FULL, QUICK } from './measure.ts'
import type { Peer } from './peer.ts'
import type { RowResult } from './results.ts'

export interface Selection {
  readonly quick: boolean
  readonly algs?: readonly Alg[] | undefined
  /** Algorithms that the runtime does not have. */
  readonly without?: readonly Alg[]
  readonly peers?: readonly string[] | undefined
  readonly rows?: readonly string[] | undefined
}

const TOKENS = { full: 512, quick: 128 }

/** Measures what is selected of rows and peers, and hands out each row as soon as it is done. */
export async function* runSuite(
  rows: readonly Row[],
  peers: readonly Peer[],
  { quick, algs, without = [], peers: names, rows: ids }: Selection,
  observers: Pick<Context, 'watch' | 'takeGarbage'> = {},
): AsyncGenerator<RowResult> {
  const shared = {
    peers: names ? peers.filter(({ name }) => names.includes(name)) : peers,
    effort: quick ? QUICK : FULL,
    isQuick: quick,
    ...observers,
    ...createFixtures(quick ? TOKENS.quick : TOKENS.full),
  }
  for (const row of rows) {
    // What is asked for by name is measured, whatever the quick mode leaves out.
    if (ids ? !ids.includes(row.id) : quick && row.quick.length === 0) continue
    const quickAlgs = quick && row.quick.length > 0 ? row.quick : ALGS
    const wanted = (algs ?? quickAlgs).filter((alg) => !without.includes(alg))
    yield* row.measure({ ...shared, algs: wanted })
  }
}
