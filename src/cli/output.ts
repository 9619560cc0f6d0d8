import { isJsonObject } from '../json.ts'

// What is printed may have been written by anyone: nothing in it may move the cursor or turn the direction of a line.

/** The controls that JSON leaves as they are: C1, and those of bidirectional text. */
const CONTROLS = /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g

/** JSON in one line, without any control. */
export function toJson(value: unknown): string {
  return JSON.stringify(value).replace(
    CONTROLS,
    (control) => `\\u${control.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

/** The members of an object below a heading, each in a line, times also in words. */
export function listOf(heading: string, object: object, now?: number): string {
  const rows = Object.entries(object).map(([name, value]) => [toJson(name).slice(1, -1), value] as const)
  const width = Math.max(0, ...rows.map(([name]) => name.length))
  const lines = rows.map(([name, value]) => {
    const time = now !== undefined && isTime(name, value) ? `  ${timeInWords(value, now)}` : ''
    return `  ${name.padEnd(width)}  ${toJson(value)}${time}`
  })
  return [heading, ...lines].join('\n')
}

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

/** A time as a date and as how far away it is. Seconds since the epoch. */
function timeInWords(time: number, now: number): string {
  const date = new Date(time * 1000)
  if (Number.isNaN(date.getTime())) return 'beyond the calendar'
  const distance = Math.round(time - now)
  const [unit, length] = UNITS.find(([, length]) => Math.abs(distance) >= length) ?? ['second', 1]
  const words = new Intl.RelativeTimeFormat('en').format(Math.trunc(distance / length), unit)
  return `${date.toISOString().replace('.000Z', 'Z')}, ${words}`
}
