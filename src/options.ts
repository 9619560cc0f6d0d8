// R19: what the programmer passes is checked once, where it is passed, and a mistake is a TypeError that names the option.

/**
 * The options as a copy of their own members. Names that no option has are refused, since a misspelt option must not switch a
 * check off; and what someone put on Object.prototype is no option either (R12).
 */
export function ownOptions<Options extends object>(options: Options, known: ReadonlySet<string>): Options {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw new TypeError('the options must be an object')
  }
  for (const name of Object.keys(options)) {
    if (!known.has(name)) throw new TypeError(`unknown option "${name}"; the options are ${[...known].join(', ')}`)
  }
  return Object.assign(Object.create(null), options)
}

/** A number of seconds, octets or entries; `undefined` gives the default, which may be that there is none. */
export function numberOption<Fallback extends number | undefined>(
  name: string,
  value: unknown,
  fallback: Fallback,
  minimum = 0,
): number | Fallback {
  if (value === undefined) return fallback
  if (typeof value !== 'number' || !Number.isFinite(value) || value < minimum) {
    throw new TypeError(
      `option "${name}" must be a finite number${Number.isFinite(minimum) ? ` of at least ${minimum}` : ''}`,
    )
  }
  return value
}

export function functionOption<F>(name: string, value: F | undefined, fallback: F): F {
  if (value === undefined) return fallback
  if (typeof value !== 'function') throw new TypeError(`option "${name}" must be a function`)
  return value
}

export function booleanOption(name: string, value: unknown): boolean {
  if (value !== undefined && typeof value !== 'boolean') throw new TypeError(`option "${name}" must be true or false`)
  return value === true
}

/** A non-empty string, where `undefined` means "not demanded". */
export function stringOption(name: string, value: unknown): string | undefined {
  if (value === undefined || (typeof value === 'string' && value !== '')) return value
  throw new TypeError(`option "${name}" must be a non-empty string`)
}

/** An array of non-empty strings. The copy protects the compiled check from later changes. */
export function stringsOption(name: string, value: unknown, fallback?: readonly string[]): readonly string[] {
  if (value === undefined && fallback) return fallback
  if (Array.isArray(value)) {
    const copy: unknown[] = [...value]
    if (copy.every((entry): entry is string => typeof entry === 'string' && entry !== '')) return copy
  }
  throw new TypeError(`option "${name}" must be an array of non-empty strings`)
}

/** The clock of the host in seconds since the epoch. */
export const systemClock = (): number => Date.now() / 1000

/** What a clock says; NaN, which every check refuses, where that is no time: `null` and "" would count as 1970. */
export function readClock(now: () => number): number {
  const time = now()
  return typeof time === 'number' && time !== Number.NEGATIVE_INFINITY ? time : Number.NaN
}
