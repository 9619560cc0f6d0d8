import type { Samples } from './measure.ts'
import { FLOOR, OURS } from './peer.ts'
import { pairedRatio, type Spread, spreadOf } from './statistics.ts'

export type Unit = 'µs' | 'ms' | 'bytes'

/** One contestant in one row. */
export interface Standing extends Spread {
  readonly peer: string
  /** How many times as much it took as Countersign, and as the floor. */
  readonly toOurs?: number
  readonly toFloor?: number
  /** The share of its time in which garbage was collected. */
  readonly garbage?: number
}

export interface RowResult {
  /** The kind of row, such as `verify-sync`. */
  readonly row: string
  /** What distinguishes it from others of its kind, such as `HS256`. */
  readonly subject: string
  readonly title: string
  readonly unit: Unit
  readonly standings: readonly Standing[]
  /** Who is not in it, and why. */
  readonly absent: readonly Absence[]
}

export interface Absence {
  readonly peer: string
  readonly reason: string
}

/** Ratios pair what was measured in the same round. */
export function standingsOf(samples: Samples, garbage?: (peer: string) => number): Standing[] {
  const ours = samples.get(OURS)
  const floor = samples.get(FLOOR)
  const standings = [...samples].map(([peer, values]) => ({
    peer,
    ...spreadOf(values),
    ...(ours && { toOurs: pairedRatio(values, ours) }),
    ...(floor && { toFloor: pairedRatio(values, floor) }),
    ...(garbage && { garbage: garbage(peer) }),
  }))
  return standings.sort((a, b) => a.median - b.median)
}

/** The standing of a contestant, where it is in the row. */
export function standingOf({ standings }: RowResult, name: string): Standing | undefined {
  return standings.find(({ peer }) => peer === name)
}
