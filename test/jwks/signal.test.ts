import { getEventListeners } from 'node:events'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createRemoteJwks } from '../../src/index.ts'
import { compileFetch } from '../../src/jwks/fetch.ts'
import { drip, hang, json, type KeyServer, startKeyServer, status } from '../key-server.ts'
import { publicJwk } from '../keys.ts'
import { refusalOf, verdictOf } from '../verdict.ts'

const SET = { keys: [publicJwk('ES256', { kid: 'first' })] }

let server: KeyServer
let before: number
beforeAll(async () => {
  server = await startKeyServer()
})
afterAll(() => server.stop())
beforeEach(() => {
  server.answer = json(SET)
  before = server.requests.length
})

const requests = () => server.requests.length - before
const listeners = (signal: AbortSignal) => getEventListeners(signal, 'abort').length

/** Resolves when a request has come. */
async function arrival(): Promise<void> {
  while (requests() === 0) await new Promise((resolve) => setTimeout(resolve, 1))
}

describe('"signal"', () => {
  test('aborted before: the server is not asked', async () => {
    const load = compileFetch(server.url, { allowInsecure: true, signal: AbortSignal.abort() })
    for (const _ of [1, 2]) {
      expect(await refusalOf(load)).toMatchObject({
        code: 'ERR_JWKS_UNAVAILABLE',
        message: expect.stringMatching(/127\.0\.0\.1.*aborted/),
      })
    }
    expect(requests()).toBe(0)
  })

  for (const [title, answer] of [
    ['that has not begun', hang],
    ['that has begun', drip],
  ] as const) {
    test(`aborted during an answer ${title}: the fetch ends at once, and so does the connection`, async () => {
      server.answer = answer
      const controller = new AbortController()
      const load = compileFetch(server.url, { allowInsecure: true, signal: controller.signal })
      const start = performance.now()
      const refusal = refusalOf(load)
      await arrival()
      expect(listeners(controller.signal)).toBe(1)
      controller.abort(new Error('of my own'))
      expect(await refusal).toMatchObject({ code: 'ERR_JWKS_UNAVAILABLE' })
      await server.closed()
      expect(performance.now() - start).toBeLessThan(2000)
      expect(listeners(controller.signal)).toBe(0)
    })
  }

  test('aborted afterwards: the answer stands, and the next fetch does not start', async () => {
    const controller = new AbortController()
    const load = compileFetch(server.url, { allowInsecure: true, signal: controller.signal })
    expect((await load()).value).toEqual(SET.keys)
    controller.abort()
    expect(await verdictOf(load)).toBe('ERR_JWKS_UNAVAILABLE')
    expect(requests()).toBe(1)
  })

  test.each([
    ['a good answer', json(SET), 'accepted'],
    ['a refused one', status(500), 'ERR_JWKS_UNAVAILABLE'],
    ['one that is no set', json('{}'), 'ERR_JWKS_INVALID'],
  ] as const)('has no listener left after %s', async (_, answer, verdict) => {
    server.answer = answer
    const { signal } = new AbortController()
    const load = compileFetch(server.url, { allowInsecure: true, signal })
    for (let count = 0; count < 20; count++) expect(await verdictOf(load)).toBe(verdict)
    expect(listeners(signal)).toBe(0)
  })

  test('ends the fetches of a source, which goes on with the keys that it has', async () => {
    const controller = new AbortController()
    const keys = createRemoteJwks(server.url, { allowInsecure: true, cooldown: 0, signal: controller.signal })
    const header = { alg: 'ES256', kid: 'first' }
    await keys(header)
    controller.abort()
    expect(await verdictOf(() => keys.refresh())).toBe('ERR_JWKS_UNAVAILABLE')
    expect(await keys(header)).toMatchObject([{ kid: 'first' }])
    expect(await verdictOf(() => keys({ alg: 'ES256', kid: 'other' }))).toBe('ERR_JWKS_UNAVAILABLE')
    expect(requests()).toBe(1)
  })
})

describe('"headers"', () => {
  const rows: readonly (readonly [title: string, headers: Record<string, string>, sent: Record<string, string>])[] = [
    [
      'none: who asks, and for what',
      {},
      { 'user-agent': 'countersign', accept: 'application/jwk-set+json, application/json' },
    ],
    ['of any other name are added', { 'x-tenant': 'a' }, { 'user-agent': 'countersign', 'x-tenant': 'a' }],
    [
      'of the same name replace',
      { 'user-agent': 'gateway/1', accept: '*/*' },
      { 'user-agent': 'gateway/1', accept: '*/*' },
    ],
    ['in whatever case', { 'User-Agent': 'gateway/1', ACCEPT: '*/*' }, { 'user-agent': 'gateway/1', accept: '*/*' }],
  ]
  test.each(rows)('%s', async (_, headers, sent) => {
    await compileFetch(server.url, { allowInsecure: true, headers })()
    expect(server.requests.at(-1)?.headers).toMatchObject(sent)
  })
})
