import { createHash, createPublicKey, type KeyObject, randomBytes, sign } from 'node:crypto'
import { generateEcKey } from '../keys.ts'

/** A certificate (RFC 5280) under an EC P-256 key, and what a test wants to know of it. */
export interface Certificate {
  readonly pem: string
  readonly keyPem: string
  /** SHA-256 of the SPKI, in base64. */
  readonly pin: string
  readonly subject: string
  readonly privateKey: KeyObject
}

export interface CertificateParts {
  /** Default: signed by itself. */
  issuer?: Certificate
  isAuthority?: boolean
  /** DNS names and IPv4 addresses. */
  hosts?: readonly string[]
  /** Days from now. */
  notAfter?: number
  /** What stands there in place of the SPKI of the key. */
  spki?: Uint8Array
}

/** A new certificate for a new key. */
export function issue(subject: string, { issuer, ...parts }: CertificateParts = {}): Certificate {
  const privateKey = generateEcKey('P-256')
  const { isAuthority = false, hosts = [], notAfter = 1 } = parts
  const spki = parts.spki ?? createPublicKey(privateKey).export({ type: 'spki', format: 'der' })
  const extensions = sequence(...authority(isAuthority), ...(hosts.length > 0 ? [alternativeNames(hosts)] : []))
  const body = sequence(
    der(0xa0, integer(2)),
    der(INTEGER, new Uint8Array([1]), randomBytes(8)),
    ECDSA_WITH_SHA256,
    name(issuer?.subject ?? subject),
    sequence(time(notAfter - 30), time(notAfter)),
    name(subject),
    spki,
    der(0xa3, extensions),
  )
  const signature = sign('sha256', body, issuer?.privateKey ?? privateKey)
  const certificate = sequence(body, ECDSA_WITH_SHA256, bitString(signature))
  return {
    pem: `-----BEGIN CERTIFICATE-----\n${lines(certificate)}\n-----END CERTIFICATE-----\n`,
    keyPem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    pin: createHash('sha256').update(spki).digest('base64'),
    subject,
    privateKey,
  }
}

/** A server's certificate and what it sends after it. */
export function chain(...certificates: readonly Certificate[]): { cert: string; key: string } {
  return { cert: certificates.map(({ pem }) => pem).join(''), key: certificates[0]?.keyPem ?? '' }
}

/** An SPKI of an algorithm that nobody knows. */
export function unknownSpki(): Uint8Array {
  return sequence(sequence(objectIdentifier('2a0304ffff7f')), bitString(randomBytes(32)))
}

// ---- ITU-T X.690: tag, length, contents ----

const [INTEGER, UTF8_STRING, UTC_TIME, SEQUENCE, SET] = [0x02, 0x0c, 0x17, 0x30, 0x31]

function der(tag: number, ...contents: readonly Uint8Array[]): Uint8Array {
  const content = Buffer.concat(contents)
  const size = content.length
  const length = size < 0x80 ? [size] : size < 0x100 ? [0x81, size] : [0x82, size >> 8, size & 0xff]
  return Buffer.concat([new Uint8Array([tag, ...length]), content])
}

function sequence(...entries: readonly Uint8Array[]): Uint8Array {
  return der(SEQUENCE, ...entries)
}

function integer(value: number): Uint8Array {
  return der(INTEGER, new Uint8Array([value]))
}

function bitString(octets: Uint8Array, unused = 0): Uint8Array {
  return der(0x03, new Uint8Array([unused]), octets)
}

/** @param hex the encoded arcs */
function objectIdentifier(hex: string): Uint8Array {
  return der(0x06, Buffer.from(hex, 'hex'))
}

const ECDSA_WITH_SHA256 = sequence(objectIdentifier('2a8648ce3d040302'))

function name(commonName: string): Uint8Array {
  return sequence(der(SET, sequence(objectIdentifier('550403'), der(UTF8_STRING, Buffer.from(commonName)))))
}

/** @param days from now */
function time(days: number): Uint8Array {
  const text = new Date(Date.now() + days * 86_400_000).toISOString().replace(/^..|\.\d+|[-:T]/g, '')
  return der(UTC_TIME, Buffer.from(text))
}

function extension(identifier: string, isCritical: boolean, value: Uint8Array): Uint8Array {
  const critical = isCritical ? [der(0x01, new Uint8Array([0xff]))] : []
  return sequence(objectIdentifier(identifier), ...critical, der(0x04, value))
}

/** basicConstraints and keyUsage: keyCertSign for an authority, digitalSignature for a server. */
function authority(isAuthority: boolean): readonly Uint8Array[] {
  const constraints = isAuthority ? sequence(der(0x01, new Uint8Array([0xff]))) : sequence()
  const usage = isAuthority ? bitString(new Uint8Array([0x04]), 2) : bitString(new Uint8Array([0x80]), 7)
  return [extension('551d13', true, constraints), extension('551d0f', true, usage)]
}

function alternativeNames(hosts: readonly string[]): Uint8Array {
  const names = hosts.map((host) =>
    /^[\d.]+$/.test(host) ? der(0x87, new Uint8Array(host.split('.').map(Number))) : der(0x82, Buffer.from(host)),
  )
  return extension('551d11', false, sequence(...names))
}

function lines(octets: Uint8Array): string {
  return (
    Buffer.from(octets)
      .toString('base64')
      .match(/.{1,64}/g)
      ?.join('\n') ?? ''
  )
}
