import { sha256, sha384, sha512 } from '@noble/hashes/sha2.js'

const HASHES = { sha256, sha384, sha512 } as const

export type HashName = keyof typeof HASHES

export function hashNamed(name: string): (typeof HASHES)[HashName] {
  const hash = HASHES[name as HashName]
  if (!hash) throw new Error(`the portable node:crypto has no ${name}`)
  return hash
}

/** Of DigestInfo, from its beginning to the hash (RFC 8017 §9.2 note 1). */
export const DIGEST_INFO: Readonly<Record<HashName, readonly number[]>> = {
  sha256: [0x30, 0x31, 0x30, 0x0d, 6, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 1, 5, 0, 4, 0x20],
  sha384: [0x30, 0x41, 0x30, 0x0d, 6, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 2, 5, 0, 4, 0x30],
  sha512: [0x30, 0x51, 0x30, 0x0d, 6, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 3, 5, 0, 4, 0x40],
}
