import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { createAdaptorServer } from '@hono/node-server'
import { type Claims, createSigner, importSigningKey, type Jwk } from 'countersign'
import type { AuthValidatorConfig } from 'countersign/gateway'

const readJson = async (path: string) => JSON.parse(await readFile(new URL(path, import.meta.url), 'utf8'))

const keyFile = 'playground/data/jwk-symmetric.json'

/** The block that guards the examples' endpoint, with the path of its key file made absolute. */
export const validatorConfig: AuthValidatorConfig = {
  ...(await readJson('auth-validator.json')),
  jwk_local_path: fileURLToPath(new URL(keyFile, import.meta.url)),
}

const { keys }: { keys: Jwk[] } = await readJson(keyFile)
const jwk = keys.find(({ kid }) => kid === 'sim2') as Jwk

/** A token for {@link validatorConfig}, as another program would issue it: good for five minutes. */
export const issueToken: (claims: Claims) => Promise<string> = createSigner({
  key: importSigningKey(jwk),
  claims: { iss: 'https://krakend.io', aud: 'http://api.example.com', sub: 'alice', roles: ['role_a', 'role_b'] },
  issuedAt: true,
  expiresIn: 300,
  jwtId: randomUUID,
})

/** The examples by name, each as something that listens. */
const GATEWAYS: Readonly<Record<string, (config: AuthValidatorConfig, backend: string) => Promise<Listener>>> = {
  'node-http': async (...args) => onNode(await (await import('./node-http.ts')).createGateway(...args)),
  'fetch-handler': async (...args) => onFetch(await (await import('./fetch-handler.ts')).createHandler(...args)),
  express: async (...args) => {
    const app = await (await import('./express.ts')).createGateway(...args)
    return (port) => listening(app.listen(port, '127.0.0.1'))
  },
  fastify: async (...args) => {
    const app = await (await import('./fastify.ts')).createGateway(...args)
    return async (port) => ({ url: await app.listen({ port, host: '127.0.0.1' }), close: () => app.close() })
  },
  hono: async (...args) => onFetch((await (await import('./hono.ts')).createGateway(...args)).fetch),
  'revocation-redis': async (...args) => onNode(await (await import('./revocation-redis.ts')).createGateway(...args)),
}

export const names = Object.keys(GATEWAYS)

export interface Started {
  readonly url: string
  close(): unknown
}

type Listener = (port: number) => Promise<Started>

/** Starts one of the examples on loopback; port 0 stands for any free one. */
export async function startExample(name: string, backend: string, port = 0): Promise<Started> {
  const createListener = GATEWAYS[name]
  if (!createListener) throw new Error(`there is no example "${name}", but ${names.join(', ')}`)
  return (await createListener(validatorConfig, backend))(port)
}

const onNode = (server: Server) => (port: number) => listening(server.listen(port, '127.0.0.1'))
const onFetch = (fetch: (request: Request) => Response | Promise<Response>) =>
  onNode(createAdaptorServer({ fetch }) as Server)

export async function listening(server: Server): Promise<Started> {
  await new Promise((resolve, reject) => server.once('listening', resolve).once('error', reject))
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => server.close() }
}
