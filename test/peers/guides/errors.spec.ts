// The tables of errors in docs/moving: each token is shown to both libraries, and each gives what its column says.

import { JwtVerifier } from 'aws-jwt-verify'
import { createLocalJwks, importSigningKey, type JoseError, type Jwk, signJwt, verifyJwt } from 'countersign'
import { generateKey } from 'countersign/keys'
import { createVerifier } from 'fast-jwt'
import { createLocalJWKSet, jwtVerify } from 'jose'
import jwt from 'jsonwebtoken'
import { expect, test } from 'vitest'
import { tamper } from '../interop/token.ts'
import { CLAIMS, jwks, privateJwk, publicPem, token } from './given.ts'
import { readErrors, readGuide } from './guide.ts'

const sign = (claims: object, jwk: Jwk = privateJwk) => signJwt({ ...CLAIMS, ...claims }, importSigningKey(jwk))

/** By the words of the tables. */
const TOKENS: Readonly<Record<string, () => string | Promise<string>>> = {
  'is expired': () => sign({ exp: 1_000_000_000 }),
  'is not yet valid': () => sign({ nbf: CLAIMS.exp - 1 }),
  'is of another issuer': () => sign({ iss: 'https://other.example' }),
  'is for another audience': () => sign({ aud: 'https://other.example' }),
  'has been changed': () => tamper(token)[0] ?? '',
  'has another algorithm': async () => sign({}, await generateKey('ES384', { kid: privateJwk.kid ?? '' })),
  'has two parts': () => token.slice(0, token.lastIndexOf('.')),
}

interface Library {
  readonly verify: (token: string) => unknown
  readonly nameOf: (error: Error & { code?: string }) => string | undefined
}

const POLICY = { issuer: CLAIMS.iss, audience: CLAIMS.aud }

const ours: Library = {
  verify: (token) => verifyJwt(token, createLocalJwks(jwks), POLICY),
  nameOf: (error) => (error as JoseError).code,
}

const awsJwtVerify = JwtVerifier.create(POLICY)
awsJwtVerify.cacheJwks(jwks)

const PEERS: Readonly<Record<string, Library>> = {
  'from-jose': {
    verify: (token) => jwtVerify(token, createLocalJWKSet(jwks), { ...POLICY, algorithms: ['ES256'] }),
    nameOf: ({ code }) => code,
  },
  'from-jsonwebtoken': {
    verify: (token) => jwt.verify(token, publicPem, { ...POLICY, algorithms: ['ES256'] }),
    nameOf: ({ name }) => name,
  },
  'from-fast-jwt': {
    verify: createVerifier({
      ...{ key: publicPem, algorithms: ['ES256'] },
      ...{ allowedIss: CLAIMS.iss, allowedAud: CLAIMS.aud },
    }),
    nameOf: ({ code }) => code,
  },
  'from-aws-jwt-verify': {
    verify: (token) => awsJwtVerify.verifySync(token),
    nameOf: (error) => error.constructor.name,
  },
}

async function errorOf({ verify, nameOf }: Library, token: string): Promise<string | undefined> {
  try {
    await verify(token)
  } catch (error) {
    return nameOf(error as Error)
  }
  return 'no error'
}

for (const [name, peer] of Object.entries(PEERS)) {
  test(`${name}: each error by its name`, async () => {
    const rows = readErrors(readGuide(name))
    expect(rows.map(([title]) => title)).toEqual(Object.keys(TOKENS))
    for (const [title = '', ...expected] of rows) {
      const token = (await TOKENS[title]?.()) ?? ''
      expect([await errorOf(peer, token), await errorOf(ours, token)], title).toEqual(expected)
    }
  })
}
