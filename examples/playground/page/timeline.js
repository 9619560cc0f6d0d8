/** @import { Claims } from '../../../dist/index.js' */
import { element } from './dom.js'
import { date, distance, machineDate } from './times.js'

const TIMES = /** @type {const} */ ([
  ['iat', 'Issued'],
  ['nbf', 'Not before'],
  ['exp', 'Expires'],
])

/**
 * Draws when a token counts, and says it in words.
 *
 * @param {{ section: HTMLElement, drawing: SVGGElement, words: HTMLElement }} targets
 * @param {Claims | null} claims
 * @param {number} now seconds since the epoch
 */
export function showTimes({ section, drawing, words }, claims, now) {
  const marks = TIMES.flatMap(([name, title]) => {
    const time = claims?.[name]
    return time === undefined ? [] : [{ name, title, time }]
  })
  section.hidden = marks.length === 0
  if (section.hidden) return
  drawing.replaceChildren(...draw(marks, now))
  words.replaceChildren(
    ...marks.map(({ name, title, time }) =>
      element(
        'div',
        {},
        element('dt', {}, `${title} `, element('span', { class: 'member' }, name)),
        element(
          'dd',
          {},
          element('strong', {}, distance(time, now)),
          element('time', { datetime: machineDate(time) }, date(time)),
        ),
      ),
    ),
  )
}

/** @typedef {{ name: string, time: number }} Mark */

/** In percent of the width; what is outside is for labels. */
const LEFT = 7
const RIGHT = 93
const LINE = 34

/** @param {readonly Mark[]} marks @param {number} now */
function draw(marks, now) {
  const all = [...marks.map(({ time }) => time), now]
  const first = Math.min(...all)
  const span = Math.min(Math.max(...all) - first, Number.MAX_VALUE) || 1
  /** @param {number} time */
  const place = (time) => LEFT + Math.min((time - first) / span, 1) * (RIGHT - LEFT)

  const find = (/** @type {string} */ name) => marks.find((mark) => mark.name === name)?.time
  const start = find('nbf') ?? find('iat')
  const end = find('exp')
  const from = start === undefined ? 0 : place(start)
  const to = end === undefined ? 100 : place(end)

  return [
    line('axis', 0, 100),
    ...(from < to ? [line(`window${end === undefined ? ' endless' : ''}`, from, to)] : []),
    ...marks.flatMap(({ name, time }) => mark(name, place(time), name === 'nbf' ? 'below' : 'above', name === 'exp')),
    ...mark('now', place(now), 'below', place(now) > 50),
  ]
}

/** @param {string} kind @param {number} from @param {number} to */
const line = (kind, from, to) =>
  shape('line', { class: kind, x1: `${from}%`, x2: `${to}%`, y1: `${LINE}`, y2: `${LINE}` })

/**
 * @param {string} name
 * @param {number} place
 * @param {'above' | 'below'} side
 * @param {boolean} isLater whether its label stands to the right, where two would meet
 */
function mark(name, place, side, isLater) {
  const x = `${place}%`
  const isNow = name === 'now'
  const reach = isNow ? 22 : 12
  const [near, far] = side === 'above' ? [LINE - reach, LINE + 5] : [LINE - 5, LINE + reach]
  const label = shape('text', {
    class: `label ${name}`,
    x,
    y: `${side === 'above' ? near - 4 : far + 12}`,
    dx: isNow ? '0' : isLater ? '1' : '-1',
    'text-anchor': isNow ? 'middle' : isLater ? 'start' : 'end',
  })
  label.textContent = name
  return [shape('line', { class: `mark ${name}`, x1: x, x2: x, y1: `${near}`, y2: `${far}` }), label]
}

/** @param {string} name @param {Readonly<Record<string, string>>} attributes */
function shape(name, attributes) {
  const made = document.createElementNS('http://www.w3.org/2000/svg', name)
  for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, value)
  return made
}
