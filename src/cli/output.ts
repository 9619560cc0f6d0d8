import { isJsonObject } from '../json.ts'

// What is printed may have been written by anyone: nothing in it may move the cursor or turn the direction of a line.

/** C0, C1, and those of bidirectional text. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: it is they that are looked for
const CONTROLS = /[\0-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g

/** JSON in one line, without any control. */
export function toJson(value: unknown): string {
  return toLine(JSON.stringify(value))
}

/** Text in one line, its controls as JSON escapes them. */
export function toLine(text: string): string {
  return text.replace(CONTROLS, (control) => `\\u${control.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

/** The members of an object below a heading, each in a line, times also in words. */
export function listOf(heading: string, object: object, now?: number): string {
  const rows = Object.entries(object).map(([name, value]) => [toJson(name).slice(1, -1), value] as const)
  const width = rows.reduce((most, [name]) => Math.max(most, Math.min(name.length, WIDEST)), 0)
  const lines = rows.map(([name, value]) => {
    const time = now !== undefined && isTime(name, value) ? `  ${timeInWords(value, now)}` : ''
    return `  ${name.padEnd(width)}  ${toJson(value)}${time}`
  })
  return [heading, ...lines].join('\n')
}

/** A longer name sticks out, so that it does not lengthen every line. */
const WIDEST = 40

/** What a payload holds, which need not be claims. */
export function listOfPayload(payload: unknown, now: number): string {
  return isJsonObject(payload) ? listOf('payload', payload, now) : `payload\n  ${toJson(payload)}`
}

const TIMES = ['iat', 'nbf', 'exp', 'auth_time', 'updated_at']

function isTime(name: string, value: unknown): value is number {
  return TIMES.includes(name) && typeof value === 'number'
}

const UNITS = [
  ['year', 31_557_600],
  ['month', 2_629_800],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
] as const

/** Seconds since the epoch as a date, where there is one. */
export function dateOf(time: number): string | undefined {
  const date = new Date(time * 1000)
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString().replace('.000Z', 'Z')
}

/** A time as a date and as how far away it is. Seconds since the epoch. */
function timeInWords(time: number, now: number): string {
  const date = dateOf(time)
  if (date === undefined) return 'beyond the calendar'
  // Intl throws where the distance is infinite, and writes hundreds of digits where it is not.
  if (dateOf(now) === undefined) return date
  const distance = Math.round(time - now)
  const [unit, length] = UNITS.find(([, length]) => Math.abs(distance) >= length) ?? ['second', 1]
  const words = new Intl.RelativeTimeFormat('en').format(Math.trunc(distance / length), unit)
  return `${date}, ${words}`
}
