import { Changing, KeyHistory, type KeyState, lifetimeOf, longestPause, type Range } from './history.ts'
import type { Served } from './key-server.ts'
import type { Facts, TokenClaims } from './mint.ts'
import type { FetchEvent } from './questions.ts'
import { AUDIENCE, COOLDOWN, ISSUER, LEEWAY, ROLE, VALIDATORS, type ValidatorPlan } from './scenario.ts'

type Token = NonNullable<Facts['token']>

export const ACCEPTED = 'accepted'
const KEY_IS_THERE = 'the key is there'
const OTHER_SIGNATURE = 'ERR_JWS_SIGNATURE'

/** Seconds: times are compared in milliseconds, so half of one is up to rounding. */
const ROUNDING = 0.0005

/**
 * What a validator may answer, from the rules alone: it knows what the tokens hold, what the key server answered to each
 * fetch, and when clocks and revocations changed. Where something changed while a request was decided, several answers may
 * be right.
 */
export class Oracle {
  /** Seconds by which the validators' clock is ahead of the shared one. */
  readonly clock: Changing<number>
  readonly keys: ReadonlyMap<string, KeyHistory> = new Map(VALIDATORS.map(({ name }) => [name, new KeyHistory()]))
  readonly #revocations = new Map<string, Changing<boolean>>()

  constructor(clock: number) {
    this.clock = new Changing(clock)
  }

  noteFetch(event: FetchEvent, served: (fetch: number) => Served): void {
    this.keys.get(event.validator)?.note(event, served)
  }

  noteRevocation(id: string, time: number, isRevoked: boolean): void {
    const known = this.#revocations.get(id) ?? new Changing(false)
    known.set(time, isRevoked)
    this.#revocations.set(id, known)
  }

  forget(before: number): void {
    this.clock.forget(before)
    for (const { states } of this.keys.values()) states.forget(before)
  }

  forgetRevocation(id: string): void {
    this.#revocations.delete(id)
  }

  /** The answers that are right for a request that was decided between two moments. */
  allowed({ plan, token }: Facts, from: number, to: number): ReadonlySet<string> {
    if (!token) return new Set(['ERR_TOKEN_MISSING'])
    if (token.alg !== plan.alg) return new Set(['ERR_ALG_NOT_ALLOWED'])
    const answers = this.#keyAnswers(plan, token, from, to)
    if (!answers.delete(KEY_IS_THERE)) return answers
    const { claims } = token
    if (claims.iss !== ISSUER || claims.aud !== AUDIENCE) return answers.add('ERR_JWT_CLAIM')
    for (const span of this.clock.during(from, to)) {
      for (const answer of timeAnswers(claims, rangeOf(span))) {
        if (answer !== undefined) answers.add(answer)
        else for (const last of this.#lastAnswers(plan, claims, from, to)) answers.add(last)
      }
    }
    return answers
  }

  /** What can be said of a key id while the key server's set comes, ages and goes. */
  #keyAnswers(plan: ValidatorPlan, token: Token, from: number, to: number): Set<string> {
    const answers = new Set<string>()
    for (const { value: state, ...span } of (this.keys.get(plan.name) as KeyHistory).states.during(from, to)) {
      if (state.answeredAt !== undefined && state.answeredAt >= from) {
        const [moment] = this.clock.during(state.answeredAt, state.answeredAt)
        if (moment) addAll(answers, answersToWaiting(state, plan, token, rangeOf(moment)))
      }
      for (const part of this.clock.during(span.from, span.to)) {
        addAll(answers, answersAtOnce(state, plan, token, rangeOf(part)))
      }
    }
    return answers
  }

  #lastAnswers(plan: ValidatorPlan, { jti, roles }: TokenClaims, from: number, to: number): Set<string> {
    const permitted = roles.includes(ROLE) ? ACCEPTED : 'ERR_ROLES'
    const known = plan.isRevocable ? this.#revocations.get(jti) : undefined
    if (!known) return new Set([permitted])
    return new Set(known.during(from, to).map(({ value }) => (value ? 'ERR_REVOKED' : permitted)))
  }
}

/** A set that is good answers at once; otherwise the server is asked, unless it is to be left alone. */
function answersAtOnce(state: KeyState, plan: ValidatorPlan, token: Token, time: Range): string[] {
  const { good, failing, failures, attemptedAt, isPending } = state
  const lifetime = lifetimeOf(state, plan)
  const isPausing = failing !== undefined && touches(time, attemptedAt, longestPause(failures))
  // By a clock that was set back, the last good fetch may be the younger one.
  const isRecent = touches(time, attemptedAt, COOLDOWN) || (good !== undefined && touches(time, good.at, COOLDOWN))
  const isLeftAlone = !isPending && (isPausing || isRecent)
  const answers = []
  if (good && touches(time, good.at, lifetime)) {
    const answer = answerOf(good.keys, token)
    if (answer) answers.push(answer)
    else if (isLeftAlone) answers.push(failing ?? 'ERR_KEY_NOT_FOUND')
  }
  const mayBeOver = !good || !isWithin(time, good.at, lifetime)
  if (mayBeOver && !isPending && isPausing) answers.push(failing)
  return answers
}

/** What those are told who have waited for a fetch, at its end. */
function answersToWaiting(state: KeyState, plan: ValidatorPlan, token: Token, time: Range): string[] {
  const { good, failing } = state
  const answer = good && answerOf(good.keys, token)
  if (failing === undefined) return [answer ?? 'ERR_KEY_NOT_FOUND']
  const lifetime = lifetimeOf(state, plan)
  const answers = []
  if (good && answer && touches(time, good.at, lifetime)) answers.push(answer)
  if (!good || !answer || !isWithin(time, good.at, lifetime)) answers.push(failing)
  return answers
}

/** What a set says of a token: `undefined` where it does not hold a key of the id. */
function answerOf(keys: ReadonlyMap<string, number>, { kid, signer }: Token): string | undefined {
  const serial = keys.get(kid)
  if (serial === undefined) return undefined
  return serial === signer ? KEY_IS_THERE : OTHER_SIGNATURE
}

/** The refusals by the times of a token, and `undefined` where none refuses. */
function timeAnswers({ nbf, exp, iat }: TokenClaims, { least, most }: Range): Set<string | undefined> {
  const answerAt = (time: number) => {
    if (time + LEEWAY < nbf) return 'ERR_JWT_NOT_YET_VALID'
    if (time > exp + LEEWAY) return 'ERR_JWT_EXPIRED'
    return time + LEEWAY < iat ? 'ERR_JWT_NOT_YET_VALID' : undefined
  }
  // The answer changes at these only, so the least and the most time and the changes between them are enough.
  const changes = [nbf - LEEWAY, exp + LEEWAY, iat - LEEWAY].filter((time) => time > least && time < most)
  return new Set([least, ...changes, most].map(answerAt))
}

function rangeOf({ value, from, to }: { value: number; from: number; to: number }): Range {
  return { least: value + from - ROUNDING, most: value + to + ROUNDING }
}

/** Whether some moment lies in the seconds from `start` on. */
function touches({ least, most }: Range, start: number, seconds: number): boolean {
  return most >= start && least < start + seconds
}

/** Whether every moment does. */
function isWithin({ least, most }: Range, start: number, seconds: number): boolean {
  return least >= start && most < start + seconds
}

function addAll<Value>(set: Set<Value>, values: Iterable<Value>): void {
  for (const value of values) set.add(value)
}
