import type { SigningInput } from '../backend/backend.ts'
import { derToRaw } from '../backend/der.ts'
import { encodeBase64url } from '../base64url.ts'
import { findCurve, isRawSignature } from '../ec.ts'
import { JoseError } from '../errors.ts'
import { type Alg, findJwa, type Jwa } from '../jwa.ts'
import { SigningKey } from '../key.ts'
import { functionOption, numberOption, ownOptions, stringOption } from '../options.ts'
import { DerReader } from './der.ts'

/** A key that is somewhere else: in a KMS, an HSM, or another process. */
export interface ExternalKeyOptions {
  /** The one algorithm with which it signs. */
  alg: Alg
  /** The id by which tokens name it. */
  kid?: string
  /** Signs octets, which are the signing input itself and not its hash. */
  sign: (input: Uint8Array) => Uint8Array | Promise<Uint8Array>
  /** The form of an ECDSA signature: r‖s as JWS has it, or `der`, as most services answer. Default: `raw`. */
  format?: 'raw' | 'der'
  /** Bits of the modulus of an RSA key. Default: 2048. */
  modulusLength?: number
}

const EXTERNAL_OPTIONS = new Set(['alg', 'kid', 'sign', 'format', 'modulusLength'])

/**
 * A signing key whose signatures come from elsewhere. Each is looked at before it goes into a token: its length, and of ECDSA
 * the range of r and s (R14). Whether it verifies only a verifier knows.
 *
 * @throws TypeError for wrong options. Signing rejects with JoseError `ERR_SIGN` when the signature has not the form that it
 * must have, or when there is none.
 * @example
 * const key = externalSigningKey({ alg: 'ES256', kid: 'kms-1', format: 'der', sign: (input) => kms.sign(input) })
 * const token = await signJwt({ sub: 'alice' }, key)
 */
export function externalSigningKey(options: ExternalKeyOptions): SigningKey {
  const { alg, kid, sign, format = 'raw', modulusLength } = ownOptions(options, EXTERNAL_OPTIONS)
  const jwa = findJwa(alg)
  if (!jwa) throw new TypeError('option "alg" must be an algorithm that is supported')
  if (format !== 'raw' && format !== 'der') throw new TypeError('option "format" must be raw or der')
  if (format === 'der' && jwa.family !== 'ECDSA') throw new TypeError('option "format" is about ECDSA')
  if (typeof functionOption('sign', sign, undefined as never) !== 'function') {
    throw new TypeError('option "sign" must be a function')
  }
  const bits = numberOption('modulusLength', modulusLength, 2048, 2048)
  if (!Number.isInteger(bits)) throw new TypeError('option "modulusLength" must be a number of bits')
  const length = jwa.kty === 'RSA' ? Math.ceil(bits / 8) : jwa.signatureLength

  const signElsewhere = async (input: SigningInput): Promise<string> => {
    const octets = typeof input === 'string' ? new TextEncoder().encode(input) : input
    let signature: unknown
    try {
      signature = await sign(octets)
    } catch (cause) {
      throw new JoseError('ERR_SIGN', 'the external key did not sign', { cause })
    }
    if (!(signature instanceof Uint8Array)) throw wrongForm('a Uint8Array')
    const raw = format === 'der' ? rawOf(signature, jwa) : new Uint8Array(signature)
    const curve = jwa.family === 'ECDSA' ? findCurve(jwa.crv) : undefined
    if (raw.length !== length)
      throw wrongForm(`of ${length} octets${curve ? '; is it DER? then say "format": "der"' : ''}`)
    if (curve && !isRawSignature(curve, raw)) throw wrongForm('an ECDSA signature with r and s in their range')
    return encodeBase64url(raw)
  }
  return new SigningKey(jwa, stringOption('kid', kid), { sign: signElsewhere })
}

/** X9.62's SEQUENCE of two INTEGERs, strictly. */
function rawOf(signature: Uint8Array, jwa: Jwa): Uint8Array {
  const size = (jwa.signatureLength as number) / 2
  try {
    const file = new DerReader(signature)
    const numbers = file.enter()
    file.end()
    const isFitting = [numbers.readUnsigned(), numbers.readUnsigned()].every(({ length }) => length <= size)
    numbers.end()
    if (isFitting) return derToRaw(signature, size * 2)
  } catch {
    // Said below.
  }
  throw wrongForm('the DER of two numbers of its curve')
}

function wrongForm(expected: string): JoseError {
  return new JoseError('ERR_SIGN', `the external key's signature is not ${expected}`)
}
