/** @import { Alg } from '../../../dist/index.js' */
/** @import { Assessment, Verdict } from './checks.js' */
/** @import { KeyReading } from './keys.js' */
/** @import { Row } from './rows.js' */
import { assess } from './checks.js'
import { byId, element, fill, setText } from './dom.js'
import { readKeys } from './keys.js'
import { readNow, readPolicy, showPolicy } from './policy.js'
import { showTimes } from './timeline.js'
import { colouredJson, colouredToken, readableParts, tamperWith } from './tokens.js'

const token = byId('token', HTMLTextAreaElement)
const key = byId('key', HTMLTextAreaElement)
const alg = byId('alg', HTMLSelectElement)
const tamper = byId('tamper', HTMLButtonElement)
const badge = byId('badge', HTMLElement)
const verdict = byId('verdict', HTMLElement)
const times = {
  section: byId('times', HTMLElement),
  drawing: byId('timeline', SVGGElement),
  words: byId('times-words', HTMLElement),
}

/** Shows what a token says and whether it is accepted, now and whenever something changes. */
export function startInspection() {
  byId('inspect', HTMLElement).addEventListener('input', refresh)
  byId('clear', HTMLButtonElement).addEventListener('click', () => {
    inspect('', '')
    token.focus()
  })
  tamper.addEventListener('click', () => inspect(tamperWith(token.value.trim()), key.value))
  setInterval(refresh, 1000)
  refresh()
}

/**
 * Puts a token and the JSON of a key into the form.
 *
 * @param {string} newToken
 * @param {string} newKey
 */
export function inspect(newToken, newKey) {
  token.value = newToken
  key.value = newKey
  refresh()
}

/** Lets the reader go on at the verdict. */
export function showVerdict() {
  verdict.focus({ preventScroll: true })
  token.scrollIntoView({ block: 'center' })
}

let isAssessing = false
let isOutdated = false

/** One assessment at a time; what changes meanwhile is assessed next. */
async function refresh() {
  isOutdated = true
  if (isAssessing) return
  isAssessing = true
  try {
    while (isOutdated) {
      isOutdated = false
      await show()
    }
  } finally {
    isAssessing = false
  }
}

async function show() {
  // White space around a pasted token came with the pasting; the library itself trims nothing.
  const text = token.value.trim()
  const now = readNow()
  showPolicy(now)
  showContent(text)
  const { keys, problem } = showKey()
  const assessment = await assess({ token: text, keys, keyProblem: problem, policy: readPolicy(now) })
  showAssessment(assessment)
  showTimes(times, assessment.claims, now)
}

// ---- what was given ----

/** @type {string | undefined} */
let shownToken

/** @param {string} text */
function showContent(text) {
  if (token.value === shownToken) return
  shownToken = token.value
  // The line break keeps the last line as high as the field's.
  byId('token-view', HTMLElement).replaceChildren(...colouredToken(token.value), '\n')
  const parts = readableParts(text)
  byId('content', HTMLElement).hidden = parts === null
  fill(byId('header', HTMLElement), colouredJson(parts?.header ?? ''))
  fill(byId('payload', HTMLElement), colouredJson(parts?.payload ?? ''))
  setText(byId('token-length', HTMLElement), text === '' ? '' : `${text.length.toLocaleString('en')} characters`)
  tamper.disabled = parts === null
  byId('copy-token', HTMLButtonElement).disabled = text === ''
  byId('example', HTMLButtonElement).classList.toggle('primary', text === '')
}

/** @type {{ text: string, alg: string, reading: KeyReading }} */
let lastKey = { text: '', alg: '', reading: readKeys('', undefined) }

function showKey() {
  if (key.value !== lastKey.text || alg.value !== lastKey.alg) {
    const reading = readKeys(key.value, /** @type {Alg} */ (alg.value) || undefined)
    offerAlgs(reading)
    lastKey = { text: key.value, alg: alg.value, reading }
    const note = byId('key-note', HTMLElement)
    setText(note, reading.caution || 'A JWK, a JWK Set, or PEM. A shared secret is a JWK too, of the type oct.')
    note.classList.toggle('caution', reading.caution !== '')
  }
  return lastKey.reading
}

/** @param {KeyReading} reading */
function offerAlgs({ choices, implied, isSet }) {
  const chosen = alg.value
  const none = isSet ? 'as the keys say' : implied === undefined ? 'choose one' : `${implied}, by its curve`
  alg.replaceChildren(
    element('option', { value: '' }, none),
    ...choices.map((choice) => element('option', { value: choice }, choice)),
  )
  alg.value = choices.some((choice) => choice === chosen) ? chosen : ''
  byId('alg-choice', HTMLElement).hidden = choices.length === 0
  setText(byId('alg-label', HTMLElement), isSet ? 'Algorithm of the tokens' : 'Algorithm of the key')
  const who = isSet ? 'Not every key says its own.' : implied ? 'Its curve has two names.' : 'The key does not say it.'
  setText(byId('alg-note', HTMLElement), `${who} Ask the key’s owner, not the token.`)
}

// ---- what was found ----

/** @param {Assessment} assessment */
function showAssessment({ verdict, rows, claims, isSigned }) {
  showWords(verdict)
  byId('checks-note', HTMLElement).hidden = isSigned || claims === null
  badge.dataset.signed = String(isSigned)
  setText(badge, isSigned ? 'signature verified' : 'unverified')
  const body = byId('checks', HTMLElement)
  if (body.childElementCount === 0) body.append(...rows.map(createRow))
  for (const row of rows) showRow(row)
}

/** @param {Verdict} given */
function showWords({ state, word, why, code, message }) {
  verdict.dataset.verdict = state
  setText(byId('verdict-word', HTMLElement), word)
  setText(byId('verdict-why', HTMLElement), why)
  const details = byId('verdict-code', HTMLElement)
  details.hidden = message === undefined
  showCode(details, code, message)
}

/**
 * The roles are written out because narrow screens lay rows out as grids, which takes them away.
 *
 * @param {Row} row
 */
function createRow({ id, name }) {
  return element(
    'tr',
    { role: 'row', id: `check-${id}` },
    element('th', { role: 'rowheader', scope: 'row' }, name),
    element('td', { role: 'cell', class: 'result' }),
    element('td', { role: 'cell', class: 'why' }, element('p', { class: 'words' }), element('p', { class: 'code' })),
  )
}

/** @type {Readonly<Record<Row['result'], string>>} */
const RESULTS = { passed: 'passed', failed: 'failed', unchecked: 'not checked', open: 'waiting' }

/** @param {Row} row */
function showRow({ id, result, why, code, message }) {
  const shown = byId(`check-${id}`, HTMLTableRowElement)
  const [, outcome, words] = shown.cells
  if (!outcome || !words) return
  shown.dataset.result = result
  setText(outcome, RESULTS[result])
  const [plain, exact] = words.children
  if (plain) setText(plain, why)
  if (exact) showCode(exact, code, message)
}

/** @param {Element} target @param {string | undefined} code @param {string | undefined} message */
function showCode(target, code, message = '') {
  const text = code === undefined ? message : `${code} ${message}`
  if (target.textContent === text) return
  target.replaceChildren(...(code === undefined ? [message] : [element('code', {}, code), ` ${message}`]))
}
