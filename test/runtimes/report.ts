/** What became of the tests of a file. */
export interface Counts {
  passed: number
  failed: number
  /** Not run, since the platform lacks the algorithm, and the library said so. */
  missing: number
  /** Not run, since the runtime lacks what they need: `apart.ts` tells why. */
  apart: number
  /** Skipped or to be written, as in every other run of the suite. */
  skipped: number
}

export interface Failure {
  readonly file: string
  readonly test: string
  readonly error: string
}

/** A test, or all of a file, that has not been run. */
export interface Omission {
  readonly file: string
  readonly test?: string
  readonly why: string
}

/** What a runtime tells about its run; it travels as JSON. */
export interface Report {
  readonly paths: readonly string[]
  readonly files: Readonly<Record<string, Counts>>
  /** Milliseconds that each file took. */
  readonly times: Readonly<Record<string, number>>
  readonly failures: readonly Failure[]
  readonly apart: readonly Omission[]
  readonly missing: readonly Omission[]
}

export const EMPTY: Readonly<Counts> = { passed: 0, failed: 0, missing: 0, apart: 0, skipped: 0 }

export function sumOf(counts: Iterable<Counts>): Counts {
  const sum = { ...EMPTY }
  for (const each of counts) for (const name of Object.keys(sum) as (keyof Counts)[]) sum[name] += each[name]
  return sum
}
