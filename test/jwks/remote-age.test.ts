import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { createRemoteJwks, type Jwk, type RemoteJwks, type RemoteJwksOptions } from '../../src/index.ts'
import { forge } from '../forge.ts'
import { type Answer, json, type KeyServer, startKeyServer, status } from '../key-server.ts'
import { freshJwk } from '../keys.ts'
import { PATHS, type Path } from '../paths.ts'
import { policyOf, verdictOf } from '../verdict.ts'

// R22: how long a set is good, and what happens when the server fails.

const [node] = PATHS as readonly [Path]
const FIRST = freshJwk('ES256', { kid: 'first' })
const SECOND = freshJwk('ES256', { kid: 'second' })
const START = 1_700_000_000
/** Math.random() at its upper bound: a set is refreshed ahead after 0.9 of its age, and pauses are at their longest. */
const ALMOST_ONE = 1 - Number.EPSILON / 2

const OF_FIRST = json({ keys: [FIRST] })
const OF_SECOND = json({ keys: [SECOND] })
const FAILURE = status(500)
const NO_SET = json('{"keys":5}')

let server: KeyServer
beforeAll(async () => {
  server = await startKeyServer()
})
afterAll(() => server.stop())

let time: number
beforeEach(() => {
  time = START
  vi.spyOn(Math, 'random').mockReturnValue(ALMOST_ONE)
})
afterEach(() => {
  vi.restoreAllMocks()
})

function verdict(keys: RemoteJwks, jwk: Jwk): Promise<string> {
  return verdictOf(() => node.verifyJwt(forge({ alg: 'ES256', kid: jwk.kid }, {}, jwk), keys, policyOf()))
}

/** What happens at some second: how the server would answer, which token comes, its verdict, the requests so far. */
type Step = readonly [second: number, answer: Answer, jwk: Jwk, verdict: string, requests: number]

function testSteps(title: string, options: RemoteJwksOptions, steps: readonly Step[]): void {
  test(title, async () => {
    const keys = createRemoteJwks(server.url, { allowInsecure: true, now: () => time, ...options })
    const before = server.requests.length
    for (const [second, answer, jwk, expected, requests] of steps) {
      time = START + second
      server.answer = answer
      expect(await verdict(keys, jwk), `${jwk.kid} at ${second} s`).toBe(expected)
      // One that goes on in the background may still be on its way.
      await vi.waitFor(() => expect(server.requests.length - before, `requests at ${second} s`).toBe(requests), {
        interval: 1,
      })
    }
  })
}

describe('R22: the age of a set', () => {
  testSteps('is 900 seconds by default', {}, [
    [0, OF_FIRST, FIRST, 'accepted', 1],
    [809.999, OF_FIRST, FIRST, 'accepted', 1],
    [900, OF_SECOND, FIRST, 'ERR_KEY_NOT_FOUND', 2],
    [1709.999, OF_FIRST, SECOND, 'accepted', 2],
    [1800, OF_FIRST, SECOND, 'ERR_KEY_NOT_FOUND', 3],
  ])
  testSteps('is 900 seconds to the last, while the server fails', {}, [
    [0, OF_FIRST, FIRST, 'accepted', 1],
    [899.999, FAILURE, FIRST, 'accepted', 2],
    [900, OF_FIRST, FIRST, 'ERR_JWKS_UNAVAILABLE', 2],
  ])
  testSteps('is what the option says', { maxAge: 60 }, [
    [0, OF_FIRST, FIRST, 'accepted', 1],
    [53.999, OF_FIRST, FIRST, 'accepted', 1],
    [60, OF_SECOND, FIRST, 'ERR_KEY_NOT_FOUND', 2],
  ])
  testSteps('may be 0: then each token asks anew', { maxAge: 0 }, [
    [0, OF_FIRST, FIRST, 'accepted', 1],
    [0, OF_FIRST, FIRST, 'accepted', 2],
    [0, OF_SECOND, FIRST, 'ERR_KEY_NOT_FOUND', 3],
  ])
  testSteps('ends when the clock is set back', {}, [
    [0, OF_FIRST, FIRST, 'accepted', 1],
    [-1, OF_FIRST, FIRST, 'accepted', 2],
    [-1, OF_FIRST, FIRST, 'accepted', 2],
    [-5000, OF_SECOND, FIRST, 'ERR_KEY_NOT_FOUND', 3],
    [-4190.001, OF_SECOND, SECOND, 'accepted', 3],
    [-4100, OF_SECOND, SECOND, 'accepted', 4],
  ])
  for (const now of [() => Number.NaN, () => Number.POSITIVE_INFINITY, () => null as never]) {
    testSteps(`is never good by a clock that says ${now()}, which asks nobody`, { now }, [
      [0, OF_FIRST, FIRST, 'ERR_JWKS_UNAVAILABLE', 0],
      [0, OF_FIRST, FIRST, 'ERR_JWKS_UNAVAILABLE', 0],
    ])
  }
})

describe('R22: a set is fetched anew before its age is over', () => {
  test('in the background: no token waits, and a withdrawn key is gone before its time', async () => {
    server.answer = OF_FIRST
    const keys = createRemoteJwks(server.url, { allowInsecure: true, now: () => time, maxAge: 60 })
    await keys.refresh()
    time = START + 54
    server.answer = OF_SECOND
    const header = { alg: 'ES256', kid: 'first' }
    expect(keys(header)).toMatchObject([{ kid: 'first' }])
    await vi.waitFor(() => expect(keys.state.age).toBe(0), { interval: 1 })
    expect(await verdict(keys, FIRST)).toBe('ERR_KEY_NOT_FOUND')
    expect(await verdict(keys, SECOND)).toBe('accepted')
  })
})

describe('R22: a withdrawn key is gone (attack 35)', () => {
  testSteps('when the set is fetched for its age', { maxAge: 60 }, [
    [0, json({ keys: [FIRST, SECOND] }), FIRST, 'accepted', 1],
    [53.999, OF_SECOND, FIRST, 'accepted', 1],
    [60, OF_SECOND, FIRST, 'ERR_KEY_NOT_FOUND', 2],
    [60, OF_SECOND, SECOND, 'accepted', 2],
    [61, OF_FIRST, FIRST, 'ERR_KEY_NOT_FOUND', 2],
  ])
  testSteps('when the set is fetched for another key', {}, [
    [0, OF_FIRST, FIRST, 'accepted', 1],
    [10, OF_SECOND, SECOND, 'accepted', 2],
    [10, OF_SECOND, FIRST, 'ERR_KEY_NOT_FOUND', 2],
  ])
  testSteps('when all are withdrawn', {}, [
    [0, OF_FIRST, FIRST, 'accepted', 1],
    [10, json({ keys: [] }), SECOND, 'ERR_KEY_NOT_FOUND', 2],
    [10, OF_FIRST, FIRST, 'ERR_KEY_NOT_FOUND', 2],
    [20, OF_FIRST, FIRST, 'accepted', 3],
  ])
  testSteps('when another has its kid', { maxAge: 60 }, [
    [0, OF_FIRST, FIRST, 'accepted', 1],
    [60, json({ keys: [{ ...SECOND, kid: 'first' }] }), FIRST, 'ERR_JWS_SIGNATURE', 2],
  ])

  test('when refresh() is called', async () => {
    server.answer = OF_FIRST
    const keys = createRemoteJwks(server.url, { allowInsecure: true, now: () => time })
    expect(await verdict(keys, FIRST)).toBe('accepted')
    server.answer = OF_SECOND
    await keys.refresh()
    expect(await verdict(keys, FIRST)).toBe('ERR_KEY_NOT_FOUND')
    expect(await verdict(keys, SECOND)).toBe('accepted')
  })
})

describe('R22: a bad answer', () => {
  for (const [title, bad, code] of [
    ['a failure', FAILURE, 'ERR_JWKS_UNAVAILABLE'],
    ['no set', NO_SET, 'ERR_JWKS_INVALID'],
    ['no JSON', json('{'), 'ERR_JWKS_INVALID'],
    ['no connection', (response) => response.destroy(), 'ERR_JWKS_UNAVAILABLE'],
  ] as readonly (readonly [string, Answer, string])[]) {
    testSteps(`${title}: is told, and the server left alone for the cooldown`, {}, [
      [0, bad, FIRST, code, 1],
      [0, OF_FIRST, FIRST, code, 1],
      [9.999, OF_FIRST, FIRST, code, 1],
      [10, bad, FIRST, code, 2],
      [29.999, OF_FIRST, FIRST, code, 2],
      [30, OF_FIRST, FIRST, 'accepted', 3],
    ])

    testSteps(`${title}: leaves the last good set until its age is over`, { maxAge: 60 }, [
      [0, OF_FIRST, FIRST, 'accepted', 1],
      [20, bad, SECOND, code, 2],
      [20, bad, FIRST, 'accepted', 2],
      [53.999, bad, FIRST, 'accepted', 2],
      [59.999, bad, FIRST, 'accepted', 3],
      [60, OF_FIRST, FIRST, code, 3],
      [79.998, OF_FIRST, FIRST, code, 3],
      [80, OF_FIRST, FIRST, 'accepted', 4],
    ])

    testSteps(`${title}: beyond its age the set serves for staleIfError`, { maxAge: 60, staleIfError: 30 }, [
      [0, OF_FIRST, FIRST, 'accepted', 1],
      [60, bad, FIRST, 'accepted', 2],
      [60, bad, FIRST, 'accepted', 2],
      [69.999, bad, FIRST, 'accepted', 2],
      [70, bad, FIRST, 'accepted', 3],
      [80, bad, SECOND, code, 3],
      [89.999, bad, FIRST, 'accepted', 3],
      [90, bad, FIRST, code, 4],
      [95, bad, FIRST, code, 4],
      [129.999, OF_FIRST, FIRST, code, 4],
      [130, OF_FIRST, FIRST, 'accepted', 5],
      [190, bad, FIRST, 'accepted', 6],
    ])

    testSteps(`${title}: with an unknown kid, nobody knows`, {}, [
      [0, OF_FIRST, FIRST, 'accepted', 1],
      [5, bad, SECOND, 'ERR_KEY_NOT_FOUND', 1],
      [10, bad, SECOND, code, 2],
      [10, OF_SECOND, SECOND, code, 2],
      [19.999, OF_SECOND, SECOND, code, 2],
      [20, OF_SECOND, SECOND, 'accepted', 3],
    ])
  }

  testSteps('a cooldown of 0 asks each time', { cooldown: 0 }, [
    [0, FAILURE, FIRST, 'ERR_JWKS_UNAVAILABLE', 1],
    [0, FAILURE, FIRST, 'ERR_JWKS_UNAVAILABLE', 2],
    [0, OF_FIRST, FIRST, 'accepted', 3],
    [0, OF_FIRST, SECOND, 'ERR_KEY_NOT_FOUND', 4],
    [0, OF_SECOND, SECOND, 'accepted', 5],
  ])
  testSteps('a clock that is set back ends the cooldown, too', {}, [
    [0, FAILURE, FIRST, 'ERR_JWKS_UNAVAILABLE', 1],
    [-1, OF_FIRST, FIRST, 'accepted', 2],
  ])
  testSteps('a clock that is set back does not make a set stale for ever', { staleIfError: 1000 }, [
    [0, OF_FIRST, FIRST, 'accepted', 1],
    [-1, FAILURE, FIRST, 'ERR_JWKS_UNAVAILABLE', 2],
    [9, OF_FIRST, FIRST, 'accepted', 2],
  ])

  test('does not keep refresh() from being told', async () => {
    server.answer = OF_FIRST
    const keys = createRemoteJwks(server.url, { allowInsecure: true, now: () => time })
    await keys.refresh()
    server.answer = FAILURE
    expect(await verdictOf(() => keys.refresh())).toBe('ERR_JWKS_UNAVAILABLE')
    server.answer = OF_FIRST
    // Within the cooldown: who calls refresh() means it.
    expect(await verdictOf(() => keys.refresh())).toBe('accepted')
  })
})
