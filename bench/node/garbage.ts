import { PerformanceObserver } from 'node:perf_hooks'
import { setImmediate } from 'node:timers/promises'
import type { Watch } from '../core/measure.ts'

interface Interval {
  readonly start: number
  readonly end: number
}

export interface GarbageWatch {
  readonly watch: Watch
  /** The share of a contestant's time since the last call in which garbage was collected. */
  readonly take: () => Promise<(name: string) => number>
}

/**
 * Counts the pauses of the garbage collector for whose batch they fall into. Nothing is collected by force: a pause
 * belongs to the price of what made the garbage.
 */
export function watchGarbage(): GarbageWatch {
  let batches: (Interval & { name: string })[] = []
  let pauses: Interval[] = []
  const observer = new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) {
      pauses.push({ start: startTime, end: startTime + duration })
    }
  })
  observer.observe({ entryTypes: ['gc'] })

  return {
    watch: (name, start, end) => batches.push({ name, start, end }),
    take: async () => {
      // The observer is told about a pause a little later.
      await setImmediate()
      await setImmediate()
      const shares = shareOut(batches, pauses)
      batches = []
      pauses = []
      return (name) => shares.get(name) ?? 0
    },
  }
}

function shareOut(batches: readonly (Interval & { name: string })[], pauses: readonly Interval[]): Map<string, number> {
  const total = new Map<string, number>()
  const paused = new Map<string, number>()
  let next = 0
  for (const { name, start, end } of batches) {
    add(total, name, end - start)
    while ((pauses[next]?.start ?? Number.POSITIVE_INFINITY) < start) next++
    for (; (pauses[next]?.start ?? Number.POSITIVE_INFINITY) < end; next++) {
      const pause = pauses[next] as Interval
      add(paused, name, pause.end - pause.start)
    }
  }
  return new Map([...total].map(([name, time]) => [name, (paused.get(name) ?? 0) / time]))
}

function add(sums: Map<string, number>, name: string, value: number): void {
  sums.set(name, (sums.get(name) ?? 0) + value)
}
