import { backend } from '../backend/choice.ts'
import type { Hash } from '../jwa.ts'

/** The hash of text, of which each character is an octet. */
export async function hashText(hash: Hash, text: string): Promise<Uint8Array> {
  return backend().digest(hash, new TextEncoder().encode(text))
}
