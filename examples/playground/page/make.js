/** @import { Alg, Claims } from '../../../dist/index.js' */
/** @import { KeyPair } from './keys.js' */
import { importSigningKey, JoseError, signJwt } from '../../../dist/index.js'
import { announce } from './copy.js'
import { byId, element, fill, setText } from './dom.js'
import { inspect, showVerdict } from './inspect.js'
import { availableAlgs, makeKey } from './keys.js'
import { colouredJson, colouredToken } from './tokens.js'

const alg = byId('make-alg', HTMLSelectElement)
const claims = byId('claims', HTMLTextAreaElement)
const typ = byId('make-typ', HTMLInputElement)
const details = byId('private-details', HTMLDetailsElement)

/** @type {KeyPair | undefined} */
let pair
let token = ''

/** Makes keys and signs tokens with them, and hands both to the inspection. */
export async function startMaking() {
  setClaims({ iss: 'https://id.example', sub: 'alice', aud: 'https://api.example', ...fiveMinutes() })
  onClick('make-key', newKey)
  onClick('sign', sign)
  onClick('fresh', refreshTimes)
  onClick('use', use)
  onClick('example', async () => {
    refreshTimes()
    if (!pair) await newKey()
    if (await sign()) use()
  })
  details.addEventListener('toggle', showPrivate)
  const algs = await availableAlgs()
  alg.replaceChildren(...algs.map((name) => element('option', { value: name }, name)))
}

/**
 * While the work goes on the button is busy, and pressing it again does nothing.
 *
 * @param {string} id
 * @param {() => unknown} work
 */
function onClick(id, work) {
  const button = byId(id, HTMLButtonElement)
  button.addEventListener('click', async () => {
    if (button.ariaBusy === 'true') return
    button.ariaBusy = 'true'
    await work()
    button.ariaBusy = 'false'
  })
}

// ---- the key ----

async function newKey() {
  const wanted = /** @type {Alg} */ (alg.value || 'ES256')
  const message = byId('key-message', HTMLElement)
  setText(message, `Making a key for ${wanted} …`)
  try {
    pair = await makeKey(wanted)
  } catch {
    setText(message, `This browser cannot make a key for ${wanted}.`)
    return
  }
  const isSecret = pair.privateJwk.kty === 'oct'
  setText(message, isSecret ? `A secret for ${wanted}. It has no public part.` : `A key for ${wanted}.`)
  setText(byId('private-title', HTMLElement), isSecret ? 'Show the secret' : 'Show the private key')
  byId('made-key', HTMLElement).hidden = false
  byId('public-part', HTMLElement).hidden = isSecret
  fill(byId('public', HTMLElement), isSecret ? [] : colouredJson(json(pair.publicJwk)))
  details.open = false
  showPrivate()
}

function showPrivate() {
  fill(byId('private', HTMLElement), details.open && pair ? colouredJson(json(pair.privateJwk)) : [])
}

// ---- the token ----

/** @returns {Promise<boolean>} whether there is a token now */
async function sign() {
  if (!pair) await newKey()
  if (!pair) return false
  const message = byId('sign-message', HTMLElement)
  try {
    const header = typ.value === '' ? {} : { typ: typ.value }
    token = await signJwt(readClaims(), importSigningKey(pair.privateJwk), header)
  } catch (error) {
    setText(
      message,
      error instanceof JoseError ? `${error.code} ${error.message}` : /** @type {Error} */ (error).message,
    )
    message.classList.add('wrong')
    byId('signed', HTMLElement).hidden = true
    return false
  }
  message.classList.remove('wrong')
  setText(message, `Signed with ${pair.alg}.`)
  byId('signed', HTMLElement).hidden = false
  fill(byId('made-token', HTMLElement), colouredToken(token))
  return true
}

/** @returns {Claims} */
function readClaims() {
  try {
    return JSON.parse(claims.value)
  } catch {
    throw new Error('The claims are not JSON.')
  }
}

function use() {
  if (!pair) return
  inspect(token, json(pair.publicJwk))
  showVerdict()
}

function refreshTimes() {
  try {
    setClaims({ ...JSON.parse(claims.value), ...fiveMinutes() })
  } catch {
    announce('The claims are not JSON.')
  }
}

function fiveMinutes() {
  const now = Math.floor(Date.now() / 1000)
  return { iat: now, exp: now + 300 }
}

/** @param {Claims} value */
function setClaims(value) {
  claims.value = json(value)
}

/** @param {unknown} value */
const json = (value) => JSON.stringify(value, null, 2)
