import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { createRemoteJwks, type Jwk, type RemoteJwks, type RemoteJwksOptions } from '../../src/index.ts'
import type { Alg } from '../../src/jwa.ts'
import { flipSignatureBit, forge } from '../forge.ts'
import { hang, json, type KeyServer, startKeyServer, status } from '../key-server.ts'
import { freshJwk, privateJwk, publicJwk } from '../keys.ts'
import { PATHS, type Path } from '../paths.ts'
import { policyOf, refusalOf, verdictOf } from '../verdict.ts'

const [node] = PATHS as readonly [Path]
const FIRST = freshJwk('ES256', { kid: 'first' })
const SECOND = freshJwk('ES256', { kid: 'second' })
const START = 1_700_000_000
/** Math.random() at its upper bound: a set is refreshed ahead after 0.9 of its age, and pauses are at their longest. */
const ALMOST_ONE = 1 - Number.EPSILON / 2

let server: KeyServer
let time: number
let before: number

beforeAll(async () => {
  server = await startKeyServer()
})
afterAll(() => server.stop())
beforeEach(() => {
  time = START
  before = server.requests.length
  server.answer = json({ keys: [FIRST] })
  vi.spyOn(Math, 'random').mockReturnValue(ALMOST_ONE)
})
afterEach(() => {
  vi.restoreAllMocks()
})

/** Since the test began. */
const requests = () => server.requests.length - before

function remote(options: RemoteJwksOptions = {}): RemoteJwks {
  return createRemoteJwks(server.url, { allowInsecure: true, now: () => time, ...options })
}

/** What becomes of a token that this key has signed, and that names it. */
function verdict(keys: RemoteJwks, jwk: Jwk, kid = jwk.kid, alg = 'ES256'): Promise<string> {
  const token = forge({ alg, ...(kid !== undefined && { kid }) }, {}, jwk)
  return verdictOf(() => node.verifyJwt(token, keys, policyOf()))
}

describe('a set behind a URL', () => {
  for (const path of PATHS.filter(({ name }) => name !== 'sync')) {
    test(`gives its keys (${path.name})`, async () => {
      server.answer = json({ keys: [FIRST, publicJwk('RS256', { kid: 'rsa' })] })
      const keys = remote()
      const verify = path.createVerifier({ ...policyOf(), keys })
      await path.use(() => keys.refresh())
      for (const [jwk, alg, kid] of [
        [FIRST, 'ES256', 'first'],
        [privateJwk('RS256'), 'RS256', 'rsa'],
      ] as const) {
        const token = forge({ alg, kid }, { sub: 'alice' }, jwk)
        expect((await verify(token)).claims).toEqual({ sub: 'alice' })
        expect(await verdictOf(() => verify(flipSignatureBit(token, 40)))).toBe('ERR_JWS_SIGNATURE')
      }
      expect(requests()).toBe(1)
    })
  }

  test('is fetched when first needed, and not before', async () => {
    const keys = remote()
    expect(requests()).toBe(0)
    expect(await verdict(keys, FIRST)).toBe('accepted')
    expect(requests()).toBe(1)
  })

  test('answers at once when it has the key, and with the same array', async () => {
    const keys = remote()
    const header = { alg: 'ES256', kid: 'first' }
    const fetched = keys(header)
    expect(fetched).toBeInstanceOf(Promise)
    expect(keys(header)).toBeInstanceOf(Promise)
    await fetched
    expect(keys(header)).toMatchObject([{ alg: 'ES256', kid: 'first' }])
    expect(keys(header)).toBe(keys(header))
  })

  test('R23: passes over what it cannot use, and says why when a token names it', async () => {
    server.answer = json({ keys: [{ kty: 'DSA', kid: 'new' }, { ...FIRST, kid: 'enc', use: 'enc' }, FIRST] })
    const keys = remote()
    expect(await verdict(keys, FIRST)).toBe('accepted')
    expect(keys.state.keys).toBe(1)
    const refusal = await refusalOf(() => keys({ alg: 'ES256', kid: 'enc' }))
    expect(refusal).toMatchObject({ code: 'ERR_KEY_NOT_FOUND', message: expect.stringMatching(/key 1.*"use"/) })
  })

  test('R8: may have a kid twice: both keys are tried', async () => {
    server.answer = json({ keys: [FIRST, { ...SECOND, kid: 'first' }] })
    const keys = remote()
    expect(await verdict(keys, FIRST)).toBe('accepted')
    expect(await verdict(keys, SECOND, 'first')).toBe('accepted')
  })

  test('has the same keys when the server gives the same set again, and others when it does not', async () => {
    const keys = remote()
    await keys.refresh()
    const header = { alg: 'ES256', kid: 'first' }
    const [key] = await keys(header)
    await keys.refresh()
    expect((await keys(header))[0]).toBe(key)
    server.answer = json({ keys: [{ ...FIRST, use: 'sig' }] })
    await keys.refresh()
    expect((await keys(header))[0]).not.toBe(key)
  })

  test('takes the options of a local set', async () => {
    const bare = { ...publicJwk('RS256', { alg: undefined, kid: 'rsa' }), x5t: 'thumb' }
    server.answer = json({ keys: [bare] })
    const keys = remote({ algorithms: ['PS256', 'RS256'], identify: 'x5t' })
    for (const alg of ['PS256', 'RS256'] as const) {
      const token = forge({ alg, x5t: 'thumb', kid: 'whatever' }, {}, privateJwk(alg))
      expect(await verdictOf(() => node.verifyJwt(token, keys, policyOf()))).toBe('accepted')
    }
    expect(await verdict(keys, privateJwk('RS512'), 'rsa', 'RS512')).toBe('ERR_ALG_NOT_ALLOWED')
  })

  test('two sources do not share keys, though the ids are the same (attack 36)', async () => {
    const other = await startKeyServer(json({ keys: [{ ...SECOND, kid: 'first' }] }))
    const mine = remote()
    const theirs = createRemoteJwks(other.url, { allowInsecure: true, now: () => time })
    for (const round of [1, 2]) {
      expect(await verdict(mine, FIRST), `round ${round}`).toBe('accepted')
      expect(await verdict(theirs, SECOND, 'first')).toBe('accepted')
      expect(await verdict(theirs, FIRST)).toBe('ERR_JWS_SIGNATURE')
      expect(await verdict(mine, SECOND, 'first')).toBe('ERR_JWS_SIGNATURE')
    }
    expect([requests(), other.requests.length]).toEqual([1, 1])
    await other.stop()
  })
})

describe('R8: symmetric keys of a server', () => {
  const secret = privateJwk('HS256', { kid: 'oct' })
  const rows: readonly (readonly [algorithms: readonly Alg[] | undefined, keys: Jwk[], verdict: string])[] = [
    [['HS256'], [secret], 'accepted'],
    [['RS256', 'HS256'], [secret], 'accepted'],
    [undefined, [secret], 'ERR_KEY_NOT_FOUND'],
    [['RS256'], [secret], 'ERR_ALG_NOT_ALLOWED'],
    [['HS512'], [secret], 'ERR_ALG_NOT_ALLOWED'],
    [['HS256', 'ES256'], [secret, FIRST], 'ERR_KEY_NOT_FOUND'],
    [['HS256'], [secret, FIRST], 'ERR_KEY_NOT_FOUND'],
  ]
  for (const [algorithms, keys, expected] of rows) {
    test(`${keys.map(({ kty }) => kty)} with algorithms ${algorithms}: ${expected}`, async () => {
      server.answer = json({ keys })
      expect(await verdict(remote(algorithms && { algorithms }), secret, 'oct', 'HS256')).toBe(expected)
    })
  }

  test('say why they do not verify', async () => {
    server.answer = json({ keys: [secret] })
    for (const [options, alg] of [
      [{}, 'HS256'],
      [{ algorithms: ['RS256'] }, 'RS256'],
    ] as const) {
      const { message } = await refusalOf(() => remote(options)({ alg, kid: 'oct' }))
      expect(message).toMatch(/key 0.*symmetric.*"algorithms"/)
    }
  })
})

describe('R22: one request at a time', () => {
  test('a thousand tokens before the first answer cause one', async () => {
    const keys = remote()
    const token = forge({ alg: 'ES256', kid: 'first' }, {}, FIRST)
    const verify = node.createVerifier({ ...policyOf(), keys })
    const verified = await Promise.all(Array.from({ length: 1000 }, () => verify(token)))
    expect(verified).toHaveLength(1000)
    expect(requests()).toBe(1)
  })

  test('a thousand tokens after the age of the set cause one more', async () => {
    const keys = remote()
    await keys.refresh()
    time += 900
    await Promise.all(Array.from({ length: 1000 }, () => keys({ alg: 'ES256', kid: 'first' })))
    expect(requests()).toBe(2)
  })

  test('a thousand tokens share its failure', async () => {
    server.answer = status(500)
    const keys = remote()
    const verdicts = await Promise.all(
      Array.from({ length: 1000 }, () => verdictOf(() => keys({ alg: 'ES256', kid: 'first' }))),
    )
    expect(new Set(verdicts)).toEqual(new Set(['ERR_JWKS_UNAVAILABLE']))
    expect(requests()).toBe(1)
  })

  test('refresh() joins the request that is on its way', async () => {
    const keys = remote()
    await Promise.all([keys.refresh(), keys({ alg: 'ES256', kid: 'first' }), keys.refresh()])
    expect(requests()).toBe(1)
    await keys.refresh()
    expect(requests()).toBe(2)
  })

  test('an unknown kid waits for the request that is on its way, even within the cooldown', async () => {
    const keys = remote()
    await keys.refresh()
    server.answer = json({ keys: [FIRST, SECOND] })
    const refreshed = keys.refresh()
    expect(await verdict(keys, SECOND)).toBe('accepted')
    await refreshed
    expect(requests()).toBe(2)
  })
})

describe('R7, R22: what tokens can cause', () => {
  test('a thousand unknown kids cause one request in each cooldown (attack 34)', async () => {
    const keys = remote()
    expect(await verdict(keys, FIRST)).toBe('accepted')
    const flood = async (prefix: string) => {
      const headers = Array.from({ length: 1000 }, (_, index) => ({ alg: 'ES256', kid: `${prefix}-${index}` }))
      return new Set(await Promise.all(headers.map((header) => verdictOf(() => keys(header)))))
    }
    const rows = [
      [0, 1],
      [9.999, 1],
      [10, 2],
      [10, 2],
      [19.999, 2],
      [20, 3],
      [30.5, 4],
      [31, 4],
    ] as const
    for (const [seconds, expected] of rows) {
      time = START + seconds
      expect(await flood(`after ${seconds}`)).toEqual(new Set(['ERR_KEY_NOT_FOUND']))
      expect(requests(), `after ${seconds} s`).toBe(expected)
    }
    expect(await verdict(keys, FIRST)).toBe('accepted')
    expect(requests()).toBe(4)
  })

  test('the same, one after the other, and with a cooldown of its own', async () => {
    const keys = remote({ cooldown: 60 })
    for (let index = 0; index < 200; index++) {
      time = START + index
      expect(await verdictOf(() => keys({ alg: 'ES256', kid: `sequential-${index}` }))).toBe('ERR_KEY_NOT_FOUND')
    }
    // At 0, 60, 120 and 180 seconds.
    expect(requests()).toBe(4)
  })

  test('a kid that has come in the meantime is found after the cooldown', async () => {
    const keys = remote()
    expect(await verdict(keys, FIRST)).toBe('accepted')
    server.answer = json({ keys: [FIRST, SECOND] })
    time = START + 9.999
    expect(await verdict(keys, SECOND)).toBe('ERR_KEY_NOT_FOUND')
    time = START + 10
    expect(await verdict(keys, SECOND)).toBe('accepted')
    expect(requests()).toBe(2)
  })

  test('the same for a token without a kid, when no key has its algorithm', async () => {
    const keys = remote()
    expect(await verdict(keys, FIRST)).toBe('accepted')
    server.answer = json({ keys: [FIRST, publicJwk('EdDSA')] })
    expect(await verdict(keys, privateJwk('EdDSA'), undefined, 'EdDSA')).toBe('ERR_KEY_NOT_FOUND')
    time += 10
    expect(await verdict(keys, privateJwk('EdDSA'), undefined, 'EdDSA')).toBe('accepted')
  })

  test('an alg that is not among the algorithms causes none, warm or cold', async () => {
    const keys = remote({ algorithms: ['ES256'] })
    for (const alg of ['RS256', 'HS256', 'ES384', 'none']) {
      expect(await verdictOf(() => keys({ alg, kid: 'unknown' }))).toBe('ERR_ALG_NOT_ALLOWED')
    }
    expect(requests()).toBe(0)
    expect(await verdict(keys, FIRST)).toBe('accepted')
    time += 100
    expect(await verdictOf(() => keys({ alg: 'RS256', kid: 'unknown' }))).toBe('ERR_ALG_NOT_ALLOWED')
    expect(requests()).toBe(1)
  })

  test('another alg for a known kid causes none', async () => {
    const keys = remote()
    expect(await verdict(keys, FIRST)).toBe('accepted')
    time += 100
    expect(await verdictOf(() => keys({ alg: 'ES384', kid: 'first' }))).toBe('ERR_ALG_NOT_ALLOWED')
    expect(requests()).toBe(1)
  })

  test('a bad signature causes none', async () => {
    const keys = remote()
    for (const seconds of [0, 100, 200]) {
      time = START + seconds
      expect(await verdict(keys, SECOND, 'first')).toBe('ERR_JWS_SIGNATURE')
    }
    expect(requests()).toBe(1)
  })

  test('what is wrong in form, or in its header, causes none', async () => {
    const keys = remote()
    const token = forge({ alg: 'ES256', kid: 'first' }, {}, FIRST)
    for (const bad of [
      `${token}.x`,
      token.replace('.', '=.'),
      `.${token}`,
      forge({ alg: 'none' }, {}, FIRST, 'ES256'),
    ]) {
      await expect(node.verifyJwt(bad, keys, policyOf())).rejects.toThrow()
    }
    expect(requests()).toBe(0)
  })

  test('what is wrong in the form of its payload or signature causes no more than other forgeries', async () => {
    const keys = remote()
    const bad = (kid: string) => `${forge({ alg: 'ES256', kid }, {}, FIRST)}=`
    for (let index = 0; index < 20; index++) {
      expect(await verdictOf(() => node.verifyJwt(bad('first'), keys, policyOf()))).toBe('ERR_BASE64URL')
    }
    expect(requests()).toBe(1)
    time = START + 10
    for (let index = 0; index < 20; index++) {
      expect(await verdictOf(() => node.verifyJwt(bad(`${index}`), keys, policyOf()))).toBe('ERR_KEY_NOT_FOUND')
    }
    expect(requests()).toBe(2)
  })
})

test('R22: after a failure, too, a token waits for the request that is on its way', async () => {
  server.answer = status(500)
  const keys = remote()
  expect(await verdict(keys, FIRST)).toBe('ERR_JWKS_UNAVAILABLE')
  server.answer = json({ keys: [FIRST] })
  const refreshed = keys.refresh()
  expect(await verdict(keys, FIRST)).toBe('accepted')
  await refreshed
  expect(requests()).toBe(2)
})

test('R22: the age of a set counts from its request, not from its arrival', async () => {
  server.answer = (response, request) => {
    time += 5
    json({ keys: [FIRST] })(response, request)
  }
  const keys = remote()
  await keys.refresh()
  expect(keys.state.age).toBe(5)
})

describe('state', () => {
  test('tells age, number of keys and the last error', async () => {
    const keys = remote()
    expect(keys.state).toEqual({ age: undefined, keys: 0, lastError: undefined })
    server.answer = status(500)
    const failure = await refusalOf(() => keys.refresh())
    expect(failure.code).toBe('ERR_JWKS_UNAVAILABLE')
    expect(keys.state).toEqual({ age: undefined, keys: 0, lastError: failure })
    server.answer = json({ keys: [FIRST, SECOND, { kty: 'DSA' }] })
    await keys.refresh()
    time += 5.5
    expect(keys.state).toEqual({ age: 5.5, keys: 2, lastError: undefined })
    server.answer = json('[]')
    const invalid = await refusalOf(() => keys.refresh())
    expect(invalid.code).toBe('ERR_JWKS_INVALID')
    expect(keys.state).toEqual({ age: 5.5, keys: 2, lastError: invalid })
    server.answer = json({ keys: [] })
    await keys.refresh()
    expect(keys.state).toEqual({ age: 0, keys: 0, lastError: undefined })
  })

  test('cannot be changed, nor can refresh()', () => {
    const keys = remote()
    expect(() => Object.assign(keys, { state: {} })).toThrow(TypeError)
    expect(() => Object.assign(keys, { refresh: () => undefined })).toThrow(TypeError)
  })
})

test('R21: a server that hangs is given up after the timeout', async () => {
  server.answer = hang
  const keys = remote({ timeout: 0.1 })
  expect(await verdict(keys, FIRST)).toBe('ERR_JWKS_UNAVAILABLE')
  server.answer = json({ keys: [FIRST] })
  time += 10
  expect(await verdict(keys, FIRST)).toBe('accepted')
})
