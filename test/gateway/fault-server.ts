import { createServer as createHttpServer, type RequestListener } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import type { AddressInfo, Server, Socket } from 'node:net'
import type { SecureContextOptions, TlsOptions } from 'node:tls'
import { type Answer, json } from '../key-server.ts'
import { krakend } from './fixtures.ts'

/** A key server on loopback that can be hurt and healed. */
export interface FaultServer {
  readonly url: string
  readonly requests: number
  /** Connections that are open on the server's side. */
  readonly connections: number
  /** How the next requests are answered. */
  answer: Answer
  /** Shows another certificate to the next clients. */
  present(identity: SecureContextOptions): void
  /** Closes the port. Connections that a client has left open keep this from ending. */
  close(): Promise<void>
  /** Opens the same port again. */
  reopen(): Promise<void>
  /** Ends everything, whatever clients still do. */
  stop(): Promise<void>
}

export const goodSet: Answer = json(krakend.jwks.symmetric)

/** @param tls without it the server speaks plain HTTP */
export async function startFaultServer(tls?: TlsOptions): Promise<FaultServer> {
  let requests = 0
  const sockets = new Set<Socket>()
  const listener: RequestListener = (request, response) => {
    requests++
    faultServer.answer(response, request)
  }
  const secure = tls && createHttpsServer(tls, listener)
  const server = secure ?? createHttpServer(listener)
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  await listen(server, 0)
  const { port } = server.address() as AddressInfo
  const close = () => new Promise<void>((resolve) => server.close(() => resolve()))

  const faultServer: FaultServer = {
    url: `${tls ? 'https' : 'http'}://127.0.0.1:${port}/jwks.json`,
    get requests() {
      return requests
    },
    get connections() {
      return sockets.size
    },
    answer: goodSet,
    present: (identity) => secure?.setSecureContext(identity),
    close,
    reopen: () => listen(server, port),
    async stop() {
      const closed = close()
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
  return faultServer
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject)
      resolve()
    })
  })
}
