import { constants, createHmac, createPrivateKey, type JsonWebKey, sign } from 'node:crypto'

// Tokens made without the library: whatever it refuses or accepts, it did not write itself.

/** A JWK with what it takes to sign. */
export type ForgeKey = Readonly<Record<string, unknown>>

/** Base64url of octets, of text, or of any other value as JSON. */
export function segment(content: unknown): string {
  if (content instanceof Uint8Array) return Buffer.from(content).toString('base64url')
  return Buffer.from(typeof content === 'string' ? content : JSON.stringify(content)).toString('base64url')
}

/**
 * A token of these contents, signed; text stands for itself, so that a header may be anything.
 *
 * @param alg how to sign; by default what the header says
 * @param salt octets of the salt of RSA-PSS; by default as many as the hash has
 */
export function forge(header: unknown, payload: unknown, key: ForgeKey, alg = algOf(header), salt?: number): string {
  return seal(`${segment(header)}.${segment(payload)}`, key, alg, salt)
}

/**
 * A signing input, of whatever form, with its signature. Code units above 255 are signed as what careless decoders take
 * them for: their low eight bits.
 */
export function seal(input: string, key: ForgeKey, alg: string, salt?: number): string {
  return `${input}.${signature(Buffer.from(input, 'latin1'), key, alg, salt).toString('base64url')}`
}

/** The three segments of a token. */
export function segmentsOf(token: string): [header: string, payload: string, signature: string] {
  const [header = '', payload = '', signature = ''] = token.split('.')
  return [header, payload, signature]
}

/** The token with one bit of one octet of its signature turned over. */
export function flipSignatureBit(token: string, octet: number): string {
  const [header, payload, signature] = segmentsOf(token)
  const octets = Buffer.from(signature, 'base64url')
  octets.writeUInt8(octets.readUInt8(octet) ^ 1, octet)
  return `${header}.${payload}.${octets.toString('base64url')}`
}

/** The token with its signature replaced by the octets that `change` makes of it. */
export function changeSignature(token: string, change: (octets: Buffer) => Uint8Array): string {
  const [header, payload, signature] = segmentsOf(token)
  return `${header}.${payload}.${segment(change(Buffer.from(signature, 'base64url')))}`
}

function algOf(header: unknown): string {
  const { alg } = (typeof header === 'string' ? JSON.parse(header) : header) as { alg: string }
  return alg
}

function signature(
  input: Uint8Array,
  jwk: ForgeKey,
  alg: string,
  saltLength: number = constants.RSA_PSS_SALTLEN_DIGEST,
): Buffer {
  const hash = `sha${alg.slice(2)}`
  if (alg.startsWith('HS'))
    return createHmac(hash, Buffer.from(String(jwk.k), 'base64url'))
      .update(input)
      .digest()
  const key = createPrivateKey({ key: jwk as JsonWebKey, format: 'jwk' })
  if (alg.startsWith('Ed')) return sign(null, input, key)
  if (alg.startsWith('ES')) return sign(hash, input, { key, dsaEncoding: 'ieee-p1363' })
  const padding = alg.startsWith('PS') ? constants.RSA_PKCS1_PSS_PADDING : constants.RSA_PKCS1_PADDING
  return sign(hash, input, { key, padding, saltLength })
}
