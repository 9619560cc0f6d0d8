import { mkdirSync, writeFileSync } from 'node:fs'
import { JoseError } from '../src/index.ts'
import { type Fetched, keepFresh, type Refreshed } from '../src/jwks/refresh.ts'
import { drawRates, type Period } from './chart.ts'

// 10,000 gateway instances, each with the library's own refreshing of key sets, against one key server through a day. The
// clock is simulated; the decisions about when to ask the server are those of src/jwks/refresh.ts.

const INSTANCES = 10_000
const HOUR = 3600
const DAY = 24 * HOUR
/** Each instance has a request from a client every so many seconds. */
const TRAFFIC_INTERVAL = 10
/** Seconds over which the fleet starts. */
const ROLLOUT = 10 * 60

const ROTATION = 8 * HOUR
/** The new key is published so long before the first token is signed with it: longer than sets are kept. */
const PUBLISHED_AHEAD = HOUR / 2
const OUTAGE = { start: 14 * HOUR, end: 14 * HOUR + 40 * 60 }
const RECOVERY = 60

const PERIODS: readonly Period[] = [
  { name: 'start', start: 0, end: ROLLOUT },
  { name: 'morning', start: ROLLOUT, end: ROTATION },
  { name: 'rotation', start: ROTATION, end: ROTATION + HOUR },
  { name: 'noon', start: ROTATION + HOUR, end: OUTAGE.start },
  { name: 'outage', ...OUTAGE },
  { name: 'recovery', start: OUTAGE.end, end: OUTAGE.end + RECOVERY },
  { name: 'after', start: OUTAGE.end + RECOVERY, end: OUTAGE.end + HOUR },
  { name: 'evening', start: OUTAGE.end + HOUR, end: DAY },
]

interface Day {
  /** In each second: the requests that the server got. */
  readonly requests: Uint32Array
  /** In each second: the tokens that could not be checked. */
  readonly unserved: Uint32Array
}

async function simulateDay(staleIfError: number): Promise<Day> {
  const requests = new Uint32Array(DAY)
  const unserved = new Uint32Array(DAY)
  const random = seededRandom()
  let clock = 0

  const askServer = async (): Promise<Fetched<readonly string[]>> => {
    requests[clock] = (requests[clock] as number) + 1
    const isDown = clock >= OUTAGE.start && clock < OUTAGE.end
    if (isDown) throw new JoseError('ERR_JWKS_UNAVAILABLE', 'the server is down')
    return { value: keysAt(clock) }
  }
  const fleet = Array.from({ length: INSTANCES }, () =>
    keepFresh(askServer, { now: () => clock, staleIfError }, random),
  )

  /** A token arrives at an instance whose set is not good any more, or lacks the key. */
  const serve = async (set: Refreshed<readonly string[]>): Promise<void> => {
    const isMissing = set.current() !== undefined
    try {
      const keys = await (isMissing ? set.reload() : set.load())
      if (keys?.includes(keyInUse(clock))) return
    } catch {
      // Counted, as a token that nobody could check.
    }
    unserved[clock] = (unserved[clock] as number) + 1
  }

  for (clock = 0; clock < DAY; clock++) {
    const started = Math.min(INSTANCES, Math.floor((clock / ROLLOUT) * INSTANCES) + 1)
    const busy: Promise<void>[] = []
    for (let index = clock % TRAFFIC_INTERVAL; index < started; index += TRAFFIC_INTERVAL) {
      const set = fleet[index] as Refreshed<readonly string[]>
      if (!set.current()?.includes(keyInUse(clock))) busy.push(serve(set))
    }
    await Promise.all(busy)
    // Refreshes in the background end before the next second.
    await new Promise((resolve) => setImmediate(resolve))
  }
  return { requests, unserved }
}

/** The key ids that the server has at a time. */
function keysAt(time: number): readonly string[] {
  if (time < ROTATION) return ['first']
  return time < ROTATION + 2 * PUBLISHED_AHEAD ? ['first', 'second'] : ['second']
}

/** The key id of the tokens that clients bring at a time. */
function keyInUse(time: number): string {
  return time < ROTATION + PUBLISHED_AHEAD ? 'first' : 'second'
}

/** Marsaglia's xorshift32, so that every run is the same day. */
function seededRandom(): () => number {
  let state = 0x2545f491
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) / 2 ** 32
  }
}

function sum(counts: Uint32Array): number {
  return counts.reduce((total, count) => total + count, 0)
}

function describeDay({ requests, unserved }: Day) {
  const dayMean = sum(requests) / DAY
  const periods = PERIODS.map(({ name, start, end }) => {
    const counts = requests.subarray(start, end)
    const mean = sum(counts) / counts.length
    const peak = Math.max(...counts)
    return {
      period: name,
      seconds: end - start,
      mean: Number(mean.toFixed(1)),
      peak,
      'peak / mean': Number((peak / mean).toFixed(2)),
      "peak / day's mean": Number((peak / dayMean).toFixed(2)),
      'tokens unserved': sum(unserved.subarray(start, end)),
    }
  })
  const lastUnserved = unserved.findLastIndex((count) => count > 0)
  const recoveredAfter = Math.max(0, lastUnserved + 1 - OUTAGE.end)
  return { requests: sum(requests), dayMean: Number(dayMean.toFixed(2)), recoveredAfter, periods }
}

mkdirSync(new URL('./results/', import.meta.url), { recursive: true })
for (const staleIfError of [0, HOUR]) {
  const day = await simulateDay(staleIfError)
  const description = describeDay(day)
  console.log(`\nstaleIfError ${staleIfError} s. Requests a second at the key server:`)
  console.table(description.periods)
  console.log(`${description.requests} requests in the day, ${description.dayMean} a second`)
  console.log(`the last token that could not be checked: ${description.recoveredAfter} s after the server was back`)
  const name = `fleet-stale-${staleIfError}`
  const report = { instances: INSTANCES, node: process.version, staleIfError, ...description }
  writeFileSync(new URL(`./results/${name}.json`, import.meta.url), `${JSON.stringify(report, null, 2)}\n`)
  const title = `${INSTANCES} gateways and one key server, ${staleIfError === 0 ? 'defaults' : 'staleIfError an hour'}`
  const marked = PERIODS.filter((period) => ['rotation', 'outage'].includes(period.name))
  await drawRates(new URL(`./results/${name}.svg`, import.meta.url), title, day.requests, marked)
}
