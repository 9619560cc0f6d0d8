import { createAuthValidator } from '../../src/gateway/index.ts'
import type { Claims } from '../../src/index.ts'
import { fileHost, makeToken, NOW, SECRET, validatorConfig } from './fixtures.ts'

export const ISSUER = 'https://id.example'
const AUDIENCE = 'https://api.example'
export const OTHER_SECRET = Buffer.alloc(64, 7).toString('base64url')

export const GOOD = {
  iss: ISSUER,
  aud: AUDIENCE,
  sub: 'alice',
  jti: 'first',
  roles: ['reader'],
  nbf: NOW - 60,
  iat: NOW - 60,
  exp: NOW + 60,
}

export const CONFIG = validatorConfig({ issuer: ISSUER, audience: [AUDIENCE], roles: ['reader', 'writer'] })

const isRevoked = (claims: Claims) => claims.jti === 'withdrawn-9'

export const openValidator = () => createAuthValidator(CONFIG, { ...fileHost(), now: () => NOW, isRevoked })

interface Outcome {
  readonly status: number
  readonly code: string
  readonly claim?: string
}

/** The checks in KrakenD's order, each with what spoils a token for it and for no other check. */
export const STEPS: readonly { name: string; spoil: Spoil; outcome: Outcome }[] = [
  {
    name: 'the form',
    spoil: { wrap: (token) => `${token}.${token}` },
    outcome: { status: 401, code: 'ERR_JWS_INVALID' },
  },
  {
    name: '"alg"',
    spoil: { header: { alg: 'HS512' } },
    outcome: { status: 401, code: 'ERR_ALG_NOT_ALLOWED' },
  },
  {
    name: 'the key',
    spoil: { header: { kid: 'rotated' } },
    outcome: { status: 401, code: 'ERR_KEY_NOT_FOUND' },
  },
  {
    name: 'the signature',
    spoil: { secret: OTHER_SECRET },
    outcome: { status: 401, code: 'ERR_JWS_SIGNATURE' },
  },
  {
    name: '"iss"',
    spoil: { claims: { iss: 'https://evil.example' } },
    outcome: { status: 401, code: 'ERR_JWT_CLAIM', claim: 'iss' },
  },
  {
    name: '"aud"',
    spoil: { claims: { aud: 'https://other.example' } },
    outcome: { status: 401, code: 'ERR_JWT_CLAIM', claim: 'aud' },
  },
  {
    name: '"nbf"',
    spoil: { claims: { nbf: NOW + 60 } },
    outcome: { status: 401, code: 'ERR_JWT_NOT_YET_VALID', claim: 'nbf' },
  },
  {
    name: '"exp"',
    spoil: { claims: { exp: NOW - 60 } },
    outcome: { status: 401, code: 'ERR_JWT_EXPIRED', claim: 'exp' },
  },
  {
    name: '"iat"',
    spoil: { claims: { iat: NOW + 60 } },
    outcome: { status: 401, code: 'ERR_JWT_NOT_YET_VALID', claim: 'iat' },
  },
  {
    name: 'revocation',
    spoil: { claims: { jti: 'withdrawn-9' } },
    outcome: { status: 401, code: 'ERR_REVOKED' },
  },
  {
    name: 'the roles',
    spoil: { claims: { roles: ['guest'] } },
    outcome: { status: 403, code: 'ERR_ROLES' },
  },
]

export interface Spoil {
  header?: Readonly<Record<string, unknown>>
  claims?: Readonly<Record<string, unknown>>
  secret?: string
  wrap?: (token: string) => string
}

export function spoiled(spoils: readonly Spoil[]): string {
  const header = Object.assign({}, ...spoils.map((spoil) => spoil.header))
  const claims = Object.assign({}, GOOD, ...spoils.map((spoil) => spoil.claims))
  const secret = spoils.find((spoil) => spoil.secret)?.secret ?? SECRET
  const wrap = spoils.find((spoil) => spoil.wrap)?.wrap ?? ((token: string) => token)
  return wrap(makeToken({ header, claims, secret }))
}
