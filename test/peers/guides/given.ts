// What the snippets of the guides take as given: keys in the forms in which people have them, tokens, and a key server.

import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { SimpleFetcher } from 'aws-jwt-verify/https'
import { type Claims, importSigningKey, type Jwk, signJwt } from 'countersign'
import { jwkFromKeyObject, jwkFromSecret } from 'countersign/keys'
import krakend from '../../../vectors/krakend.json' with { type: 'json' }

const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' })
export const privatePem = pair.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string
export const publicPem = pair.publicKey.export({ type: 'spki', format: 'pem' }) as string
export const publicPems = new Map([['main', publicPem]])

const about = { alg: 'ES256' as const, kid: 'main', use: 'sig' as const }
export const privateJwk: Jwk = { ...jwkFromKeyObject(pair.privateKey), ...about }
export const publicJwk: Jwk = { ...jwkFromKeyObject(pair.publicKey), ...about }
export const jwks = { keys: [{ ...publicJwk, ...about, kty: 'EC' as const }] }

/** A text, as most people have it. */
export const secret = randomBytes(32).toString('hex')
export const secretJwk: Jwk = { ...jwkFromSecret(new TextEncoder().encode(secret)), alg: 'HS256' }

export const CLAIMS = { iss: 'https://id.example', aud: 'https://api.example', sub: 'alice', exp: 4_102_444_800 }
const pool = 'https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_a1B2c3'
const cognitoClaims: Claims = { iss: pool, sub: 'alice', token_use: 'access', client_id: 'shop', exp: CLAIMS.exp }

const signingKey = importSigningKey(privateJwk)
export const token = await signJwt(CLAIMS, signingKey)
export const tokenOfSecret = await signJwt(CLAIMS, importSigningKey(secretJwk))
export const cognitoToken = await signJwt(cognitoClaims, signingKey)
export const expired = await signJwt({ ...CLAIMS, exp: 1_000_000_000 }, signingKey)

/** KrakenD's own, as recorded: requests with the status that each gets, and what its signer makes of a body. */
export const { requests, token_backend_response: body, signed: signedByKrakend } = krakend
export const request = requestWith(requests.at(-1)?.authorization)

export function requestWith(authorization = '') {
  return { headers: { authorization } }
}

const SETS = new Map<string, object>([
  ['https://id.example/jwks.json', jwks],
  [`${pool}/.well-known/jwks.json`, jwks],
  ['https://id.example/symmetric.json', krakend.jwks.symmetric],
])

/** The addresses of the snippets, so that they run as they stand. */
function answer(address: string): string {
  const set = SETS.get(address)
  if (!set) throw new Error('no snippet asks for this address')
  return JSON.stringify(set)
}
globalThis.fetch = async (address) =>
  new Response(answer(String(address)), { headers: { 'content-type': 'application/json' } })
SimpleFetcher.prototype.fetch = async (address) => new TextEncoder().encode(answer(address)).buffer

/** The directory of the snippets, which is where they look for files. */
export const build = fileURLToPath(new URL('../build/', import.meta.url))
mkdirSync(build, { recursive: true })
process.chdir(build)
writeFileSync('jwk-symmetric.json', JSON.stringify(krakend.jwks.symmetric), { mode: 0o600 })
