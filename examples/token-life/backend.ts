import { createServer, type IncomingMessage, type Server } from 'node:http'
import { text } from 'node:stream/consumers'

/** A backend that knows users and nothing of tokens: it answers with the claims that the gateway signs. */
export function createBackend(): Server {
  return createServer(async (request, response) => {
    const send = (status: number, body: object) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))

    switch (request.url) {
      case '/login': {
        const { user, password } = await credentials(request)
        return user === 'alice' && password === 'wonderland' ? send(200, claimsOf(user)) : send(401, {})
      }
      // The gateway alone reaches this backend, and vouches for the user.
      case '/claims':
        return send(200, claimsOf(String(request.headers['x-user'])))
      case '/user/1.json':
        return send(200, { age: 25, firstName: 'John', id_user: 1, lastName: 'Smith' })
      default:
        return send(404, {})
    }
  })
}

async function credentials(request: IncomingMessage): Promise<{ user?: string; password?: string }> {
  try {
    return JSON.parse(await text(request)) ?? {}
  } catch {
    return {}
  }
}

function claimsOf(sub: string) {
  const common = { iss: 'https://krakend.io', aud: 'http://api.example.com', sub }
  return { access_token: { ...common, roles: ['role_a'] }, refresh_token: common }
}
