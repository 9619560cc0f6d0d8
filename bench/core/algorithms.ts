/** The algorithms that the suite measures, with what WebCrypto calls them. */
const TABLE = {
  HS256: { name: 'HMAC', hash: 'SHA-256', length: 256 },
  HS384: { name: 'HMAC', hash: 'SHA-384', length: 384 },
  HS512: { name: 'HMAC', hash: 'SHA-512', length: 512 },
  RS256: rsa('RSASSA-PKCS1-v1_5'),
  PS256: { ...rsa('RSA-PSS'), saltLength: 32 },
  ES256: { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' },
  ES384: { name: 'ECDSA', namedCurve: 'P-384', hash: 'SHA-384' },
  ES512: { name: 'ECDSA', namedCurve: 'P-521', hash: 'SHA-512' },
  EdDSA: { name: 'Ed25519' },
} as const

export type Alg = keyof typeof TABLE
export const ALGS = Object.keys(TABLE) as readonly Alg[]

export function isAlg(name: string): name is Alg {
  return Object.hasOwn(TABLE, name)
}

export function isHmac(alg: Alg): boolean {
  return alg.startsWith('HS')
}

/** What `crypto.subtle` takes for a key of this algorithm, and for its signatures. */
export function webAlgorithm(alg: Alg): { name: string } {
  return TABLE[alg]
}

function rsa(name: string) {
  return { name, hash: 'SHA-256', modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]) } as const
}
