import { readFileSync } from 'node:fs'

/** No input of 64 KiB may take longer, in milliseconds. */
const LIMIT = 50
const RUNS_AGAIN = 3

/** What has been too slow since this was last asked. */
let slow: { readonly what: string; readonly milliseconds: number }[] = []

/**
 * Runs something and takes the time of what it does at once. What is slow gets three more tries, and then only the time counts
 * that this thread has had, since machines do other things too.
 */
export function measured<T>(what: string, run: () => T): T {
  const start = performance.now()
  const result = run()
  if (performance.now() - start <= LIMIT) return result
  let best = Number.POSITIVE_INFINITY
  for (let again = 0; best > LIMIT && again < RUNS_AGAIN; again++) {
    const from = threadTime()
    run()
    best = Math.min(best, threadTime() - from)
  }
  if (best > LIMIT) slow.push({ what, milliseconds: Math.round(best) })
  return result
}

export function takeSlow(): typeof slow {
  const taken = slow
  slow = []
  return taken
}

/** Milliseconds that this thread has run, where the system tells; otherwise those that have passed. */
function threadTime(): number {
  try {
    const [nanoseconds] = readFileSync('/proc/thread-self/schedstat', 'utf8').split(' ')
    return Number(nanoseconds) / 1e6
  } catch {
    return performance.now()
  }
}
