import { generateKeyPair } from 'node:crypto'
import { promisify } from 'node:util'

/** How many RSA keys of each kind (bits of the modulus, public exponent) the tests use up in a runtime. */
const KINDS = [
  { modulusLength: 2048, publicExponent: 65537, count: 4 },
  { modulusLength: 2048, publicExponent: 3, count: 1 },
  { modulusLength: 2050, publicExponent: 65537, count: 3 },
  { modulusLength: 1024, publicExponent: 65537, count: 1 },
]

const generate = promisify(generateKeyPair)

let recorded: Promise<Record<string, object[]>> | undefined

/** The same for every bundle. */
export function recordRsaKeys(): Promise<Record<string, object[]>> {
  recorded ??= record()
  return recorded
}

async function record(): Promise<Record<string, object[]>> {
  const records = KINDS.map(async ({ count, ...options }) => {
    const pairs = await Promise.all(Array.from({ length: count }, () => generate('rsa', options)))
    const name = `${options.modulusLength} ${options.publicExponent}`
    return [name, pairs.map(({ privateKey }) => privateKey.export({ format: 'jwk' }))] as const
  })
  return Object.fromEntries(await Promise.all(records))
}
