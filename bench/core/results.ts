import type { Sampled } from './measure.ts'
import { FLOOR, OURS } from './peer.ts'
import { pairedRatio, type Spread, spreadOf } from './statistics.ts'

export type Unit = 'µs' | 'ms' | 'bytes'

/** One contestant in one row. */
export interface Standing extends Spread {
  readonly peer: string
  /** Such as `100 keys`, in rows that have a contestant in several of them. */
  readonly variant?: string | undefined
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

/** Ratios pair what was measured in the same round, of contestants of the same variant. */
export function standingsOf(samples: readonly Sampled[], garbage?: (peer: string) => number): Standing[] {
  const find = (peer: string, variant: string | undefined) =>
    samples.find((sampled) => sampled.name === peer && sampled.variant === variant)?.values
  const standings = samples.map(({ name, variant, values }) => {
    const ours = find(OURS, variant)
    const floor = find(FLOOR, variant)
    return {
      peer: name,
      variant,
      ...spreadOf(values),
      ...(ours && { toOurs: pairedRatio(values, ours) }),
      ...(floor && { toFloor: pairedRatio(values, floor) }),
      ...(garbage && { garbage: garbage(name) }),
    }
  })
  const variants = samples.map(({ variant }) => variant)
  return standings.sort((a, b) => variants.indexOf(a.variant) - variants.indexOf(b.variant) || a.median - b.median)
}

/** The standing of a contestant, where it is in the row. */
export function standingOf({ standings }: RowResult, name: string, variant?: string): Standing | undefined {
  return standings.find((standing) => standing.peer === name && standing.variant === variant)
}

/** `countersign (100 keys)` */
export function labelOf({ peer, variant }: Pick<Standing, 'peer' | 'variant'>): string {
  return variant === undefined ? peer : `${peer} (${variant})`
}
