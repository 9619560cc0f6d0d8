import { createServer, type Server } from 'node:http'
import type { Claims } from 'countersign'
import { type AuthValidatorConfig, createAuthValidator, describeRefusal } from 'countersign/gateway'
import { createClient } from 'redis'

/** Revoked tokens, known to every gateway that asks the same Redis. */
export function createRedisDenylist(url: string, watched: readonly string[]) {
  const client = createClient({
    url,
    // Without Redis nobody knows what has been revoked. So fail at once instead of queueing, take a server that has said
    // nothing for 300 ms (to a ping, if there is nothing else) for dead, and keep trying to reconnect.
    disableOfflineQueue: true,
    pingInterval: 100,
    socket: { connectTimeout: 500, socketTimeout: 300, reconnectStrategy: 250 },
  })
  client.on('error', () => {}) // A real gateway logs this. Without a listener it would end the process.
  client.connect().catch(() => {})
  const keyOf = (claim: string, value: unknown) => `revoked:${claim}:${value}`

  return {
    /** Revokes the tokens whose claim has this value. Redis forgets it after `until`, in seconds since the epoch. */
    async revoke(claim: string, value: string, until: number): Promise<void> {
      const [key, end] = [keyOf(claim, value), Math.ceil(until)]
      const entry = { condition: 'NX', expiration: { type: 'EXAT', value: end } } as const
      // A second revocation may prolong the first, and never shortens it.
      await client.multi().set(key, '', entry).expireAt(key, end, 'GT').exec()
    },
    /** For the validator, which refuses the token when this rejects. */
    async isRevoked(claims: Claims): Promise<boolean> {
      const keys = watched.flatMap((claim) => [claims[claim]].flat().map((value) => keyOf(claim, value)))
      return (await client.exists(keys)) > 0
    },
    close: () => client.destroy(),
  }
}

const LONGEST_LIFETIME = 3600
/** A token passes for a second (the validator's leeway) after its `exp`, which counts itself. */
const LEEWAY = 2

/**
 * One of several gateways: `POST /revoke` withdraws the token that comes with the request, `POST /revoke?by=sid` all
 * tokens of its session, and from then on none of the gateways accepts them.
 */
export async function createGateway(config: AuthValidatorConfig, backend: string): Promise<Server> {
  const denylist = createRedisDenylist(process.env.REDIS_URL ?? 'redis://127.0.0.1:6379', ['jti', 'sid'])
  const validator = await createAuthValidator(config, {
    isRevoked: denylist.isRevoked,
    required: ['jti', 'sid'],
    maxLifetime: LONGEST_LIFETIME,
  })

  const { revoke } = denylist
  const revocations: Readonly<Record<string, (claims: Claims) => Promise<void>>> = {
    'POST /revoke': ({ jti, exp }) => revoke('jti', String(jti), Number(exp) + LEEWAY),
    'POST /revoke?by=sid': ({ sid }) => revoke('sid', String(sid), Date.now() / 1000 + LONGEST_LIFETIME + LEEWAY),
  }

  const server = createServer(async (request, response) => {
    const line = `${request.method} ${request.url}`
    const revocation = revocations[line]
    if (!revocation && line !== 'GET /private/custom') return response.writeHead(404).end()

    const verdict = await validator.validate(request)
    if (!verdict.ok) {
      const { status, headers, body } = describeRefusal(verdict, { problem: true })
      return response.writeHead(status, headers).end(body)
    }

    try {
      if (revocation) {
        await revocation(verdict.claims)
        return response.writeHead(204).end()
      }
      const answer = await fetch(new URL('/user/1.json', backend), { headers: verdict.setHeaders })
      const user = JSON.stringify(await answer.json())
      return response.writeHead(answer.status, { 'content-type': 'application/json' }).end(user)
    } catch {
      return response.writeHead(502).end()
    }
  })
  return server.on('close', denylist.close)
}
