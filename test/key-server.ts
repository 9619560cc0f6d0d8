import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export type Answer = (response: ServerResponse, request: IncomingMessage) => void

export interface KeyServer {
  readonly origin: string
  readonly url: string
  /** What has been asked so far. */
  readonly requests: readonly IncomingMessage[]
  /** How the next requests are answered. */
  answer: Answer
  /** Resolves when the connection of the latest request is closed. */
  closed(): Promise<void>
  stop(): Promise<void>
}

/** A key server on this machine. */
export async function startKeyServer(answer: Answer = json({ keys: [] })): Promise<KeyServer> {
  const requests: IncomingMessage[] = []
  let closed = Promise.resolve()
  const server = createServer((request, response) => {
    requests.push(request)
    closed = new Promise((resolve) => response.on('close', resolve))
    keyServer.answer(response, request)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const keyServer: KeyServer = {
    origin,
    url: `${origin}/jwks.json`,
    requests,
    answer,
    closed: () => closed,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
  return keyServer
}

/** An answer of this value as JSON; text and octets stand for themselves. */
export function json(body: unknown, headers: Record<string, string> = {}, status = 200): Answer {
  const content = typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body)
  return (response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers })
    response.end(content)
  }
}

/** An answer without a body. */
export function status(code: number, headers: Record<string, string> = {}): Answer {
  return json('', headers, code)
}

/** An answer that never comes. */
export const hang: Answer = () => undefined

/** An answer that begins and is sent octet by octet, without an end. */
export const drip: Answer = (response) => {
  response.writeHead(200, { 'content-type': 'application/json' })
  const timer = setInterval(() => response.write(' '), 20)
  response.on('close', () => clearInterval(timer))
}

/** An answer that ends before the length that it has announced. */
export const truncated: Answer = (response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' })
  response.write('{"keys":[')
  setTimeout(() => response.destroy(), 20)
}
