// Public keys as SubjectPublicKeyInfo (RFC 5280 §4.1.2.7), written independently of the library's own DER.

const INTEGER = 0x02
const BIT_STRING = 0x03
const NULL = 0x05
const OBJECT_IDENTIFIER = 0x06
const SEQUENCE = 0x30

const IDENTIFIERS = {
  rsaEncryption: [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01],
  ecPublicKey: [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01],
  'P-256': [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07],
  'P-384': [0x2b, 0x81, 0x04, 0x00, 0x22],
  'P-521': [0x2b, 0x81, 0x04, 0x00, 0x23],
  Ed25519: [0x2b, 0x65, 0x70],
} as const

function element(tag: number, content: readonly number[]): number[] {
  const { length } = content
  if (length < 0x80) return [tag, length, ...content]
  return length < 0x100 ? [tag, 0x81, length, ...content] : [tag, 0x82, length >> 8, length & 0xff, ...content]
}

function unsigned(octets: Uint8Array): number[] {
  return element(INTEGER, (octets[0] as number) < 0x80 ? [...octets] : [0, ...octets])
}

function publicKeyInfo(algorithm: readonly number[], key: readonly number[]): Uint8Array {
  return Uint8Array.from(element(SEQUENCE, [...element(SEQUENCE, algorithm), ...element(BIT_STRING, [0, ...key])]))
}

const identifier = (name: keyof typeof IDENTIFIERS): number[] => element(OBJECT_IDENTIFIER, IDENTIFIERS[name])

export function rsaPublicKeyInfo(n: Uint8Array, e: Uint8Array): Uint8Array {
  const key = element(SEQUENCE, [...unsigned(n), ...unsigned(e)])
  return publicKeyInfo([...identifier('rsaEncryption'), ...element(NULL, [])], key)
}

export function ecPublicKeyInfo(curve: 'P-256' | 'P-384' | 'P-521', x: Uint8Array, y: Uint8Array): Uint8Array {
  return publicKeyInfo([...identifier('ecPublicKey'), ...identifier(curve)], [4, ...x, ...y])
}

export function ed25519PublicKeyInfo(x: Uint8Array): Uint8Array {
  return publicKeyInfo(identifier('Ed25519'), [...x])
}
