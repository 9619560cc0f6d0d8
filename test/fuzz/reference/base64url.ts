import { Refusal } from './refusal.ts'

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/** RFC 4648 §5 without padding: text that its octets are encoded as, and no other. */
export function decode(text: string): Buffer | undefined {
  for (const letter of text) if (!ALPHABET.includes(letter)) return undefined
  const octets = Buffer.from(text, 'base64url')
  return octets.toString('base64url') === text ? octets : undefined
}

export function decodeSegment(text: string): Buffer {
  const octets = decode(text)
  if (!octets) throw new Refusal('ERR_BASE64URL', 'R10')
  return octets
}
