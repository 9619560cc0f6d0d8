import type { TlsOptions } from 'node:tls'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { type AuthValidatorOptions, createAuthValidator } from '../../src/gateway/index.ts'
import { createTlsFetch } from '../../src/gateway/tls-client.ts'
import { createRemoteJwks, createVerifier } from '../../src/index.ts'
import { type Answer, drip, hang, json, status, truncated } from '../key-server.ts'
import { codeOf } from '../paths.ts'
import { chain, issue } from './certificates.ts'
import { type FaultServer, goodSet, startFaultServer } from './fault-server.ts'
import { bearer, krakend, makeToken, NOW, validatorConfig } from './fixtures.ts'

const TOKEN = makeToken({ claims: { exp: NOW + 10_000 } })
/** Signed with the right key, and names another. */
const STRAY = makeToken({ header: { kid: 'unknown' }, claims: { exp: NOW + 10_000 } })
const MAX_AGE = 100
const body = JSON.stringify(krakend.jwks.symmetric)

const authority = issue('Test authority', { isAuthority: true })
const [first, second] = ['first', 'second'].map((name) => issue(name, { issuer: authority, hosts: ['127.0.0.1'] }))
const stranger = issue('Stranger', { hosts: ['127.0.0.1'] })

// ---- the faults ----

interface Fault {
  readonly name: string
  readonly code: 'ERR_JWKS_UNAVAILABLE' | 'ERR_JWKS_INVALID'
  readonly tls?: TlsOptions
  /** For `jwk_fingerprints`. */
  readonly pins?: readonly string[]
  /** Whether only the time cap ends the wait. */
  readonly isSlow?: boolean
  strike(server: FaultServer): unknown
  heal(server: FaultServer): unknown
}

function fault(name: string, answer: Answer, extra: Partial<Fault> = {}): Fault {
  return {
    name,
    code: 'ERR_JWKS_UNAVAILABLE',
    strike: (server) => (server.answer = answer),
    heal: (server) => (server.answer = goodSet),
    ...extra,
  }
}

const good: TlsOptions = first ? chain(first) : {}
const disguise = (identity: TlsOptions): Partial<Fault> => ({
  tls: good,
  strike: (server) => server.present(identity),
  heal: (server) => server.present(good),
})

/** To a good set. */
function redirect(...[response, request]: Parameters<Answer>): void {
  const answer = request.url === '/other.json' ? goodSet : status(302, { location: '/other.json' })
  answer(response, request)
}

const FAULTS: readonly Fault[] = [
  fault('hang', hang, { isSlow: true }),
  fault('drip', drip, { isSlow: true }),
  fault('500', json(body, {}, 500)),
  fault('302', redirect),
  fault('wrong type', json(body, { 'content-type': 'text/html' })),
  fault('600 KB', json(body.padEnd(600_000))),
  fault('truncated', truncated),
  fault('invalid JSON', json(body.slice(0, -1)), { code: 'ERR_JWKS_INVALID' }),
  fault('closed port', hang, { strike: (server) => server.close(), heal: (server) => server.reopen() }),
  fault('TLS, unknown CA', goodSet, disguise(chain(stranger))),
  fault('TLS, wrong pin', goodSet, { ...disguise(second ? chain(second) : {}), pins: [first?.pin ?? ''] }),
]

// ---- the two ways to a key server ----

/** Checks the token: `accepted`, or the code of the refusal. */
type Check = (token?: string) => Promise<string>

interface Way {
  readonly name: string
  /** Milliseconds. */
  readonly cap: number
  open(server: FaultServer, fault: Fault, now: () => number): Promise<Check>
}

const readFile = async () => Buffer.from(authority.pem)

const core: Way = {
  name: 'createRemoteJwks',
  cap: 2000,
  async open({ url }, { tls, pins = [] }, now) {
    const location = { url, allowInsecure: false, tls: { caPath: 'ca.pem', pins: pins.map(toBase64url), ciphers: [] } }
    const keys = createRemoteJwks(url, {
      algorithms: ['HS256'],
      ...{ maxAge: MAX_AGE, timeout: 2, allowInsecure: true, now },
      ...(tls && { fetch: await createTlsFetch('auth/validator', location, { readFile }) }),
    })
    const verify = createVerifier({ keys, issuer: null, audience: null, now })
    return (token = TOKEN) => codeOf(() => verify(token))
  },
}

function toBase64url(pin: string): string {
  return Buffer.from(pin, 'base64').toString('base64url')
}

const gateway: Way = {
  name: 'createAuthValidator',
  cap: 5000,
  async open(server, fault, now) {
    const validator = await openValidator(server, fault, { now })
    return async (token = TOKEN) => {
      const verdict = await validator.validate(bearer(token))
      if (verdict.ok) return 'accepted'
      expect(verdict).toMatchObject({ status: 401, retriable: true })
      return verdict.code
    }
  },
}

function openValidator({ url }: FaultServer, { tls, pins }: Partial<Fault>, options: AuthValidatorOptions) {
  const security = tls ? { jwk_local_ca: 'ca.pem', jwk_fingerprints: pins } : { disable_jwk_security: true }
  const source = { jwk_local_path: undefined, jwk_url: url, cache: true, cache_duration: MAX_AGE }
  return createAuthValidator(validatorConfig({ ...source, ...security }), { readFile, ...options })
}

// ---- the tests ----

const servers: FaultServer[] = []

async function serve(tls?: TlsOptions): Promise<FaultServer> {
  const server = await startFaultServer(tls)
  servers.push(server)
  return server
}

const rows: string[] = []

beforeAll(() => {
  // The refresh in the background starts at 0.9 × 0.5 × MAX_AGE.
  vi.spyOn(Math, 'random').mockReturnValue(0.5)
})

afterAll(async () => {
  vi.restoreAllMocks()
  await Promise.all(servers.splice(0).map((server) => server.stop()))
  console.log([row('fault', 'through', 'code', 'cold', 'refresh'), ...rows].join('\n'))
})

function row(...cells: readonly string[]): string {
  return cells.map((cell, index) => cell.padEnd(index < 3 ? 22 : 10)).join('')
}

/** Milliseconds by which a busy machine may be late. */
const SLACK = 1500

/** The code for a token, and after how many milliseconds it came. */
async function timed(run: () => Promise<string>, { cap }: Way): Promise<{ code: string; time: number }> {
  const start = performance.now()
  const code = await run()
  const time = performance.now() - start
  expect(time).toBeLessThan(cap + SLACK)
  return { code, time }
}

/** The server is ill when it is first asked. */
async function coldStart(fault: Fault, way: Way): Promise<number> {
  const server = await serve(fault.tls)
  await fault.strike(server)
  const check = await way.open(server, fault, () => NOW)
  const { code, time } = await timed(check, way)
  expect(code).toBe(fault.code)
  if (fault.isSlow) expect(time).toBeGreaterThan(way.cap - 50)
  return time
}

/** The server falls ill after it has given a good set, and recovers when that is too old. */
async function illness(fault: Fault, way: Way): Promise<number> {
  const server = await serve(fault.tls)
  let time = NOW
  const check = await way.open(server, fault, () => time)
  expect(await check()).toBe('accepted')
  await fault.strike(server)
  for (const age of [1, 44, 95]) {
    time = NOW + age
    // The set is there: nobody waits for the server, which is asked again at 95.
    const { code, time: wait } = await timed(check, way)
    expect(code).toBe('accepted')
    expect(wait).toBeLessThan(2500)
  }
  // This token waits for the outcome, since the key that it names may have come.
  const refresh = await timed(() => check(STRAY), way)
  expect(refresh.code).toBe(fault.code)
  for (const age of [96, MAX_AGE - 0.001]) {
    time = NOW + age
    expect(await check()).toBe('accepted')
  }
  time = NOW + MAX_AGE
  expect(await check()).toBe(fault.code)
  await fault.heal(server)
  time = NOW + MAX_AGE + 4.999
  expect(await check()).toBe(fault.code)
  time = NOW + MAX_AGE + 5
  expect(await check()).toBe('accepted')
  return refresh.time
}

const cases = [gateway, core].flatMap((way) => FAULTS.map((fault) => ({ fault, way })))

describe.concurrent('a key server at fault', () => {
  for (const { fault, way } of cases) {
    test(`${fault.name}, through ${way.name}: ${fault.code} in time, and the last good set serves`, async () => {
      const [cold, refresh] = await Promise.all([coldStart(fault, way), illness(fault, way)])
      const times = [cold, refresh].map((time) => `${Math.round(time)} ms`)
      rows.push(row(fault.name, way.name, fault.code, ...times))
    }, 20_000)
  }
})

describe('beyond its age', () => {
  let server: FaultServer

  beforeAll(async () => {
    server = await serve()
  })

  afterEach(() => {
    server.answer = goodSet
  })

  test('the last good set serves for "staleIfError" seconds more, and no longer', async () => {
    let time = NOW
    const validator = await openValidator(server, {}, { now: () => time, staleIfError: 50 })
    const check = async () => (await validator.validate(bearer(TOKEN))).ok
    expect(await check()).toBe(true)
    server.answer = json(body, {}, 500)
    time = NOW + MAX_AGE + 49.999
    expect(await check()).toBe(true)
    time = NOW + MAX_AGE + 50
    expect(await check()).toBe(false)
  })

  test('a good answer replaces the whole set: a withdrawn key is gone', async () => {
    let time = NOW
    const validator = await openValidator(server, {}, { now: () => time })
    expect(await validator.validate(bearer(TOKEN))).toMatchObject({ ok: true })
    server.answer = json({ keys: [] })
    time = NOW + MAX_AGE
    expect(await validator.validate(bearer(TOKEN))).toMatchObject({ code: 'ERR_KEY_NOT_FOUND', retriable: false })
  })

  test('a server that is ill is asked less and less often, whoever comes', async () => {
    let time = NOW
    server.answer = json(body, {}, 500)
    const before = server.requests
    const validator = await openValidator(server, {}, { now: () => time })
    const asked: number[] = []
    for (let second = 0; second < 200; second++) {
      time = NOW + second
      const requests = server.requests
      expect(await validator.validate(bearer(TOKEN))).toMatchObject({ code: 'ERR_JWKS_UNAVAILABLE', retriable: true })
      if (server.requests > requests) asked.push(second)
    }
    expect(server.requests - before).toBe(asked.length)
    const pauses = asked.slice(1).map((second, index) => second - (asked[index] as number))
    expect(pauses[0]).toBe(10)
    expect(Math.min(...pauses)).toBeGreaterThanOrEqual(10)
    expect(Math.max(...pauses)).toBe(60)
    expect(pauses).toEqual([...pauses].sort((a, b) => a - b))
  })
})
