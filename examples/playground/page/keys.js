/** @import { Alg, Jwk, JwkSet, KeySource, VerificationKey } from '../../../dist/index.js' */
import { createLocalJwks, importVerificationKey, thumbprint } from '../../../dist/index.js'
import {
  generateKey,
  jwkFromCertificate,
  jwkFromPkcs1,
  jwkFromPkcs8,
  jwkFromSec1,
  jwkFromSpki,
  toPublicJwk,
} from '../../../dist/keys/index.js'

/** @type {readonly Alg[]} */
const ALGS = [
  .../** @type {const} */ (['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519']),
  .../** @type {const} */ (['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'HS256', 'HS384', 'HS512']),
]

/**
 * What each kind of PEM is read by (RFC 7468).
 *
 * @type {ReadonlyMap<string | undefined, (pem: string) => Jwk>}
 */
const PEM_READERS = new Map([
  ['PUBLIC KEY', jwkFromSpki],
  ['PRIVATE KEY', jwkFromPkcs8],
  ['ENCRYPTED PRIVATE KEY', jwkFromPkcs8],
  ['RSA PUBLIC KEY', jwkFromPkcs1],
  ['RSA PRIVATE KEY', jwkFromPkcs1],
  ['EC PRIVATE KEY', jwkFromSec1],
  ['CERTIFICATE', jwkFromCertificate],
])

// ---- the key that verifies ----

/**
 * @typedef {object} KeyReading
 * @property {VerificationKey | KeySource | null} keys what verifies, or `null` where there is nothing that does
 * @property {unknown} [problem] why there is nothing, though something was given
 * @property {boolean} isSet whether a JWK Set was given
 * @property {readonly Alg[]} choices the algorithms to choose from, where the key leaves a choice
 * @property {Alg | undefined} implied the algorithm that the key has when none is chosen
 * @property {string} caution what to know about giving this key away
 */

/**
 * Reads the key field: a JWK, a JWK Set, or PEM.
 *
 * @param {string} text
 * @param {Alg | undefined} alg what is chosen, if anything
 * @returns {KeyReading}
 */
export function readKeys(text, alg) {
  /** @type {KeyReading} */
  const nothing = { keys: null, isSet: false, choices: [], implied: undefined, caution: '' }
  if (text.trim() === '') return nothing
  let value
  try {
    value = text.includes('-----BEGIN') ? readPem(text) : readJson(text)
  } catch (problem) {
    return { ...nothing, problem }
  }
  const isSet = typeof value === 'object' && value !== null && Object.hasOwn(value, 'keys')
  const entries = isSet ? [value.keys].flat() : [value]
  const choices = choicesOf(entries)
  const implied = isSet ? undefined : attempt(value)?.alg
  const reading = { ...nothing, isSet, choices, implied, caution: cautionFor(entries) }
  const chosen = alg !== undefined && choices.includes(alg) ? alg : undefined
  try {
    return {
      ...reading,
      keys: isSet ? importSet(value, chosen) : importVerificationKey(value, chosen && { alg: chosen }),
    }
  } catch (problem) {
    return { ...reading, problem }
  }
}

/** @param {string} text */
function readPem(text) {
  const pem = text.trim()
  const [, label] = /^-----BEGIN ([A-Z0-9 ]+)-----/.exec(pem) ?? []
  const read = PEM_READERS.get(label)
  if (!read) throw new Error('this is PEM, but of no key or certificate that is read here')
  return read(pem)
}

/** @param {string} text */
function readJson(text) {
  try {
    return JSON.parse(text)
  } catch {
    const hint = 'a shared secret goes into a JWK, {"kty":"oct","alg":"HS256","k":"…"} with "k" in base64url'
    throw new Error(`this is neither JSON nor PEM: give a JWK or a JWK Set; ${hint}`)
  }
}

/** @param {JwkSet} set @param {Alg | undefined} alg */
const importSet = (set, alg) => createLocalJwks(set, alg && { algorithms: [alg] })

/**
 * The algorithms of those keys that could have more than one.
 *
 * @param {readonly Jwk[]} entries
 */
function choicesOf(entries) {
  const open = entries.map((jwk) => ALGS.filter((alg) => attempt(jwk, alg))).filter(({ length }) => length > 1)
  return [...new Set(open.flat())]
}

/** @param {Jwk} jwk @param {Alg} [alg] */
function attempt(jwk, alg) {
  try {
    return importVerificationKey(jwk, alg && { alg })
  } catch {
    return undefined
  }
}

/** @param {readonly unknown[]} entries */
function cautionFor(entries) {
  const members = entries.filter((entry) => typeof entry === 'object' && entry !== null).map((entry) => Object(entry))
  if (members.some(({ kty }) => kty === 'oct')) return 'A shared secret: whoever verifies with it can sign with it too.'
  if (members.some((jwk) => Object.hasOwn(jwk, 'd')))
    return 'This holds a private key. To verify, its public part is enough.'
  return ''
}

// ---- making keys ----

/**
 * @typedef {object} KeyPair
 * @property {Alg} alg
 * @property {Jwk} privateJwk what signs; of an HMAC key, the secret
 * @property {Jwk} publicJwk what verifies; of an HMAC key, the secret once more
 */

/**
 * The algorithms for which this runtime makes keys. RSA, which every runtime has and which takes long, is not tried.
 *
 * @returns {Promise<Alg[]>}
 */
export async function availableAlgs() {
  const tried = await Promise.all(
    ALGS.map(async (alg) => {
      try {
        if (!/^[RP]S/.test(alg)) await generateKey(alg)
        return [alg]
      } catch {
        return []
      }
    }),
  )
  return tried.flat()
}

/**
 * @param {Alg} alg
 * @returns {Promise<KeyPair>}
 */
export async function makeKey(alg) {
  const made = await generateKey(alg)
  // A thumbprint of a secret would give it away to who can guess it (RFC 7638 §7).
  const kid = made.kty === 'oct' ? crypto.randomUUID() : await thumbprint(made)
  const { kty, ...members } = made
  const privateJwk = { kty, kid, ...members }
  return { alg, privateJwk, publicJwk: kty === 'oct' ? privateJwk : toPublicJwk(privateJwk) }
}
