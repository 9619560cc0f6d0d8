export const HASHES = ['SHA-256', 'SHA-384', 'SHA-512'] as const
/** The hash functions of algorithms and thumbprints: `SHA-256`, `SHA-384` and `SHA-512`. */
export type Hash = (typeof HASHES)[number]

export type Curve = 'P-256' | 'P-384' | 'P-521' | 'Ed25519'
export type KeyType = 'oct' | 'RSA' | 'EC' | 'OKP'
export type Family = 'HMAC' | 'RSASSA-PKCS1-v1_5' | 'RSA-PSS' | 'ECDSA' | 'Ed25519'

/** The algorithms of JSON Web Signatures that Countersign signs and verifies (RFC 7518 §3.1, RFC 8037, RFC 9864). */
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

/** Everything that is known about one "alg". Nothing else in the library decides by the name of an algorithm. */
export interface Jwa {
  readonly alg: Alg
  readonly family: Family
  readonly kty: KeyType
  readonly hash: Hash
  /** Octets of the hash: also of an HMAC, of its shortest key (RFC 7518 §3.2), and of the salt of RSA-PSS (§3.5). */
  readonly hashLength: number
  /** Octets of the blocks that the hash works on (FIPS 180-4 §1). */
  readonly blockLength: number
  /** The curve that the algorithm goes with, and no other (RFC 7518 §3.4). */
  readonly crv?: Curve
  /** Octets of a signature (R14); an RSA key's are those of its modulus. */
  readonly signatureLength?: number
  /** Microseconds that node:crypto takes, measured with Node 20 and 24, RSA with 2048 bits: it decides on which thread. */
  readonly signingTime: number
  readonly verifyingTime: number
}

const sha256 = { hash: 'SHA-256', hashLength: 32, blockLength: 64 } as const
const sha384 = { hash: 'SHA-384', hashLength: 48, blockLength: 128 } as const
const sha512 = { hash: 'SHA-512', hashLength: 64, blockLength: 128 } as const
const hmac = { signingTime: 2, verifyingTime: 2 }
const rsa = { signingTime: 700, verifyingTime: 26 }
const p256 = { signingTime: 25, verifyingTime: 70 }
const p384 = { signingTime: 1500, verifyingTime: 1300 }
const p521 = { signingTime: 2500, verifyingTime: 2000 }
const ed25519 = { signingTime: 36, verifyingTime: 110 }

const TABLE: readonly Jwa[] = [
  { alg: 'HS256', family: 'HMAC', kty: 'oct', ...sha256, signatureLength: 32, ...hmac },
  { alg: 'HS384', family: 'HMAC', kty: 'oct', ...sha384, signatureLength: 48, ...hmac },
  { alg: 'HS512', family: 'HMAC', kty: 'oct', ...sha512, signatureLength: 64, ...hmac },
  { alg: 'RS256', family: 'RSASSA-PKCS1-v1_5', kty: 'RSA', ...sha256, ...rsa },
  { alg: 'RS384', family: 'RSASSA-PKCS1-v1_5', kty: 'RSA', ...sha384, ...rsa },
  { alg: 'RS512', family: 'RSASSA-PKCS1-v1_5', kty: 'RSA', ...sha512, ...rsa },
  { alg: 'PS256', family: 'RSA-PSS', kty: 'RSA', ...sha256, ...rsa },
  { alg: 'PS384', family: 'RSA-PSS', kty: 'RSA', ...sha384, ...rsa },
  { alg: 'PS512', family: 'RSA-PSS', kty: 'RSA', ...sha512, ...rsa },
  { alg: 'ES256', family: 'ECDSA', kty: 'EC', ...sha256, crv: 'P-256', signatureLength: 64, ...p256 },
  { alg: 'ES384', family: 'ECDSA', kty: 'EC', ...sha384, crv: 'P-384', signatureLength: 96, ...p384 },
  { alg: 'ES512', family: 'ECDSA', kty: 'EC', ...sha512, crv: 'P-521', signatureLength: 132, ...p521 },
  { alg: 'EdDSA', family: 'Ed25519', kty: 'OKP', ...sha512, crv: 'Ed25519', signatureLength: 64, ...ed25519 },
  { alg: 'Ed25519', family: 'Ed25519', kty: 'OKP', ...sha512, crv: 'Ed25519', signatureLength: 64, ...ed25519 },
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
