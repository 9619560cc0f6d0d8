import { recordedRsaKeys } from 'bundle:rsa-keys'

/**
 * The bundle's `test/rsa-keys.ts`. RSA keys take seconds to generate, in some runtimes more than anything else does: they
 * have been recorded when the bundle was made, a few of each kind.
 */
export function generateRsaJwk(modulusLength: number, publicExponent = 65537): Record<string, string> {
  const name = `${modulusLength} ${publicExponent}`
  const key = recordedRsaKeys[name]?.pop()
  if (!key) throw new Error(`no RSA key of "${name}" is left: record more of them in bundle/rsa-keys.ts`)
  return key
}
