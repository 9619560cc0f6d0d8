import { createServer, type Server } from 'node:http'
import { type AuthValidatorConfig, createAuthValidator, describeRefusal } from 'countersign/gateway'

/** A gateway on Node's own HTTP server: `(await createGateway(config, backend)).listen(8080)`. */
export async function createGateway(config: AuthValidatorConfig, backend: string): Promise<Server> {
  const validator = await createAuthValidator(config)

  return createServer(async (request, response) => {
    if (request.method !== 'GET' || request.url?.split('?')[0] !== '/private/custom') {
      return response.writeHead(404).end()
    }

    const verdict = await validator.validate(request)
    if (!verdict.ok) {
      const { status, headers, body } = describeRefusal(verdict)
      return response.writeHead(status, headers).end(body)
    }

    try {
      // What the token says goes to the backend in headers; the client's own headers stay here.
      const answer = await fetch(new URL('/user/1.json', backend), { headers: verdict.setHeaders })
      const user = JSON.stringify(await answer.json())
      return response.writeHead(answer.status, { 'content-type': 'application/json' }).end(user)
    } catch {
      return response.writeHead(502).end()
    }
  })
}
