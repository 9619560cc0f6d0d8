import { randomUUID } from 'node:crypto'
import { type CryptoKey, exportJWK, generateKeyPair, generateSecret, type JWK, SignJWT } from 'jose'
import type { Algorithm } from './variants.ts'

export const ISSUER = 'https://id.example'
export const AUDIENCE = 'https://api.example'

/** What every server is sent. */
export interface Tokens {
  readonly alg: Algorithm
  /** The key that verifies them. */
  readonly jwk: JWK
  readonly good: readonly string[]
  /** Tokens that every check must refuse, by what is wrong with them. */
  readonly bad: Readonly<Record<string, string>>
}

/** A key of one algorithm and different tokens signed with it, all by jose, which issues for everybody. */
export async function issueTokens(alg: Algorithm, count: number): Promise<Tokens> {
  const kid = `${alg}-key`
  const { signing, verifying } = await generateKeys(alg)
  const sign = (claims: Record<string, unknown>) =>
    new SignJWT(claims).setProtectedHeader({ alg, kid, typ: 'JWT' }).sign(signing)

  const good = await Promise.all(Array.from({ length: count }, (_, index) => sign(claimsOf(index))))
  const { exp, ...endless } = claimsOf(0)
  return {
    alg,
    jwk: { ...(await exportJWK(verifying)), kid, alg, use: 'sig' },
    good,
    bad: {
      'other claims under a signature': swapClaims(good),
      'another issuer': await sign({ ...claimsOf(0), iss: 'https://other.example' }),
      'another audience': await sign({ ...claimsOf(0), aud: 'https://other.example' }),
      expired: await sign({ ...claimsOf(0), exp: exp - 7200 }),
      'no "exp"': await sign(endless),
    },
  }
}

async function generateKeys(alg: Algorithm): Promise<{ signing: CryptoKey; verifying: CryptoKey }> {
  if (alg === 'HS256') {
    const secret = (await generateSecret(alg, { extractable: true })) as CryptoKey
    return { signing: secret, verifying: secret }
  }
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true })
  return { signing: privateKey, verifying: publicKey }
}

/** An access token as an identity provider would issue it, good for an hour. */
function claimsOf(index: number) {
  const now = Math.floor(Date.now() / 1000)
  return {
    iss: ISSUER,
    sub: `user-${index}`,
    aud: AUDIENCE,
    iat: now,
    nbf: now,
    exp: now + 3600,
    jti: randomUUID(),
    client_id: 'web-shop',
    scope: 'openid profile orders:read orders:write',
    roles: ['reader', 'editor'],
    email: `user-${index}@example.com`,
  }
}

function swapClaims([first = '', second = '']: readonly string[]): string {
  const [header, , signature] = first.split('.')
  return `${header}.${second.split('.')[1]}.${signature}`
}
