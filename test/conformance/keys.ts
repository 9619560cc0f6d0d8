import type { ImportOptions, Jwk } from '../../src/index.ts'
import { findJwa } from '../../src/jwa.ts'
import { SigningKey, VerificationKey } from '../../src/key.ts'
import type { Path } from '../paths.ts'
import { toBase64url } from './vectors.ts'

/** How a careful user imports a key: for the algorithm that it is meant for, which no token can change. */
export function importOptions(jwk: Jwk, alg: string): ImportOptions {
  const jwa = findJwa(alg)
  if (jwk.alg !== undefined) return {}
  if (jwa && jwa.kty === jwk.kty && jwa.crv === jwk.crv) return { alg: jwa.alg }
  return jwk.kty === 'RSA' ? { alg: 'RS256' } : {}
}

/** A signature over octets of any kind, in base64url. */
export async function signOctets(path: Path, key: SigningKey, input: string | Uint8Array): Promise<string> {
  return path.name === 'sync' ? SigningKey.signSync(key, input) : SigningKey.sign(key, input)
}

export async function verifyOctets(
  path: Path,
  key: VerificationKey,
  input: string | Uint8Array,
  octets: Uint8Array,
): Promise<boolean> {
  const signature = toBase64url(octets)
  return path.name === 'sync'
    ? VerificationKey.verifySync(key, input, signature)
    : VerificationKey.verify(key, input, signature)
}
