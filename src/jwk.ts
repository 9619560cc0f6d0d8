import { type KeyMaterial, publicPart } from './backend/backend.ts'
import { backend } from './backend/choice.ts'
import { decodeCanonical, decodeStrictly, encodeBase64url } from './base64url.ts'
import { type EcCurve, findCurve, hasSmallOrder, isOnCurve, isScalar, toBigInt } from './ec.ts'
import { JoseError } from './errors.ts'
import { isJsonObject, type JsonObject, own } from './json.ts'
import { type Alg, findJwa, findJwaOfCurve, HASHES, type Hash, type Jwa } from './jwa.ts'
import { SigningKey, VerificationKey } from './key.ts'
import { booleanOption, ownOptions } from './options.ts'
import { checkRsaPrivate, checkRsaPublic, RSA_PRIVATE_MEMBERS, type RsaNumbers } from './rsa.ts'

/** A JSON Web Key (RFC 7517 §4). */
export interface Jwk {
  /** The type: `oct`, `RSA`, `EC`, `OKP` or `AKP` (§4.1). */
  kty: string
  /** The id by which tokens name the key (§4.5). */
  kid?: string
  /** The one algorithm of the key (§4.4). */
  alg?: string
  /** What the key is for: only `sig` is taken (§4.2). */
  use?: string
  /** The operations that it is for; the one asked of it must be among them (§4.3). */
  key_ops?: string[]
  [member: string]: unknown
}

/** A JSON Web Key Set (RFC 7517 §5). */
export interface JwkSet {
  /** The keys, in no order that matters. */
  keys: Jwk[]
}

/** How a JWK is imported. */
export interface ImportOptions {
  /** The algorithm of the key. Needed where neither the JWK's `alg` nor its curve says it; it never overrides them. */
  alg?: Alg
  /** Takes an HMAC key that is shorter than the hash, but never an empty one. For the keys of others; do not make such keys. */
  allowWeakKey?: boolean
}

/**
 * Imports the private or secret JWK that signs.
 *
 * @throws JoseError `ERR_JWK_INVALID`, `ERR_JWK_WEAK`, `ERR_KEY_USE` (`use`, `key_ops`, or a public key),
 * `ERR_ALG_UNSUPPORTED`, or `ERR_ALG_NOT_ALLOWED` where the `alg` of the JWK is not the one asked for.
 * On WebCrypto, that the private part of an EC or OKP key does not belong to its public one is found by the first signature
 * (RFC 7517 §4, RFC 7518 §6).
 */
export function importSigningKey(jwk: Jwk, options: ImportOptions = {}): SigningKey {
  const { jwa, kid, material } = checkJwk(jwk, 'sign', options)
  if (jwa.kty !== 'oct' && (material.d ?? material.priv) === undefined)
    throw new JoseError('ERR_KEY_USE', 'a public key cannot sign')
  return new SigningKey(jwa, kid, backend().signingHandle(jwa, material))
}

/**
 * Imports the JWK that verifies. A private JWK gives its public half.
 *
 * @throws JoseError `ERR_JWK_INVALID`, `ERR_JWK_WEAK`, `ERR_KEY_USE`, `ERR_ALG_UNSUPPORTED`, or `ERR_ALG_NOT_ALLOWED` where the
 * `alg` of the JWK is not the one asked for (RFC 7517 §4, RFC 7518 §6)
 */
export function importVerificationKey(jwk: Jwk, options: ImportOptions = {}): VerificationKey {
  const { jwa, kid, material } = checkJwk(jwk, 'verify', options)
  const signatureLength = jwa.kty === 'RSA' ? decodeCanonical(material.n as string).length : jwa.signatureLength
  const part = publicPart(material)
  return new VerificationKey(jwa, kid, backend().verificationHandle(jwa, part), signatureLength as number, part)
}

/**
 * The thumbprint of a JWK in base64url (RFC 7638 §3, RFC 8037 §2, RFC 9964 §6); that of a private key is its public key's.
 *
 * @throws JoseError `ERR_JWK_INVALID`
 */
export async function thumbprint(jwk: Jwk, hash: Hash = 'SHA-256'): Promise<string> {
  if (!HASHES.includes(hash)) throw new TypeError(`the hash must be one of ${HASHES.join(', ')}`)
  const members = THUMBPRINT_MEMBERS.get(checkKty(jwk)) ?? []
  const canonical = JSON.stringify(Object.fromEntries(members.map((name) => [name, text(jwk, name)])))
  return encodeBase64url(await backend().digest(hash, new TextEncoder().encode(canonical)))
}

/** RFC 7638 §3.2: the required members of each type, in the order of their names. */
export const THUMBPRINT_MEMBERS: ReadonlyMap<string, readonly string[]> = new Map([
  ['oct', ['k', 'kty']],
  ['RSA', ['e', 'kty', 'n']],
  ['EC', ['crv', 'kty', 'x', 'y']],
  ['OKP', ['crv', 'kty', 'x']],
  ['AKP', ['alg', 'kty', 'pub']],
])

const IMPORT_OPTIONS = new Set(['alg', 'allowWeakKey'])

interface CheckedJwk {
  readonly jwa: Jwa
  readonly kid: string | undefined
  readonly material: KeyMaterial
}

function checkJwk(given: Jwk, operation: 'sign' | 'verify', options: ImportOptions): CheckedJwk {
  options = ownOptions(options, IMPORT_OPTIONS)
  const allowWeakKey = booleanOption('allowWeakKey', options.allowWeakKey)
  // Each member is read once: what is checked is what is imported.
  const jwk: Jwk = isJsonObject(given) ? { ...given } : given
  const kty = checkKty(jwk)
  const jwa = algorithmOf(jwk, kty, options.alg)
  checkUse(jwk, operation)
  const kid = own(jwk, 'kid')
  if (kid !== undefined && typeof kid !== 'string') throw invalid('"kid" is not a string')
  return { jwa, kid, material: MATERIAL[jwa.kty](jwk, jwa, allowWeakKey) }
}

function checkKty(jwk: Jwk): string {
  if (!isJsonObject(jwk)) throw new TypeError('a key must be a JWK, which is an object')
  const kty = own(jwk, 'kty')
  if (typeof kty !== 'string') throw invalid('"kty" is missing or not a string')
  if (!THUMBPRINT_MEMBERS.has(kty)) throw invalid('"kty" is not one of oct, RSA, EC, OKP, AKP')
  return kty
}

/** R2: the JWK's own `alg`, or that of its curve, or the caller's; where there are two they must agree. */
function algorithmOf(jwk: Jwk, kty: string, wanted: Alg | undefined): Jwa {
  const declared = own(jwk, 'alg')
  if (declared !== undefined && typeof declared !== 'string') throw invalid('"alg" is not a string')
  if (declared !== undefined && wanted !== undefined && declared !== wanted) {
    throw new JoseError('ERR_ALG_NOT_ALLOWED', 'the "alg" of the JWK is not the algorithm asked for')
  }
  const name = declared ?? wanted
  const crv = own(jwk, 'crv')
  const jwa = name === undefined ? findJwaOfCurve(crv) : findJwa(name)
  if (!jwa && name !== undefined)
    throw new JoseError('ERR_ALG_UNSUPPORTED', 'the algorithm of the key is not supported')
  if (!jwa && crv !== undefined) throw invalid('"crv" is not one of P-256, P-384, P-521, Ed25519, Ed448')
  if (!jwa) throw invalid('it has no "alg", so the algorithm must be given where it is imported')
  if (jwa.kty !== kty) throw invalid(`${jwa.alg} does not go with its "kty"`)
  if (jwa.crv !== undefined && jwa.crv !== crv) throw invalid(`${jwa.alg} does not go with its "crv"`)
  return jwa
}

/** RFC 7517 §4.3: the operations that do not go with `"use": "sig"`. */
const ENCRYPTION_OPERATIONS = ['encrypt', 'decrypt', 'wrapKey', 'unwrapKey', 'deriveKey', 'deriveBits']

/** R6 (RFC 7517 §4.2, §4.3). */
function checkUse(jwk: Jwk, operation: 'sign' | 'verify'): void {
  const use = own(jwk, 'use')
  if (use !== undefined && typeof use !== 'string') throw invalid('"use" is not a string')
  if (use !== undefined && use !== 'sig') throw new JoseError('ERR_KEY_USE', 'the "use" of the JWK is not "sig"')
  const operations = own(jwk, 'key_ops')
  if (operations === undefined) return
  if (!Array.isArray(operations) || operations.some((entry) => typeof entry !== 'string')) {
    throw invalid('"key_ops" is not an array of strings')
  }
  if (new Set(operations).size !== operations.length) throw invalid('"key_ops" names an operation twice')
  if (use !== undefined && operations.some((entry) => ENCRYPTION_OPERATIONS.includes(entry))) {
    throw invalid('"key_ops" and "use" contradict each other')
  }
  if (!operations.includes(operation))
    throw new JoseError('ERR_KEY_USE', `the "key_ops" of the JWK lack "${operation}"`)
}

/** R4, R5: what a JWK of each type must hold; the result holds that and nothing else. */
const MATERIAL: Readonly<Record<Jwa['kty'], (jwk: Jwk, jwa: Jwa, allowWeakKey: boolean) => KeyMaterial>> = {
  oct(jwk, { alg, hashLength }, allowWeakKey) {
    const { length } = octets(jwk, 'k')
    if (length === 0) throw new JoseError('ERR_JWK_WEAK', 'the secret "k" is empty')
    if (length < hashLength && !allowWeakKey) {
      throw new JoseError('ERR_JWK_WEAK', `the secret "k" has fewer than the ${hashLength} octets that ${alg} needs`)
    }
    return { kty: 'oct', k: text(jwk, 'k') }
  },

  RSA(jwk) {
    if (own(jwk, 'oth') !== undefined) throw invalid('RSA keys of more than two primes are not supported')
    const isPrivate = own(jwk, 'd') !== undefined
    const names = ['n', 'e', ...(isPrivate ? RSA_PRIVATE_MEMBERS : [])] as const
    const numbers = Object.fromEntries(names.map((name) => [name, unsigned(jwk, name)])) as RsaNumbers<
      (typeof names)[number]
    >
    checkRsaPublic(numbers)
    if (isPrivate) checkRsaPrivate(numbers)
    return pick(jwk, ['kty', ...names])
  },

  EC(jwk, jwa) {
    const curve = findCurve(jwa.crv) as EcCurve
    const x = toBigInt(octets(jwk, 'x', curve.size))
    const y = toBigInt(octets(jwk, 'y', curve.size))
    if (!isOnCurve(curve, x, y)) throw invalid('the point ("x", "y") is not on the curve')
    if (own(jwk, 'd') === undefined) return pick(jwk, ['kty', 'crv', 'x', 'y'])
    if (!isScalar(curve, octets(jwk, 'd', curve.size))) throw invalid('"d" is out of range')
    return pick(jwk, ['kty', 'crv', 'x', 'y', 'd'])
  },

  OKP(jwk, { keyLength }) {
    if (hasSmallOrder(octets(jwk, 'x', keyLength))) {
      throw new JoseError('ERR_JWK_WEAK', 'the point "x" has a small order: signatures under it prove nothing')
    }
    if (own(jwk, 'd') === undefined) return pick(jwk, ['kty', 'crv', 'x'])
    octets(jwk, 'd', keyLength)
    return pick(jwk, ['kty', 'crv', 'x', 'd'])
  },

  // RFC 9964 §3: the type says nothing without "alg", and the private key is the seed.
  AKP(jwk, { keyLength }) {
    octets(jwk, 'pub', keyLength)
    if (own(jwk, 'priv') === undefined) return pick(jwk, ['kty', 'alg', 'pub'])
    octets(jwk, 'priv', 32)
    return pick(jwk, ['kty', 'alg', 'pub', 'priv'])
  },
}

function pick(jwk: Jwk, names: readonly string[]): KeyMaterial {
  return Object.fromEntries(names.map((name) => [name, text(jwk, name)]))
}

function text(jwk: JsonObject, name: string): string {
  const value = own(jwk, name)
  if (typeof value !== 'string') throw invalid(`"${name}" is missing or not a string`)
  return value
}

function octets(jwk: Jwk, name: string, size?: number): Uint8Array {
  const bytes = decodeStrictly(text(jwk, name))
  if (!bytes) throw invalid(`"${name}" is not canonical base64url`)
  if (size !== undefined && bytes.length !== size) {
    const hint = bytes.length < size ? '; some libraries drop leading zero octets' : ''
    throw invalid(`"${name}" has ${bytes.length} octets where ${size} are due${hint}`)
  }
  return bytes
}

/** Base64urlUInt (RFC 7518 §2): the shortest octets that hold the number. */
function unsigned(jwk: Jwk, name: string): bigint {
  const bytes = octets(jwk, name)
  if (bytes.length === 0) throw invalid(`"${name}" is empty`)
  if (bytes[0] === 0 && bytes.length > 1) throw invalid(`"${name}" has a leading zero octet`)
  return toBigInt(bytes)
}

function invalid(reason: string): JoseError {
  return new JoseError('ERR_JWK_INVALID', `the JWK cannot be used: ${reason}`)
}
