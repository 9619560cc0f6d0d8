const UNITS = /** @type {const} */ ([
  ['year', 31_557_600],
  ['month', 2_629_800],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
])

const relative = new Intl.RelativeTimeFormat('en', { numeric: 'always' })
const absolute = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'long' })

/** Beyond this many seconds there are no dates (ECMA-262 §21.4.1.1). */
const END_OF_CALENDAR = 8.64e12

/** More seconds than this since the epoch are probably milliseconds: the year 5138. */
const PROBABLY_MILLISECONDS = 1e11

/**
 * How far away a time is: "in 5 minutes".
 *
 * @param {number} time seconds since the epoch
 * @param {number} now seconds since the epoch
 */
export function distance(time, now) {
  // Whole seconds on both sides, as clocks show them.
  const seconds = Math.floor(time) - Math.floor(now)
  if (seconds === 0) return 'just now'
  if (Math.abs(seconds) > END_OF_CALENDAR) return seconds > 0 ? 'beyond the calendar' : 'before the calendar'
  const [unit, length] = UNITS.find(([, size]) => Math.abs(seconds) >= size) ?? ['second', 1]
  return relative.format(Math.round(seconds / length), unit)
}

/**
 * A time as a date in the reader's time zone.
 *
 * @param {number} time seconds since the epoch
 */
export function date(time) {
  return Math.abs(time) > END_OF_CALENDAR ? 'no date' : absolute.format(new Date(time * 1000))
}

/** @param {number} time seconds since the epoch */
export function machineDate(time) {
  return Math.abs(time) > END_OF_CALENDAR ? '' : new Date(time * 1000).toISOString()
}

/** @param {number} time seconds since the epoch */
export const looksLikeMilliseconds = (time) => Math.abs(time) > PROBABLY_MILLISECONDS

/**
 * A time in the form that a `datetime-local` field takes.
 *
 * @param {number} time seconds since the epoch
 */
export function fieldTime(time) {
  const moment = new Date(time * 1000)
  const local = new Date(moment.getTime() - moment.getTimezoneOffset() * 60_000)
  return local.toISOString().slice(0, 19)
}
