import { inPlainWords, told } from './refusals.js'

/**
 * @typedef {'passed' | 'failed' | 'unchecked' | 'open'} Result
 *
 * @typedef {object} Row
 * @property {string} id
 * @property {string} name
 * @property {Result} result
 * @property {string} why in plain words
 * @property {string} [code] the library's, where it refuses
 * @property {string} [message] the library's, where it refuses
 */

/** The rows in the order in which the library checks, each with the question that it answers. */
const ROWS = /** @type {const} */ ({
  form: ['Form', 'Has it three parts, each in base64url?'],
  header: ['Header', 'Is its algorithm known, and is nothing demanded that is not understood?'],
  key: ['Key', 'Is there a key, and is it for this algorithm?'],
  signature: ['Signature', 'Did the key’s owner sign exactly this?'],
  claims: ['Claims', 'Is the payload an object, and has each claim its type?'],
  required: ['Required claims', 'Are those there that must be?'],
  typ: ['Type', 'Is it the kind of token that is due here?'],
  issuer: ['Issuer', 'Does it come from whom you trust?'],
  audience: ['Audience', 'Is it meant for you?'],
  subject: ['Subject', 'Is it about whom you ask for?'],
  nbf: ['Not before', 'Has its time come?'],
  exp: ['Expiry', 'Is its time not over yet?'],
  age: ['Age', 'Is it young enough?'],
})

/** @typedef {keyof typeof ROWS} RowId */

const ROW_IDS = /** @type {RowId[]} */ (Object.keys(ROWS))

/** What was found out so far; each row that was not reached keeps its question. */
export class Rows {
  /** @type {Map<RowId, Row>} */
  #rows = new Map(ROW_IDS.map((id) => [id, Rows.#row(id, {})]))

  /** @param {RowId} id @param {Partial<Row>} answer @returns {Row} */
  static #row(id, answer) {
    const [name, question] = ROWS[id]
    return { id, name, result: 'open', why: question, ...answer }
  }

  list() {
    return [...this.#rows.values()]
  }

  /** @param {RowId} id @param {Partial<Row>} answer */
  #set(id, answer) {
    this.#rows.set(id, Rows.#row(id, answer))
  }

  /** @param {RowId} id @param {string} why */
  pass(id, why) {
    this.#set(id, { result: 'passed', why })
  }

  /**
   * @param {RowId} id
   * @param {unknown} refusal
   * @param {string} [why]
   * @returns {false}
   */
  fail(id, refusal, why = inPlainWords(refusal)) {
    this.#set(id, { result: 'failed', why, ...told(refusal) })
    return false
  }

  /** @param {RowId} id @param {unknown} refusal @param {string} good @param {string} [bad] */
  answer(id, refusal, good, bad) {
    if (refusal) this.fail(id, refusal, bad)
    else this.pass(id, good)
  }

  /** @param {RowId} id @param {string} why */
  leaveUnchecked(id, why) {
    this.#set(id, { result: 'unchecked', why })
  }

  /** @param {readonly RowId[]} ids @param {string} why */
  leaveOpen(ids, why) {
    for (const id of ids) this.#set(id, { result: 'open', why })
  }
}
