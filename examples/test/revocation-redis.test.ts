import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { decodeUnverified } from 'countersign'
import { createClient } from 'redis'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { issueToken } from '../setup.ts'
import { bearer, startRecordingBackend } from './backend.ts'
import { createRedisServer } from './redis-server.ts'

const directory = fileURLToPath(new URL('..', import.meta.url))
const children: ChildProcess[] = []
let redis: Awaited<ReturnType<typeof createRedisServer>>
let backend: Awaited<ReturnType<typeof startRecordingBackend>>
let first: string
let second: string

/** A process of its own, started as the README says. */
async function startGateway(): Promise<string> {
  const env = { ...process.env, PORT: '0', BACKEND: backend.url, REDIS_URL: redis.url }
  const stdio = ['ignore', 'pipe', 'inherit'] as const
  const child = spawn(process.execPath, ['--import', 'tsx', 'start.ts', 'revocation-redis'], {
    cwd: directory,
    env,
    stdio: [...stdio],
  })
  children.push(child)
  if (!child.stdout) throw new Error('there is no output')
  for await (const line of createInterface(child.stdout)) {
    const url = /http:\S+/.exec(line)?.[0]
    if (url) return url
  }
  throw new Error('the gateway did not start')
}

async function get(gateway: string, token: string) {
  const start = performance.now()
  const response = await fetch(`${gateway}/private/custom`, { headers: bearer(token) })
  const { code }: { code?: string } = JSON.parse(await response.text())
  return { status: response.status, code, milliseconds: performance.now() - start }
}
const passes = async (gateway: string, token: string) => (await get(gateway, token)).status === 200
const revoke = async (gateway: string, token: string, query = '') =>
  (await fetch(`${gateway}/revoke${query}`, { method: 'POST', headers: bearer(token) })).status

/** Seconds until the token passes again at all of the gateways. */
async function recovery(gateways: readonly string[], token: string): Promise<number> {
  const start = performance.now()
  for (const gateway of gateways) while (!(await passes(gateway, token))) await sleep(20)
  return (performance.now() - start) / 1000
}

beforeAll(async () => {
  redis = await createRedisServer()
  await redis.start()
  backend = await startRecordingBackend()
  ;[first, second] = (await Promise.all([startGateway(), startGateway()])) as [string, string]
  await recovery([first, second], await issueToken({ sid: 'start' }))
})

afterAll(async () => {
  for (const child of children) {
    const exited = once(child, 'exit')
    child.kill()
    await exited
  }
  backend?.close()
  await redis?.destroy()
})

const refused = { status: 401, code: 'ERR_REVOKED' }

test('a token revoked through one gateway is refused by both, and Redis forgets it when it has expired', async () => {
  const [token, other] = [await issueToken({ sid: 'a' }), await issueToken({ sid: 'a' })]
  expect(await passes(first, token)).toBe(true)
  expect(await passes(second, token)).toBe(true)

  expect(await revoke(first, token)).toBe(204)
  expect(await get(first, token)).toMatchObject(refused)
  expect(await get(second, token)).toMatchObject(refused)
  expect(await passes(second, other)).toBe(true)

  const { jti, exp } = JSON.parse(new TextDecoder().decode(decodeUnverified(token).payload))
  const client = await createClient({ url: redis.url }).connect()
  expect(await client.expireTime(`revoked:jti:${jti}`)).toBe(exp + 2)
  client.destroy()
})

test('a revoked token stays refused to the end of its life', async () => {
  const now = Math.floor(Date.now() / 1000)
  const token = await issueToken({ sid: 'short', exp: now + 1 })
  expect(await revoke(first, token)).toBe(204)
  // With the leeway it would be good for two seconds; then it has expired.
  const codes = new Set<string | undefined>()
  while (Date.now() / 1000 < now + 3.2) {
    const { status, code } = await get(second, token)
    expect(status).toBe(401)
    codes.add(code)
    await sleep(50)
  }
  expect([...codes]).toEqual(['ERR_REVOKED', 'ERR_JWT_EXPIRED'])
})

test('by the session: all of its tokens, and no others', async () => {
  const [one, two, other] = await Promise.all(['b', 'b', 'c'].map((sid) => issueToken({ sid })))
  if (!one || !two || !other) throw new Error('there are no tokens')
  expect(await revoke(second, one, '?by=sid')).toBe(204)
  expect(await get(first, one)).toMatchObject(refused)
  expect(await get(first, two)).toMatchObject(refused)
  expect(await passes(first, other)).toBe(true)
})

test('while Redis is stopped every token is refused, within a second; started again, the gateways recover', async () => {
  const [token, revoked] = [await issueToken({ sid: 'd' }), await issueToken({ sid: 'd' })]
  expect(await revoke(first, revoked)).toBe(204)
  expect(await passes(second, token)).toBe(true)

  await redis.stop()
  // This one starts without Redis.
  const third = await startGateway()
  const gateways = [first, second, third]
  const waits: number[] = []
  for (const gateway of [...gateways, ...gateways]) {
    const answer = await get(gateway, token)
    expect(answer).toMatchObject(refused)
    waits.push(answer.milliseconds)
  }
  expect(await revoke(first, token)).toBe(401)
  expect(Math.max(...waits)).toBeLessThan(1000)

  await redis.start()
  const seconds = await recovery(gateways, token)
  console.log(
    `Redis stopped: 401 within ${Math.max(...waits).toFixed()} ms; started: 200 after ${seconds.toFixed(2)} s`,
  )
  expect(seconds).toBeLessThan(3)
  for (const gateway of gateways) expect(await get(gateway, revoked)).toMatchObject(refused)
})

test('while Redis hangs every token is refused, within a second; when it goes on, the gateways recover', async () => {
  const token = await issueToken({ sid: 'e' })
  expect(await passes(first, token)).toBe(true)

  redis.suspend()
  const answers = []
  for (let round = 0; round < 4; round++) {
    answers.push(...(await Promise.all([first, second, first].map((gateway) => get(gateway, token)))))
    await sleep(300)
  }
  for (const answer of answers) expect(answer).toMatchObject(refused)
  const longest = Math.max(...answers.map(({ milliseconds }) => milliseconds))
  expect(longest).toBeLessThan(1000)

  redis.resume()
  const seconds = await recovery([first, second], token)
  console.log(`Redis hung: 401 within ${longest.toFixed()} ms; going on: 200 after ${seconds.toFixed(2)} s`)
  expect(seconds).toBeLessThan(3)
})
