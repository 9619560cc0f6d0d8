import { JoseError } from '../errors.ts'
import { isJsonObject, own } from '../json.ts'
import { parseGoDuration } from './duration.ts'

export type Block = 'auth/validator' | 'auth/signer'

/** Reads the options of one block of a configuration; each error names the block and the option. */
export interface OptionReader {
  readonly block: Block
  /** Absent or empty: `undefined`, as in KrakenD. */
  string(option: string): string | undefined
  /** As `string`, but it must be there. */
  mandatory(option: string): string
  oneOf<Name extends string>(option: string, names: readonly Name[]): Name | undefined
  strings(option: string): readonly string[] | undefined
  boolean(option: string): boolean
  /** A whole number, not negative. */
  integer(option: string): number | undefined
  integers(option: string): readonly number[] | undefined
  /** Pairs of non-empty strings. */
  pairs(option: string): readonly (readonly [string, string])[] | undefined
  /** A Go duration, not negative, in seconds. */
  duration(option: string): number | undefined
  error(option: string, problem: string, cause?: unknown): JoseError
}

/** An option that is not known is an error, unless its first character makes it a comment. */
export function readOptions(block: Block, config: object, known: readonly string[]): OptionReader {
  if (!isJsonObject(config)) throw new JoseError('ERR_CONFIG', `${block}: the configuration is not an object`)
  const error = (option: string, problem: string, cause?: unknown) =>
    new JoseError('ERR_CONFIG', `${block}: "${option}" ${problem}`, cause === undefined ? {} : { cause })
  for (const option of Object.keys(config)) {
    if (!known.includes(option) && !/^[@$_#]/.test(option))
      throw error(option, `is not an option${hint(option, known)}`)
  }

  const typed =
    <T>(is: (value: unknown) => value is T, form: string) =>
    (option: string): T | undefined => {
      const value = own(config, option)
      if (value === undefined || is(value)) return value
      throw error(option, `must be ${form}`)
    }
  const text = typed((value) => typeof value === 'string', 'a string')
  const boolean = typed((value) => typeof value === 'boolean', 'true or false')

  return {
    block,
    error,
    string: (option) => text(option) || undefined,
    mandatory(option) {
      const value = text(option)
      if (!value) throw error(option, 'is missing')
      return value
    },
    oneOf(option, names) {
      const value = text(option)
      if (!value) return undefined
      const name = names.find((candidate) => candidate === value)
      if (name === undefined) throw error(option, `must be one of ${names.join(', ')}`)
      return name
    },
    strings: typed(isArrayOf(isNonEmptyString), 'an array of non-empty strings'),
    boolean: (option) => boolean(option) ?? false,
    integer: typed(isNatural, 'a whole number that is not negative'),
    integers: typed(isArrayOf(isNatural), 'an array of whole numbers'),
    pairs: typed(isArrayOf(isPair), 'an array of pairs of non-empty strings'),
    duration(option) {
      const value = text(option)
      const seconds = value ? parseGoDuration(value) : undefined
      if (value && !(seconds !== undefined && seconds >= 0)) {
        throw error(option, 'must be a duration as Go writes it, such as "1m30s"')
      }
      return seconds
    },
  }
}

function isArrayOf<T>(is: (entry: unknown) => entry is T): (value: unknown) => value is readonly T[] {
  return (value): value is readonly T[] => Array.isArray(value) && value.every(is)
}

function isNonEmptyString(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}

function isNatural(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0
}

function isPair(value: unknown): value is readonly [string, string] {
  return Array.isArray(value) && value.length === 2 && value.every(isNonEmptyString)
}

/** What may have been meant. */
function hint(option: string, known: readonly string[]): string {
  const [nearest] = known
    .map((name) => ({ name, distance: editDistance(option.toLowerCase(), name) }))
    .sort((a, b) => a.distance - b.distance)
  return nearest && nearest.distance <= 3 ? `; is "${nearest.name}" meant?` : `; the options are ${known.join(', ')}`
}

/** Levenshtein's. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1]
    for (const [j, other] of [...b].entries()) {
      const substituted = (row[j] as number) + (letter === other ? 0 : 1)
      next.push(Math.min(substituted, (row[j + 1] as number) + 1, (next[j] as number) + 1))
    }
    row = next
  }
  return row[b.length] as number
}
