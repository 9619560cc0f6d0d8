import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import {
  type AuthSignerConfig,
  type AuthValidatorConfig,
  createAuthSigner,
  createAuthValidator,
} from 'countersign/gateway'

export interface Gateway {
  readonly url: string
  close(): void
}

export interface GatewayConfig {
  readonly backend: string
  readonly signer: AuthSignerConfig
  readonly validator: AuthValidatorConfig
  /** Reads the file that `jwk_local_path` names. */
  readonly readFile: (path: string) => Promise<Uint8Array>
}

/** A gateway with two endpoints: one that issues tokens, and one that they open. */
export async function startGateway({ backend, signer, validator, readFile }: GatewayConfig): Promise<Gateway> {
  // A mistake in either block ends the start: nothing is ever served unprotected.
  const authSigner = await createAuthSigner(signer, { readFile })
  const authValidator = await createAuthValidator(validator)

  const endpoints: Record<string, (request: IncomingMessage, response: ServerResponse) => Promise<void>> = {
    async 'POST /token'(request, response) {
      const answer = await fetch(new URL(request.url ?? '/', backend))
      sendJson(response, await authSigner.sign((await answer.json()) as Record<string, unknown>))
    },

    async 'GET /private/custom'(request, response) {
      const verdict = await authValidator.validate(request)
      if (!verdict.ok) {
        // For the demo. A real gateway logs the code, and tells the client no more than the status.
        response.setHeader('x-refused-because', verdict.code)
        response.writeHead(verdict.status).end()
        return
      }
      const answer = await fetch(new URL('/user/1.json', backend))
      sendJson(response, await answer.json())
    },
  }

  const server = createServer((request, response) => {
    const endpoint = endpoints[`${request.method} ${request.url?.split('?')[0]}`]
    if (!endpoint) return response.writeHead(404).end()
    return endpoint(request, response).catch((error) => response.writeHead(error.status ?? 502).end())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => server.close() }
}

function sendJson(response: ServerResponse, body: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(body))
}
