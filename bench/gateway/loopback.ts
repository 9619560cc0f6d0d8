import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Tokens } from './tokens.ts'

/** Any free port that other machines cannot reach. Resolves with its address. */
export async function listenOnLoopback(server: Server): Promise<string> {
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** What stands behind the gateways. */
export interface Surroundings {
  readonly backend: string
  jwksUrl(tokens: Tokens): string
  stop(): void
}

/** A backend, and the issuer's key server. */
export async function startSurroundings(issued: readonly Tokens[]): Promise<Surroundings> {
  const documents = new Map<string | undefined, unknown>([['/user/1.json', { id: 1, name: 'alice' }]])
  for (const { alg, jwk } of issued) documents.set(`/${alg}/jwks.json`, { keys: [jwk] })
  const server = createServer((request, response) => {
    const document = documents.get(request.url)
    if (document === undefined) return response.writeHead(404).end()
    return response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(document))
  })
  const url = await listenOnLoopback(server)
  return {
    backend: `${url}/user/1.json`,
    jwksUrl: ({ alg }) => `${url}/${alg}/jwks.json`,
    stop: () => server.close().closeAllConnections(),
  }
}
