/** @import { Claims, ClaimsPolicy, JoseHeader } from '../../../dist/index.js' */
/** @import { Rows } from './rows.js' */
import {
  checkClaims,
  encodeBase64url,
  importSigningKey,
  importVerificationKey,
  signCompact,
  verifyJwt,
} from '../../../dist/index.js'
import { refusalOf } from './refusals.js'
import { expects, list, quoted, says, when } from './wording.js'

// The claims are looked at before there is a signature too, so that the reader sees all that is wrong at once.

export const CLAIM_ROWS = /** @type {const} */ ([
  'required',
  'typ',
  'issuer',
  'audience',
  'subject',
  'nbf',
  'exp',
  'age',
])

const SECRET = {
  kty: 'oct',
  alg: 'HS256',
  k: encodeBase64url(crypto.getRandomValues(new Uint8Array(32))),
}

/**
 * What `verifyJwt` would say once the signature holds: it is asked about the same content signed with a key of our own.
 *
 * @param {Uint8Array | string} payload
 * @param {JoseHeader} header
 * @param {Partial<ClaimsPolicy>} question
 */
async function askOfContent(payload, { typ }, question) {
  const twin = await signCompact(payload, importSigningKey(SECRET), typ === undefined ? {} : { typ })
  const policy = { ...NO_QUESTION, ...question, maxTokenLength: Number.MAX_SAFE_INTEGER }
  return verifyJwt(twin, importVerificationKey(SECRET), policy)
}

/** A policy to which one question is added; its clock forgives every time. */
export const NO_QUESTION = { issuer: null, audience: null, required: [], clockTolerance: Number.MAX_VALUE }

/** @param {{ header: JoseHeader, payload: Uint8Array }} decoded @param {Rows} rows @returns {Promise<Claims | null>} */
export async function checkPayload({ header, payload }, rows) {
  try {
    const { claims } = await askOfContent(payload, header, {})
    rows.pass('claims', 'A JSON object; times are numbers, names are text.')
    return claims
  } catch (refusal) {
    rows.fail('claims', refusal)
    rows.leaveOpen(CLAIM_ROWS, 'There are no claims to check.')
    return null
  }
}

/** @param {Claims} claims @param {JoseHeader} header @param {ClaimsPolicy} policy @param {Rows} rows */
export async function checkPolicy(claims, header, policy, rows) {
  /** @param {Partial<ClaimsPolicy>} question */
  const ask = (question) => refusalOf(() => checkClaims(claims, { ...NO_QUESTION, ...question }))
  const { issuer, audience, subject, typ, required = ['exp'] } = policy

  if (required.length === 0) rows.leaveUnchecked('required', 'You ask for none.')
  else rows.answer('required', await ask({ required }), `It has ${list(required, 'and')}.`)

  if (typ === undefined) rows.leaveUnchecked('typ', says('typ', header.typ))
  else {
    const refusal = await refusalOf(() => askOfContent('{}', header, { typ }))
    rows.answer('typ', refusal, `It is ${quoted(header.typ)}.`, expects('typ', header.typ, [typ]))
  }

  const named = /** @type {const} */ ([
    ['issuer', 'iss', issuer],
    ['audience', 'aud', audience],
    ['subject', 'sub', subject ?? null],
  ])
  for (const [option, claim, expected] of named) {
    if (expected === null) rows.leaveUnchecked(option, says(claim, claims[claim]))
    else {
      const found = `It is ${quoted(claims[claim])}.`
      rows.answer(option, await ask({ [option]: expected }), found, expects(claim, claims[claim], [expected].flat()))
    }
  }
  await checkTimes(claims, policy, rows)
}

/** @param {Claims} claims @param {ClaimsPolicy} policy @param {Rows} rows */
async function checkTimes({ nbf, exp, iat }, { now = () => Date.now() / 1000, clockTolerance = 0, maxAge }, rows) {
  /** @param {Claims} claims @param {Partial<ClaimsPolicy>} [question] */
  const ask = (claims, question) =>
    refusalOf(() => checkClaims(claims, { ...NO_QUESTION, now, clockTolerance, ...question }))
  const time = now()

  if (nbf === undefined) rows.leaveUnchecked('nbf', 'It has no “nbf”: good from the start.')
  else rows.answer('nbf', await ask({ nbf }), `Good since ${when(nbf, time)}.`, `Good only from ${when(nbf, time)}.`)

  if (exp === undefined) rows.leaveUnchecked('exp', 'It has no “exp”: it never expires.')
  else rows.answer('exp', await ask({ exp }), `It expires ${when(exp, time)}.`, `It expired ${when(exp, time)}.`)

  const issued = iat === undefined ? 'It has no “iat”.' : `It was issued ${when(iat, time)}.`
  if (maxAge === undefined) rows.leaveUnchecked('age', issued)
  else rows.answer('age', await ask(iat === undefined ? {} : { iat }, { maxAge }), issued, issued)
}
