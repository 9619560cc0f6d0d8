import { subtle } from '../backend/web.ts'
import { JoseError } from '../errors.ts'
import { type Alg, findJwa, type Jwa } from '../jwa.ts'
import type { Jwk } from '../jwk.ts'
import { numberOption, ownOptions, stringOption } from '../options.ts'

/** How a key is made. */
export interface GenerateKeyOptions {
  /** The id by which tokens name it. */
  kid?: string
  /** Bits of an RSA modulus, from 2048 to 16384. Default: 2048. */
  modulusLength?: number
}

const GENERATE_OPTIONS = new Set(['kid', 'modulusLength'])

/**
 * Makes a key at random: a private JWK, or for HMAC a secret one as long as the hash.
 *
 * @throws JoseError `ERR_ALG_UNSUPPORTED` for an algorithm that is not known, or that this runtime does not have
 * @example
 * const jwk = await generateKey('ES256', { kid: 'main' })
 * const set = { keys: [toPublicJwk(jwk)] }
 */
export async function generateKey(alg: Alg, options: GenerateKeyOptions = {}): Promise<Jwk> {
  const { kid, modulusLength } = ownOptions(options, GENERATE_OPTIONS)
  const jwa = findJwa(alg)
  if (!jwa) throw new JoseError('ERR_ALG_UNSUPPORTED', 'the algorithm is not supported')
  if (modulusLength !== undefined && jwa.kty !== 'RSA') throw new TypeError('option "modulusLength" is for RSA alone')
  const bits = numberOption('modulusLength', modulusLength, 2048, 2048)
  if (bits > 16384 || bits % 8 !== 0) throw new TypeError('option "modulusLength" must be a multiple of 8, up to 16384')
  const described = { ...(stringOption('kid', kid) !== undefined && { kid }), alg, use: 'sig' } as Partial<Jwk>
  const { kty, ...members } = await generate(jwa, bits)
  return { kty, ...described, ...members } as Jwk
}

/** What WebCrypto notes about its own use of a key; for what others need, see above. */
const REPLACED = new Set(['alg', 'use', 'key_ops', 'ext'])

async function generate(jwa: Jwa, modulusLength: number): Promise<Jwk> {
  const platform = subtle()
  const parameters = {
    name: jwa.family,
    ...(jwa.crv !== undefined && { namedCurve: jwa.crv }),
    ...(jwa.kty === 'oct' && { hash: jwa.hash, length: jwa.hashLength * 8 }),
    ...(jwa.kty === 'RSA' && { hash: jwa.hash, modulusLength, publicExponent: Uint8Array.of(1, 0, 1) }),
  }
  try {
    const made = await platform.generateKey(parameters, true, ['sign', 'verify'])
    const exported = Object.entries(await platform.exportKey('jwk', 'privateKey' in made ? made.privateKey : made))
    // workerd also writes the members that there are not.
    return Object.fromEntries(exported.filter(([name, value]) => !REPLACED.has(name) && value !== undefined)) as Jwk
  } catch (cause) {
    throw new JoseError('ERR_ALG_UNSUPPORTED', `this runtime's WebCrypto does not have ${jwa.alg}`, { cause })
  }
}
