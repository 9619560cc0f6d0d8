import { createPrivateKey, type KeyObject } from 'node:crypto'
import type { Jwk } from '../src/index.ts'

export const DER = {
  privateKeyEncoding: { type: 'pkcs8', format: 'der' },
  publicKeyEncoding: { type: 'spki', format: 'der' },
} as const

/**
 * A generated key that has gone by its DER. Node 20 hangs when a key is exported that has just been generated and, at that
 * very moment, what generated it is collected as garbage: the one waits for the other's lock.
 */
export function detached({ privateKey }: { readonly privateKey: unknown }): KeyObject {
  return createPrivateKey({ key: privateKey as Buffer, format: 'der', type: 'pkcs8' })
}

export function jwkOf(key: KeyObject): Jwk {
  return key.export({ format: 'jwk' }) as Jwk
}
