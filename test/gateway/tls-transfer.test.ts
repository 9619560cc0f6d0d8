import { createServer } from 'node:net'
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { createAuthSigner, createAuthValidator } from '../../src/gateway/index.ts'
import { createTlsFetch } from '../../src/gateway/tls-client.ts'
import { compileFetch, type FetchOptions } from '../../src/jwks/fetch.ts'
import { type Answer, drip, hang, json, status, truncated } from '../key-server.ts'
import { codeOf } from '../paths.ts'
import { type Certificate, chain, issue } from './certificates.ts'
import { type FaultServer, goodSet, startFaultServer } from './fault-server.ts'
import { bearer, krakend, makeToken, NOW, signerConfig, validatorConfig } from './fixtures.ts'

const TOKEN = makeToken({ claims: { exp: NOW + 60 } })

let authority: Certificate
let identity: Certificate

beforeAll(() => {
  authority = issue('Test authority', { isAuthority: true })
  identity = issue('Test server', { issuer: authority, hosts: ['127.0.0.1'] })
})

const servers: FaultServer[] = []

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop()))
})

async function serve(answer: Answer = goodSet): Promise<FaultServer> {
  const server = await startFaultServer(chain(identity))
  server.answer = answer
  servers.push(server)
  return server
}

const host = { readFile: async () => Buffer.from(authority.pem) }

/** The one request for a key set, over the TLS client. */
async function request(url: string, options: FetchOptions = {}): Promise<() => Promise<unknown>> {
  const tls = { caPath: 'ca.pem', pins: [], ciphers: [] }
  const location = { url, allowInsecure: false, tls }
  return compileFetch(url, { fetch: await createTlsFetch('auth/validator', location, host), ...options })
}

function openValidator(url: string) {
  const config = validatorConfig({ jwk_local_path: undefined, jwk_url: url, jwk_local_ca: 'ca.pem' })
  return createAuthValidator(config, { now: () => NOW, ...host })
}

const body = JSON.stringify(krakend.jwks.symmetric)

/** Octets that Node's own server would not write. */
function raw(text: string): Answer {
  return (response) => {
    response.socket?.end(text)
  }
}

describe('R21 holds over the TLS client', () => {
  const answers: readonly (readonly [title: string, answer: Answer, code: string])[] = [
    ['a good set', goodSet, 'accepted'],
    ['a good set as application/jwk-set+json', json(body, { 'content-type': 'application/jwk-set+json' }), 'accepted'],
    ['exactly 512 KiB', json(body.padEnd(524_288)), 'accepted'],
    ['one octet more', json(body.padEnd(524_289)), 'ERR_JWKS_UNAVAILABLE'],
    ['a redirect', status(302, { location: '/jwks.json' }), 'ERR_JWKS_UNAVAILABLE'],
    ['a redirect with a good set', json(body, { location: '/jwks.json' }, 308), 'ERR_JWKS_UNAVAILABLE'],
    ['304', status(304), 'ERR_JWKS_UNAVAILABLE'],
    ['204', status(204), 'ERR_JWKS_INVALID'],
    ['404', json(body, {}, 404), 'ERR_JWKS_UNAVAILABLE'],
    ['500', json(body, {}, 500), 'ERR_JWKS_UNAVAILABLE'],
    ['a status that no Response can have', json(body, {}, 999), 'ERR_JWKS_UNAVAILABLE'],
    ['HTML', json(body, { 'content-type': 'text/html' }), 'ERR_JWKS_UNAVAILABLE'],
    ['no type', raw(`HTTP/1.1 200 OK\r\ncontent-length: ${body.length}\r\n\r\n${body}`), 'ERR_JWKS_UNAVAILABLE'],
    ['what is not HTTP', raw('hello\r\n\r\n'), 'ERR_JWKS_UNAVAILABLE'],
    ['nothing', (response) => response.destroy(), 'ERR_JWKS_UNAVAILABLE'],
    ['less than announced', truncated, 'ERR_JWKS_UNAVAILABLE'],
    ['invalid JSON', json('{"keys":['), 'ERR_JWKS_INVALID'],
    ['invalid UTF-8', json(new Uint8Array([0x7b, 0xff, 0x7d])), 'ERR_JWKS_INVALID'],
  ]

  test.each(answers)('%s', async (_, answer, code) => {
    const server = await serve(answer)
    const verdict = await (await openValidator(server.url)).validate(bearer(TOKEN))
    expect(verdict).toMatchObject(
      code === 'accepted' ? { ok: true } : { ok: false, status: 401, code, retriable: true },
    )
    expect(server.requests).toBe(1)
    // No client holds on to a connection, so the port closes by itself.
    await within(3000, server.close())
  })

  test('what the library asks for, and by which name it calls itself, is what arrives', async () => {
    const seen: unknown[] = []
    const server = await serve((response, { method, url, headers }) => {
      seen.push([method, url, headers.accept, headers['user-agent']])
      goodSet(response, response.req)
    })
    await (await request(`${server.url}?a=b`))()
    expect(seen).toEqual([['GET', '/jwks.json?a=b', 'application/jwk-set+json, application/json', 'countersign']])
  })
})

describe('the end of a request', () => {
  test.each([
    ['hangs', hang],
    ['drips', drip],
    ['switches protocols', raw('HTTP/1.1 101 Switching\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n')],
  ])('an answer that %s: refused in time, and the connection is closed', async (_, answer) => {
    const server = await serve(answer)
    const load = await request(server.url, { timeout: 0.2 })
    const start = performance.now()
    expect(await codeOf(load)).toBe('ERR_JWKS_UNAVAILABLE')
    expect(performance.now() - start).toBeLessThan(2500)
    await within(3000, server.close())
  })

  test('a server that accepts the connection and never says a word of TLS', async () => {
    const sockets: { destroy(): void }[] = []
    let open = 0
    const silent = createServer((socket) => {
      open++
      sockets.push(socket)
      socket.on('close', () => open--)
      socket.on('error', () => {})
      socket.resume()
    })
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
    const address = silent.address()
    const port = typeof address === 'object' ? address?.port : undefined
    try {
      expect(await codeOf(await request(`https://127.0.0.1:${port}/`, { timeout: 0.2 }))).toBe('ERR_JWKS_UNAVAILABLE')
      expect(sockets).toHaveLength(1)
      await vi.waitFor(() => expect(open).toBe(0), { timeout: 3000 })
    } finally {
      for (const socket of sockets) socket.destroy()
      silent.close()
    }
  })

  const endless: Answer = (response) => {
    response.writeHead(500, { 'content-type': 'application/json' })
    response.write('{')
  }
  const flood: Answer = (response) => {
    response.writeHead(200, { 'content-type': 'application/json' })
    const more = () => {
      while (!response.destroyed && response.write(' '.repeat(65_536)));
    }
    response.on('drain', more)
    more()
  }
  test.each([
    ['of its status', endless],
    ['of its size', flood],
  ])('an answer that is refused because %s is not awaited', async (_, answer) => {
    const server = await serve(answer)
    const start = performance.now()
    expect(await codeOf(await request(server.url))).toBe('ERR_JWKS_UNAVAILABLE')
    expect(performance.now() - start).toBeLessThan(2500)
    await within(3000, server.close())
  })

  test('the signal of the caller ends it', async () => {
    const server = await serve(hang)
    const abort = new AbortController()
    const code = codeOf(await request(server.url, { signal: abort.signal }))
    await vi.waitFor(() => expect(server.requests).toBe(1), { timeout: 3000 })
    abort.abort()
    expect(await code).toBe('ERR_JWKS_UNAVAILABLE')
    await within(3000, server.close())
  })

  test('forty downloads leave no connection', async () => {
    const server = await serve()
    const validator = await openValidator(server.url)
    for (let count = 0; count < 40; count++) await validator.validate(bearer(TOKEN))
    expect(server.requests).toBe(40)
    await within(3000, server.close())
    await vi.waitFor(() => expect(server.connections).toBe(0), { timeout: 3000 })
  })
})

describe('auth/signer goes the same way', () => {
  const open = (url: string, extra: object) =>
    createAuthSigner(signerConfig({ jwk_local_path: undefined, jwk_url: url, ...extra }), host)

  test('to a server with the right authority and pin', async () => {
    const server = await serve()
    const signer = await open(server.url, { jwk_local_ca: 'ca.pem', jwk_fingerprints: [authority.pin] })
    const { access_token } = await signer.sign({ access_token: { exp: NOW + 60 } })
    const verdict = await (await openValidator(server.url)).validate(bearer(String(access_token)))
    expect(verdict).toMatchObject({ ok: true })
  })

  test('and not to another', async () => {
    const server = await serve()
    for (const extra of [{}, { jwk_local_ca: 'ca.pem', jwk_fingerprints: ['A'.repeat(43)] }]) {
      await expect(open(server.url, extra)).rejects.toMatchObject({ code: 'ERR_JWKS_UNAVAILABLE' })
    }
    expect(server.requests).toBeLessThanOrEqual(1)
  })
})

async function within(milliseconds: number, outcome: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`still open after ${milliseconds} ms`)), milliseconds)
  })
  await Promise.race([outcome, late]).finally(() => clearTimeout(timer))
}
