import type { HeaderParameters, VerificationKey } from '../../src/index.ts'
import type { Alg } from '../../src/jwa.ts'
import type { JwsSignature } from '../../src/jws/index.ts'
import { seal, segment } from '../forge.ts'
import { privateJwk } from '../keys.ts'
import type { Path } from '../paths.ts'
import { keyOf } from '../verdict.ts'

// JSON serializations that the library did not write.

/**
 * A signature over a payload as it stands in the signing input.
 *
 * @param header the protected header; text stands for itself, and `undefined` for none
 */
export function forgeSignature(
  header: unknown,
  payload: string,
  unprotected?: unknown,
  alg: Alg = 'HS256',
): JwsSignature {
  const protectedText = header === undefined ? '' : segment(header)
  const sealed = seal(`${protectedText}.${payload}`, privateJwk(alg), alg)
  return {
    ...(header === undefined ? {} : { protected: protectedText }),
    ...(unprotected === undefined ? {} : { header: unprotected as HeaderParameters }),
    signature: sealed.slice(sealed.lastIndexOf('.') + 1),
  }
}

export const TEXT = 'sold for 12'
export const PAYLOAD: string = segment(TEXT)
export const OCTETS: Uint8Array = new TextEncoder().encode(TEXT)

/** The keys of these algorithms, as a source that offers all of them. */
export function keysOf(path: Path, ...algs: readonly Alg[]): () => readonly VerificationKey[] {
  const keys = algs.map((alg) => keyOf(alg, path))
  return () => keys
}
