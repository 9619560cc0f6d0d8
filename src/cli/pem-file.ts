import type { Jwk } from '../jwk.ts'
import { jwkFromCertificate, jwkFromPkcs1, jwkFromPkcs8, jwkFromSec1, jwkFromSpki } from '../keys/index.ts'
import { WrongUse } from './command.ts'

/** What each kind of PEM is read by (RFC 7468). */
const READERS: ReadonlyMap<string | undefined, (pem: string) => Jwk> = new Map([
  ['PUBLIC KEY', jwkFromSpki],
  ['PRIVATE KEY', jwkFromPkcs8],
  ['ENCRYPTED PRIVATE KEY', jwkFromPkcs8],
  ['RSA PUBLIC KEY', jwkFromPkcs1],
  ['RSA PRIVATE KEY', jwkFromPkcs1],
  ['EC PRIVATE KEY', jwkFromSec1],
  ['CERTIFICATE', jwkFromCertificate],
])

/** The key of a PEM file, whose label says what it is. */
export function jwkFromPem(pem: string, path: string): Jwk {
  const [, label] = /^-----BEGIN ([A-Z0-9 ]+)-----/.exec(pem) ?? []
  const read = READERS.get(label)
  if (!read) throw new WrongUse(`${path} is neither a JWK nor a JWK Set, nor PEM with a key`)
  return read(pem)
}
