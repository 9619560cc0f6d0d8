import { monitorEventLoopDelay } from 'node:perf_hooks'
import { quantile } from '../gateway/quantile.ts'
import type { LoopDelay } from './questions.ts'

const RESOLUTION = 10

/** Watches the event loop of this process; each call takes what there was since the last one, and pauses while it runs. */
export function watchLoop(): { take<Result>(meanwhile: () => Result): LoopDelay & { result: Result } } {
  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION })
  // The histogram holds the time from one turn of its timer to the next, of which the timer's own is no delay.
  const delay = (nanoseconds: number) => Math.max(0, nanoseconds / 1e6 - RESOLUTION)
  const own = watchOwnDelay()
  histogram.enable()
  return {
    take(meanwhile) {
      const seen = { delayP99: delay(histogram.percentile(99)), delayMax: delay(histogram.max), ...own.take() }
      histogram.disable()
      const result = meanwhile()
      own.skip()
      histogram.reset()
      histogram.enable()
      return { ...seen, result }
    },
  }
}

/**
 * The part of the delay that this process has made itself: no more than the CPU time, in all its threads, that it used
 * meanwhile. While other work of the machine has the cores, it uses none.
 */
function watchOwnDelay() {
  let delays: number[] = []
  let last = performance.now()
  let used = process.cpuUsage()
  const skip = () => {
    last = performance.now()
    used = process.cpuUsage()
  }
  setInterval(() => {
    const { user, system } = process.cpuUsage(used)
    delays.push(Math.max(0, Math.min(performance.now() - last - RESOLUTION, (user + system) / 1000)))
    skip()
  }, RESOLUTION)
  return {
    skip,
    take() {
      const taken = delays
      delays = []
      return { ownP99: quantile(taken, 0.99), ownMax: Math.max(0, ...taken) }
    },
  }
}
