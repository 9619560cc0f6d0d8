// What the examples take as given: an issuer with a key, a token of its, and the secrets and files of a machine.

import { createPublicKey, generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { importSigningKey, importVerificationKey, type Jwk, signJwt } from 'countersign'

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const jwk: Jwk = { ...privateKey.export({ format: 'jwk' }), kty: 'RSA', kid: 'one', alg: 'RS256' }
const { kty, kid, alg, n, e } = jwk
const keySet = { keys: [{ kty, kid, alg, n, e } as Jwk] }

// The key server is the address of the examples, so that they run as they stand.
globalThis.fetch = async (address) => {
  if (String(address) !== 'https://id.example/jwks.json') throw new Error('no example asks for this address')
  return Response.json(keySet)
}

const secret = { kty: 'oct', alg: 'HS256', kid: 'sim2', k: randomBytes(32).toString('base64url') }
for (const name of ['jwk.json', 'jwk-symmetric.json']) {
  writeFileSync(name, JSON.stringify({ keys: [secret] }), { mode: 0o600 })
}
process.env.SECRET = secret.k

export const signingKey = importSigningKey(jwk)
export const verificationKey = importVerificationKey(jwk)

export const newKey = importSigningKey({
  ...generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' }),
  kty: 'OKP',
})

export const token = await signJwt(
  { iss: 'https://id.example', aud: 'https://api.example', sub: 'alice', exp: Math.floor(Date.now() / 1000) + 60 },
  signingKey,
)

export const accessClaims = {
  ...{ iss: 'https://id.example', aud: 'https://api.example', sub: 'alice', client_id: 'shop', jti: 'one' },
  ...{ iat: Math.floor(Date.now() / 1000), exp: Math.floor(Date.now() / 1000) + 60 },
}

export const proofJwk: Jwk = {
  ...generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' }),
  kty: 'EC',
}

export const request = { headers: { authorization: `Bearer ${token}` } }

export const privatePem = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string
export const pem = createPublicKey(privateKey).export({ type: 'spki', format: 'pem' }) as string
writeFileSync('public.pem', pem)

/** A service that keeps the key to itself, and answers as most do. */
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' })
export const kms = { sign: async (input: Uint8Array): Promise<Uint8Array> => sign('sha256', input, ec.privateKey) }
