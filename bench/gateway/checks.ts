import { createPublicKey } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { createVerifier } from 'fast-jwt'
import { importJWK, type JWK, jwtVerify } from 'jose'
import { AUDIENCE, ISSUER } from './tokens.ts'
import type { Algorithm, Variant } from './variants.ts'

/** The status of the answer to a request: 200, or that of a refusal. */
export type Check = (request: IncomingMessage) => number | Promise<number>

export interface Keys {
  readonly jwk: JWK
  /** Where the set that holds the key is served. */
  readonly jwksUrl: string
}

/** Each library used as its documentation says for speed: prepared once, with the key imported beforehand. */
export async function createCheck(variant: Variant, keys: Keys): Promise<Check | undefined> {
  const { library, alg, cached } = variant
  if (library === 'none') return undefined
  if (library === 'countersign') return checkByCountersign(alg, keys, cached)
  return library === 'fast-jwt' ? checkByFastJwt(alg, keys, cached) : checkByJose(alg, keys)
}

/** Far above the number of tokens in use, so that a cache is measured at its best. */
const CACHE_SIZE = 4000

/** As users get it: compiled. The types are those of the source, which need no build. */
const loadCountersign = async () =>
  (await import(
    new URL('../../dist/gateway/index.js', import.meta.url).href
  )) as typeof import('../../src/gateway/index.ts')

async function checkByCountersign(alg: Algorithm, { jwk, jwksUrl }: Keys, cached: boolean): Promise<Check> {
  const { createAuthValidator } = await loadCountersign()
  // A secret lies in a file of the gateway's; public keys come from the issuer's server.
  const location =
    alg === 'HS256'
      ? { jwk_local_path: 'jwk-symmetric.json' }
      : { jwk_url: jwksUrl, disable_jwk_security: true, cache: true }
  const options = {
    requireExp: true,
    readFile: async () => new TextEncoder().encode(JSON.stringify({ keys: [jwk] })),
    ...(cached && { tokenCache: { maxSize: CACHE_SIZE } }),
  }
  const validator = await createAuthValidator({ alg, issuer: ISSUER, audience: [AUDIENCE], ...location }, options)
  return async (request) => {
    const verdict = await validator.validate(request)
    return verdict.ok ? 200 : verdict.status
  }
}

function checkByFastJwt(alg: Algorithm, { jwk }: Keys, cached: boolean): Check {
  const key =
    alg === 'HS256'
      ? Buffer.from(jwk.k as string, 'base64url')
      : createPublicKey({ key: { ...jwk }, format: 'jwk' }).export({ type: 'spki', format: 'pem' })
  const verify = createVerifier({
    key,
    algorithms: [alg],
    allowedIss: ISSUER,
    allowedAud: AUDIENCE,
    requiredClaims: ['iss', 'aud', 'exp'],
    ...(cached && { cache: CACHE_SIZE }),
  })
  return (request) => {
    const token = bearerToken(request)
    if (token === undefined) return 401
    try {
      verify(token)
      return 200
    } catch {
      return 401
    }
  }
}

async function checkByJose(alg: Algorithm, { jwk }: Keys): Promise<Check> {
  const key = await importJWK(jwk, alg)
  const options = { algorithms: [alg], issuer: ISSUER, audience: AUDIENCE, requiredClaims: ['exp'] }
  return async (request) => {
    const token = bearerToken(request)
    if (token === undefined) return 401
    try {
      await jwtVerify(token, key, options)
      return 200
    } catch {
      return 401
    }
  }
}

function bearerToken({ headers }: IncomingMessage): string | undefined {
  const { authorization } = headers
  return authorization?.startsWith('Bearer ') ? authorization.slice('Bearer '.length) : undefined
}
