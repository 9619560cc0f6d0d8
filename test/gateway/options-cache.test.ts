import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { type AuthValidatorOptions, createAuthValidator } from '../../src/gateway/index.ts'
import { bearer, krakend, makeToken, NOW, summary, validatorConfig } from './fixtures.ts'
import { answerWith, type KeyServer, startKeyServer } from './key-server.ts'

// How often the key server is asked, with requests that are counted and a clock that stands still.

let server: KeyServer
let time: number

beforeEach(async () => {
  server = await startKeyServer(krakend.jwks.symmetric)
  time = NOW
  // At its upper bound a set is refreshed ahead after 0.9 of its age.
  vi.spyOn(Math, 'random').mockReturnValue(1 - Number.EPSILON / 2)
})
afterEach(async () => {
  vi.restoreAllMocks()
  await server.stop()
})

const GOOD = makeToken()
const SUCCESSOR_SECRET = Buffer.alloc(32, 1).toString('base64url')
const SUCCESSOR = makeToken({ header: { kid: 'sim3' }, secret: SUCCESSOR_SECRET })
const SUCCESSOR_SET = { keys: [{ kty: 'oct', kid: 'sim3', alg: 'HS256', k: SUCCESSOR_SECRET }] }
const DOWN = answerWith(503, 'application/json', '{}')

async function open(extra: Readonly<Record<string, unknown>>, options: AuthValidatorOptions = {}) {
  const location = { jwk_local_path: undefined, jwk_url: server.url, disable_jwk_security: true }
  const validator = await createAuthValidator(validatorConfig({ ...location, ...extra }), {
    now: () => time,
    ...options,
  })
  return async (token = GOOD) => {
    const verdict = await validator.validate(bearer(token))
    return verdict.ok ? 'accepted' : `${verdict.status} ${verdict.code}${verdict.retriable ? ', retriable' : ''}`
  }
}

describe('cache', () => {
  const uncached = [{}, { cache: false }, { cache: false, cache_duration: 60 }, { cache_duration: 60 }]
  test.each(uncached)('%j: one JWKS download per request', async (config) => {
    const validate = await open(config)
    for (let count = 1; count <= 4; count++) {
      expect(await validate()).toBe('accepted')
      expect(server.requests).toBe(count)
    }
  })

  test('false: a withdrawn key is gone with the next request', async () => {
    const validate = await open({ cache: false })
    expect(await validate()).toBe('accepted')
    server.answer = SUCCESSOR_SET
    expect([await validate(), await validate(SUCCESSOR)]).toEqual(['401 ERR_KEY_NOT_FOUND', 'accepted'])
  })
})

describe('cache_duration: true: kept for cache_duration seconds, 0 or unset = 900', () => {
  const durations: readonly (readonly [duration: number | undefined, seconds: number])[] = [
    [undefined, 900],
    [0, 900],
    [60, 60],
    [3600, 3600],
    [1, 1],
  ]
  test.each(durations)('%s is %d s', async (cache_duration, seconds) => {
    const validate = await open({ cache: true, cache_duration })
    const requests: number[] = []
    for (const offset of [0, 0, seconds * 0.5, seconds * 0.899]) {
      time = NOW + offset
      expect(await validate()).toBe('accepted')
      requests.push(server.requests)
    }
    expect(requests).toEqual([1, 1, 1, 1])
    server.answer = SUCCESSOR_SET
    time = NOW + seconds
    expect(await validate()).toBe('401 ERR_KEY_NOT_FOUND')
    expect(server.requests).toBe(2)
  })

  test('whatever the key server says of it', async () => {
    server.answer = (response: import('node:http').ServerResponse) => {
      response.setHeader('cache-control', 'no-store, max-age=1')
      answerWith(200, 'application/json', JSON.stringify(krakend.jwks.symmetric))(response)
    }
    const validate = await open({ cache: true, cache_duration: 600 })
    await validate()
    time = NOW + 500
    expect([await validate(), server.requests]).toEqual(['accepted', 1])
  })

  test('before its end the set is fetched in the background', async () => {
    const validate = await open({ cache: true, cache_duration: 100 })
    await validate()
    server.answer = SUCCESSOR_SET
    time = NOW + 95
    expect(await validate()).toBe('accepted')
    await vi.waitFor(async () => expect(await validate(SUCCESSOR)).toBe('accepted'), { interval: 1 })
    expect(await validate()).toBe('401 ERR_KEY_NOT_FOUND')
    expect(server.requests).toBe(2)
  })
})

describe('failed_jwk_key_cooldown: after an unknown key id the key server is left alone that long', () => {
  const cooldowns: readonly (readonly [cooldown: string | undefined, seconds: number])[] = [
    [undefined, 10],
    ['', 10],
    ['0s', 10],
    ['100ms', 10],
    ['999ms', 10],
    ['1s', 1],
    ['1500ms', 1.5],
    ['10s', 10],
    ['1m30s', 90],
  ]
  test.each(cooldowns)('%s is %d s; under 1 s ignored', async (failed_jwk_key_cooldown, seconds) => {
    const validate = await open({ cache: true, failed_jwk_key_cooldown })
    const unknown = makeToken({ header: { kid: 'x' } })
    expect([await validate(unknown), server.requests]).toEqual(['401 ERR_KEY_NOT_FOUND', 1])
    server.answer = { keys: [...krakend.jwks.symmetric.keys, ...SUCCESSOR_SET.keys] }
    time = NOW + seconds - 0.001
    expect([await validate(SUCCESSOR), server.requests]).toEqual(['401 ERR_KEY_NOT_FOUND', 1])
    time = NOW + seconds
    expect([await validate(SUCCESSOR), server.requests]).toEqual(['accepted', 2])
    server.answer = DOWN
    time = NOW + seconds + Math.min(seconds, 10) - 0.001
    expect([await validate(unknown), server.requests]).toEqual(['401 ERR_KEY_NOT_FOUND', 2])
  })

  test('a fetch for another reason counts for 10 s, and a failure for a minute, however long it is', async () => {
    server.answer = DOWN
    const validate = await open({ cache: true, failed_jwk_key_cooldown: '1h' })
    const down = '401 ERR_JWKS_UNAVAILABLE, retriable'
    expect([await validate(), server.requests]).toEqual([down, 1])
    server.answer = krakend.jwks.symmetric
    time = NOW + 59.999
    expect([await validate(), server.requests]).toEqual([down, 1])
    time = NOW + 60
    expect([await validate(), server.requests]).toEqual(['accepted', 2])
    server.answer = { keys: [...krakend.jwks.symmetric.keys, ...SUCCESSOR_SET.keys] }
    time = NOW + 69.999
    expect([await validate(SUCCESSOR), server.requests]).toEqual(['401 ERR_KEY_NOT_FOUND', 2])
    time = NOW + 70
    expect([await validate(SUCCESSOR), server.requests]).toEqual(['accepted', 3])
  })

  test('counts where nothing is kept, too, and what is known is still asked for each time', async () => {
    const validate = await open({})
    for (const requests of [1, 2, 3]) expect([await validate(), server.requests]).toEqual(['accepted', requests])
    const unknown = () => validate(makeToken({ header: { kid: 'x' } }))
    for (const [second, requests] of [
      [0, 4],
      [9.999, 4],
      [10, 5],
    ] as const) {
      time = NOW + second
      for (let count = 0; count < 100; count++) expect(await unknown()).toBe('401 ERR_KEY_NOT_FOUND')
      expect(server.requests).toBe(requests)
    }
    expect([await validate(), server.requests]).toEqual(['accepted', 6])
    server.answer = SUCCESSOR_SET
    time = NOW + 20
    expect([await validate(SUCCESSOR), server.requests]).toEqual(['accepted', 7])
  })

  test('counts for the source as a whole, so random key ids cannot hammer it', async () => {
    const validate = await open({ cache: true })
    const flood = (prefix: string) => {
      const tokens = Array.from({ length: 100 }, (_, index) => makeToken({ header: { kid: `${prefix}${index}` } }))
      return Promise.all(tokens.map((token) => validate(token)))
    }
    for (const [second, requests] of [
      [0, 1],
      [9.999, 1],
      [10, 2],
      [19.999, 2],
      [20, 3],
    ] as const) {
      time = NOW + second
      expect(new Set(await flood(`${second} `))).toEqual(new Set(['401 ERR_KEY_NOT_FOUND']))
      expect(server.requests, `at ${second} s`).toBe(requests)
    }
    expect(await validate()).toBe('accepted')
  })
})

describe('staleIfError: stale keys while the key server is down', () => {
  const UNAVAILABLE = '401 ERR_JWKS_UNAVAILABLE, retriable'

  test('off by default', async () => {
    const validate = await open({ cache: true, cache_duration: 60 })
    await validate()
    server.answer = DOWN
    time = NOW + 59.999
    expect(await validate()).toBe('accepted')
    time = NOW + 60
    expect(await validate()).toBe(UNAVAILABLE)
  })

  test('bounded', async () => {
    const validate = await open({ cache: true, cache_duration: 60 }, { staleIfError: 30 })
    await validate()
    server.answer = DOWN
    for (const [second, outcome] of [
      [60, 'accepted'],
      [89.999, 'accepted'],
      [90, UNAVAILABLE],
    ] as const) {
      time = NOW + second
      expect(await validate(), `at ${second} s`).toBe(outcome)
    }
  })

  test('also without a cache', async () => {
    const validate = await open({}, { staleIfError: 30 })
    await validate()
    server.answer = DOWN
    time = NOW + 29.999
    expect(await validate()).toBe('accepted')
    time = NOW + 30
    expect(await validate()).toBe(UNAVAILABLE)
  })

  test('a key that nobody knows stays unknown: 401, and the client may try again', async () => {
    const validate = await open({ cache: true }, { staleIfError: 30 })
    await validate()
    server.answer = DOWN
    time = NOW + 10
    expect(await validate(makeToken({ header: { kid: 'x' } }))).toBe(UNAVAILABLE)
    expect(await validate()).toBe('accepted')
  })
})

describe('start that survives a key server that is not up yet', () => {
  test.each([{}, { cache: true }])('%j', async (config) => {
    server.answer = DOWN
    const validate = await open(config)
    expect(server.requests).toBe(0)
    expect(await validate()).toBe('401 ERR_JWKS_UNAVAILABLE, retriable')
    server.answer = krakend.jwks.symmetric
    time = NOW + 10
    expect(await validate()).toBe('accepted')
  })
})

test('a token that is refused whatever the keys are costs no download', async () => {
  const location = { jwk_local_path: undefined, jwk_url: server.url, disable_jwk_security: true }
  const validator = await createAuthValidator(validatorConfig({ ...location, issuer: 'a' }), { now: () => time })
  const verdicts = ['', 'x', 'a.b.c', makeToken({ header: { alg: 'HS384' } })].map((authorization) =>
    validator.validate({ headers: { authorization } }),
  )
  expect((await Promise.all(verdicts)).map((verdict) => summary(verdict).status)).toEqual([401, 401, 401, 401])
  expect(server.requests).toBe(0)
})
