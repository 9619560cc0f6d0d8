import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import { createSigner, importSigningKey } from 'countersign'
import { createAuthValidator, describeRefusal } from 'countersign/gateway'
import { generateKey, toPublicJwk } from 'countersign/keys'
import { listening } from '../setup.ts'

// Services that call each other: each signs its own short-lived tokens with a private key that never leaves it, and
// publishes the public one. The callee knows its callers by their issuers, and what they may do by their scopes.

async function startService(name: string) {
  const jwk = await generateKey('ES256', { kid: name })
  const key = importSigningKey(jwk)
  const keySet = JSON.stringify({ keys: [toPublicJwk(jwk)] })
  const server = createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'application/jwk-set+json' }).end(keySet)
  })
  const { url, close } = await listening(server.listen(0, '127.0.0.1'))
  const sign = createSigner({ key, claims: { iss: url, sub: name }, issuedAt: true, expiresIn: 60, jwtId: randomUUID })
  return { url, close, sign }
}

const [billing, shipping, stranger] = await Promise.all(['billing', 'shipping', 'stranger'].map(startService))
if (!billing || !shipping || !stranger) throw new Error('a service did not start')

// The callee: one `auth/validator` block for each caller. The token's `iss` chooses, and only that caller's keys count.
const validator = await createAuthValidator(
  [billing, shipping].map(({ url }) => ({
    alg: 'ES256',
    jwk_url: url,
    disable_jwk_security: true, // Only because this is loopback: elsewhere the keys come over https.
    cache: true,
    issuer: url,
    audience: ['orders'],
    scopes: ['orders:read'],
    scopes_key: 'scope',
  })),
  { requireExp: true, maxLifetime: 60 },
)
const orders = createServer(async (request, response) => {
  const verdict = await validator.validate(request)
  if (verdict.ok) return response.end(`hello, ${verdict.claims.sub}`)
  const { status, headers, body } = describeRefusal(verdict)
  return response.writeHead(status, headers).end(body)
})
const { url, close } = await listening(orders.listen(0, '127.0.0.1'))

async function call(title: string, token: string): Promise<void> {
  const response = await fetch(url, { headers: { authorization: `Bearer ${token}` } })
  console.log(`${title}: ${response.status} ${(await response.text()) || response.headers.get('www-authenticate')}`)
}

await call('billing reads orders', await billing.sign({ aud: 'orders', scope: 'orders:read' }))
await call('shipping reads orders', await shipping.sign({ aud: 'orders', scope: 'orders:read orders:write' }))
await call('without the scope', await billing.sign({ aud: 'orders', scope: 'orders:write' }))
await call('a token for another service', await billing.sign({ aud: 'payments', scope: 'orders:read' }))
await call('as another service', await billing.sign({ iss: shipping.url, aud: 'orders', scope: 'orders:read' }))
await call('a stranger', await stranger.sign({ aud: 'orders', scope: 'orders:read' }))
await call(
  'a token for a year',
  await billing.sign({ aud: 'orders', scope: 'orders:read', exp: Date.now() / 1000 + 31_536_000 }),
)

for (const service of [billing, shipping, stranger]) service.close()
close()
