import type { Facts } from './mint.ts'
import { ACCEPTED } from './oracle.ts'
import type { Answered } from './questions.ts'
import { KIND_NAMES, type Kind } from './scenario.ts'

/** How the answers to one kind of requests were. */
export interface KindCount {
  requests: number
  accepted: number
  /** With 401. */
  refused: number
  /** With 403. */
  forbidden: number
  /** Refused because the key server failed. */
  unavailable: number
  /** Several answers were right, since something changed just then. */
  open: number
  wrong: number
}

/** The answers of some seconds. */
export interface Stretch {
  accepted: number
  refused: number
  forbidden: number
  unavailable: number
}

export interface Mistake {
  readonly verdict: 'wrong yes' | 'wrong no' | 'wrong reason' | 'wrong status'
  readonly kind: Kind
  readonly validator: string
  readonly answered: Answered
  readonly allowed: readonly string[]
}

/** Seconds that one point of the chart stands for. */
export const STRETCH = 2

/** Counts answers, and keeps those that are wrong. */
export class Tally {
  readonly kinds = new Map<Kind, KindCount>(KIND_NAMES.map((kind) => [kind, emptyCount()]))
  readonly verdicts = new Map<string, number>()
  readonly stretches: Stretch[] = []
  readonly mistakes: Mistake[] = []
  /** Seconds. */
  longestWait = 0
  readonly #start: number

  constructor(start: number) {
    this.#start = start
  }

  note(answered: Answered, { kind, plan }: Facts, allowed: ReadonlySet<string>): void {
    const { verdict, status, from, to } = answered
    this.longestWait = Math.max(this.longestWait, to - from)
    const count = this.kinds.get(kind) as KindCount
    const stretch = this.#stretchAt(to)
    const column = status === 200 ? 'accepted' : status === 403 ? 'forbidden' : 'refused'
    count.requests++
    count[column]++
    stretch[column]++
    if (allowed.size > 1) count.open++
    if (verdict.startsWith('ERR_JWKS')) {
      count.unavailable++
      stretch.unavailable++
    }
    this.verdicts.set(verdict, (this.verdicts.get(verdict) ?? 0) + 1)
    const mistake = mistakeOf(answered, allowed)
    if (!mistake) return
    count.wrong++
    this.mistakes.push({ verdict: mistake, kind, validator: plan.name, answered, allowed: [...allowed] })
  }

  get total(): KindCount {
    const total = emptyCount()
    for (const count of this.kinds.values()) {
      for (const name of Object.keys(total) as (keyof KindCount)[]) total[name] += count[name]
    }
    return total
  }

  #stretchAt(time: number): Stretch {
    const index = Math.max(0, Math.floor((time - this.#start) / STRETCH))
    while (this.stretches.length <= index)
      this.stretches.push({ accepted: 0, refused: 0, forbidden: 0, unavailable: 0 })
    return this.stretches[index] as Stretch
  }
}

function mistakeOf({ verdict, status }: Answered, allowed: ReadonlySet<string>): Mistake['verdict'] | undefined {
  if (!allowed.has(verdict)) {
    if (verdict === ACCEPTED) return 'wrong yes'
    return allowed.has(ACCEPTED) && allowed.size === 1 ? 'wrong no' : 'wrong reason'
  }
  const expected = verdict === ACCEPTED ? 200 : verdict === 'ERR_ROLES' ? 403 : 401
  return status === expected ? undefined : 'wrong status'
}

function emptyCount(): KindCount {
  return { requests: 0, accepted: 0, refused: 0, forbidden: 0, unavailable: 0, open: 0, wrong: 0 }
}
