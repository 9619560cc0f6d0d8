import { quantile } from '../gateway/quantile.ts'
import type { Incident } from './disturbances.ts'
import type { KeyHistory } from './history.ts'
import { COOLDOWN } from './scenario.ts'
import type { KindCount, Mistake, Stretch } from './tally.ts'
import type { Moment, World } from './world.ts'

/** Something that must hold, and whether it does. */
export interface Bound {
  readonly what: string
  readonly measured: string
  readonly bound: string
  readonly holds: boolean
}

export interface Figures {
  readonly seed: number
  readonly seconds: number
  readonly requestsPerSecond: number
  readonly total: KindCount
  readonly kinds: Readonly<Record<string, KindCount>>
  readonly verdicts: Readonly<Record<string, number>>
  readonly incidents: Readonly<Record<string, number>>
  readonly faults: Readonly<Record<string, number>>
  readonly revocations: number
  readonly fetches: Readonly<Record<string, { readonly count: number; readonly leastGap: number }>>
  readonly keyServerRequests: number
  readonly heap: Growth
  readonly resident: Growth
  readonly mistakes: readonly Mistake[]
  readonly errors: readonly string[]
  readonly bounds: readonly Bound[]
  /** For the chart. */
  readonly course: {
    readonly incidents: readonly Incident[]
    readonly moments: readonly Moment[]
    readonly stretches: readonly Stretch[]
  }
}

/** Megabytes, after the warm-up. */
export interface Growth {
  readonly mean: number
  /** The slope of the line that fits best, times the time that was watched. */
  readonly grown: number
}

const MEGABYTE = 1024 * 1024
/** Seconds, or a third of a short run. */
const WARMUP = 120

/** Seconds of which memory must be watched to tell its growth from a warm-up that goes on. */
const LONG = 240
/** Megabytes by which the fitted line may climb: what the filling and emptying of the token caches does to it. */
const HEAP_GROWTH = { long: 2, short: 8 }
const RESIDENT_GROWTH = { long: 24, short: 80 }

/** Seconds: one may have to wait for two fetches, of which each ends after five, and for the machine. */
const LONGEST_WAIT = 15
/** Milliseconds that the gateway itself may keep its event loop from turning: at times hundreds of clients wait at once. */
const OWN_P99 = { median: 120, worst: 250 }
const OWN_MAX = 500
/** Milliseconds whoever causes them, where the machine has much other work: in half of the intervals, and ever. */
const DELAY_P99 = 1000
const DELAY_MAX = 3000

export function takeFigures(world: World, seed: number): Figures {
  const { tally, oracle, incidents, moments, errors, revocations, keyServer, elapsed } = world
  const watched = moments.filter(({ at }) => at >= Math.min(WARMUP, elapsed / 3))
  const heap = growthOf(watched, ({ heap }) => heap)
  const resident = growthOf(watched, ({ resident }) => resident)
  const total = tally.total
  const longestWait = Math.max(tally.longestWait, ...moments.map((moment) => moment.longestWait))
  const length = elapsed - WARMUP >= LONG ? 'long' : 'short'
  return {
    seed,
    seconds: elapsed,
    requestsPerSecond: total.requests / elapsed,
    total,
    kinds: Object.fromEntries(tally.kinds),
    verdicts: Object.fromEntries([...tally.verdicts].sort(([, a], [, b]) => b - a)),
    incidents: countBy(incidents.map(({ what }) => what)),
    faults: countBy(incidents.filter(({ what }) => what === 'fault').map(({ name }) => name)),
    revocations,
    fetches: Object.fromEntries(
      [...oracle.keys].map(([name, { fetches, leastGap }]) => [name, { count: fetches, leastGap }]),
    ),
    keyServerRequests: keyServer.requests,
    heap,
    resident,
    mistakes: tally.mistakes.slice(0, 50),
    errors: errors.slice(0, 50),
    bounds: [
      mustBeNone('wrong verdicts', total.wrong),
      mustBeNone('requests without an answer', errors.length),
      most('the longest wait for a verdict', longestWait, LONGEST_WAIT, 's'),
      ...fetchBounds([...oracle.keys.values()]),
      most('the heap grows by', heap.grown, HEAP_GROWTH[length], 'MB'),
      most('the resident set grows by', resident.grown, RESIDENT_GROWTH[length], 'MB'),
      ...delayBounds(watched),
    ],
    course: { incidents, moments, stretches: tally.stretches },
  }
}

function fetchBounds(histories: readonly KeyHistory[]): Bound[] {
  const offences = histories.reduce((sum, history) => sum + history.offences.length, 0)
  const leastGap = Math.min(...histories.map((history) => history.leastGap))
  const measured = `${leastGap.toFixed(3)} s`
  return [
    { what: 'between two fetches, at least', measured, bound: `≥ ${COOLDOWN} s`, holds: leastGap >= COOLDOWN },
    mustBeNone('fetches too early or at the same time', offences),
  ]
}

function mustBeNone(what: string, count: number): Bound {
  return { what, measured: String(count), bound: '0', holds: count === 0 }
}

function most(what: string, value: number, bound: number, unit: string): Bound {
  return { what, measured: `${value.toFixed(1)} ${unit}`, bound: `≤ ${bound} ${unit}`, holds: value <= bound }
}

function delayBounds(watched: readonly Moment[]): Bound[] {
  const worst = (read: (moment: Moment) => number) => Math.max(...watched.map(read))
  const median = (read: (moment: Moment) => number) => quantile(watched.map(read), 0.5)
  const p99 = ({ delayP99 }: Moment) => delayP99
  const ownP99 = ({ ownP99 }: Moment) => ownP99
  const own = 'event-loop delay of its own making'
  return [
    most(`${own}, p99, median of the intervals`, median(ownP99), OWN_P99.median, 'ms'),
    most(`${own}, p99, worst interval`, worst(ownP99), OWN_P99.worst, 'ms'),
    most(
      `${own}, longest`,
      worst(({ ownMax }) => ownMax),
      OWN_MAX,
      'ms',
    ),
    most('event-loop delay, p99, median of the intervals', median(p99), DELAY_P99, 'ms'),
    most(
      'event-loop delay, longest',
      worst(({ delayMax }) => delayMax),
      DELAY_MAX,
      'ms',
    ),
  ]
}

/** Least squares. */
function growthOf(watched: readonly Moment[], read: (moment: Moment) => number): Growth {
  const meanOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
  const times = watched.map(({ at }) => at)
  const sizes = watched.map((moment) => read(moment) / MEGABYTE)
  const time = meanOf(times)
  const size = meanOf(sizes)
  const along = times.reduce((sum, at) => sum + (at - time) ** 2, 0)
  const across = times.reduce((sum, at, index) => sum + (at - time) * ((sizes[index] as number) - size), 0)
  return { mean: size, grown: (across / along) * (Math.max(...times) - Math.min(...times)) }
}

function countBy(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const name of [...names].sort()) counts[name] = (counts[name] ?? 0) + 1
  return counts
}
