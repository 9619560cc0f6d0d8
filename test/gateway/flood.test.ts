import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createAuthValidator, createSharedKeys } from '../../src/gateway/index.ts'
import { json } from '../key-server.ts'
import { type FaultServer, goodSet, startFaultServer } from './fault-server.ts'
import { bearer, krakend, makeToken, NOW, summary, validatorConfig } from './fixtures.ts'

const TOKEN = makeToken({ claims: { exp: NOW + 3600 } })
/** A key that the server does not show at first. */
const LATE_SECRET = Buffer.alloc(32, 7).toString('base64url')
const LATE_TOKEN = makeToken({ header: { kid: 'late' }, secret: LATE_SECRET })

let server: FaultServer
let time = NOW

beforeEach(async () => {
  // Else the refresh ahead of time, which is at a random moment, might fall into the flood.
  vi.spyOn(Math, 'random').mockReturnValue(0.5)
  time = NOW
  server = await startFaultServer()
})

afterEach(async () => {
  vi.restoreAllMocks()
  await server.stop()
})

function openValidator(extra: Readonly<Record<string, unknown>> = {}) {
  const source = { jwk_local_path: undefined, jwk_url: server.url, disable_jwk_security: true, cache: true }
  return createAuthValidator(validatorConfig({ ...source, ...extra }), { now: () => time })
}

type Validator = Awaited<ReturnType<typeof openValidator>>

async function codeFor(validator: Validator, token: string): Promise<string> {
  return summary(await validator.validate(bearer(token))).code ?? 'accepted'
}

/** A token, signed with the right key, that names a key which nobody has heard of. */
function stray(): string {
  return makeToken({ header: { kid: randomUUID() }, claims: { exp: NOW + 3600 } })
}

/** Tokens with random key ids, evenly over some simulated seconds, and a valid one after each tenth. */
async function flood(validator: Validator, count: number, seconds: number): Promise<Map<string, number>> {
  const start = time
  const codes = new Map<string, number>()
  const tally = (code: string) => codes.set(code, (codes.get(code) ?? 0) + 1)
  for (let index = 0; index < count; index++) {
    time = start + (index / count) * seconds
    tally(await codeFor(validator, stray()))
    if (index % 10 === 0) tally(await codeFor(validator, TOKEN))
  }
  return codes
}

describe('R22: 10,000 tokens with random key ids in 10 s', () => {
  test.each([
    ['the default, 10 s', undefined, 1],
    ['1 s', '1s', 10],
    ['5 s', '5s', 2],
    ['less than the least, so 10 s', '100ms', 1],
  ])(
    'a cooldown of %s',
    async (_, cooldown, fetches) => {
      const validator = await openValidator({ failed_jwk_key_cooldown: cooldown })
      const codes = await flood(validator, 10_000, 10)
      expect(Object.fromEntries(codes)).toEqual({ ERR_KEY_NOT_FOUND: 10_000, accepted: 1000 })
      expect(server.requests).toBe(fetches)
    },
    30_000,
  )

  test('the next cooldown brings one more, and a key that has come meanwhile', async () => {
    const validator = await openValidator()
    await flood(validator, 1000, 10)
    expect(server.requests).toBe(1)
    const [, signature] = krakend.jwks.symmetric.keys
    server.answer = json({ keys: [signature, { kty: 'oct', kid: 'late', alg: 'HS256', k: LATE_SECRET }] })
    time = NOW + 9.999
    expect(await codeFor(validator, LATE_TOKEN)).toBe('ERR_KEY_NOT_FOUND')
    time = NOW + 10
    expect(await codeFor(validator, LATE_TOKEN)).toBe('accepted')
    await flood(validator, 1000, 9.99)
    expect(server.requests).toBe(2)
  })

  test('all at once: one fetch when the cooldown is over, which they share', async () => {
    const validator = await openValidator()
    expect(await codeFor(validator, TOKEN)).toBe('accepted')
    time = NOW + 10
    const tokens = Array.from({ length: 2000 }, (_, index) => (index % 4 === 0 ? TOKEN : stray()))
    const codes = await Promise.all(tokens.map((token) => codeFor(validator, token)))
    expect(codes).toEqual(tokens.map((token) => (token === TOKEN ? 'accepted' : 'ERR_KEY_NOT_FOUND')))
    expect(server.requests).toBe(2)
  })

  test('a server that fails is left alone too, and the good tokens still pass', async () => {
    const validator = await openValidator()
    expect(await codeFor(validator, TOKEN)).toBe('accepted')
    server.answer = json('{}', {}, 500)
    time = NOW + 10
    const codes = await flood(validator, 5000, 10)
    expect(Object.fromEntries(codes)).toEqual({ ERR_JWKS_UNAVAILABLE: 5000, accepted: 500 })
    expect(server.requests).toBe(2)
  }, 30_000)

  test('the answer may take long: valid tokens do not wait for it', async () => {
    const validator = await openValidator()
    expect(await codeFor(validator, TOKEN)).toBe('accepted')
    let release = () => {}
    const held = new Promise<void>((resolve) => {
      release = resolve
    })
    server.answer = (response, request) => held.then(() => goodSet(response, request))
    time = NOW + 10
    const strays = Array.from({ length: 100 }, () => codeFor(validator, stray()))
    await vi.waitFor(() => expect(server.requests).toBe(2), { timeout: 3000 })
    for (let count = 0; count < 100; count++) expect(await codeFor(validator, TOKEN)).toBe('accepted')
    release()
    expect(await Promise.all(strays)).toEqual(Array(100).fill('ERR_KEY_NOT_FOUND'))
    expect(server.requests).toBe(2)
  })

  test('on the real clock, 2,000 as fast as they go', async () => {
    const source = { jwk_local_path: undefined, jwk_url: server.url, disable_jwk_security: true, cache: true }
    const validator = await createAuthValidator(validatorConfig(source))
    const start = performance.now()
    const valid = makeToken({ claims: { exp: Date.now() / 1000 + 3600 } })
    for (let index = 0; index < 2000; index++) {
      expect(await codeFor(validator, stray())).toBe('ERR_KEY_NOT_FOUND')
      if (index % 10 === 0) expect(await codeFor(validator, valid)).toBe('accepted')
    }
    const cooldowns = Math.floor((performance.now() - start) / 10_000)
    expect(server.requests).toBeLessThanOrEqual(1 + cooldowns)
    expect(server.requests).toBeGreaterThan(0)
  }, 30_000)
})

describe('R22: 1,000 cold validations at once make one fetch', () => {
  const crowd = (validator: Validator, length = 1000) => Array.from({ length }, () => codeFor(validator, TOKEN))

  test.each([
    ['with "cache"', true],
    ['without "cache"', false],
  ])('%s', async (_, cache) => {
    server.answer = (response, request) => delay(50).then(() => goodSet(response, request))
    const validator = await openValidator({ cache })
    expect(await Promise.all(crowd(validator))).toEqual(Array(1000).fill('accepted'))
    expect(server.requests).toBe(1)
  })

  test('of a server that fails: all hear of it, after one fetch', async () => {
    server.answer = json('{}', {}, 503)
    const validator = await openValidator()
    expect(await Promise.all(crowd(validator))).toEqual(Array(1000).fill('ERR_JWKS_UNAVAILABLE'))
    expect(await Promise.all(crowd(validator))).toEqual(Array(1000).fill('ERR_JWKS_UNAVAILABLE'))
    expect(server.requests).toBe(1)
  })

  test('of ten validators that share their keys', async () => {
    const sharedKeys = createSharedKeys({ shared_cache_duration: 900 })
    const config = validatorConfig({ jwk_local_path: undefined, jwk_url: server.url, disable_jwk_security: true })
    const validators = await Promise.all(
      Array.from({ length: 10 }, () => createAuthValidator(config, { now: () => time, sharedKeys })),
    )
    const codes = await Promise.all(validators.flatMap((validator) => crowd(validator, 100)))
    expect(codes).toEqual(Array(1000).fill('accepted'))
    expect(server.requests).toBe(1)
  })
})
