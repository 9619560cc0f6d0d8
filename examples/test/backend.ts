import { createServer, type IncomingHttpHeaders } from 'node:http'
import { listening } from '../setup.ts'

export const user = { id_user: 1, firstName: 'John' }

/** A backend that tells which headers it got with the last request. */
export async function startRecordingBackend() {
  let headers: IncomingHttpHeaders = {}
  const server = createServer((request, response) => {
    headers = request.headers
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(user))
  })
  const { url, close } = await listening(server.listen(0, '127.0.0.1'))
  return {
    url,
    close,
    get headers() {
      return headers
    },
  }
}

export const bearer = (token: string) => ({ authorization: `Bearer ${token}` })
