export const HASHES = ['SHA-256', 'SHA-384', 'SHA-512'] as const
/** The hash functions of algorithms and thumbprints: `SHA-256`, `SHA-384` and `SHA-512`. */
export type Hash = (typeof HASHES)[number]

export type Curve = 'P-256' | 'P-384' | 'P-521' | 'Ed25519' | 'Ed448'
export type KeyType = 'oct' | 'RSA' | 'EC' | 'OKP' | 'AKP'
export type MlDsa = 'ML-DSA-44' | 'ML-DSA-65' | 'ML-DSA-87'
/** As WebCrypto names them. */
export type Family = 'HMAC' | 'RSASSA-PKCS1-v1_5' | 'RSA-PSS' | 'ECDSA' | 'Ed25519' | 'Ed448' | MlDsa

/**
 * The algorithms of JSON Web Signatures that Countersign signs and verifies (RFC 7518 §3.1, RFC 8037, RFC 9864, RFC 9964).
 * Not every runtime has Ed448 and ML-DSA: elsewhere they are `ERR_ALG_UNSUPPORTED`.
 */
export type Alg =
  | 'HS256'
  | 'HS384'
  | 'HS512'
  | 'RS256'
  | 'RS384'
  | 'RS512'
  | 'PS256'
  | 'PS384'
  | 'PS512'
  | 'ES256'
  | 'ES384'
  | 'ES512'
  | 'EdDSA'
  | 'Ed25519'
  | 'Ed448'
  | MlDsa

/** Everything that is known about one "alg". Nothing else in the library decides by the name of an algorithm. */
export interface Jwa {
  readonly alg: Alg
  readonly family: Family
  readonly kty: KeyType
  /** Those of the families OKP and AKP hash for themselves, whatever stands here. */
  readonly hash: Hash
  /** Octets of the hash: also of an HMAC, of its shortest key (RFC 7518 §3.2), and of the salt of RSA-PSS (§3.5). */
  readonly hashLength: number
  /** Octets of the blocks that the hash works on (FIPS 180-4 §1). */
  readonly blockLength: number
  /** The curve that the algorithm goes with, and no other (RFC 7518 §3.4). */
  readonly crv?: Curve
  /** Octets of an OKP or AKP public key (RFC 8032 §5, FIPS 204 §4). */
  readonly keyLength?: number
  /** Octets of a signature (R14); an RSA key's are those of its modulus. */
  readonly signatureLength?: number
  /** Microseconds that node:crypto takes, measured with Node 20 and 24, RSA with 2048 bits: it decides on which thread. */
  readonly signingTime: number
  readonly verifyingTime: number
}

const sha256 = { hash: 'SHA-256', hashLength: 32, blockLength: 64 } as const
const sha384 = { hash: 'SHA-384', hashLength: 48, blockLength: 128 } as const
const sha512 = { hash: 'SHA-512', hashLength: 64, blockLength: 128 } as const
type HashRow = typeof sha256 | typeof sha384 | typeof sha512

function hmac(alg: Alg, hash: HashRow): Jwa {
  return { alg, family: 'HMAC', kty: 'oct', ...hash, signatureLength: hash.hashLength, ...times(2, 2) }
}

function rsa(alg: Alg, family: Family, hash: HashRow): Jwa {
  return { alg, family, kty: 'RSA', ...hash, ...times(700, 26) }
}

function ecdsa(alg: Alg, crv: Curve, hash: HashRow, signatureLength: number, signing: number, verifying: number): Jwa {
  return { alg, family: 'ECDSA', kty: 'EC', ...hash, crv, signatureLength, ...times(signing, verifying) }
}

function times(signingTime: number, verifyingTime: number): Pick<Jwa, 'signingTime' | 'verifyingTime'> {
  return { signingTime, verifyingTime }
}

/** Algorithms that hash for themselves. */
function eddsa(
  alg: Alg,
  crv: Curve & Family,
  keyLength: number,
  signatureLength: number,
  signing: number,
  verifying: number,
): Jwa {
  return { alg, family: crv, kty: 'OKP', ...sha512, crv, keyLength, signatureLength, ...times(signing, verifying) }
}

function mlDsa(alg: MlDsa, keyLength: number, signatureLength: number, signing: number, verifying: number): Jwa {
  return { alg, family: alg, kty: 'AKP', ...sha512, keyLength, signatureLength, ...times(signing, verifying) }
}

const TABLE: readonly Jwa[] = [
  hmac('HS256', sha256),
  hmac('HS384', sha384),
  hmac('HS512', sha512),
  rsa('RS256', 'RSASSA-PKCS1-v1_5', sha256),
  rsa('RS384', 'RSASSA-PKCS1-v1_5', sha384),
  rsa('RS512', 'RSASSA-PKCS1-v1_5', sha512),
  rsa('PS256', 'RSA-PSS', sha256),
  rsa('PS384', 'RSA-PSS', sha384),
  rsa('PS512', 'RSA-PSS', sha512),
  ecdsa('ES256', 'P-256', sha256, 64, 25, 70),
  ecdsa('ES384', 'P-384', sha384, 96, 1500, 1300),
  ecdsa('ES512', 'P-521', sha512, 132, 2500, 2000),
  eddsa('EdDSA', 'Ed25519', 32, 64, 36, 110),
  eddsa('Ed25519', 'Ed25519', 32, 64, 36, 110),
  eddsa('Ed448', 'Ed448', 57, 114, 250, 270),
  mlDsa('ML-DSA-44', 1312, 2420, 700, 140),
  mlDsa('ML-DSA-65', 1952, 3309, 1100, 220),
  mlDsa('ML-DSA-87', 2592, 4627, 1500, 390),
]

const ROWS: ReadonlyMap<unknown, Jwa> = new Map(TABLE.map((row) => [row.alg, row]))

/** R1: the row of exactly this name; there is none for "none", for another case, or for what is not a string. */
export function findJwa(alg: unknown): Jwa | undefined {
  return ROWS.get(alg)
}

/** The one algorithm that a curve stands for where nothing names another (R2); "EdDSA" for Ed25519. */
export function findJwaOfCurve(crv: unknown): Jwa | undefined {
  return TABLE.find((row) => row.crv !== undefined && row.crv === crv)
}

/** The rows for which something holds. */
export function findJwas(holds: (row: Jwa) => boolean): readonly Jwa[] {
  return TABLE.filter(holds)
}
