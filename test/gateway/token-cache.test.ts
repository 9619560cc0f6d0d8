import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type AuthValidatorOptions, createAuthValidator, type Verdict } from '../../src/gateway/index.ts'
import { BACKENDS, bearer, fileHost, krakend, makeToken, NOW, onBackend, summary, validatorConfig } from './fixtures.ts'
import { type KeyServer, startKeyServer } from './key-server.ts'

const CACHE = { tokenCache: { maxSize: 100 } }
const ACCEPTED = { status: 200 }

let server: KeyServer
beforeAll(async () => {
  server = await startKeyServer(krakend.jwks.symmetric)
})
afterAll(() => server.stop())
beforeEach(() => {
  server.answer = krakend.jwks.symmetric
})

describe.each(BACKENDS)('R24: tokenCache ($name)', ({ backend }) => {
  onBackend(backend)
  let time = NOW
  beforeEach(() => {
    time = NOW
  })

  async function open(
    config: object,
    options: AuthValidatorOptions = {},
  ): Promise<(token: string) => Promise<Verdict>> {
    const host = { ...fileHost(), now: () => time }
    const validator = await createAuthValidator(validatorConfig({ ...config }), { ...host, ...CACHE, ...options })
    return (token) => validator.validate(bearer(token))
  }

  test('the same claims object, frozen, for the same token', async () => {
    const validate = await open({})
    const token = makeToken({ claims: { sub: 'alice', roles: ['a'], exp: NOW + 60 } })
    const [first, second] = [await validate(token), await validate(token)]
    if (!first.ok || !second.ok) throw new Error('refused')
    expect(second.claims).toBe(first.claims)
    expect(second).toEqual(first)
    expect(() => (second.claims.roles as string[]).push('admin')).toThrow(TypeError)
  })

  test('the header changes are of each request', async () => {
    const validate = await open({ propagate_claims: [['sub', 'x-user']] })
    const token = makeToken({ claims: { sub: 'alice', exp: NOW + 60 } })
    for (let round = 0; round < 3; round++) {
      const verdict = await validate(token)
      if (!verdict.ok) throw new Error('refused')
      expect(verdict.setHeaders).toEqual([['x-user', 'alice']])
      verdict.setHeaders.push(['x-user', 'admin'])
      for (const header of verdict.setHeaders) header[1] = 'admin'
    }
  })

  test('expired, or not yet valid, while remembered', async () => {
    const validate = await open({ leeway: '0s' })
    const token = makeToken({ claims: { nbf: NOW - 5, exp: NOW + 60 } })
    expect(summary(await validate(token))).toEqual(ACCEPTED)
    time = NOW + 62
    expect(summary(await validate(token))).toEqual({ status: 401, code: 'ERR_JWT_EXPIRED', claim: 'exp' })
    time = NOW - 7
    expect(summary(await validate(token))).toEqual({ status: 401, code: 'ERR_JWT_NOT_YET_VALID', claim: 'nbf' })
    time = NOW
    expect(summary(await validate(token))).toEqual(ACCEPTED)
  })

  test('revoked while remembered', async () => {
    let revoked = false
    const validate = await open({}, { isRevoked: () => revoked })
    const token = makeToken({ claims: { jti: '1', exp: NOW + 60 } })
    expect(summary(await validate(token))).toEqual(ACCEPTED)
    revoked = true
    expect(summary(await validate(token))).toEqual({ status: 401, code: 'ERR_REVOKED' })
  })

  test('a refusal is not remembered, and its token not accepted later by what was', async () => {
    const validate = await open({ roles: ['admin'] })
    const token = makeToken({ claims: { roles: ['user'], exp: NOW + 60 } })
    for (let round = 0; round < 2; round++) {
      expect(summary(await validate(token))).toEqual({ status: 403, code: 'ERR_ROLES' })
    }
  })

  test('a key that its server has withdrawn', async () => {
    const config = {
      jwk_local_path: undefined,
      jwk_url: server.url,
      disable_jwk_security: true,
      cache: true,
      cache_duration: 60,
    }
    const validate = await open(config)
    const token = makeToken({ claims: { exp: NOW + 6000 } })
    expect(summary(await validate(token))).toEqual(ACCEPTED)
    expect(summary(await validate(token))).toEqual(ACCEPTED)
    server.answer = { keys: krakend.jwks.symmetric.keys.filter(({ kid }) => kid !== 'sim2') }
    time = NOW + 61
    expect(summary(await validate(token))).toEqual({ status: 401, code: 'ERR_KEY_NOT_FOUND' })
  })

  test('a key that its server has replaced by another of the same name', async () => {
    const config = { jwk_local_path: undefined, jwk_url: server.url, disable_jwk_security: true, cache: true }
    const validate = await open({ ...config, cache_duration: 60 })
    const token = makeToken({ claims: { exp: NOW + 6000 } })
    for (let round = 0; round < 2; round++) expect(summary(await validate(token))).toEqual(ACCEPTED)
    const k = Buffer.alloc(32, 7).toString('base64url')
    server.answer = { keys: krakend.jwks.symmetric.keys.map((key) => (key.kid === 'sim2' ? { ...key, k } : key)) }
    time = NOW + 61
    for (let round = 0; round < 2; round++) {
      expect(summary(await validate(token))).toEqual({ status: 401, code: 'ERR_JWS_SIGNATURE' })
    }
  })

  test('several issuers: each token keeps to the block that accepted it', async () => {
    const blocks = [
      { issuer: 'one', audience: ['a'] },
      { issuer: 'two', roles: ['b'] },
    ].map((extra) => validatorConfig(extra))
    const validator = await createAuthValidator(blocks, { ...fileHost(), now: () => time, ...CACHE })
    const one = makeToken({ claims: { iss: 'one', aud: 'a', exp: NOW + 60 } })
    const two = makeToken({ claims: { iss: 'two', roles: ['c'], exp: NOW + 60 } })
    for (let round = 0; round < 2; round++) {
      expect(summary(await validator.validate(bearer(one)))).toEqual(ACCEPTED)
      expect(summary(await validator.validate(bearer(two)))).toEqual({ status: 403, code: 'ERR_ROLES' })
    }
  })

  test('R19: wrong options', async () => {
    for (const tokenCache of [true, 100, null, {}, { maxSize: 0 }, { maxSize: 10, ttl: 1 }]) {
      await expect(open({}, { tokenCache: tokenCache as never })).rejects.toThrow(TypeError)
    }
  })
})
