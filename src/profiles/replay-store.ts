import { functionOption, numberOption, ownOptions, readClock, systemClock } from '../options.ts'

/** Remembers which proofs have been used. Servers that share clients share one, in a database of their own. */
export interface ReplayStore {
  /**
   * Remembers an id; `false` when it is there already. Of two that come at once only one is new. Where it cannot tell it
   * throws, and the proof is refused.
   *
   * @param id at most 300 characters
   * @param until seconds since the epoch, after which it may be forgotten
   */
  add(id: string, until: number): boolean | Promise<boolean>
}

/** How much a store holds. */
export interface ReplayStoreOptions {
  /** The most ids that are held. A full store refuses further proofs. Default: 100000. */
  maxSize?: number
  /** Seconds since the epoch. Default: the system's clock. */
  now?: () => number
}

/** A store in the memory of one process, bounded. */
export function createReplayStore(options: ReplayStoreOptions = {}): ReplayStore {
  const { maxSize: size, now: clock } = ownOptions(options, OPTIONS)
  const maxSize = numberOption('maxSize', size, 100_000, 1)
  const now = functionOption('now', clock, systemClock)
  const ends = new Map<string, number>()

  /** In the order in which they came, which is that of their ends as long as all are held equally long. */
  const forget = (time: number): void => {
    for (const [id, until] of ends) {
      if (!(until < time)) return
      ends.delete(id)
    }
  }

  return {
    add(id, until) {
      forget(readClock(now))
      if (ends.has(id)) return false
      // To forget one that still counts would let it be used twice.
      if (ends.size >= maxSize) throw new RangeError(`the store is full: ${maxSize} proofs that still count`)
      ends.set(id, until)
      return true
    },
  }
}

const OPTIONS = new Set(['maxSize', 'now'])
