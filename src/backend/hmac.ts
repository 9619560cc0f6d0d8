import type { Hash, Jwa } from '../jwa.ts'
import { NodeBuffer } from '../runtime.ts'
import type { SigningInput } from './backend.ts'

// HMAC on node:crypto, in two ways.

type NodeCrypto = typeof import('node:crypto')

/** The MAC of an input, in base64url. */
export type Mac = (input: SigningInput) => string

const Buffer = NodeBuffer as typeof import('node:buffer').Buffer

/** The faster way that the runtime has: `crypto.hash` came with Node 20.12. */
export function createMac(crypto: NodeCrypto, jwa: Jwa, secret: Uint8Array): Mac {
  const canHashAtOnce = (crypto as Partial<NodeCrypto>).hash !== undefined
  return canHashAtOnce ? hashTwice(crypto, jwa, secret) : useHmac(crypto, jwa, secret)
}

/** By the platform's own HMAC. */
export function useHmac(crypto: NodeCrypto, { hash }: Jwa, secret: Uint8Array): Mac {
  const key = crypto.createSecretKey(secret)
  const digest = digestName(hash)
  // "latin1" is how a string is read, and nothing to octets.
  return (input) =>
    crypto
      .createHmac(digest, key)
      .update(input as string, 'latin1')
      .digest('base64url')
}

/** Where the input of the inner hash is put together, behind the key block of the last key. */
const work = Buffer?.alloc(8192)
let blockInWork: Uint8Array | undefined

/**
 * By its definition (RFC 2104 §2), H(K ^ opad, H(K ^ ipad, text)), as two one-shot hashes, which make no objects of the
 * platform: half the time of `createHmac` in Node, Deno and Bun.
 */
export function hashTwice(crypto: NodeCrypto, jwa: Jwa, secret: Uint8Array): Mac {
  const { blockLength, hashLength } = jwa
  const digest = digestName(jwa.hash)
  const key = Buffer.alloc(blockLength)
  key.set(secret.length > blockLength ? crypto.createHash(digest).update(secret).digest() : secret)
  const innerBlock = key.map((octet) => octet ^ 0x36)
  const outer = Buffer.concat([key.map((octet) => octet ^ 0x5c), Buffer.alloc(hashLength)])
  const long = useHmac(crypto, jwa, secret)

  return (input) => {
    if (typeof input !== 'string' || blockLength + input.length > work.length) return long(input)
    if (blockInWork !== innerBlock) {
      work.set(innerBlock)
      blockInWork = innerBlock
    }
    writeLatin1.call(work, input, blockLength, input.length)
    const text = new Uint8Array(work.buffer, work.byteOffset, blockLength + input.length)
    writeLatin1.call(outer, crypto.hash(digest, text, 'binary'), blockLength, hashLength)
    return crypto.hash(digest, outer, 'base64url')
  }
}

/**
 * Buffer's `write` without its choice of an encoding, which would take longer than the writing. workerd wants the length,
 * and without it takes one beyond the end.
 */
const writeLatin1: (this: Buffer, text: string, offset: number, length: number) => void =
  (Buffer?.prototype as { latin1Write?: typeof writeLatin1 })?.latin1Write ??
  function (this: Buffer, text, offset, length) {
    this.write(text, offset, length, 'latin1')
  }

export function digestName(hash: Hash): string {
  return hash.replace('SHA-', 'sha')
}
