import { expect, test } from 'vitest'
import { createAuthValidator } from '../../src/gateway/index.ts'
import { importVerificationKey } from '../../src/index.ts'
import { type AccessTokenOptions, accessTokenChecks, createAccessTokenVerifier } from '../../src/profiles/index.ts'
import { forge } from '../forge.ts'
import { bearer, fileHost, summary } from '../gateway/fixtures.ts'
import { privateJwk, publicJwk } from '../keys.ts'
import { NOW, verdictOf } from '../verdict.ts'
import { onEachBackend } from './backends.ts'

const SIGNER = privateJwk('ES256')
const CLAIMS = {
  ...{ iss: 'https://id.example', aud: 'https://api.example', sub: 'alice', client_id: 'shop', jti: 'j' },
  ...{ iat: NOW - 10, exp: NOW + 10, scope: 'read write' },
}

function forgeToken(changed: object = {}, header: object = {}): string {
  return forge({ alg: 'ES256', typ: 'at+jwt', ...header }, { ...CLAIMS, ...changed }, SIGNER)
}

function optionsOf(changed: object = {}): AccessTokenOptions {
  const keys = importVerificationKey(publicJwk('ES256'))
  return { keys, issuer: CLAIMS.iss, audience: CLAIMS.aud, now: () => NOW, ...changed }
}

/** What is changed, and what the verifier and the gateway make of it. */
const ROWS: readonly (readonly [title: string, claims: object, header: object, verdict: string])[] = [
  ['a good one', {}, {}, 'accepted'],
  ['the type with its prefix, in capitals', {}, { typ: 'application/AT+JWT' }, 'accepted'],
  ['several audiences', { aud: ['https://other.example', CLAIMS.aud] }, {}, 'accepted'],
  ['no scope', { scope: undefined }, {}, 'accepted'],
  ['the type of an ID token', {}, { typ: 'JWT' }, 'ERR_JWT_CLAIM typ'],
  ['no type', {}, { typ: undefined }, 'ERR_JWT_CLAIM typ'],
  ['another issuer', { iss: 'https://evil.example' }, {}, 'ERR_JWT_CLAIM iss'],
  ['another audience', { aud: 'https://other.example' }, {}, 'ERR_JWT_CLAIM aud'],
  ['expired', { exp: NOW - 60 }, {}, 'ERR_JWT_EXPIRED exp'],
  ['issued for text', { iat: 'now' }, {}, 'ERR_JWT_CLAIM iat'],
  ...['iss', 'exp', 'aud', 'sub', 'client_id', 'iat', 'jti'].map(
    (name) => [`no ${name}`, { [name]: undefined }, {}, `ERR_JWT_CLAIM ${name}`] as const,
  ),
]

onEachBackend('createAccessTokenVerifier', () => {
  test.each(ROWS)('RFC 9068: %s', async (_, claims, header, expected) => {
    const verify = createAccessTokenVerifier(optionsOf())
    expect(await verdictOf(() => verify(forgeToken(claims, header)))).toBe(expected)
  })

  test.each([
    ['client_id', 5],
    ['client_id', null],
    ['scope', ['read']],
  ])('%s of %j is refused', async (name, value) => {
    const verify = createAccessTokenVerifier(optionsOf())
    expect(await verdictOf(() => verify(forgeToken({ [name]: value })))).toBe(`ERR_JWT_CLAIM ${name}`)
  })

  test('what is verified is handed out', async () => {
    const verify = createAccessTokenVerifier(optionsOf({ cache: { maxSize: 10 } }))
    const { claims } = await verify(forgeToken())
    expect([claims.client_id, claims.scope, claims.jti]).toEqual(['shop', 'read write', 'j'])
    expect((await verify(forgeToken())).claims).toEqual(CLAIMS)
  })

  test('further claims and the age may be demanded', async () => {
    const verify = createAccessTokenVerifier(optionsOf({ required: ['acr'], maxAge: 5 }))
    expect(await verdictOf(() => verify(forgeToken()))).toBe('ERR_JWT_CLAIM acr')
    expect(await verdictOf(() => verify(forgeToken({ acr: '1' })))).toBe('ERR_JWT_EXPIRED iat')
    expect(await verdictOf(() => verify(forgeToken({ acr: '1', iat: NOW - 5 })))).toBe('accepted')
  })
})

test('R18, R19: issuer and audience are not left unchecked, and the type is not another', () => {
  for (const changed of [{ issuer: null }, { audience: null }, { issuer: [] }, { typ: 'JWT' }, { required: 'acr' }]) {
    expect(() => createAccessTokenVerifier(optionsOf(changed))).toThrow(TypeError)
  }
  expect(() => createAccessTokenVerifier({ ...optionsOf(), issuer: undefined as never })).toThrow(TypeError)
})

test.each(ROWS)('the gateway, by accessTokenChecks: %s', async (_, claims, header, expected) => {
  const config = { alg: 'ES256', jwk_local_path: 'keys.json', issuer: CLAIMS.iss, audience: [CLAIMS.aud] } as const
  const jwk = publicJwk('ES256', { kid: 'k' })
  const host = { ...fileHost({ keys: [jwk] }), now: () => NOW }
  const validator = await createAuthValidator(
    { ...config, audience: [...config.audience] },
    { ...host, ...accessTokenChecks(), audience: 'any' },
  )
  const { status, code, claim } = summary(await validator.validate(bearer(forgeToken(claims, { kid: 'k', ...header }))))
  expect(status === 200 ? 'accepted' : `${code} ${claim}`).toBe(expected)
})
