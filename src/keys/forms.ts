import { encodeBase64url } from '../base64url.ts'
import { findCurve } from '../ec.ts'
import { JoseError } from '../errors.ts'
import type { Alg, Curve, MlDsa } from '../jwa.ts'
import type { Jwk } from '../jwk.ts'
import { builtin } from '../runtime.ts'
import { DerReader, OCTET_STRING, SEQUENCE } from './der.ts'
import { derOf, type PemOrDer } from './pem.ts'

// Keys as files have them, to JWKs. What a JWK must be is checked where it is imported; here it is read.

/**
 * The JWK of a public key in a SubjectPublicKeyInfo (RFC 5280 §4.1): the PEM `PUBLIC KEY`, or its DER.
 *
 * @throws JoseError `ERR_JWK_INVALID`
 * @example
 * const key = importVerificationKey(jwkFromSpki(pem), { alg: 'RS256' })
 */
export function jwkFromSpki(key: PemOrDer): Jwk {
  return readSpki(new DerReader(derOf(key, 'PUBLIC KEY').der))
}

/**
 * The JWK of a private key in PKCS#8 (RFC 5958): the PEM `PRIVATE KEY`, or its DER. A key of Ed25519, Ed448 or ML-DSA that
 * does not hold its public part, as most do not, needs node:crypto to make it.
 *
 * @throws JoseError `ERR_JWK_INVALID`; `ERR_ALG_UNSUPPORTED` where the public part cannot be made
 * @example
 * const key = importSigningKey(jwkFromPkcs8(pem), { alg: 'RS256' })
 */
export function jwkFromPkcs8(key: PemOrDer): Jwk {
  const { der } = derOf(key, 'PRIVATE KEY')
  const file = new DerReader(der)
  const info = file.enter()
  file.end()
  if (info.readSmall() > 1) throw invalid('its version of PKCS#8 is not known')
  const algorithm = readAlgorithm(info.enter())
  const privateKey = new DerReader(info.read(OCTET_STRING))
  if (info.next === 0xa0) info.read(0xa0)
  const publicBits = info.next === 0x81 ? info.readBits(0x81) : undefined
  info.end()
  return algorithm.readPrivate(privateKey, publicBits, der)
}

/**
 * The JWK of an RSA key in PKCS#1 (RFC 8017 §A.1): the PEM `RSA PUBLIC KEY` or `RSA PRIVATE KEY`, or the DER of either.
 *
 * @throws JoseError `ERR_JWK_INVALID`
 */
export function jwkFromPkcs1(key: PemOrDer): Jwk {
  const { label, der } = derOf(key, 'RSA PRIVATE KEY', 'RSA PUBLIC KEY')
  // DER has no label; a public key is two numbers, and a private one begins with its version.
  const isPrivate = typeof key === 'string' ? label === 'RSA PRIVATE KEY' : countMembers(der) > 2
  return isPrivate ? readRsaPrivate(new DerReader(der)) : readRsaPublic(new DerReader(der))
}

/**
 * The JWK of a private key of an elliptic curve in the form of SEC 1 (RFC 5915): the PEM `EC PRIVATE KEY`, or its DER. It must
 * hold its curve and its public point.
 *
 * @throws JoseError `ERR_JWK_INVALID`
 */
export function jwkFromSec1(key: PemOrDer): Jwk {
  return readEcPrivate(new DerReader(derOf(key, 'EC PRIVATE KEY').der), undefined)
}

/**
 * The JWK of the public key in an X.509 certificate (RFC 5280 §4.1): the PEM `CERTIFICATE`, or its DER.
 *
 * Nothing else of the certificate is looked at: neither who signed it nor whether it is still good. That is for you to know.
 *
 * @throws JoseError `ERR_JWK_INVALID`
 */
export function jwkFromCertificate(certificate: PemOrDer): Jwk {
  const file = new DerReader(derOf(certificate, 'CERTIFICATE').der)
  const tbs = file.enter().enter()
  file.end()
  if (tbs.next === 0xa0) tbs.read(0xa0)
  tbs.readUnsigned()
  // The algorithm of the signature, the issuer, the validity and the subject.
  for (let field = 0; field < 4; field++) tbs.read(SEQUENCE)
  return readSpki(new DerReader(tbs.readWhole(SEQUENCE)))
}

/**
 * The JWK of a shared secret.
 *
 * @param secret octets; of a text, its UTF-8 is not a secret that was made at random
 * @throws JoseError `ERR_JWK_INVALID` for a PEM, a JWK, or the DER of a public key: everybody may know that
 */
export function jwkFromSecret(secret: Uint8Array): Jwk {
  const k = encodeBase64url(secret)
  if (isKeyFile(secret)) throw new JoseError('ERR_JWK_INVALID', 'a file with a key is not a secret')
  return { kty: 'oct', k }
}

/** R4. No octets that were made at random are any of these. */
function isKeyFile(octets: Uint8Array): boolean {
  const text = new TextDecoder().decode(octets)
  if (text.includes('-----BEGIN ') || (/^\s*\{/.test(text) && /"(?:kty|keys)"/.test(text))) return true
  return [jwkFromSpki, jwkFromCertificate, jwkFromPkcs1].some((read) => {
    try {
      return read(octets) !== undefined
    } catch {
      return false
    }
  })
}

function readSpki(file: DerReader): Jwk {
  const info = file.enter()
  file.end()
  const algorithm = readAlgorithm(info.enter())
  const bits = info.readBits()
  info.end()
  return algorithm.readPublic(bits)
}

/** How the keys of an algorithm are written (RFC 5280 §4.1.2.7). */
interface KeyAlgorithm {
  readPublic(bits: Uint8Array): Jwk
  /** @param file the whole of the PKCS#8 */
  readPrivate(key: DerReader, publicBits: Uint8Array | undefined, file: Uint8Array): Jwk
}

const RSA_ENCRYPTION = '1.2.840.113549.1.1.1'
const RSASSA_PSS = '1.2.840.113549.1.1.10'
const EC_PUBLIC_KEY = '1.2.840.10045.2.1'

/** RFC 5480 §2.1.1.1. */
const CURVES: ReadonlyMap<string, string> = new Map([
  ['1.2.840.10045.3.1.7', 'P-256'],
  ['1.3.132.0.34', 'P-384'],
  ['1.3.132.0.35', 'P-521'],
])

function readAlgorithm(algorithm: DerReader): KeyAlgorithm {
  const oid = algorithm.readOid()
  switch (oid) {
    case RSA_ENCRYPTION:
      algorithm.readNull()
      algorithm.end()
      return rsa({})
    case RSASSA_PSS: {
      const alg = readPssAlg(algorithm)
      algorithm.end()
      return rsa({ alg })
    }
    case EC_PUBLIC_KEY: {
      const crv = readCurve(algorithm)
      algorithm.end()
      return ec(crv)
    }
    default: {
      const plain = WITHOUT_PARAMETERS.get(oid)
      if (!plain) throw invalid('its algorithm is not RSA, RSASSA-PSS, P-256, P-384, P-521, Ed25519, Ed448 or ML-DSA')
      algorithm.end()
      return plain
    }
  }
}

function readCurve(algorithm: DerReader): string {
  const crv = CURVES.get(algorithm.readOid())
  if (crv === undefined) throw invalid('its curve is not one of P-256, P-384 and P-521')
  return crv
}

// ---- RSA ----

const rsa = (members: { alg?: Alg }): KeyAlgorithm => ({
  readPublic: (bits) => ({ ...readRsaPublic(new DerReader(bits)), ...members }),
  readPrivate: (key) => ({ ...readRsaPrivate(key), ...members }),
})

function readRsaPublic(file: DerReader): Jwk {
  const numbers = file.enter()
  file.end()
  const [n, e] = [text(numbers.readUnsigned()), text(numbers.readUnsigned())]
  numbers.end()
  return { kty: 'RSA', n, e }
}

function readRsaPrivate(file: DerReader): Jwk {
  const numbers = file.enter()
  file.end()
  if (numbers.readSmall() !== 0) throw invalid('RSA keys of more than two primes are not supported')
  const jwk: Jwk = { kty: 'RSA' }
  for (const name of ['n', 'e', 'd', 'p', 'q', 'dp', 'dq', 'qi']) jwk[name] = text(numbers.readUnsigned())
  numbers.end()
  return jwk
}

function countMembers(der: Uint8Array): number {
  const numbers = new DerReader(der).enter()
  let count = 0
  for (; numbers.next !== undefined; count++) numbers.readUnsigned()
  return count
}

/** RFC 5754 §2, RFC 7518 §3.5. */
const PSS_ALGS: ReadonlyMap<string, readonly [alg: Alg, saltLength: number]> = new Map([
  ['2.16.840.1.101.3.4.2.1', ['PS256', 32]],
  ['2.16.840.1.101.3.4.2.2', ['PS384', 48]],
  ['2.16.840.1.101.3.4.2.3', ['PS512', 64]],
])
const MGF1 = '1.2.840.113549.1.1.8'

/** RFC 4055 §3.1: the one algorithm that the parameters allow. */
function readPssAlg(algorithm: DerReader): Alg {
  if (algorithm.next !== SEQUENCE) throw invalid('it is an RSASSA-PSS key without parameters, which fixes no algorithm')
  const parameters = algorithm.enter()
  const hash = parameters.next === 0xa0 ? readHash(parameters.enter(0xa0)) : undefined
  const generator = parameters.next === 0xa1 ? parameters.enter(0xa1).enter() : undefined
  const isMgf1 = generator?.readOid() === MGF1
  const generatorHash = generator && readHash(generator)
  const salt = parameters.next === 0xa2 ? parameters.enter(0xa2).readSmall() : 20
  parameters.end()
  const [alg, saltLength] = PSS_ALGS.get(hash ?? '') ?? []
  if (alg === undefined || !isMgf1 || generatorHash !== hash || salt !== saltLength) {
    throw invalid('its parameters are not those of PS256, PS384 or PS512')
  }
  return alg
}

function readHash(reader: DerReader): string {
  const algorithm = reader.enter()
  const oid = algorithm.readOid()
  if (algorithm.next !== undefined) algorithm.readNull()
  algorithm.end()
  return oid
}

// ---- elliptic curves ----

const ec = (crv: string): KeyAlgorithm => ({
  readPublic: (bits) => ({ kty: 'EC', crv, ...coordinates(crv, bits) }),
  readPrivate: (key) => readEcPrivate(key, crv),
})

/** SEC 1 §2.3.4: the uncompressed form. */
function coordinates(crv: string, point: Uint8Array): { x: string; y: string } {
  const size = findCurve(crv)?.size ?? 0
  if (point[0] === 2 || point[0] === 3) throw invalid('its point is compressed, and only uncompressed ones are read')
  if (point[0] !== 4 || point.length !== 1 + 2 * size) throw invalid('its point is not one of its curve')
  return { x: text(point.subarray(1, 1 + size)), y: text(point.subarray(1 + size)) }
}

/** RFC 5915 §3. @param known the curve that PKCS#8 names */
function readEcPrivate(file: DerReader, known: string | undefined): Jwk {
  const key = file.enter()
  file.end()
  if (key.readSmall() !== 1) throw invalid('its version of SEC 1 is not known')
  const d = key.read(OCTET_STRING)
  const named = key.next === 0xa0 ? readCurve(key.enter(0xa0)) : undefined
  const crv = known ?? named
  if (crv === undefined) throw invalid('it does not name its curve')
  if (named !== undefined && named !== crv) throw invalid('it names two curves')
  if (key.next !== 0xa1) throw invalid('it does not hold its public point; "openssl pkey" adds it')
  const point = key.enter(0xa1).readBits()
  key.end()
  return { kty: 'EC', crv, ...coordinates(crv, point), d: text(d) }
}

// ---- algorithms without parameters ----

/** RFC 8410 §7. */
const okp = (crv: Curve): KeyAlgorithm => ({
  readPublic: (bits) => ({ kty: 'OKP', crv, x: text(bits) }),
  readPrivate(key, publicBits, file) {
    const d = key.read(OCTET_STRING)
    key.end()
    return { kty: 'OKP', crv, x: publicBits ? text(publicBits) : publicPartOf(file, 'x'), d: text(d) }
  },
})

/** RFC 9881 §4, §6. */
const akp = (alg: MlDsa): KeyAlgorithm => ({
  readPublic: (bits) => ({ kty: 'AKP', alg, pub: text(bits) }),
  readPrivate(key, publicBits, file) {
    const priv = readSeed(key)
    return { kty: 'AKP', alg, pub: publicBits ? text(publicBits) : publicPartOf(file, 'pub'), priv: text(priv) }
  },
})

/** The seed, alone or before the key that is expanded from it. Whether that is so does not matter: the seed is what signs. */
function readSeed(key: DerReader): Uint8Array {
  const isAlone = key.next === 0x80
  if (!isAlone && key.next !== SEQUENCE) throw invalid('it does not hold its seed, without which ML-DSA has no JWK')
  const both = isAlone ? undefined : key.enter()
  const seed = both ? both.read(OCTET_STRING) : key.read(0x80)
  both?.read(OCTET_STRING)
  both?.end()
  key.end()
  return seed
}

const WITHOUT_PARAMETERS: ReadonlyMap<string, KeyAlgorithm> = new Map([
  // RFC 8410 §3.
  ['1.3.101.112', okp('Ed25519')],
  ['1.3.101.113', okp('Ed448')],
  // RFC 9881 §2.
  ['2.16.840.1.101.3.4.3.17', akp('ML-DSA-44')],
  ['2.16.840.1.101.3.4.3.18', akp('ML-DSA-65')],
  ['2.16.840.1.101.3.4.3.19', akp('ML-DSA-87')],
])

function publicPartOf(pkcs8: Uint8Array, member: 'x' | 'pub'): string {
  const crypto = builtin<typeof import('node:crypto')>('node:crypto')
  if (!crypto) {
    throw new JoseError(
      'ERR_ALG_UNSUPPORTED',
      'the key does not hold its public part, and only node:crypto can make it; a JWK holds both',
    )
  }
  try {
    const der = { key: pkcs8 as Buffer, format: 'der', type: 'pkcs8' } as const
    const jwk: Record<string, unknown> = {
      ...crypto.createPublicKey(crypto.createPrivateKey(der)).export({ format: 'jwk' }),
    }
    return jwk[member] as string
  } catch (cause) {
    throw new JoseError('ERR_JWK_INVALID', 'node:crypto does not take the key', { cause })
  }
}

const text = encodeBase64url

function invalid(reason: string): JoseError {
  return new JoseError('ERR_JWK_INVALID', `the key cannot be used: ${reason}`)
}
