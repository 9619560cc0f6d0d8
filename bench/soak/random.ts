export interface Random {
  /** In [0, 1). */
  next(): number
  between(least: number, most: number): number
  pick<Value>(values: readonly Value[]): Value
  shuffle<Value>(values: readonly Value[]): Value[]
}

/** Marsaglia's xorshift32, so that a run can be had again. */
export function seededRandom(seed: number): Random {
  let state = (seed >>> 0) ^ 0x2545f491 || 1
  const next = () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) / 2 ** 32
  }
  for (let round = 0; round < 16; round++) next()
  return {
    next,
    between: (least, most) => least + (most - least) * next(),
    pick: (values) => values[Math.floor(next() * values.length)] as (typeof values)[number],
    shuffle: (values) =>
      values
        .map((value) => ({ value, place: next() }))
        .sort((a, b) => a.place - b.place)
        .map(({ value }) => value),
  }
}
