import { date, distance, looksLikeMilliseconds } from './times.js'

/** @param {number} time @param {number} now */
export function when(time, now) {
  const doubt = looksLikeMilliseconds(time) ? '; is that in milliseconds? Times are seconds' : ''
  return `${distance(time, now)} (${date(time)})${doubt}`
}

/** @param {string} name @param {unknown} value */
export const says = (name, value) =>
  value === undefined ? `Not asked; it has no “${name}”.` : `Not asked; it says ${quoted(value)}.`

/** @param {string} name @param {unknown} value @param {readonly string[]} expected */
export function expects(name, value, expected) {
  const found = value === undefined ? `It has no “${name}”` : `It says ${quoted(value)}`
  return `${found}; you ask for ${list(expected, 'or')}.`
}

/** @param {unknown} value */
export function quoted(value) {
  return Array.isArray(value) ? list(value, 'and') : `“${value}”`
}

/** @param {readonly unknown[]} values @param {string} word */
export function list(values, word) {
  const all = values.map((value) => `“${value}”`)
  return all.length < 2 ? all.join('') : `${all.slice(0, -1).join(', ')} ${word} ${all.at(-1)}`
}
