import { expect } from 'vitest'
import { builtin } from '../../src/runtime.ts'
import { codeOf, type Path } from '../paths.ts'
import { signOctets } from './keys.ts'
import type { Vector } from './vectors.ts'

// Which of the new algorithms the platforms of this runtime have is asked of the platforms themselves, not of the library.
// Where one is missing, its cases do not fall away: they must be refused, with the one code for that (R16).

const NEW = ['Ed448', 'ML-DSA-44', 'ML-DSA-65', 'ML-DSA-87'] as const
type NewAlg = (typeof NEW)[number]

const crypto = builtin<typeof import('node:crypto')>('node:crypto')

function nodeHas(alg: NewAlg): boolean {
  try {
    crypto?.generateKeyPairSync(alg.toLowerCase() as 'ed448')
    return crypto !== undefined
  } catch {
    return false
  }
}

async function webHas(alg: NewAlg): Promise<boolean> {
  try {
    await globalThis.crypto.subtle.generateKey({ name: alg }, false, ['sign', 'verify'])
    return true
  } catch {
    return false
  }
}

const onNode = NEW.filter(nodeHas)
const onWeb = (await Promise.all(NEW.map(async (alg) => ((await webHas(alg)) ? [alg] : [])))).flat()

export const PLATFORM_ALGS: Readonly<Record<Path['name'], readonly string[]>> = {
  // In Deno the library turns to WebCrypto for what its node:crypto lacks.
  node: 'Deno' in globalThis ? [...onNode, ...onWeb] : onNode,
  web: onWeb,
  sync: onNode,
}

/** The algorithm of a case, where the platform of the path does not have it. Thumbprints need none. */
export function missingAlg(vector: Vector, path: Path): NewAlg | undefined {
  if (vector.expect !== 'valid' || (vector.kind !== 'jws' && vector.kind !== 'eddsa')) return undefined
  const alg = NEW.find((name) => name === vector.jwk.crv || name === vector.jwk.alg)
  return alg && !PLATFORM_ALGS[path.name].includes(alg) ? alg : undefined
}

/** At import where the platform answers at once, on first use where it does not; in Deno, only the synchronous API is without. */
export async function checkMissing(vector: Vector, path: Path): Promise<void> {
  if (vector.kind !== 'jws' && vector.kind !== 'eddsa') throw new Error(`${vector.name} has no key`)
  const { jwk } = vector
  if (!jwk) throw new Error(`${vector.name} has no key`)
  const sign = async () => signOctets(path, path.importSigningKey(jwk), 'signed')
  if (path.name === 'sync' && PLATFORM_ALGS.node.some((alg) => alg === jwk.crv || alg === jwk.alg)) {
    await expect(sign()).rejects.toThrow(TypeError)
    return
  }
  expect(await codeOf(sign)).toBe('ERR_ALG_UNSUPPORTED')
}
