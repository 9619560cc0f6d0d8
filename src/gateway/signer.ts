import { encodeBase64url } from '../base64url.ts'
import { type Claims, checkClaimTypes } from '../claims.ts'
import { JoseError } from '../errors.ts'
import { isJsonObject, type JsonObject, own, parseJsonObject } from '../json.ts'
import { importSigningKey, type Jwk } from '../jwk.ts'
import { signingInput } from '../jws.ts'
import { SigningKey } from '../key.ts'
import { ownOptions } from '../options.ts'
import { type ComputedClaims, compileComputedClaims } from '../signer.ts'
import { type AuthSignerConfig, readSignerConfig, type SignerSettings } from './config.ts'
import { encodeGoJson } from './go-json.ts'
import { checkHost, HOST_OPTIONS, type Host } from './host.ts'
import { keySetError, openKeyUrl, readKeyFile } from './key-source.ts'
import { NumberLexeme, parseWithLexemes } from './lexemes.ts'

/** What KrakenD does not add to claims: `iat`, `exp`, `nbf` and `jti`, each unless the body has it. */
export interface AuthSignerOptions extends Omit<Host, 'now'>, ComputedClaims {
  /** Whether a field of `keys_to_sign` that is absent or not an object passes unsigned, as in KrakenD. Default: `error`. */
  onMissing?: 'error' | 'skip'
}

/** What signs the backend's answers. */
export interface AuthSigner {
  /**
   * A copy of the body in which the fields of `keys_to_sign` are tokens.
   *
   * Rejects with JoseError `ERR_SIGN`, `status` 400, when a field is absent or not an object.
   */
  sign(body: Record<string, unknown>): Promise<Record<string, unknown>>
  /** As `sign`, from text to text: numbers stay as they are written (`1.0`, or more digits than JavaScript has). */
  signText(body: string): Promise<string>
}

/**
 * KrakenD's `auth/signer`: turns fields of a backend's answer into the tokens that KrakenD would make of them, byte for
 * byte where the algorithm is deterministic.
 *
 * @throws JoseError `ERR_CONFIG`, `ERR_JWK_INVALID`, `ERR_KEY_NOT_FOUND` or, when the set behind `jwk_url` cannot be
 * fetched, `ERR_JWKS_UNAVAILABLE`, as a rejection
 * @example
 * const signer = await createAuthSigner({ alg: 'HS256', kid: 'sim2', keys_to_sign: ['access_token'], jwk_local_path: 'jwk.json' })
 * const answer = await signer.sign({ access_token: { sub: 'alice', exp: 2051882755 } })
 */
export async function createAuthSigner(config: AuthSignerConfig, options: AuthSignerOptions = {}): Promise<AuthSigner> {
  options = ownOptions(options, SIGNER_OPTIONS)
  checkHost(options)
  const { onMissing = 'error' } = options
  if (onMissing !== 'error' && onMissing !== 'skip') throw new TypeError('option "onMissing" must be error or skip')
  const computeClaims = compileComputedClaims(options)
  const settings = readSignerConfig(config)
  const { alg, kid, typ, fields, full } = settings
  const signingKey = await openSigningKey(settings, options)
  const header = encodeBase64url(new TextEncoder().encode(encodeGoJson({ alg, kid, typ })))

  async function token(claims: JsonObject): Promise<string> {
    const complete: Claims = { ...computeClaims?.(), ...claims }
    // R20, for what registered claims there are; `encodeGoJson` refuses numbers that are not finite.
    checkClaimTypes(numeric(complete), 'ERR_SIGN')
    const input = signingInput(encodeGoJson(complete), header)
    const signature = await SigningKey.sign(await signingKey(), input)
    if (!full) return `${input}.${signature}`
    return encodeGoJson({ payload: input.slice(header.length + 1), protected: header, signature })
  }

  async function sign(body: JsonObject): Promise<JsonObject> {
    if (!isJsonObject(body)) throw new JoseError('ERR_SIGN', 'the body is not an object')
    const tokens = new Map<string, string>()
    for (const field of fields) {
      const claims = own(body, field)
      if (isJsonObject(claims) && typeof claims.toJSON !== 'function') tokens.set(field, await token(claims))
      else if (onMissing === 'error') {
        throw new JoseError('ERR_SIGN', `the field "${field}" is missing or not an object`)
      }
    }
    return Object.fromEntries(Object.entries(body).map(([name, value]) => [name, tokens.get(name) ?? value]))
  }

  async function signText(body: string): Promise<string> {
    parseJsonObject(new TextEncoder().encode(body), 'ERR_SIGN', 'the body')
    return encodeGoJson(await sign(parseWithLexemes(body) as JsonObject))
  }

  return { sign: (body) => sign(body).catch(refuse), signText: (body) => signText(body).catch(refuse) }
}

const SIGNER_OPTIONS = new Set([...HOST_OPTIONS, 'issuedAt', 'expiresIn', 'notBefore', 'jwtId', 'onMissing'])

/** The claims with their own lexemes as numbers: `1735689600.0` is a time like any other. */
function numeric(claims: Claims): Claims {
  const numberOf = (value: unknown) => (value instanceof NumberLexeme ? Number(value) : value)
  return Object.fromEntries(Object.entries(claims).map(([name, value]) => [name, numberOf(value)]))
}

/** Gives the key of the id: out of the file once, or out of the set behind the URL as it is now. */
async function openSigningKey(settings: SignerSettings, host: Host): Promise<() => Promise<SigningKey>> {
  const { location, block, alg, kid } = settings

  const importKey = (entries: readonly Jwk[]): SigningKey => {
    const [jwk, namesake] = entries.filter((entry) => own(entry, 'kid') === kid)
    // KrakenD's own words, which people search for.
    if (!jwk) throw new JoseError('ERR_KEY_NOT_FOUND', `${block}: kid '${kid}' not found in JWK`)
    if (namesake) throw new JoseError('ERR_JWKS_INVALID', `kid '${kid}' stands there twice`)
    return importSigningKey(jwk, { alg })
  }

  try {
    if ('path' in location) {
      const key = importKey(await readKeyFile(block, location, host))
      return async () => key
    }
    const set = await openKeyUrl(block, location, {}, host)
    const first = await set.load()
    let imported = { entries: first, key: importKey(first) }
    return async () => {
      const entries = set.current() ?? (await set.load())
      if (entries !== imported.entries) imported = { entries, key: importKey(entries) }
      return imported.key
    }
  } catch (error) {
    throw keySetError(settings, error)
  }
}

/** KrakenD answers 400 when a body cannot be signed. */
function refuse(cause: unknown): never {
  const { message, claim } =
    cause instanceof JoseError ? cause : { message: 'the platform cannot sign', claim: undefined }
  throw new JoseError('ERR_SIGN', message, { status: 400, cause, ...(claim !== undefined && { claim }) })
}
