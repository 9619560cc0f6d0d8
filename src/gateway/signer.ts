import { encodeBase64url } from '../base64url.ts'
import { checkClaimTypes } from '../claims.ts'
import { JoseError } from '../errors.ts'
import { encodeHeader } from '../header.ts'
import { isJsonObject, type JsonObject, own } from '../json.ts'
import { importSigningKey, type Jwk } from '../jwk.ts'
import { compileFetch } from '../jwks/fetch.ts'
import { entriesOf } from '../jwks/local.ts'
import { signingInput } from '../jws.ts'
import { SigningKey } from '../key.ts'
import { checkOptionNames } from '../options.ts'
import { type AuthSignerConfig, readSignerConfig, type SignerSettings } from './config.ts'
import { encodeGoJson } from './go-json.ts'
import { HOST_OPTIONS, type Host, keySetError, readJwksFile } from './host.ts'

export interface AuthSignerOptions extends Host {}

export interface AuthSigner {
  /**
   * A copy of the body in which the fields of `keys_to_sign` are tokens. Nothing is added to their claims.
   *
   * Rejects with JoseError `ERR_SIGN`, `status` 400, when a field is absent or not an object.
   */
  sign(body: Record<string, unknown>): Promise<Record<string, unknown>>
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
  checkOptionNames(options, new Set(HOST_OPTIONS))
  const settings = readSignerConfig(config)
  const { alg, kid, typ, fields, full } = settings
  const key = await openSigningKey(settings, options)
  encodeHeader(key, { typ })
  const header = encodeBase64url(new TextEncoder().encode(encodeGoJson({ alg, kid, typ })))

  async function token(claims: JsonObject): Promise<string> {
    // R20, for what registered claims there are; `encodeGoJson` refuses numbers that are not finite.
    checkClaimTypes(claims, 'ERR_SIGN')
    const input = signingInput(encodeGoJson(claims), header)
    const signature = await SigningKey.sign(key, input)
    if (!full) return `${input}.${signature}`
    return encodeGoJson({ payload: input.slice(header.length + 1), protected: header, signature })
  }

  async function sign(body: JsonObject): Promise<JsonObject> {
    if (!isJsonObject(body)) throw new JoseError('ERR_SIGN', 'the body is not an object')
    const tokens = new Map<string, string>()
    for (const field of fields) {
      const claims = own(body, field)
      if (!isJsonObject(claims)) throw new JoseError('ERR_SIGN', `the field "${field}" is missing or not an object`)
      tokens.set(field, await token(claims))
    }
    return Object.fromEntries(Object.entries(body).map(([name, value]) => [name, tokens.get(name) ?? value]))
  }

  return { sign: (body) => sign(body).catch(refuse) }
}

async function openSigningKey(settings: SignerSettings, host: Host): Promise<SigningKey> {
  const { location, block, alg, kid } = settings
  try {
    const set =
      'path' in location
        ? await readJwksFile(block, location.path, host)
        : await compileFetch(location.url, {
            allowInsecure: location.allowInsecure,
            ...(host.fetch && { fetch: host.fetch }),
          })()
    const jwk = entriesOf(set).find((entry: Jwk) => own(entry, 'kid') === kid)
    // KrakenD's own words, which people search for.
    if (!jwk) throw new JoseError('ERR_KEY_NOT_FOUND', `${block}: kid '${kid}' not found in JWK`)
    return importSigningKey(jwk, { alg })
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
