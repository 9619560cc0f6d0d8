import { FAULTS, type Fault } from './key-server.ts'
import type { Random } from './random.ts'

/** Something that was done, in seconds since the start. */
export interface Incident {
  readonly what: 'fault' | 'rotation' | 'theft' | 'clock'
  readonly name: string
  readonly from: number
  readonly to: number
}

/** Seconds of which the validators' clock is at most ahead or behind. */
const FARTHEST = 120

/** Whether it is time again, on average once in so many seconds. */
export function every(seconds: number, random: Random): (now: number) => boolean {
  const pause = () => seconds * random.between(0.6, 1.4)
  let due = pause()
  return (now) => {
    if (now < due) return false
    due = now + pause()
    return true
  }
}

/** All faults in turn, each time in another order. */
export function faultsInTurn(random: Random): () => Fault {
  let order: Fault[] = []
  return () => {
    if (order.length === 0) order = random.shuffle(FAULTS)
    return order.pop() as Fault
  }
}

/** By how much the clock is wrong next: by a little more or less, by a minute, or not at all. */
export function jump(offset: number, random: Random): number {
  const sign = random.pick([-1, 1])
  const next = random.pick([
    offset + sign * random.between(0.1, 3),
    offset + sign * random.between(0.1, 3),
    offset + sign * random.between(5, 60),
    0,
  ])
  return Math.max(-FARTHEST, Math.min(FARTHEST, next))
}
