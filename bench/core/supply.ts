import type { TestKey } from './keys.ts'
import { bytesOf, makeClaims, signToken, type TestClaims } from './tokens.ts'

/** What the operations of a batch are given, made before the clock starts. */
export type Supply = (count: number) => unknown[]

/**
 * Tokens as they come from a socket: each a new string made from bytes, flat, hashed by nobody before. One string object
 * used again and again would flatter whoever keeps it as the key of a map.
 */
export function supplyTokens(tokens: readonly string[]): Supply {
  const received = tokens.map(bytesOf)
  let next = 0
  return (count) => Array.from({ length: count }, () => freshString(received[next++ % received.length] as Uint8Array))
}

export function supplyClaims(): Supply {
  let next = 0
  return (count) => Array.from({ length: count }, () => makeClaims(next++))
}

/** Tokens of many subjects; they go round robin over the keys. */
export async function signMany(
  count: number,
  keys: readonly TestKey[],
  claimsOf: (index: number) => TestClaims = makeClaims,
): Promise<string[]> {
  const signing = Array.from({ length: count }, (_, index) =>
    signToken(claimsOf(index), keys[index % keys.length] as TestKey),
  )
  return Promise.all(signing)
}

const decoder = new TextDecoder('latin1')

/** Node's own way is faster, and it is what its HTTP parser does. */
const freshString: (bytes: Uint8Array) => string =
  typeof globalThis.Buffer === 'function'
    ? (bytes) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1')
    : (bytes) => decoder.decode(bytes)
