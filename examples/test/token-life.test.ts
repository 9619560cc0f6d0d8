import { decodeUnverified } from 'countersign'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { listening, type Started } from '../setup.ts'
import { createBackend } from '../token-life/backend.ts'
import { createGateway, LIFETIMES } from '../token-life/gateway.ts'
import { bearer } from './backend.ts'

interface Tokens {
  readonly access_token: string
  readonly refresh_token: string
}

let backend: Started
let gateway: Started
beforeAll(async () => {
  backend = await listening(createBackend().listen(0, '127.0.0.1'))
  gateway = await listening((await createGateway(backend.url)).listen(0, '127.0.0.1'))
})
afterAll(() => {
  gateway?.close()
  backend?.close()
})

const call = (line: string, headers: Record<string, string> = {}, body: string | null = null) => {
  const [method = '', path = ''] = line.split(' ')
  return fetch(new URL(path, gateway.url), { method, headers, body })
}
const login = async (): Promise<Tokens> => {
  const response = await call('POST /token', {}, JSON.stringify({ user: 'alice', password: 'wonderland' }))
  expect(response.status).toBe(200)
  return (await response.json()) as Tokens
}
const refresh = (token: string) => call('POST /refresh', bearer(token))
const custom = (token: string) => call('GET /private/custom', bearer(token))

async function expectRefusal(pending: Promise<Response>, code: string): Promise<void> {
  const response = await pending
  expect(response.status).toBe(401)
  expect(await response.json()).toMatchObject({ code })
}

const claimsOf = (token: string) => JSON.parse(new TextDecoder().decode(decodeUnverified(token).payload))

test('a wrong password gets no token', async () => {
  for (const body of [JSON.stringify({ user: 'alice', password: 'guess' }), 'null', 'not JSON', null]) {
    expect((await call('POST /token', {}, body)).status).toBe(401)
  }
})

test('the tokens differ in "typ", life and "jti"', async () => {
  const { access_token, refresh_token } = await login()
  expect(decodeUnverified(access_token).header).toMatchObject({ alg: 'HS256', kid: 'sim2', typ: 'at+jwt' })
  expect(decodeUnverified(refresh_token).header).toMatchObject({ alg: 'HS256', kid: 'sim2', typ: 'refresh+jwt' })
  const [access, refreshing] = [claimsOf(access_token), claimsOf(refresh_token)]
  expect(access).toMatchObject({ sub: 'alice', roles: ['role_a'], exp: access.iat + LIFETIMES.access })
  expect(refreshing).toMatchObject({ sub: 'alice', exp: refreshing.iat + LIFETIMES.refresh })
  expect(access.jti).not.toBe(refreshing.jti)
})

test('the access token opens the endpoint; the refresh token buys another, which opens it too', async () => {
  const shipped = await login()
  expect((await custom(shipped.access_token)).status).toBe(200)

  const response = await refresh(shipped.refresh_token)
  expect(response.status).toBe(200)
  expect(response.headers.get('cache-control')).toBe('no-store')
  const renewed = (await response.json()) as Tokens
  expect(renewed.access_token).not.toBe(shipped.access_token)
  expect(claimsOf(renewed.access_token)).toMatchObject({ sub: 'alice', roles: ['role_a'] })
  expect(await (await custom(renewed.access_token)).json()).toMatchObject({ id_user: 1 })
})

test('a refresh token is good once; the one that replaces it is good', async () => {
  const { refresh_token } = await login()
  const renewed = (await (await refresh(refresh_token)).json()) as Tokens
  await expectRefusal(refresh(refresh_token), 'ERR_REVOKED')
  expect((await refresh(renewed.refresh_token)).status).toBe(200)
  await expectRefusal(refresh(renewed.refresh_token), 'ERR_REVOKED')
})

test('of twenty refreshes at the same time one succeeds', async () => {
  const { refresh_token } = await login()
  const times = <T>(action: () => Promise<T>) => Promise.all(Array.from({ length: 20 }, action))
  // The connections stay open, so that the requests arrive together.
  await times(async () => (await call('GET /')).text())
  const answers = await times(() => refresh(refresh_token))
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
  expect(answers.filter(({ status }) => status === 401)).toHaveLength(19)
})

test('neither token passes for the other', async () => {
  const { access_token, refresh_token } = await login()
  await expectRefusal(refresh(access_token), 'ERR_JWT_CLAIM')
  await expectRefusal(custom(refresh_token), 'ERR_JWT_CLAIM')
  await expectRefusal(call('POST /refresh'), 'ERR_TOKEN_MISSING')
  await expectRefusal(call('GET /private/custom'), 'ERR_TOKEN_MISSING')
  // To be refused elsewhere spends nothing.
  expect((await refresh(refresh_token)).status).toBe(200)
})

test('a tampered refresh token buys nothing, and spends nothing', async () => {
  const { refresh_token } = await login()
  const [header, payload = '', signature] = refresh_token.split('.')
  const claims = { ...claimsOf(refresh_token), sub: 'administrator' }
  const forged = [header, Buffer.from(JSON.stringify(claims)).toString('base64url'), signature].join('.')
  expect(forged).not.toContain(payload)
  await expectRefusal(refresh(forged), 'ERR_JWS_SIGNATURE')
  expect((await refresh(refresh_token)).status).toBe(200)
})
