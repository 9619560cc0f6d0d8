import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import type { Claims } from 'countersign'
import {
  createAuthSigner,
  createAuthValidator,
  createDenylist,
  describeRefusal,
  type Refusal,
} from 'countersign/gateway'

const config = async (name: string) =>
  JSON.parse(await readFile(new URL(`config/${name}.json`, import.meta.url), 'utf8'))

/** Seconds that the tokens are good for. The validators forgive one more, and count the second of `exp` itself. */
export const LIFETIMES = { access: 300, refresh: 86_400 }
const LEEWAY = 2

/** The life of a token: `POST /token` issues it, `GET /private/custom` takes it, `POST /refresh` replaces it. */
export async function createGateway(backend: string): Promise<Server> {
  // KrakenD's playground key; `jwk_local_path` names it.
  const keys = { readFile: (path: string) => readFile(new URL(`../playground/data/${path}`, import.meta.url)) }

  const added = { ...keys, issuedAt: true, jwtId: randomUUID }
  const accessSigner = await createAuthSigner(await config('access-signer'), { ...added, expiresIn: LIFETIMES.access })
  const refreshSigner = await createAuthSigner(await config('refresh-signer'), {
    ...added,
    expiresIn: LIFETIMES.refresh,
  })

  // A refresh token is good for one refresh. To look and to mark is one step, so that of two requests one comes too late.
  const spent = createDenylist({ claims: ['jti'] })
  const isSpent = (claims: Claims): boolean => {
    const isReused = spent.isRevoked(claims)
    if (!isReused) spent.revoke('jti', String(claims.jti), Number(claims.exp) + LEEWAY)
    return isReused
  }

  // Each endpoint takes the tokens of one "typ", and so never the other's.
  const accessValidator = await createAuthValidator(await config('access-validator'), { ...keys, typ: 'at+jwt' })
  const refreshValidator = await createAuthValidator(await config('refresh-validator'), {
    ...keys,
    typ: 'refresh+jwt',
    required: ['jti', 'exp'],
    isRevoked: isSpent,
  })

  const endpoints: Record<string, (request: IncomingMessage, response: ServerResponse) => Promise<unknown>> = {
    async 'POST /token'(request, response) {
      const answer = await fetch(new URL('/login', backend), { method: 'POST', body: await text(request) })
      return answer.ok ? sendTokens(response, answer) : response.writeHead(401).end()
    },

    async 'GET /private/custom'(request, response) {
      const verdict = await accessValidator.validate(request)
      if (!verdict.ok) return refuse(response, verdict)
      const answer = await fetch(new URL('/user/1.json', backend))
      return sendJson(response, await answer.json())
    },

    async 'POST /refresh'(request, response) {
      const verdict = await refreshValidator.validate(request)
      if (!verdict.ok) return refuse(response, verdict)
      return sendTokens(response, await fetch(new URL('/claims', backend), { headers: verdict.setHeaders }))
    },
  }

  async function sendTokens(response: ServerResponse, answer: Response): Promise<void> {
    const claims = (await answer.json()) as Record<string, unknown>
    sendJson(response, await refreshSigner.sign(await accessSigner.sign(claims)))
  }

  return createServer((request, response) => {
    const endpoint = endpoints[`${request.method} ${request.url}`]
    if (!endpoint) return response.writeHead(404).end()
    return endpoint(request, response).catch(() => response.writeHead(502).end())
  })
}

function refuse(response: ServerResponse, refusal: Refusal): void {
  const { status, headers, body } = describeRefusal(refusal, { problem: true })
  response.writeHead(status, headers).end(body)
}

function sendJson(response: ServerResponse, body: unknown): void {
  // RFC 6749 §5.1: tokens are not for caches.
  response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-store' }).end(JSON.stringify(body))
}
