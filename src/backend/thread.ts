import { builtin } from '../runtime.ts'

// On which thread the asynchronous API computes, and when. Microseconds.

/** What takes less costs less than the way to the thread pool and back. */
const SHORT = 40
/** What takes more is never worth holding up the event loop. */
const LONG = 200
/** The most that short operations take of one turn of the event loop, so that others get theirs. */
const TURN = 500

const timers = builtin<typeof import('node:timers')>('node:timers') as typeof import('node:timers')

/** The time that has been used of this turn; each `await` begins another. */
let used = 0
const waiting: (() => void)[] = []
/** The first of them that still waits. */
let next = 0

/**
 * Computes here or elsewhere, by the time that it takes. One after the other all but the long are computed here and now, as
 * fast as can be. In crowds the short ones let others get their turns in between, and those of middling length go elsewhere,
 * so that the event loop stays free and all cores work.
 */
export function compute<T>(time: number, here: () => T, elsewhere: () => T | Promise<T>): T | Promise<T> {
  if (time > LONG) return elsewhere()
  const isShort = time < SHORT
  const isFirst = used === 0
  if (isFirst) queueMicrotask(endTurn)
  if (isFirst || (isShort && used < TURN)) {
    used += time
    return here()
  }
  return isShort ? inAnotherTurn(time, here) : elsewhere()
}

function endTurn(): void {
  used = 0
}

function inAnotherTurn<T>(time: number, here: () => T): Promise<T> {
  return new Promise((resolve, reject) => {
    waiting.push(() => {
      used += time
      try {
        resolve(here())
      } catch (error) {
        reject(error)
      }
    })
    if (waiting.length === 1) timers.setImmediate(workOff)
  })
}

function workOff(): void {
  for (used = 0; used < TURN && next < waiting.length; ) waiting[next++]?.()
  used = 0
  // In large pieces: to take away each by itself would move all the others.
  if (next * 2 >= waiting.length) {
    waiting.splice(0, next)
    next = 0
  }
  if (waiting.length > 0) timers.setImmediate(workOff)
}
