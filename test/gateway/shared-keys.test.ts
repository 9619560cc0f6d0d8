import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { UrlLocation } from '../../src/gateway/config.ts'
import { type AuthValidatorOptions, createAuthValidator, createSharedKeys } from '../../src/gateway/index.ts'
import type { Jwk } from '../../src/index.ts'
import { keepFresh } from '../../src/jwks/refresh.ts'
import { forge } from '../forge.ts'
import { freshJwk, privateJwk, publicHalf, publicJwk } from '../keys.ts'
import { bearer, keySet, krakend, makeToken, NOW, summary, validatorConfig } from './fixtures.ts'
import { answerWith, type KeyServer, startKeyServer } from './key-server.ts'

const servers: KeyServer[] = []
let time: number

beforeEach(() => {
  time = NOW
  vi.spyOn(Math, 'random').mockReturnValue(1 - Number.EPSILON / 2)
})
afterEach(async () => {
  vi.restoreAllMocks()
  await Promise.all(servers.splice(0).map((server) => server.stop()))
})

async function serve(answer: KeyServer['answer'] = krakend.jwks.symmetric): Promise<KeyServer> {
  const server = await startKeyServer(answer)
  servers.push(server)
  return server
}

async function open(url: string, options: AuthValidatorOptions, extra: Readonly<Record<string, unknown>> = {}) {
  const config = validatorConfig({ jwk_local_path: undefined, jwk_url: url, disable_jwk_security: true, ...extra })
  const validator = await createAuthValidator(config, { now: () => time, ...options })
  return async (token = makeToken()) => {
    const { status, code } = summary(await validator.validate(bearer(token)))
    return code ?? status
  }
}

describe('one address', () => {
  test('two validators, one fetch', async () => {
    const server = await serve()
    const sharedKeys = createSharedKeys({ shared_cache_duration: 60 })
    const validators = [
      await open(server.url, { sharedKeys }),
      await open(server.url, { sharedKeys }, { audience: ['a'] }),
      await open(server.url, { sharedKeys }, { cache: true, cache_duration: 1 }),
    ]
    const outcomes = () => Promise.all(validators.map((validate) => validate()))
    expect(await outcomes()).toEqual([200, 'ERR_JWT_CLAIM', 200])
    expect(server.requests).toBe(1)
    time = NOW + 53
    expect(await outcomes()).toEqual([200, 'ERR_JWT_CLAIM', 200])
    expect(server.requests).toBe(1)
    server.answer = { keys: [] }
    time = NOW + 60
    expect(new Set(await outcomes())).toEqual(new Set(['ERR_KEY_NOT_FOUND']))
    expect(server.requests).toBe(2)
  })

  test('without it each has a fetch of its own', async () => {
    const server = await serve()
    for (const validate of [await open(server.url, {}), await open(server.url, {})]) expect(await validate()).toBe(200)
    expect(server.requests).toBe(2)
  })

  test('each takes the keys of its own algorithm', async () => {
    const server = await serve(keySet(publicJwk('ES256', { kid: 'a' }), publicJwk('RS256', { kid: 'a' })))
    const sharedKeys = createSharedKeys({ shared_cache_duration: 60 })
    for (const alg of ['ES256', 'RS256'] as const) {
      const other = alg === 'ES256' ? 'RS256' : 'ES256'
      const validate = await open(server.url, { sharedKeys }, { alg })
      expect(await validate(forge({ alg, kid: 'a' }, {}, privateJwk(alg)))).toBe(200)
      expect(await validate(forge({ alg: other, kid: 'a' }, {}, privateJwk(other)))).toBe('ERR_ALG_NOT_ALLOWED')
    }
    expect(server.requests).toBe(1)
  })

  test('the cooldown counts for all of them together', async () => {
    const server = await serve()
    const sharedKeys = createSharedKeys({ shared_cache_duration: 600 })
    const validators = [await open(server.url, { sharedKeys }), await open(server.url, { sharedKeys })]
    const unknown = makeToken({ header: { kid: 'x' } })
    for (const [second, requests] of [
      [0, 1],
      [9.999, 1],
      [10, 2],
    ] as const) {
      time = NOW + second
      for (const validate of validators) expect(await validate(unknown)).toBe('ERR_KEY_NOT_FOUND')
      expect(server.requests, `at ${second} s`).toBe(requests)
    }
  })

  test('stale keys serve only those that asked for them, whoever came first', async () => {
    for (const order of [
      [0, 600],
      [600, 0],
    ]) {
      time = NOW
      const server = await serve()
      const sharedKeys = createSharedKeys({ shared_cache_duration: 60 })
      const opened: [staleIfError: number, validate: () => Promise<unknown>][] = []
      for (const staleIfError of order) {
        opened.push([staleIfError, await open(server.url, { sharedKeys, staleIfError })])
      }
      const validators = opened.sort(([a], [b]) => a - b).map(([, validate]) => validate)
      const outcomes = () => Promise.all(validators.map((validate) => validate()))
      expect(await outcomes()).toEqual([200, 200])
      expect(server.requests).toBe(2)
      server.answer = answerWith(500, 'application/json', '{}')
      time = NOW + 61
      expect(await outcomes()).toEqual(['ERR_JWKS_UNAVAILABLE', 200])
    }
  })

  test('those that asked for the same stale keys share them', async () => {
    const server = await serve()
    const options = { sharedKeys: createSharedKeys({ shared_cache_duration: 60 }), staleIfError: 600 }
    for (const validate of [await open(server.url, options), await open(server.url, options)]) {
      expect(await validate()).toBe(200)
    }
    expect(server.requests).toBe(1)
  })

  test('a server that is down is down for all of them, and left alone', async () => {
    const server = await serve(answerWith(500, 'application/json', '{}'))
    const sharedKeys = createSharedKeys({ shared_cache_duration: 600 })
    for (const validate of [await open(server.url, { sharedKeys }), await open(server.url, { sharedKeys })]) {
      expect(await validate()).toBe('ERR_JWKS_UNAVAILABLE')
    }
    expect(server.requests).toBe(1)
  })
})

describe("attack 36: one issuer's key never serves another's endpoint", () => {
  test('the same "kid" at two addresses', async () => {
    const [mine, theirs] = [freshJwk('ES256', { kid: 'a' }), freshJwk('ES256', { kid: 'a' })] as const
    const sign = (key: Jwk) => forge({ alg: 'ES256', kid: 'a' }, {}, key)
    const sharedKeys = createSharedKeys({ shared_cache_duration: 60 })
    const config = { alg: 'ES256' }
    const servers = [await serve(keySet(publicHalf(mine))), await serve(keySet(publicHalf(theirs)))] as const
    const [validateMine, validateTheirs] = [
      await open(servers[0].url, { sharedKeys }, config),
      await open(servers[1].url, { sharedKeys }, config),
    ]
    for (const _ of [1, 2]) {
      expect([await validateMine(sign(mine)), await validateMine(sign(theirs))]).toEqual([200, 'ERR_JWS_SIGNATURE'])
      expect([await validateTheirs(sign(theirs)), await validateTheirs(sign(mine))]).toEqual([200, 'ERR_JWS_SIGNATURE'])
    }
    expect(servers.map((server) => server.requests)).toEqual([1, 1])
  })

  test('two paths of one server', async () => {
    const server = await serve()
    const sharedKeys = createSharedKeys({ shared_cache_duration: 60 })
    for (const query of ['', '?tenant=1', '?tenant=2']) {
      expect(await (await open(`${server.url}${query}`, { sharedKeys }))()).toBe(200)
    }
    expect(server.requests).toBe(3)
  })

  const [tls, url] = [{ caPath: 'a', pins: ['b'], ciphers: ['c'] }, 'https://a.example']
  const at = (more: Partial<UrlLocation> = {}): UrlLocation => ({ url, allowInsecure: false, tls: undefined, ...more })
  const locations: readonly (readonly [title: string, one: UrlLocation, other: UrlLocation, shared: boolean])[] = [
    ['no TLS settings', at(), at(), true],
    ['the same TLS settings', at({ tls }), at({ tls: { ...tls } }), true],
    ['TLS settings and none', at({ tls }), at(), false],
    ['another CA', at({ tls }), at({ tls: { ...tls, caPath: 'd' } }), false],
    ['a CA and none', at({ tls }), at({ tls: { ...tls, caPath: undefined } }), false],
    ['another pin', at({ tls }), at({ tls: { ...tls, pins: ['d'] } }), false],
    ['a pin more', at({ tls }), at({ tls: { ...tls, pins: ['b', 'd'] } }), false],
    ['no pin', at({ tls }), at({ tls: { ...tls, pins: [] } }), false],
    ['another cipher suite', at({ tls }), at({ tls: { ...tls, ciphers: ['d'] } }), false],
    ['another address', at(), at({ url: 'https://a.example/' }), false],
  ]
  test.each(locations)('%s', async (_, one, other, shared) => {
    const keys = createSharedKeys({ shared_cache_duration: 60 })
    const create = async () => keepFresh(async () => ({ value: [] }), {})
    const sets = [
      await keys.open(one, 0, create),
      await keys.open(other, 0, create),
      await keys.open(one, 0, create),
    ] as const
    expect(sets[0]).toBe(sets[2])
    expect(sets[0] === sets[1]).toBe(shared)
  })
})

test('a set that cannot be opened is tried again by the next validator', async () => {
  const keys = createSharedKeys({ shared_cache_duration: 60 })
  const location = { url: 'https://a.example', allowInsecure: false, tls: undefined }
  const failing = () => Promise.reject(new Error('no CA'))
  const outcomes = await Promise.allSettled([keys.open(location, 0, failing), keys.open(location, 0, failing)])
  expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  const set = keepFresh<readonly Jwk[]>(async () => ({ value: [] }), {})
  expect(await keys.open(location, 0, async () => set)).toBe(set)
})
