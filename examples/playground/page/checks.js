/** @import { Claims, ClaimsPolicy, KeySource, VerificationKey, VerifiedJws, VerifyOptions } from '../../../dist/index.js' */
/** @import { Row } from './rows.js' */
import { decodeUnverified, JoseError, verifyCompact, verifyJwt } from '../../../dist/index.js'
import { CLAIM_ROWS, checkPayload, checkPolicy, NO_QUESTION } from './claim-checks.js'
import { codeOf, inPlainWords, refusalOf, told } from './refusals.js'
import { Rows } from './rows.js'
import { quoted } from './wording.js'

// Nothing here decides. Each row asks the library one question and tells its answer; the verdict is that of `verifyJwt`.

/**
 * @typedef {object} Verdict
 * @property {'empty' | 'unverified' | 'accepted' | 'refused' | 'unusable'} state
 * @property {string} word
 * @property {string} why
 * @property {string} [code]
 * @property {string} [message]
 *
 * @typedef {object} Assessment
 * @property {Verdict} verdict
 * @property {readonly Row[]} rows
 * @property {Claims | null} claims as the library reads them; verified or not
 * @property {boolean} isSigned whether a key has verified the signature
 *
 * @typedef {object} Question
 * @property {string} token
 * @property {VerificationKey | KeySource | null} keys
 * @property {unknown} [keyProblem] why there is no key, though one was given
 * @property {ClaimsPolicy & VerifyOptions} policy
 */

/**
 * Asks the library about a token, check by check and as a whole.
 *
 * @param {Question} question
 * @returns {Promise<Assessment>}
 */
export async function assess(question) {
  const rows = new Rows()
  if (question.token === '') return { verdict: EMPTY, rows: rows.list(), claims: null, isSigned: false }
  const verdict = await judge(question)
  const { maxTokenLength } = verdict.state === 'unusable' ? {} : question.policy
  const isWellFormed = await checkForm(question.token, maxTokenLength, rows)
  const verified = isWellFormed ? await checkSignature(question, rows) : null
  const decoded = decode(question.token)
  const claims = decoded && (await checkPayload(decoded, rows))
  if (claims && decoded) {
    if (verdict.state === 'unusable') rows.leaveOpen(CLAIM_ROWS, 'Correct what you ask of the token first.')
    else await checkPolicy(claims, decoded.header, question.policy, rows)
  }
  return { verdict, rows: rows.list(), claims, isSigned: verified !== null }
}

/** @param {string} token */
function decode(token) {
  try {
    return decodeUnverified(token)
  } catch {
    return null
  }
}

// ---- the verdict ----

/** @type {Verdict} */
const EMPTY = { state: 'empty', word: 'Nothing to check yet', why: 'Paste a token, or try an example.' }

/**
 * @param {Question} question
 * @returns {Promise<Verdict>}
 */
async function judge({ token, keys, keyProblem, policy }) {
  const judged = await refusalOf(() => verifyJwt(token, keys ?? NO_KEYS, policy))
  // Without a key that fits the library looks no further than the header; what is wrong with the rest is worth saying first.
  const malformed = await refusalOf(() => decodeUnverified(token))
  const refusal = judged instanceof JoseError ? (malformed ?? judged) : judged
  if (!refusal) return { state: 'accepted', word: 'Accepted', why: accepted(policy) }
  if (!(refusal instanceof JoseError)) {
    return {
      state: 'unusable',
      word: 'No verdict',
      why: refusal instanceof TypeError ? 'What you ask of the token cannot be asked.' : 'The check itself went wrong.',
      ...told(refusal),
    }
  }
  if (keys === null && refusal.code === 'ERR_KEY_NOT_FOUND') {
    return keyProblem
      ? { state: 'unverified', word: 'Unverified', why: 'The key cannot be used.', ...told(keyProblem) }
      : { state: 'unverified', word: 'Unverified', why: 'Anybody may have written this. A key will tell.' }
  }
  return { state: 'refused', word: 'Refused', why: inPlainWords(refusal), ...told(refusal) }
}

/** @type {KeySource} */
const NO_KEYS = () => []

/** @param {ClaimsPolicy} policy */
function accepted({ issuer, audience }) {
  const unchecked = [issuer === null ? 'issuer' : [], audience === null ? 'audience' : []].flat()
  const holds = 'The signature is good, and so is everything that you asked of the claims.'
  return unchecked.length === 0 ? holds : `${holds} Unchecked, as you left it blank: ${unchecked.join(' and ')}.`
}

// ---- the token and its key ----

/** @param {string} token @param {number | undefined} maxTokenLength @param {Rows} rows @returns {Promise<boolean>} */
async function checkForm(token, maxTokenLength, rows) {
  const misread = await refusalOf(() => decodeUnverified(token))
  if (misread && codeOf(misread) !== 'ERR_CRIT') return rows.fail('form', misread)
  // Without a key the library goes as far as the header, and then says that there is no key.
  const policy = { ...NO_QUESTION, ...(maxTokenLength === undefined ? {} : { maxTokenLength }) }
  const refusal = await refusalOf(() => verifyJwt(token, NO_KEYS, policy))
  if (codeOf(refusal) === 'ERR_JWS_INVALID') return rows.fail('form', refusal)
  if (misread) rows.leaveOpen(['form'], 'The library stopped at the header.')
  else rows.pass('form', 'Three parts in base64url, the first of them JSON.')
  if (codeOf(refusal) !== 'ERR_KEY_NOT_FOUND') return rows.fail('header', refusal)
  const { alg, kid } = decodeUnverified(token).header
  rows.pass('header', `Its algorithm is ${alg}${kid === undefined ? '' : `, and it names the key ${quoted(kid)}`}.`)
  return true
}

/** @param {Question} question @param {Rows} rows @returns {Promise<VerifiedJws | null>} */
async function checkSignature({ token, keys, keyProblem }, rows) {
  if (keys === null) {
    if (keyProblem) rows.fail('key', keyProblem)
    else rows.leaveOpen(['key'], 'None is given.')
    rows.leaveOpen(['signature'], 'That takes a key.')
    return null
  }
  try {
    const verified = await verifyCompact(token, keys)
    rows.pass('key', `It is for ${verified.key.alg}, as the token is.`)
    rows.pass('signature', 'The key’s owner signed exactly this.')
    return verified
  } catch (refusal) {
    if (codeOf(refusal) === 'ERR_JWS_SIGNATURE') {
      rows.pass('key', 'There is a key for the token’s algorithm.')
      rows.fail('signature', refusal)
    } else {
      rows.fail('key', refusal)
      rows.leaveOpen(['signature'], 'That takes a key that fits.')
    }
    return null
  }
}
