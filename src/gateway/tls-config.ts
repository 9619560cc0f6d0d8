import { JoseError } from '../errors.ts'
import type { Block, OptionReader } from './option-reader.ts'

/** The TLS options of `jwk_url`. */
export interface TlsSettings {
  /** The path of a PEM file. */
  readonly caPath: string | undefined
  /** SHA-256 of SPKIs, in base64url. */
  readonly pins: readonly string[]
  /** OpenSSL's names. */
  readonly ciphers: readonly string[]
}

/** `jwk_local_ca`, `jwk_fingerprints` and `cipher_suites`; `undefined` when there is none of them. */
export function readTlsConfig(read: OptionReader): TlsSettings | undefined {
  const caPath = read.string('jwk_local_ca')
  const pins = (read.strings('jwk_fingerprints') ?? []).map((pin) => readPin(read, pin))
  const ciphers = (read.integers('cipher_suites') ?? []).map((suite) => readSuite(read, suite))
  return caPath === undefined && pins.length === 0 && ciphers.length === 0 ? undefined : { caPath, pins, ciphers }
}

/** What the options say where nothing can keep them: they are never passed over. */
export function noTls(block: Block): JoseError {
  const names = '"jwk_local_ca", "jwk_fingerprints" and "cipher_suites"'
  return new JoseError('ERR_CONFIG', `${block}: ${names} need Node's TLS, which this runtime does not have`)
}

/** Base64 in either alphabet, padded or not: 32 octets. */
function readPin(read: OptionReader, pin: string): string {
  const text = pin.replaceAll('+', '-').replaceAll('/', '_').replace(/=$/, '')
  if (!/^[\w-]{43}$/.test(text)) throw read.error('jwk_fingerprints', 'holds what is not a SHA-256 in base64')
  return text
}

function readSuite(read: OptionReader, suite: number): string {
  const name = SUITES.get(suite)
  if (name === undefined) throw read.error('cipher_suites', `holds ${suite}, which is not the number of a known suite`)
  return name
}

/** IANA's numbers of the suites that KrakenD knows, with OpenSSL's names. */
const SUITES: ReadonlyMap<number, string> = new Map([
  [0x002f, 'AES128-SHA'],
  [0x0035, 'AES256-SHA'],
  [0x003c, 'AES128-SHA256'],
  [0x009c, 'AES128-GCM-SHA256'],
  [0x009d, 'AES256-GCM-SHA384'],
  [0xc009, 'ECDHE-ECDSA-AES128-SHA'],
  [0xc00a, 'ECDHE-ECDSA-AES256-SHA'],
  [0xc013, 'ECDHE-RSA-AES128-SHA'],
  [0xc014, 'ECDHE-RSA-AES256-SHA'],
  [0xc023, 'ECDHE-ECDSA-AES128-SHA256'],
  [0xc027, 'ECDHE-RSA-AES128-SHA256'],
  [0xc02b, 'ECDHE-ECDSA-AES128-GCM-SHA256'],
  [0xc02c, 'ECDHE-ECDSA-AES256-GCM-SHA384'],
  [0xc02f, 'ECDHE-RSA-AES128-GCM-SHA256'],
  [0xc030, 'ECDHE-RSA-AES256-GCM-SHA384'],
  [0xcca8, 'ECDHE-RSA-CHACHA20-POLY1305'],
  [0xcca9, 'ECDHE-ECDSA-CHACHA20-POLY1305'],
  [0x1301, 'TLS_AES_128_GCM_SHA256'],
  [0x1302, 'TLS_AES_256_GCM_SHA384'],
  [0x1303, 'TLS_CHACHA20_POLY1305_SHA256'],
])
