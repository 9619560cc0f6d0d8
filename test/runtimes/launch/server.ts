import { readFile } from 'node:fs/promises'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join, normalize } from 'node:path'

export interface Page {
  readonly url: string
  readonly report: Promise<unknown>
  fail(error: Error): void
  stop(): Promise<void>
}

const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.map': 'application/json',
}

/** Serves a page and the files of a folder on loopback, which counts as secure, and takes the page's report. */
export async function servePage(folder: string, html: string): Promise<Page> {
  const { promise, resolve, reject } = withResolvers<unknown>()
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost')
    const answer = (status: number, type: string, body: string | Uint8Array) =>
      response.writeHead(status, { 'content-type': type }).end(body)
    if (pathname === '/') return answer(200, TYPES['.html'] as string, html)
    if (request.method === 'POST') {
      const body = await bodyOf(request)
      answer(204, 'text/plain', '')
      return pathname === '/report' ? resolve(JSON.parse(body)) : reject(new Error(`the page fails: ${body}`))
    }
    try {
      const content = await readFile(join(folder, normalize(pathname)))
      return answer(200, TYPES[extname(pathname)] ?? 'application/octet-stream', content)
    } catch {
      return answer(404, 'text/plain', 'not found')
    }
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    report: promise,
    fail: reject,
    stop: () =>
      new Promise((stopped) => {
        server.close(() => stopped())
        server.closeAllConnections()
      }),
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString()
}

// Promise.withResolvers came with Node 22.
function withResolvers<T>() {
  let resolve: (value: T) => void = () => undefined
  let reject: (error: Error) => void = () => undefined
  const promise = new Promise<T>((onResolve, onReject) => {
    resolve = onResolve
    reject = onReject
  })
  return { promise, resolve, reject }
}
