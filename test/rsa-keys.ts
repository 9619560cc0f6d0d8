import { generateKeyPairSync } from 'node:crypto'
import type { Jwk } from '../src/index.ts'
import { DER, detached, jwkOf } from './detached.ts'

/** A private RSA JWK of so many bits. The bundle for other runtimes brings recorded ones. */
export function generateRsaJwk(modulusLength: number, publicExponent = 65537): Jwk {
  return jwkOf(detached(generateKeyPairSync('rsa', { modulusLength, publicExponent, ...DER })))
}
