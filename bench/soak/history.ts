import type { Served } from './key-server.ts'
import type { FetchEvent } from './questions.ts'
import { COOLDOWN, MAX_AGE, type ValidatorPlan } from './scenario.ts'

/** The least and the most that something was in a stretch of time. */
export interface Range {
  readonly least: number
  readonly most: number
}

/** A value that changes at known moments of the shared clock. */
export class Changing<Value> {
  #values: { readonly since: number; readonly value: Value }[]

  constructor(value: Value) {
    this.#values = [{ since: Number.NEGATIVE_INFINITY, value }]
  }

  get latest(): Value {
    return (this.#values.at(-1) as { value: Value }).value
  }

  set(since: number, value: Value): void {
    this.#values.push({ since, value })
  }

  /** What it was between two moments, with the part of that time in which it was so. */
  during(from: number, to: number): { readonly value: Value; readonly from: number; readonly to: number }[] {
    const spans = []
    for (let index = this.#values.length - 1; index >= 0; index--) {
      const { since, value } = this.#values[index] as { since: number; value: Value }
      const until = this.#values[index + 1]?.since ?? Number.POSITIVE_INFINITY
      if (since <= to && until >= from) spans.push({ value, from: Math.max(from, since), to: Math.min(to, until) })
      if (since < from) break
    }
    return spans.reverse()
  }

  /** Nobody will ask for what was before. */
  forget(before: number): void {
    const first = this.#values.findLastIndex(({ since }) => since < before)
    if (first > 0) this.#values = this.#values.slice(first)
  }
}

/** What a validator knows of its key server. Times are of the validators' clock. */
export interface KeyState {
  /** The moment, of the shared clock, at which a fetch ended and made it so. */
  readonly answeredAt?: number
  /** The last good answer. */
  readonly good?: { readonly keys: ReadonlyMap<string, number>; readonly at: number }
  /** The code of the last answer, when that was a bad one. */
  readonly failing?: string
  readonly failures: number
  readonly attemptedAt: number
  readonly isPending: boolean
}

/** The longest pause between two tries while a server fails, whatever their number. */
const LONGEST_PAUSE = 60

/** For how long at most the server is not asked after so many failures in a row: twice as long after each. */
export function longestPause(failures: number): number {
  return Math.max(COOLDOWN, Math.min(LONGEST_PAUSE, COOLDOWN * 2 ** (failures - 1)))
}

/** How long the last good answer may be used. */
export function lifetimeOf({ failing }: KeyState, { staleIfError }: ValidatorPlan): number {
  return MAX_AGE + (failing === undefined ? 0 : staleIfError)
}

/** The key states of one validator, by the fetches that its host saw and by what the server answered to each. */
export class KeyHistory {
  readonly states = new Changing<KeyState>({ failures: 0, attemptedAt: Number.NEGATIVE_INFINITY, isPending: false })
  /** What the library must never do to a key server. */
  readonly offences: string[] = []
  fetches = 0
  /** The least seconds of the validators' clock between two fetches, where that has not been set back in between. */
  leastGap = Number.POSITIVE_INFINITY

  note({ id, time, startedAt }: FetchEvent, served: (fetch: number) => Served): void {
    const { answeredAt: _, ...before } = this.states.latest
    if (startedAt !== undefined) {
      this.#checkPace(before, id, startedAt)
      this.states.set(time, { ...before, attemptedAt: startedAt, isPending: true })
      return
    }
    const answer = served(id)
    const after = { attemptedAt: before.attemptedAt, isPending: false, answeredAt: time }
    if ('keys' in answer) {
      this.states.set(time, { ...after, failures: 0, good: { keys: answer.keys, at: before.attemptedAt } })
      return
    }
    const kept = before.good && { good: before.good }
    this.states.set(time, { ...after, ...kept, failures: before.failures + 1, failing: answer.code })
  }

  #checkPace({ attemptedAt, isPending }: KeyState, id: number, startedAt: number): void {
    this.fetches++
    if (isPending) this.offences.push(`fetch ${id} began before the one before it had ended`)
    const gap = startedAt - attemptedAt
    if (gap < 0) return
    this.leastGap = Math.min(this.leastGap, gap)
    if (gap < COOLDOWN) this.offences.push(`fetch ${id} began ${gap.toFixed(3)} s after the one before it`)
  }
}
