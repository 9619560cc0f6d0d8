import { setTimeout as pause } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { takeFigures } from './soak/figures.ts'
import { printFigures, writeResults } from './soak/report.ts'
import { World } from './soak/world.ts'

// A gateway under load for minutes, while keys rotate, the key server fails in every way, clocks jump, tokens expire in the
// cache and revocations come and go. Every answer is compared with what the rules allow.
//
// --minutes 1    how long; ten by default, and only then the results are written
// --write        in any case
// --seed 7       another order of events

/** Milliseconds. */
const STEP = 250
const REPORT = 10

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    seed: { type: 'string', default: '1' },
    write: { type: 'boolean' },
  },
})
const seconds = Number(values.minutes) * 60
const seed = Number(values.seed)
if (!(seconds > 0) || !Number.isInteger(seed)) throw new TypeError('--minutes and --seed are numbers')

const world = await World.create(seed)
try {
  for (let reported = 0; world.elapsed < seconds; ) {
    const started = performance.now()
    await world.step()
    if (world.elapsed - reported >= REPORT) {
      reported = world.elapsed
      const { requests, open, wrong } = world.tally.total
      console.log(`${Math.round(reported)} s: ${requests} requests, ${open} open, ${wrong} wrong`)
    }
    await pause(Math.max(0, STEP - (performance.now() - started)))
  }
  const figures = takeFigures(world, seed)
  printFigures(figures)
  if (values.write || values.minutes === '10') await writeResults(figures)
  if (figures.bounds.some(({ holds }) => !holds)) process.exitCode = 1
} finally {
  await world.stop()
}
