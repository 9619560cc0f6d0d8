import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { KeyRing } from './key-ring.ts'

export const FAULTS = [
  ...(['hang', 'drip', 'status 500', 'redirect', 'wrong type', 'too large', 'truncated'] as const),
  ...(['invalid JSON', 'closed port'] as const),
]
export type Fault = (typeof FAULTS)[number]

/** What was answered to a fetch: the serial numbers of the keys of a good set by their ids, or the code of its refusal. */
export type Served = { readonly keys: ReadonlyMap<string, number> } | { readonly code: string }

/** The issuers' key sets behind one server, which can be hurt and healed. */
export interface KeyServer {
  readonly url: string
  readonly requests: number
  served(fetch: number): Served
  strike(fault: Fault): void
  heal(): Promise<void>
  stop(): void
}

const JSON_TYPE = { 'content-type': 'application/json' }

export async function startKeyServer(rings: ReadonlyMap<string, KeyRing>): Promise<KeyServer> {
  const log = new Map<number, Served>()
  let fault: Fault | undefined
  let requests = 0
  const server = createServer((request, response) => {
    requests++
    const ring = rings.get(request.url?.split('/')[1] ?? '') as KeyRing
    const id = Number(request.headers['x-fetch'])
    if (fault && request.url?.endsWith('/jwks.json')) {
      log.set(id, { code: fault === 'invalid JSON' ? 'ERR_JWKS_INVALID' : 'ERR_JWKS_UNAVAILABLE' })
      return answerBadly(fault, ring, response)
    }
    const isRedirected = !request.url?.endsWith('/jwks.json')
    const keys = isRedirected ? badKeys(ring) : ring.published
    if (!isRedirected) log.set(id, { keys: new Map(keys.map(({ kid, serial }) => [kid, serial])) })
    response.writeHead(200, JSON_TYPE).end(JSON.stringify({ keys: keys.map(({ jwk }) => jwk) }))
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo

  return {
    url: `http://127.0.0.1:${port}`,
    get requests() {
      return requests
    },
    // What never arrived here has not been answered.
    served: (fetch) => log.get(fetch) ?? { code: 'ERR_JWKS_UNAVAILABLE' },
    strike(next) {
      fault = next
      if (next === 'closed port') server.close()
    },
    async heal() {
      if (fault === 'closed port') await once(server.listen(port, '127.0.0.1'), 'listening')
      fault = undefined
    },
    stop: () => server.close().closeAllConnections(),
  }
}

/** What a bad answer holds, whose keys must never be used. */
function badKeys({ published, withdrawn, rogue }: KeyRing) {
  return [...published, withdrawn, rogue]
}

function answerBadly(fault: Fault, ring: KeyRing, response: ServerResponse): void {
  const body = JSON.stringify({ keys: badKeys(ring).map(({ jwk }) => jwk) })
  switch (fault) {
    case 'hang':
    case 'closed port':
      break
    case 'drip':
      drip(response)
      break
    case 'status 500':
      response.writeHead(500, JSON_TYPE).end(body)
      break
    case 'redirect':
      response.writeHead(302, { ...JSON_TYPE, location: 'other.json' }).end(body)
      break
    case 'wrong type':
      response.writeHead(200, { 'content-type': 'text/html' }).end(body)
      break
    case 'too large':
      response.writeHead(200, JSON_TYPE).end(body.padEnd(600_000))
      break
    case 'invalid JSON':
      response.writeHead(200, JSON_TYPE).end(body.slice(0, -1))
      break
    case 'truncated':
      response.writeHead(200, { ...JSON_TYPE, 'content-length': body.length + 1 }).write(body)
      setTimeout(() => response.destroy(), 20)
  }
}

/** An answer that begins and has no end. */
function drip(response: ServerResponse): void {
  response.writeHead(200, JSON_TYPE)
  const timer = setInterval(() => response.write(' '), 20)
  response.on('close', () => clearInterval(timer))
}
