/** @import { ClaimsPolicy, VerifyOptions } from '../../../dist/index.js' */
import { byId, setText } from './dom.js'
import { fieldTime } from './times.js'

/** @param {string} id */
const input = (id) => byId(id, HTMLInputElement)
const fields = {
  issuer: input('issuer'),
  audience: input('audience'),
  subject: input('subject'),
  typ: input('typ'),
  required: input('required'),
  maxLength: input('max-length'),
  tolerance: input('tolerance'),
  maxAge: input('max-age'),
  now: input('now'),
  live: input('live'),
}

/** The time in seconds that counts as now: the clock's, or the one that was set. */
export function readNow() {
  const set = fields.live.checked ? Number.NaN : new Date(fields.now.value).getTime() / 1000
  return Number.isNaN(set) ? Date.now() / 1000 : set
}

/**
 * What is asked of a token, as the fields say it. A blank field asks nothing.
 *
 * @param {number} now seconds since the epoch
 * @returns {ClaimsPolicy & VerifyOptions}
 */
export function readPolicy(now) {
  return {
    issuer: several(fields.issuer),
    audience: several(fields.audience),
    required: several(fields.required) ?? [],
    now: () => now,
    ...(fields.subject.value === '' ? {} : { subject: fields.subject.value }),
    ...(fields.typ.value === '' ? {} : { typ: fields.typ.value }),
    ...number(fields.maxLength, 'maxTokenLength'),
    ...number(fields.tolerance, 'clockTolerance'),
    ...number(fields.maxAge, 'maxAge'),
  }
}

/** @param {HTMLInputElement} field @returns {string[] | null} */
function several({ value }) {
  const words = value.split(/\s+/).filter((word) => word !== '')
  return words.length === 0 ? null : words
}

/**
 * @param {HTMLInputElement} field
 * @param {string} option
 */
function number(field, option) {
  const isBlank = field.value === '' && !field.validity.badInput
  return isBlank ? {} : { [option]: field.valueAsNumber }
}

/** Says what the blank fields mean, and lets the clock tick. @param {number} now */
export function showPolicy(now) {
  for (const name of /** @type {const} */ (['issuer', 'audience'])) {
    const note = byId(`${name}-note`, HTMLElement)
    const isBlank = several(fields[name]) === null
    setText(
      note,
      isBlank
        ? `Blank: the ${name} is deliberately not checked.`
        : 'Several are separated by spaces; one of them is enough.',
    )
    note.classList.toggle('unchecked', isBlank)
  }
  fields.now.readOnly = fields.live.checked
  if (fields.live.checked) fields.now.value = fieldTime(now)
}
