import { setTimeout as sleep } from 'node:timers/promises'
import { decodeUnverified } from 'countersign'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { getAccessToken, getIdToken } from '../oidc/client.ts'
import { createGateway } from '../oidc/gateway.ts'
import { AUDIENCE, CLIENT, createKey, type Issuer, startIssuer } from '../oidc/issuer.ts'
import { listening, type Started } from '../setup.ts'
import { bearer } from './backend.ts'

/** The gateway's `cache_duration` and `failed_jwk_key_cooldown`, in milliseconds. */
const [CACHE, COOLDOWN] = [2000, 1000]
const first = await createKey('first')
const second = await createKey('second')
const third = await createKey('third')

let issuer: Issuer
let gateway: Started
beforeAll(async () => {
  issuer = await startIssuer([first])
  const config = { issuer: issuer.url, audience: AUDIENCE, clientId: CLIENT.client_id }
  gateway = await listening((await createGateway(config)).listen(0, '127.0.0.1'))
})
afterAll(() => {
  gateway?.close()
  issuer?.close()
})

interface Call {
  readonly path: '/private/custom' | '/me'
  readonly token: string
}

/** An access token and an ID token, fresh from the issuer, each with the endpoint that it opens. */
const issue = async (): Promise<Call[]> => [
  { path: '/private/custom', token: await getAccessToken(issuer.url) },
  { path: '/me', token: await getIdToken(issuer.url) },
]
const kidOf = ({ token }: Call) => decodeUnverified(token).header.kid

async function call({ path, token }: Call) {
  const response = await fetch(`${gateway.url}${path}`, { headers: bearer(token) })
  return { status: response.status, body: (await response.json()) as Record<string, unknown> }
}

test("the issuer's access token opens the API, and its ID token tells who the user is", async () => {
  const [access, id] = (await issue()) as [Call, Call]
  expect(await call(access)).toEqual({ status: 200, body: { sub: CLIENT.client_id, scope: 'read' } })
  expect(await call(id)).toEqual({ status: 200, body: { sub: 'alice' } })
})

test('neither passes for the other, nor a token for another resource, nor one without the scope', async () => {
  const [access, id] = (await issue()) as [Call, Call]
  const wrong = { status: 401, body: { code: 'ERR_JWT_CLAIM' } }
  expect(await call({ path: '/me', token: access.token })).toMatchObject(wrong)
  expect(await call({ path: '/private/custom', token: id.token })).toMatchObject(wrong)

  const foreign = await getAccessToken(issuer.url, 'read', 'https://other.example.com')
  expect(await call({ path: '/private/custom', token: foreign })).toMatchObject(wrong)
  const writing = await getAccessToken(issuer.url, 'write')
  expect(await call({ path: '/private/custom', token: writing })).toMatchObject({ status: 403 })
})

test('through a key rotation no valid token is refused, and the withdrawn key is, after the refresh', async () => {
  const valid = await issue()
  const refusals: unknown[] = []
  let requests = 0
  let isOver = false
  const traffic = (async () => {
    while (!isOver) {
      for (const { status, body } of await Promise.all(valid.map(call))) {
        requests++
        if (status !== 200) refusals.push(body)
      }
      await sleep(10)
    }
  })()

  let milliseconds = 0
  try {
    // Published ahead, before anything is signed with it, for as long as verifiers keep the set.
    issuer.publish([first, second])
    const before = await issue()
    valid.push(...before)
    await sleep(CACHE + 100)

    issuer.publish([second, first])
    const after = await issue()
    valid.push(...after)
    expect([...before, ...after].map(kidOf)).toEqual(['first', 'first', 'second', 'second'])
    await sleep(500)
    const withdrawn = valid.filter((entry) => kidOf(entry) === 'first')
    expect(withdrawn).toHaveLength(4)
    expect((await Promise.all(withdrawn.map(call))).map(({ status }) => status)).toEqual([200, 200, 200, 200])

    // Its tokens are valid no more, and the gateway knows it when it has fetched the set again.
    valid.splice(0, valid.length, ...after)
    issuer.publish([second])
    const start = performance.now()
    const accepted = async () => (await Promise.all(withdrawn.map(call))).some(({ status }) => status === 200)
    while (await accepted()) {
      expect(performance.now() - start).toBeLessThan(CACHE + 500)
      await sleep(20)
    }
    milliseconds = performance.now() - start
    for (const entry of withdrawn) {
      expect(await call(entry)).toMatchObject({ status: 401, body: { code: 'ERR_KEY_NOT_FOUND' } })
    }
  } finally {
    isOver = true
    await traffic
  }
  expect(refusals).toEqual([])
  expect(requests).toBeGreaterThan(100)
  console.log(`${requests} requests, none refused; the withdrawn key refused after ${milliseconds.toFixed()} ms`)
})

test('a key that comes without notice is fetched for the first token that names it', async () => {
  await sleep(COOLDOWN + 100)
  issuer.publish([third])
  for (const entry of await issue()) {
    expect(kidOf(entry)).toBe('third')
    expect((await call(entry)).status).toBe(200)
  }
})
