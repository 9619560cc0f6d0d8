import { decodeStrictly } from '../base64url.ts'
import { JoseError } from '../errors.ts'

/** A key in one of the forms of files: PEM as text, DER as octets. */
export type PemOrDer = string | Uint8Array

/** The longest text that is read: a key of 16384 bits takes 13 KB. */
const MAX_LENGTH = 65_536

const BLOCK = /^-----BEGIN ([A-Z0-9 ]+)-----\r?\n([\s\S]*?)\r?\n?-----END \1-----\s*$/

/** Lines of base64 (RFC 7468 §3): only the last may be shorter, and only at its end is padding. */
const BASE64_LINES = /^(?:[A-Za-z0-9+/]+\r?\n)*[A-Za-z0-9+/]+={0,2}$/

/**
 * The DER of a key (RFC 7468 §2): exactly one block, under a label that is expected, and nothing before or behind it.
 *
 * @param labels those that the form may have
 * @throws JoseError `ERR_JWK_INVALID`
 */
export function derOf(
  input: PemOrDer,
  ...labels: readonly string[]
): { readonly label: string; readonly der: Uint8Array } {
  if (typeof input !== 'string') {
    if (!(input instanceof Uint8Array))
      throw new TypeError('a key must be PEM, which is text, or DER, which is a Uint8Array')
    return { label: labels[0] as string, der: input }
  }
  if (input.length > MAX_LENGTH) throw notPem('it is too long')
  if (/-----BEGIN ENCRYPTED PRIVATE KEY-----|^Proc-Type: 4,ENCRYPTED/m.test(input)) {
    throw notPem('it is encrypted; decrypt it first, for instance with "openssl pkey"')
  }
  const [, label, body] = BLOCK.exec(input) ?? []
  if (label === undefined || body === undefined) throw notPem('it is not one block from "-----BEGIN" to "-----END"')
  if (!labels.includes(label)) throw notPem(`its label is not ${labels.join(' or ')}`)
  const octets = BASE64_LINES.test(body) ? decodeBase64(body.replace(/\r?\n/g, '')) : undefined
  if (!octets) throw notPem('between its lines is something else than base64')
  return { label, der: octets }
}

/** Base64 with padding (RFC 4648 §4), canonical; `undefined` for anything else. */
export function decodeBase64(text: string): Uint8Array | undefined {
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return undefined
  return decodeStrictly(text.replace(/=+$/, '').replaceAll('+', '-').replaceAll('/', '_'))
}

function notPem(problem: string): JoseError {
  return new JoseError('ERR_JWK_INVALID', `the key is not the PEM that is expected: ${problem}`)
}
