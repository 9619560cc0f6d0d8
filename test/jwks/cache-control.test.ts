import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { createRemoteJwks } from '../../src/index.ts'
import { compileFetch } from '../../src/jwks/fetch.ts'
import { json, type KeyServer, startKeyServer } from '../key-server.ts'
import { publicJwk } from '../keys.ts'

const SET = { keys: [publicJwk('ES256', { kid: 'first' })] }

let server: KeyServer
beforeAll(async () => {
  server = await startKeyServer()
})
afterAll(() => server.stop())

describe('RFC 9111 §5.2.2: how long the server lets its set be kept', () => {
  const rows: readonly (readonly [cacheControl: string | readonly string[], seconds: number | undefined])[] = [
    ['max-age=60', 60],
    ['max-age="60"', 60],
    ['Max-Age=60', 60],
    ['public, max-age=60, must-revalidate', 60],
    ['public,max-age=60', 60],
    [['public', 'max-age=60'], 60],
    ['max-age=0', 0],
    ['max-age=060', 60],
    ['max-age=999999999', 999_999_999],
    ['no-store', 0],
    ['no-cache', 0],
    ['No-Store', 0],
    ['no-store, max-age=60', 0],
    ['max-age=60, no-cache', 0],
    ['s-maxage=60', undefined],
    ['s-maxage=5, max-age=60', 60],
    ['x-max-age=60', undefined],
    ['max-age=60x', undefined],
    ['max-age=-1', undefined],
    ['max-age=1.5', undefined],
    ['max-age=1e3', undefined],
    ['max-age=0x10', undefined],
    ['max-age=Infinity', undefined],
    ['max-age=9999999999', undefined],
    ['max-age', undefined],
    ['max-age=', undefined],
    ['max-age=""', undefined],
    ['max-age = 60', undefined],
    ['max-age=60;public', undefined],
    ['no-cached, no-stored', undefined],
    ['garbage, max-age=60', 60],
    [',,,', undefined],
    ['', undefined],
  ]
  test.each(rows)('%j: %s', async (cacheControl, seconds) => {
    server.answer = (response) => {
      response.setHeader('cache-control', cacheControl)
      json(SET)(response, response.req)
    }
    const answer = await compileFetch(server.url, { allowInsecure: true })()
    expect(answer).toStrictEqual({ value: SET.keys, maxAge: seconds })
  })
})

describe('a set behind a URL', () => {
  let time: number
  beforeEach(() => {
    time = 1_700_000_000
    vi.spyOn(Math, 'random').mockReturnValue(0.999)
  })
  afterEach(() => {
    vi.restoreAllMocks()
  })

  const rows: readonly (readonly [cacheControl: string, options: object, seconds: number])[] = [
    ['max-age=30', {}, 30],
    ['max-age=86400', {}, 900],
    ['max-age=86400', { maxAge: 60 }, 60],
    ['no-store', {}, 10],
    ['no-store', { cooldown: 20 }, 20],
    ['max-age=1', {}, 10],
    ['nonsense', {}, 900],
  ]
  test.each(rows)('%s and %j: is kept for %d seconds', async (cacheControl, options, seconds) => {
    server.answer = json(SET, { 'cache-control': cacheControl })
    const keys = createRemoteJwks(server.url, { allowInsecure: true, now: () => time, ...options })
    const header = { alg: 'ES256', kid: 'first' }
    await keys(header)
    const before = server.requests.length
    time += seconds * 0.89
    expect(keys(header)).toMatchObject([{ kid: 'first' }])
    time += seconds * 0.11
    await keys(header)
    expect(server.requests.length).toBe(before + 1)
  })
})
