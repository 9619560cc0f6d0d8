// What the examples take as given: an issuer with a key, a token of its, and the secrets and files of a machine.

import { createPrivateKey, createPublicKey, generateKeyPairSync, type JsonWebKey, sign } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { importSigningKey, importVerificationKey, signJwt } from 'countersign'
import { generateKey, toPublicJwk } from 'countersign/keys'

const jwk = await generateKey('RS256', { kid: 'one' })
const keySet = { keys: [toPublicJwk(jwk)] }

// The key server is the address of the examples, so that they run as they stand.
globalThis.fetch = async (address) => {
  if (String(address) !== 'https://id.example/jwks.json') throw new Error('no example asks for this address')
  return Response.json(keySet)
}

const secret = await generateKey('HS256', { kid: 'sim2' })
for (const name of ['jwk.json', 'jwk-symmetric.json']) {
  writeFileSync(name, JSON.stringify({ keys: [secret] }), { mode: 0o600 })
}
process.env.SECRET = String(secret.k)

export const signingKey = importSigningKey(jwk)
export const verificationKey = importVerificationKey(jwk)

export const newKey = importSigningKey(await generateKey('EdDSA'))

export const token = await signJwt(
  { iss: 'https://id.example', aud: 'https://api.example', sub: 'alice', exp: Math.floor(Date.now() / 1000) + 60 },
  signingKey,
)

export const accessClaims = {
  ...{ iss: 'https://id.example', aud: 'https://api.example', sub: 'alice', client_id: 'shop', jti: 'one' },
  ...{ iat: Math.floor(Date.now() / 1000), exp: Math.floor(Date.now() / 1000) + 60 },
}

export const proofJwk = await generateKey('ES256')

export const request = { headers: { authorization: `Bearer ${token}` } }

const privateKey = createPrivateKey({ key: jwk as JsonWebKey, format: 'jwk' })
export const privatePem = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string
export const pem = createPublicKey(privateKey).export({ type: 'spki', format: 'pem' }) as string
writeFileSync('public.pem', pem)

/** A service that keeps the key to itself, and answers as most do. */
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' })
export const kms = { sign: async (input: Uint8Array): Promise<Uint8Array> => sign('sha256', input, ec.privateKey) }
