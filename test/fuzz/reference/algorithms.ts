/** RFC 7518 §3.1, RFC 8037 §3.1, RFC 9864 §2.2, RFC 9964 §2. */
interface Algorithm {
  readonly kty: string
  readonly crv?: string
  readonly digest: string | null
  /** Octets of the hash, or of a signature. */
  readonly octets: number
  readonly pss?: true
}

const HASHES = { 256: ['sha256', 32], 384: ['sha384', 48], 512: ['sha512', 64] } as const
const CURVES = { 256: 'P-256', 384: 'P-384', 512: 'P-521' } as const

export const ALGORITHMS: ReadonlyMap<unknown, Algorithm> = new Map<unknown, Algorithm>([
  ...([256, 384, 512] as const).flatMap((bits): [string, Algorithm][] => {
    const [digest, octets] = HASHES[bits]
    return [
      [`HS${bits}`, { kty: 'oct', digest, octets }],
      [`RS${bits}`, { kty: 'RSA', digest, octets }],
      [`PS${bits}`, { kty: 'RSA', digest, octets, pss: true }],
      [`ES${bits}`, { kty: 'EC', digest, octets, crv: CURVES[bits] }],
    ]
  }),
  ['ML-DSA-44', { kty: 'AKP', digest: null, octets: 2420 }],
  ['ML-DSA-65', { kty: 'AKP', digest: null, octets: 3309 }],
  ['ML-DSA-87', { kty: 'AKP', digest: null, octets: 4627 }],
  ['Ed448', { kty: 'OKP', crv: 'Ed448', digest: null, octets: 114 }],
  ...['EdDSA', 'Ed25519'].map((alg): [string, Algorithm] => [
    alg,
    { kty: 'OKP', crv: 'Ed25519', digest: null, octets: 64 },
  ]),
])

/** What a curve stands for where nothing names an algorithm (R2). */
export const ALGORITHM_OF_CURVE: ReadonlyMap<unknown, string> = new Map([
  ['P-256', 'ES256'],
  ['P-384', 'ES384'],
  ['P-521', 'ES512'],
  ['Ed25519', 'EdDSA'],
  ['Ed448', 'Ed448'],
])
