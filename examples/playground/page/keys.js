/** @import { Alg, Jwk, JwkSet, KeySource, VerificationKey } from '../../../dist/index.js' */
import { createLocalJwks, importVerificationKey, thumbprint } from '../../../dist/index.js'

/** @param {string} alg @param {string} hash */
const rsa = (alg, hash) => ({ name: alg, hash, modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]) })
/** @param {number} bits */
const hmac = (bits) => ({ name: 'HMAC', hash: `SHA-${bits}`, length: bits })
/** @param {string} namedCurve */
const ecdsa = (namedCurve) => ({ name: 'ECDSA', namedCurve })

/**
 * How WebCrypto makes a key of each algorithm that the library has.
 *
 * @type {ReadonlyMap<Alg, Algorithm>}
 */
const GENERATION = new Map(
  /** @type {[Alg, Algorithm][]} */ ([
    ['ES256', ecdsa('P-256')],
    ['ES384', ecdsa('P-384')],
    ['ES512', ecdsa('P-521')],
    ['EdDSA', { name: 'Ed25519' }],
    ['Ed25519', { name: 'Ed25519' }],
    ['RS256', rsa('RSASSA-PKCS1-v1_5', 'SHA-256')],
    ['RS384', rsa('RSASSA-PKCS1-v1_5', 'SHA-384')],
    ['RS512', rsa('RSASSA-PKCS1-v1_5', 'SHA-512')],
    ['PS256', rsa('RSA-PSS', 'SHA-256')],
    ['PS384', rsa('RSA-PSS', 'SHA-384')],
    ['PS512', rsa('RSA-PSS', 'SHA-512')],
    ['HS256', hmac(256)],
    ['HS384', hmac(384)],
    ['HS512', hmac(512)],
  ]),
)

const ALGS = [...GENERATION.keys()]

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
 * Reads the key field: a JWK or a JWK Set.
 *
 * @param {string} text
 * @param {Alg | undefined} alg what is chosen, if anything
 * @returns {KeyReading}
 */
export function readKeys(text, alg) {
  /** @type {KeyReading} */
  const nothing = { keys: null, isSet: false, choices: [], implied: undefined, caution: '' }
  if (text.trim() === '') return nothing
  if (text.includes('-----BEGIN')) {
    return { ...nothing, problem: new Error('this is PEM, which is not read yet: give the key as a JWK') }
  }
  let value
  try {
    value = JSON.parse(text)
  } catch {
    const hint = 'a shared secret goes into a JWK, {"kty":"oct","alg":"HS256","k":"…"} with "k" in base64url'
    return { ...nothing, problem: new Error(`this is not JSON: give a JWK or a JWK Set; ${hint}`) }
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
    [...GENERATION].map(async ([alg, parameters]) => {
      try {
        if (!parameters.name.startsWith('RSA')) await generate(parameters)
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
  const made = await generate(/** @type {Algorithm} */ (GENERATION.get(alg)))
  if (made instanceof CryptoKey) {
    // A thumbprint of a secret would give it away to who can guess it (RFC 7638 §7).
    const jwk = jwkOf(await crypto.subtle.exportKey('jwk', made), alg, crypto.randomUUID())
    return { alg, privateJwk: jwk, publicJwk: jwk }
  }
  const publicPart = await crypto.subtle.exportKey('jwk', made.publicKey)
  const kid = await thumbprint(/** @type {Jwk} */ (publicPart))
  const privatePart = await crypto.subtle.exportKey('jwk', made.privateKey)
  return { alg, privateJwk: jwkOf(privatePart, alg, kid), publicJwk: jwkOf(publicPart, alg, kid) }
}

/**
 * @param {Algorithm} parameters
 * @returns {Promise<CryptoKey | CryptoKeyPair>}
 */
const generate = (parameters) => crypto.subtle.generateKey(parameters, true, ['sign', 'verify'])

/**
 * The members of the key itself, with what WebCrypto notes about its own use replaced by what others need.
 *
 * @param {JsonWebKey} exported
 * @param {Alg} alg
 * @param {string} kid
 * @returns {Jwk}
 */
function jwkOf({ kty = '', key_ops: _, ext: __, alg: ___, ...members }, alg, kid) {
  return { kty, kid, alg, use: 'sig', ...members }
}
