/** The value below which a share of the sorted values lies, interpolated between neighbours. */
function quantile(sorted: readonly number[], share: number): number {
  if (sorted.length === 0) throw new RangeError('no values, no quantile')
  const position = (sorted.length - 1) * share
  const below = Math.floor(position)
  const lower = sorted[below] as number
  const upper = sorted[Math.min(below + 1, sorted.length - 1)] as number
  return lower + (upper - lower) * (position - below)
}

function median(values: readonly number[]): number {
  return quantile(values.toSorted(ascending), 0.5)
}

/** The median, and the quartiles around it: half of the rounds lie between them. */
export interface Spread {
  readonly median: number
  readonly lower: number
  readonly upper: number
}

export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted(ascending)
  return { median: quantile(sorted, 0.5), lower: quantile(sorted, 0.25), upper: quantile(sorted, 0.75) }
}

/**
 * How many times as much the first took as the second. Round by round, since what disturbs a machine disturbs both of
 * a round, and then the median.
 */
export function pairedRatio(first: readonly number[], second: readonly number[]): number {
  return median(first.map((value, round) => value / (second[round] as number)))
}

function ascending(a: number, b: number): number {
  return a - b
}
