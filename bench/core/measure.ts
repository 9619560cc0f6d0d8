import type { Operation } from './peer.ts'
import type { Supply } from './supply.ts'

/** How the operations of a batch follow each other. */
export type Pace = 'sync' | 'awaited' | 'together'

/** How many are started before the first is awaited, at the pace `together`. */
export const TOGETHER = 64

/**
 * How much time to spend; all in milliseconds but the rounds. Batches are shorter than the slices in which an operating
 * system shares out its processors, so that on a busy machine most batches are not interrupted.
 */
export interface Effort {
  readonly batch: number
  readonly warmUp: number
  /** For a whole row. Slow contestants get fewer rounds. */
  readonly row: number
  readonly rounds: { readonly least: number; readonly most: number }
}

export const FULL: Effort = { batch: 2, warmUp: 300, row: 3000, rounds: { least: 15, most: 400 } }
export const QUICK: Effort = { batch: 1.5, warmUp: 200, row: 500, rounds: { least: 9, most: 100 } }

export interface Contestant {
  readonly name: string
  /** Tells contestants of one name apart, and is compared with its like: `100 keys`. */
  readonly variant?: string
  readonly operation: Operation
  /** What its operations are given, where that is not what all are given. */
  readonly supply?: Supply
}

/** Told about every batch, so that garbage collections can be counted for who ran. */
export type Watch = (name: string, start: number, end: number) => void

/** What one contestant took for one operation, in each round. Microseconds, unless the row says otherwise. */
export interface Sampled {
  readonly name: string
  readonly variant?: string | undefined
  readonly values: readonly number[]
}

/**
 * Measures contestants beside each other: in each round every one of them runs a short batch, in another order each time.
 * So whatever else the machine does hits all alike, and none profits from coming last.
 */
export async function measure(
  contestants: readonly Contestant[],
  supply: Supply,
  pace: Pace,
  effort: Effort,
  watch: Watch = () => {},
): Promise<Sampled[]> {
  const entries = []
  for (const contestant of contestants) {
    const own = { ...contestant, supply: contestant.supply ?? supply }
    entries.push({ ...own, size: await warmUp(own, pace, effort), values: [] as number[] })
  }
  const deadline = performance.now() + effort.row
  for (let round = 0; round < effort.rounds.most; round++) {
    if (round >= effort.rounds.least && performance.now() > deadline) break
    for (const { name, operation, supply, size, values } of shuffle(entries)) {
      const batch = prepareBatch(operation, supply, size)
      const start = performance.now()
      await RUNNERS[pace](operation.run as Run, batch)
      const end = performance.now()
      watch(name, start, end)
      values.push(((end - start) * 1000) / size)
    }
  }
  return entries.map(({ name, variant, values }) => ({ name, variant, values }))
}

/** Operations until V8 has compiled everything for good, found by looking at when times stop falling. */
const SETTLED = 30_000
/** Milliseconds. What takes longer spends its time in crypto, and cannot wait for so many. */
const QUICK_OPERATION = 0.025

/** Lets the compiler see the code, and finds the size of a batch. */
async function warmUp(
  { operation, supply }: Required<Pick<Contestant, 'operation' | 'supply'>>,
  pace: Pace,
  effort: Effort,
): Promise<number> {
  const least = pace === 'together' ? TOGETHER : 1
  const deadline = performance.now() + effort.warmUp
  let size = least
  let done = 0
  let fastest = Number.POSITIVE_INFINITY
  do {
    const batch = prepareBatch(operation, supply, size)
    const start = performance.now()
    await RUNNERS[pace](operation.run as Run, batch)
    const elapsed = performance.now() - start
    // The fastest, since a batch may have been interrupted.
    fastest = Math.min(fastest, Math.max(elapsed, 0.001) / size)
    done += size
    if (elapsed < effort.batch / 2) size *= 2
  } while (performance.now() < deadline || (effort.warmUp > 0 && fastest < QUICK_OPERATION && done < SETTLED))
  const wanted = Math.round(effort.batch / fastest)
  return Math.max(least, wanted - (wanted % least))
}

function prepareBatch({ prepare }: Operation, supply: Supply, size: number): unknown[] {
  const given = supply(size)
  return prepare ? given.map((one) => prepare(one as never)) : given
}

type Run = (operand: unknown) => unknown

const RUNNERS: Readonly<Record<Pace, (run: Run, batch: readonly unknown[]) => unknown>> = {
  sync(run, batch) {
    let missing = 0
    for (const operand of batch) if (run(operand) === undefined) missing++
    refuseMissing(missing)
  },

  async awaited(run, batch) {
    let missing = 0
    for (const operand of batch) if ((await run(operand)) === undefined) missing++
    refuseMissing(missing)
  },

  async together(run, batch) {
    let missing = 0
    for (let start = 0; start < batch.length; start += TOGETHER) {
      const outcomes = await Promise.all(batch.slice(start, start + TOGETHER).map((operand) => run(operand)))
      for (const outcome of outcomes) if (outcome === undefined) missing++
    }
    refuseMissing(missing)
  },
}

/** Results are looked at, so that no compiler may leave the work out. */
function refuseMissing(missing: number): void {
  if (missing > 0) throw new Error(`${missing} operations gave nothing`)
}

export function shuffle<T>(items: readonly T[]): T[] {
  const shuffled = [...items]
  for (let last = shuffled.length - 1; last > 0; last--) {
    const other = Math.floor(Math.random() * (last + 1))
    const item = shuffled[last] as T
    shuffled[last] = shuffled[other] as T
    shuffled[other] = item
  }
  return shuffled
}
