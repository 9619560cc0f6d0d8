import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface KeyServer {
  readonly url: string
  /** How many requests have come. */
  readonly requests: number
  /** What is answered from now on: JSON of this content, or what a function of the `ServerResponse` writes. */
  answer: unknown
  /** From then on nobody is answered. */
  stop(): Promise<void>
}

/** A key server on loopback, on a port of its own. */
export async function startKeyServer(initial: KeyServer['answer']): Promise<KeyServer> {
  let requests = 0
  const server = createServer((_, response) => {
    requests++
    const { answer } = keyServer
    if (typeof answer === 'function') return answer(response)
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const keyServer: KeyServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks.json`,
    get requests() {
      return requests
    },
    answer: initial,
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
  return keyServer
}

/** An answer of this status, type and body. */
export function answerWith(status: number, type: string, body: string): (response: ServerResponse) => void {
  return (response) => {
    response.writeHead(status, { 'content-type': type, location: '/other.json' }).end(body)
  }
}
