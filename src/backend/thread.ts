// Where the asynchronous API computes.

/** Microseconds: what takes less costs less than the way to the thread pool and back. */
const SHORT = 20
/** Microseconds: what takes more is never worth holding up the event loop. */
const LONG = 200

let hasWorkedThisTurn = false

/**
 * Whether to compute here and now. In between short and long, that goes for the first operation of a turn: so one
 * after the other is as fast as can be; those that come in crowds go to the thread pool, so the event loop stays free and
 * all cores work.
 */
export function isForThisThread(time: number): boolean {
  if (time < SHORT) return true
  if (time > LONG || hasWorkedThisTurn) return false
  hasWorkedThisTurn = true
  queueMicrotask(() => {
    hasWorkedThisTurn = false
  })
  return true
}
