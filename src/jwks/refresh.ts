import { JoseError } from '../errors.ts'
import { functionOption, numberOption, readClock, systemClock } from '../options.ts'

/** How long what was fetched is good, and when the server is left alone. Seconds. */
export interface RefreshOptions {
  /** Seconds for which an answer is good; its own `Cache-Control: max-age` can only shorten that. Default: 900. */
  maxAge?: number
  /**
   * Seconds for which the server is left alone after a token has named a key that it does not have, whatever keys further
   * tokens name, and after a failure, then at most 60. Default: 10.
   */
  cooldown?: number
  /** Seconds beyond `maxAge` for which the last good answer serves while the server fails. Default: 0. */
  staleIfError?: number
  /** Seconds since the epoch. Default: the system's clock. */
  now?: () => number
}

export const REFRESH_OPTIONS = ['maxAge', 'cooldown', 'staleIfError', 'now'] as const

/** What one fetch brought. */
export interface Fetched<Value> {
  readonly value: Value
  /** Seconds, as the server says. */
  readonly maxAge?: number | undefined
}

/** A value that is fetched, kept and refreshed (R22). */
export interface Refreshed<Value> {
  /** The value while it is good, otherwise `undefined`. When it will not be for long, a refresh starts in the background. */
  current(): Value | undefined
  /** The value after a refresh; the last good one when that fails and it may still serve. */
  load(): Promise<Value>
  /** As {@link load}, for what the value lacks; `undefined` while the server is to be left alone. */
  reload(): Promise<Value> | undefined
  /** Notes that the value lacks what was asked for, though it has just come: the cooldown counts from its fetch. */
  miss(): void
  /** The last good answer, whatever its age. */
  readonly latest: Value | undefined
  /** Fetches now. */
  refresh(): Promise<void>
  /** Seconds since the last good answer. */
  readonly age: number | undefined
  /** Why the last fetch failed; `undefined` after a good one. */
  readonly lastError: JoseError | undefined
}

/** The longest pause between two tries while a server fails: a minute after its recovery everyone has recovered. */
const LONGEST_PAUSE = 60

/** What is younger than this lacks no key that a token can have by now, however long the cooldown. */
const JUST_FETCHED = 10

/**
 * Keeps a value fresh. One fetch at a time; a good answer replaces the value, a bad one leaves it until its time is over.
 *
 * Times are spread at random, so that many instances that started together, or that lost the same server together, do not
 * come back together.
 *
 * @param random in [0, 1), for simulations
 */
export function keepFresh<Value>(
  fetchValue: () => Promise<Fetched<Value>>,
  options: RefreshOptions,
  random: () => number = Math.random,
): Refreshed<Value> {
  const maxAge = numberOption('maxAge', options.maxAge, 900)
  const cooldown = numberOption('cooldown', options.cooldown, 10)
  const staleIfError = numberOption('staleIfError', options.staleIfError, 0)
  const clock = functionOption('now', options.now, systemClock)
  const now = (): number => readClock(clock)

  let last: { readonly value: Value; readonly at: number; readonly lifetime: number; readonly due: number } | undefined
  let attemptedAt = Number.NEGATIVE_INFINITY
  let missedAt = Number.NEGATIVE_INFINITY
  let failures = 0
  let pause = 0
  let lastError: JoseError | undefined
  let pending: Promise<void> | undefined

  const refresh = (): Promise<void> => (pending ??= attempt().finally(() => (pending = undefined)))

  async function attempt(): Promise<void> {
    const at = now()
    attemptedAt = at
    try {
      const { value, maxAge: allowed = maxAge } = await fetchValue()
      // A server that forbids caching would else be asked for each token.
      const lifetime = Math.min(maxAge, Math.max(allowed, cooldown))
      // Those who start together, or recover together, are apart from the first refresh on.
      const isTogether = last === undefined || failures > 0
      const earliest = isTogether ? Math.min(cooldown, lifetime * 0.75) : lifetime * 0.75
      last = { value, at, lifetime, due: earliest + (lifetime * 0.9 - earliest) * random() }
      lastError = undefined
      failures = 0
    } catch (error) {
      // The cooldown; then twice as long after each failure, within a minute, and spread at random.
      const longer = cooldown * 2 ** failures * (0.75 + random() / 4)
      pause = Math.min(LONGEST_PAUSE, Math.max(cooldown, longer))
      failures++
      lastError = error as JoseError
      throw error
    }
  }

  /** Whether the clock is within `seconds` after `start`; a clock set back makes nothing younger. */
  const isWithin = (start: number, seconds: number): boolean => {
    const elapsed = now() - start
    return elapsed >= 0 && elapsed < seconds
  }
  const isPausing = (): boolean => !pending && lastError !== undefined && isWithin(attemptedAt, pause)

  const load = async (): Promise<Value> => {
    try {
      if (isPausing()) throw lastError
      // R22: without a time there is no cooldown.
      if (!Number.isFinite(now())) throw new JoseError('ERR_JWKS_UNAVAILABLE', 'the option "now" tells no time')
      await refresh()
    } catch (error) {
      if (!last || !isWithin(last.at, last.lifetime + staleIfError)) throw error
    }
    return (last as NonNullable<typeof last>).value
  }

  /** R22. What is over its age is fetched for that, whatever has been missed; but what has none is not. */
  const isResting = (): boolean => {
    if (!last) return isPausing()
    const isFresh = isWithin(last.at, Math.min(last.lifetime, cooldown, JUST_FETCHED))
    const isMissing = isWithin(missedAt, cooldown) && isWithin(last.at, last.lifetime || cooldown)
    return isFresh || isMissing || isPausing()
  }

  return {
    refresh,
    load,
    reload: () => (!pending && isResting() ? undefined : load()),
    miss: () => (missedAt = last?.at ?? missedAt),
    current() {
      // While the server is known to fail, nobody waits for it as long as the last good answer may serve.
      if (!last || !isWithin(last.at, last.lifetime + (lastError ? staleIfError : 0))) return undefined
      if (!pending && !isPausing() && !isWithin(last.at, last.due)) refresh().catch(() => {})
      return last.value
    },
    get latest() {
      return last?.value
    },
    get age() {
      return last && now() - last.at
    },
    get lastError() {
      return lastError
    },
  }
}
