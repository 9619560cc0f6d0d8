import { createServer } from 'node:http'
import type { AuthValidator } from '../../src/gateway/index.ts'
import { listenOnLoopback } from '../gateway/loopback.ts'
import { answerWith } from '../gateway/processes.ts'
import { monotonic } from './clock.ts'
import { watchLoop } from './loop-delay.ts'
import type { FetchEvent, GatewayAnswer, GatewayQuestion, Sample } from './questions.ts'
import { AUDIENCE, CACHE_SIZE, COOLDOWN, ISSUER, MAX_AGE, ROLE, VALIDATORS, type ValidatorPlan } from './scenario.ts'

// The gateway in a process of its own: an HTTP server that answers with the verdict. As users get it: compiled.

const { createAuthValidator } = (await import(
  new URL('../../dist/gateway/index.js', import.meta.url).href
)) as typeof import('../../src/gateway/index.ts')

const revoked = new Set<unknown>()
let events: FetchEvent[] = []
let fetches = 0
let offset = 0
/** Since when the requests wait that have no verdict yet. */
const undecided = new Map<object, number>()
const loop = watchLoop()

answerWith<GatewayQuestion, GatewayAnswer>(async (question) => {
  switch (question.ask) {
    case 'start':
      return serve(question.epoch, question.keyServer)
    case 'clock':
      offset = question.offset
      return monotonic()
    case 'revoke':
      for (const id of question.ids) question.isRevoked ? revoked.add(id) : revoked.delete(id)
      return monotonic()
    case 'fetches':
      return takeEvents()
    case 'sample':
      return takeSample()
  }
})

async function serve(epoch: number, keyServer: string): Promise<string> {
  const validators = new Map<string | undefined, AuthValidator>()
  for (const plan of VALIDATORS) validators.set(`/${plan.name}`, await openValidator(plan, epoch, keyServer))
  const server = createServer(async (request, response) => {
    const validator = validators.get(request.url)
    if (!validator) return response.writeHead(404).end()
    const from = monotonic()
    undecided.set(request, from)
    const verdict = await validator.validate(request)
    undecided.delete(request)
    const to = monotonic()
    const headers = { 'x-verdict': verdict.ok ? 'accepted' : verdict.code, 'x-window': `${from} ${to}` }
    return response.writeHead(verdict.ok ? 200 : verdict.status, headers).end()
  })
  // A connection that is closed as idle while a request is on its way would lose that.
  server.keepAliveTimeout = 0
  return listenOnLoopback(server)
}

function openValidator(plan: ValidatorPlan, epoch: number, keyServer: string): Promise<AuthValidator> {
  const { name, alg, staleIfError, isCached, isRevocable } = plan
  let clock = Number.NaN
  const config = {
    ...{ alg, issuer: ISSUER, audience: [AUDIENCE], roles: [ROLE] },
    ...{ jwk_url: `${keyServer}/${name}/jwks.json`, disable_jwk_security: true },
    ...{ cache: true, cache_duration: MAX_AGE, failed_jwk_key_cooldown: `${COOLDOWN}s` },
  }
  return createAuthValidator(config, {
    staleIfError,
    requireExp: true,
    now: () => (clock = epoch + monotonic() + offset),
    fetch: (url, init) => {
      const id = ++fetches
      // The age of a set counts from the reading of the clock just before it was asked for.
      events.push({ validator: name, id, time: monotonic(), startedAt: clock })
      // The signal ends every fetch, the good ones too: what is left of the answer is not wanted.
      init?.signal?.addEventListener('abort', () => events.push({ validator: name, id, time: monotonic() }))
      return fetch(url, { ...init, headers: { ...(init?.headers as Record<string, string>), 'x-fetch': `${id}` } })
    },
    ...(isCached && { tokenCache: { maxSize: CACHE_SIZE } }),
    ...(isRevocable && { isRevoked: async ({ jti }) => revoked.has(jti) }),
  })
}

function takeEvents(): readonly FetchEvent[] {
  const taken = events
  events = []
  return taken
}

function takeSample(): Sample {
  const collect = globalThis.gc
  if (!collect) throw new Error('the process must run with --expose-gc')
  const { result, ...delay } = loop.take(() => {
    collect()
    return process.memoryUsage()
  })
  const now = monotonic()
  const longestWait = Math.max(0, ...Array.from(undecided.values(), (since) => now - since))
  return { ...delay, longestWait, heap: result.heapUsed, resident: result.rss }
}
