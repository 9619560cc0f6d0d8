import type { Claims } from '../claims.ts'
import { functionOption, numberOption, ownOptions, stringsOption, systemClock } from '../options.ts'

/** What a list watches, and how much it holds. */
export interface DenylistOptions {
  /** The claims by which tokens are revoked, such as `['jti', 'sub']`. Default: `['jti']`. */
  claims?: readonly string[]
  /** Seconds for which a value is held beyond its time: at least the validators' `leeway`. Default: 60. */
  leeway?: number
  /** The most values that are held. A full list refuses further ones. Default: 100000. */
  maxSize?: number
  /** Seconds since the epoch. Default: the system's clock. */
  now?: () => number
}

/** Revoked tokens of one process. */
export interface Denylist {
  /**
   * Revokes every token whose claim has this value, or whose array claim has it as an element.
   *
   * @param value a non-empty string
   * @param until seconds since the epoch: the `exp` of the last such token
   * @throws RangeError when the list is full of values that still count; TypeError for a claim that is not watched, and
   * for a `value` or an `until` of another form
   */
  revoke(claim: string, value: string, until: number): void
  /** For the validator's `isRevoked`. */
  isRevoked(claims: Claims): boolean
  /** The number of values that are held. */
  readonly size: number
}

/** A list of revoked tokens in the memory of one process, bounded. Gateways on several machines need a shared one. */
export function createDenylist(options: DenylistOptions = {}): Denylist {
  options = ownOptions(options, DENYLIST_OPTIONS)
  const watched = stringsOption('claims', options.claims, ['jti'])
  const maxSize = numberOption('maxSize', options.maxSize, 100_000, 1)
  const leeway = numberOption('leeway', options.leeway, 60)
  const now = functionOption('now', options.now, systemClock)
  const ends = new Map<string, number>()
  const nameOf = (claim: string, value: string) => `${claim} ${value}`

  const isDenied = (claim: string, value: unknown): boolean => {
    const end = typeof value === 'string' ? ends.get(nameOf(claim, value)) : undefined
    // Written so that a clock that answers NaN revokes.
    return end !== undefined && !(now() > end)
  }

  const makeRoom = (): void => {
    const time = now()
    for (const [name, end] of ends) if (time > end) ends.delete(name)
    // To forget one that still counts would let a revoked token in.
    if (ends.size >= maxSize) throw new RangeError(`the denylist is full: ${maxSize} values that still count`)
  }

  return {
    revoke(claim, value, until) {
      if (!watched.includes(claim))
        throw new TypeError(`the denylist watches ${watched.join(', ')}, and not "${claim}"`)
      // Any other would be held, and no token would ever have it.
      if (typeof value !== 'string' || value === '') throw new TypeError('"value" must be a non-empty string')
      const exp = numberOption('until', until, undefined)
      // Without an end it would lapse at once, and let the token in.
      if (exp === undefined) throw new TypeError('"until" is missing: the "exp" of the last such token, in seconds')
      const end = exp + leeway
      const name = nameOf(claim, value)
      if (!ends.has(name) && ends.size >= maxSize) makeRoom()
      ends.set(name, Math.max(end, ends.get(name) ?? 0))
    },
    isRevoked: (claims) =>
      watched.some((claim) => {
        const value = Object.hasOwn(claims, claim) ? claims[claim] : undefined
        return Array.isArray(value) ? value.some((element) => isDenied(claim, element)) : isDenied(claim, value)
      }),
    get size() {
      return ends.size
    },
  }
}

const DENYLIST_OPTIONS = new Set(['claims', 'leeway', 'maxSize', 'now'])
