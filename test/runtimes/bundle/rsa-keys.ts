import { generateKeyPairSync } from 'node:crypto'

/** How many RSA keys of each kind (bits of the modulus, public exponent) the tests use up in runtimes without node:crypto. */
const KINDS = [
  { modulusLength: 2048, publicExponent: 65537, count: 4 },
  { modulusLength: 2048, publicExponent: 3, count: 1 },
  { modulusLength: 2050, publicExponent: 65537, count: 3 },
  { modulusLength: 1024, publicExponent: 65537, count: 1 },
]

export function recordRsaKeys(): Record<string, object[]> {
  const records = KINDS.map(({ count, ...options }) => [
    `${options.modulusLength} ${options.publicExponent}`,
    Array.from({ length: count }, () => generateKeyPairSync('rsa', options).privateKey.export({ format: 'jwk' })),
  ])
  return Object.fromEntries(records)
}
