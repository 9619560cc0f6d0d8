import type { Alg } from './algorithms.ts'
import { generateTestKey, type TestKey } from './keys.ts'
import type { Effort, Watch } from './measure.ts'
import type { Peer } from './peer.ts'
import type { RowResult } from './results.ts'
import { signMany } from './supply.ts'

/** What the rows are given: who takes part, in which algorithms, and how much time there is. */
export interface Context {
  readonly peers: readonly Peer[]
  readonly algs: readonly Alg[]
  readonly effort: Effort
  readonly isQuick: boolean
  readonly watch?: Watch
  /** The share of a peer's time since the last call in which garbage was collected. */
  readonly takeGarbage?: () => Promise<(peer: string) => number>
  /** The key of an algorithm, and tokens signed with it; made once. */
  readonly keyOf: (alg: Alg) => Promise<TestKey>
  readonly tokensOf: (alg: Alg) => Promise<readonly string[]>
}

/** A kind of rows, chosen by `--row`. */
export interface Row {
  readonly id: string
  /** In which of its algorithms `--quick` measures it. In none: not at all. */
  readonly quick: readonly Alg[]
  readonly measure: (context: Context) => AsyncIterable<RowResult>
}

/** Keys and tokens, generated when first asked for. */
export function createFixtures(tokenCount: number): Pick<Context, 'keyOf' | 'tokensOf'> {
  const keyOf = memoize((alg: Alg) => generateTestKey(alg, `key-${alg}`))
  const tokensOf = memoize(async (alg: Alg) => signMany(tokenCount, [await keyOf(alg)]))
  return { keyOf, tokensOf }
}

function memoize<T>(make: (alg: Alg) => Promise<T>): (alg: Alg) => Promise<T> {
  const made = new Map<Alg, Promise<T>>()
  return (alg) => {
    const known = made.get(alg) ?? make(alg)
    made.set(alg, known)
    return known
  }
}
