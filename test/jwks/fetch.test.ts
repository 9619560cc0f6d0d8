import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { compileFetch, type FetchOptions } from '../../src/jwks/fetch.ts'
import { type Answer, drip, hang, json, type KeyServer, startKeyServer, status, truncated } from '../key-server.ts'
import { publicJwk } from '../keys.ts'
import { refusalOf, verdictOf } from '../verdict.ts'

const SET = { keys: [publicJwk('ES256')] }

let server: KeyServer
beforeAll(async () => {
  server = await startKeyServer()
})
afterAll(() => server.stop())
beforeEach(() => {
  server.answer = json(SET)
})

function load(options: FetchOptions = {}, path = '/jwks.json'): Promise<unknown> {
  return compileFetch(`${server.origin}${path}`, { allowInsecure: true, ...options })()
}

/** The set, written with so many octets. */
function padded(length: number): string {
  const text = JSON.stringify(SET)
  return text + ' '.repeat(length - text.length)
}

/** In pieces, so that no `content-length` announces it. */
function chunked(text: string): Answer {
  return (response) => {
    response.writeHead(200, { 'content-type': 'application/json' })
    for (let start = 0; start < text.length; start += 10_000) response.write(text.slice(start, start + 10_000))
    response.end()
  }
}

function typed(type: string): Answer {
  return json(SET, { 'content-type': type })
}

const untyped: Answer = (response) => response.end(JSON.stringify(SET))

describe('R21: answers', () => {
  const rows: readonly (readonly [title: string, answer: Answer, verdict: string, options?: FetchOptions])[] = [
    ['a set', json(SET), 'accepted'],
    ['a set in chunks', chunked(padded(50_000)), 'accepted'],
    ['application/json; charset=utf-8', typed('application/json; charset=utf-8'), 'accepted'],
    ['application/jwk-set+json', typed('application/jwk-set+json'), 'accepted'],
    ['application/jwk-set+json; charset=utf-8', typed('application/jwk-set+json; charset=utf-8'), 'accepted'],
    ['a type in another case', typed('Application/JSON ;charset=UTF-8'), 'accepted'],
    ['another 2xx', json(SET, {}, 203), 'accepted'],
    ...[
      'text/html',
      'text/plain',
      'text/json',
      'application/jwt',
      'application/jsonp',
      'application/ld+json',
      'json',
      '',
    ].map((type) => [`the type "${type}"`, typed(type), 'ERR_JWKS_UNAVAILABLE'] as const),
    ['a type behind another', typed('text/html; application/json'), 'ERR_JWKS_UNAVAILABLE'],
    ['no type', untyped, 'ERR_JWKS_UNAVAILABLE'],
    ...[400, 401, 403, 404, 410, 429, 500, 502, 503].map(
      (code) => [`status ${code}`, json(SET, {}, code), 'ERR_JWKS_UNAVAILABLE'] as const,
    ),
    ...[301, 302, 303, 307, 308].map(
      (code) => [`status ${code}`, json(SET, { location: '/other.json' }, code), 'ERR_JWKS_UNAVAILABLE'] as const,
    ),
    ['status 304', status(304), 'ERR_JWKS_UNAVAILABLE'],
    ['status 204', status(204), 'ERR_JWKS_INVALID'],
    ['524288 octets', json(padded(524_288)), 'accepted'],
    ['524289 octets', json(padded(524_289)), 'ERR_JWKS_UNAVAILABLE'],
    ['524288 octets in chunks', chunked(padded(524_288)), 'accepted'],
    ['524289 octets in chunks', chunked(padded(524_289)), 'ERR_JWKS_UNAVAILABLE'],
    ['as many octets as allowed', json(padded(1000)), 'accepted', { maxBytes: 1000 }],
    ['one octet more than allowed', json(padded(1001)), 'ERR_JWKS_UNAVAILABLE', { maxBytes: 1000 }],
    ['one octet more than allowed, in chunks', chunked(padded(20_001)), 'ERR_JWKS_UNAVAILABLE', { maxBytes: 20_000 }],
    ['a truncated set', truncated, 'ERR_JWKS_UNAVAILABLE'],
    ['a connection that is closed', (response) => response.destroy(), 'ERR_JWKS_UNAVAILABLE'],
    ['silence', hang, 'ERR_JWKS_UNAVAILABLE', { timeout: 0.1 }],
    ['an octet now and then', drip, 'ERR_JWKS_UNAVAILABLE', { timeout: 0.2 }],
    ...[
      '',
      '{',
      '{"keys":[]',
      '{"keys":[]}x',
      '[]',
      'null',
      '"x"',
      '\ufeff{"keys":[]}',
      '{"keys":[],"keys":[]}',
      '{}',
      '{"keys":5}',
      '{"keys":[5]}',
      '{"__proto__":{"keys":[]}}',
      '<html>',
    ].map((body) => [`the body ${JSON.stringify(body)}`, json(body), 'ERR_JWKS_INVALID'] as const),
    ['a body that is not UTF-8', json(Uint8Array.of(0x7b, 0xff, 0x7d)), 'ERR_JWKS_INVALID'],
  ]
  for (const [title, answer, verdict, options] of rows) {
    test(`${title}: ${verdict}`, async () => {
      server.answer = answer
      const before = server.requests.length
      expect(await verdictOf(() => load(options))).toBe(verdict)
      expect(server.requests.length).toBe(before + 1)
    })
  }

  test('the entries of the set are what comes back', async () => {
    expect(await load()).toStrictEqual({ value: SET.keys, maxAge: undefined })
  })

  test('a port that nobody listens at: ERR_JWKS_UNAVAILABLE', async () => {
    const other = await startKeyServer()
    await other.stop()
    expect(await verdictOf(compileFetch(other.url, { allowInsecure: true }))).toBe('ERR_JWKS_UNAVAILABLE')
  })

  test('a redirect is not followed, to wherever it leads', async () => {
    const other = await startKeyServer(json(SET))
    for (const location of [other.url, '/other.json', 'file:///etc/passwd']) {
      server.answer = status(302, { location })
      const before = server.requests.length
      expect(await verdictOf(load)).toBe('ERR_JWKS_UNAVAILABLE')
      expect(server.requests.length).toBe(before + 1)
    }
    expect(other.requests).toHaveLength(0)
    await other.stop()
  })
})

describe('R21: a refused answer', () => {
  const rows: readonly (readonly [title: string, answer: Answer, options: FetchOptions])[] = [
    ['that does not come', hang, { timeout: 0.1 }],
    ['that does not end', drip, { timeout: 0.1 }],
    ['with a status of 500 that does not end', endless(500), {}],
    ['of another type that does not end', endless(200, 'text/html'), {}],
    ['that is too long and does not end', endless(200), { maxBytes: 100 }],
  ]
  for (const [title, answer, options] of rows) {
    test(`${title} is cut off`, async () => {
      server.answer = answer
      const start = performance.now()
      expect(await verdictOf(() => load(options))).toBe('ERR_JWKS_UNAVAILABLE')
      await server.closed()
      expect(performance.now() - start).toBeLessThan(2000)
    })
  }

  function endless(code: number, type = 'application/json'): Answer {
    return (response) => {
      response.writeHead(code, { 'content-type': type })
      response.write('x'.repeat(1000))
    }
  }

  test('is told with the server, but without what the address may hold', async () => {
    for (const [answer, options] of [
      [status(500), {}],
      [typed('text/html'), {}],
      [json('{'), {}],
      [hang, { timeout: 0.05 }],
      [truncated, {}],
      [json(padded(500)), { maxBytes: 5 }],
    ] as const) {
      server.answer = answer
      const { message, name } = await refusalOf(() => load(options, '/tenant/jwks.json?code=s3cret#s3cret'))
      expect(name).toBe('JoseError')
      expect(message).toContain(`${server.origin}/tenant/jwks.json`)
      expect(message).not.toContain('s3cret')
    }
  })

  test('says what was wrong', async () => {
    const rows: readonly (readonly [answer: Answer, words: string])[] = [
      [status(404), 'status 404'],
      [status(302, { location: '/x' }), 'redirects are not followed'],
      [typed('text/html'), 'type'],
      [json(padded(600)), '500 octets'],
      [hang, '0.1 s'],
    ]
    for (const [answer, words] of rows) {
      server.answer = answer
      expect((await refusalOf(() => load({ maxBytes: 500, timeout: 0.1 }))).message).toContain(words)
    }
  })

  test('has the reason of the platform as its cause', async () => {
    server.answer = (response) => response.destroy()
    expect((await refusalOf(load)).cause).toBeInstanceOf(Error)
    server.answer = status(404)
    expect(Object.hasOwn(await refusalOf(load), 'cause')).toBe(false)
  })

  test.each([
    ['itself', new Error('closed'), 'closed'],
    ['its cause', new TypeError('fetch failed', { cause: new Error('closed') }), 'closed'],
    ['the innermost', new Error('a', { cause: new Error('b', { cause: new Error('c') }) }), 'c'],
    ['the last that is an error', new Error('a', { cause: 'b' }), 'a'],
    ['what is no error', 'closed', 'the fetch failed'],
    ['nothing', undefined, 'the fetch failed'],
  ])('says the reason of the platform: %s', async (_, thrown, reason) => {
    const refusal = await refusalOf(() => load({ fetch: () => Promise.reject(thrown) }))
    expect(refusal.message).toBe(`the key server ${server.origin}/jwks.json cannot be reached: ${reason}`)
    expect(refusal.cause).toBe(thrown)
  })

  test('an answer without a type is of another type than JSON', async () => {
    server.answer = untyped
    expect((await refusalOf(load)).message).toContain('another type than JSON')
  })
})

describe('R21: requests', () => {
  test('ask for JSON, and carry the headers that are given', async () => {
    await load()
    expect(server.requests.at(-1)).toMatchObject({
      method: 'GET',
      url: '/jwks.json',
      headers: { accept: 'application/jwk-set+json, application/json' },
    })
    await load({ headers: { authorization: 'Bearer x', 'x-tenant': 'y' } }, '/jwks.json?tenant=1')
    const { headers, url } = server.requests.at(-1) as (typeof server.requests)[number]
    expect(headers).toMatchObject({
      accept: 'application/jwk-set+json, application/json',
      authorization: 'Bearer x',
      'x-tenant': 'y',
    })
    expect(url).toBe('/jwks.json?tenant=1')
  })

  test('go through the fetch that is given', async () => {
    const asked: [url: unknown, options: RequestInit | undefined][] = []
    const own: typeof fetch = async (url, options) => {
      asked.push([url, options])
      return new Response(JSON.stringify(SET), { headers: { 'content-type': 'application/json' } })
    }
    const before = server.requests.length
    expect(await load({ fetch: own })).toStrictEqual({ value: SET.keys, maxAge: undefined })
    expect(server.requests.length).toBe(before)
    expect(asked).toHaveLength(1)
    expect(asked[0]?.[0]).toBe(server.url)
    expect(asked[0]?.[1]).toMatchObject({ redirect: 'manual', signal: expect.any(AbortSignal) })
  })

  test('go through the fetch of the runtime as it is at that time', async () => {
    const { fetch } = globalThis
    const request = compileFetch('https://id.example/jwks.json', {})
    globalThis.fetch = async () => new Response('{"keys":[]}', { headers: { 'content-type': 'application/json' } })
    const answer = await request().finally(() => {
      globalThis.fetch = fetch
    })
    expect(answer).toStrictEqual({ value: [], maxAge: undefined })
  })

  const strange: readonly (readonly [title: string, fetch: () => unknown, verdict: string])[] = [
    [
      'throws',
      () => {
        throw new RangeError('of my own')
      },
      'ERR_JWKS_UNAVAILABLE',
    ],
    ['rejects', () => Promise.reject(new DOMException('no', 'AbortError')), 'ERR_JWKS_UNAVAILABLE'],
    ['answers with nothing', () => Promise.resolve(undefined), 'ERR_JWKS_UNAVAILABLE'],
    ['answers with a response of an error', () => Promise.resolve(Response.error()), 'ERR_JWKS_UNAVAILABLE'],
    [
      'answers without a body',
      () => Promise.resolve(new Response(null, { headers: { 'content-type': 'application/json' } })),
      'ERR_JWKS_INVALID',
    ],
  ]
  for (const [title, fetch, verdict] of strange) {
    test(`a fetch that ${title}: ${verdict}`, async () => {
      expect(await verdictOf(() => load({ fetch: fetch as typeof globalThis.fetch }))).toBe(verdict)
    })
  }

  test('a fetch that pays no heed to its signal is not waited for', async () => {
    const start = performance.now()
    expect(await verdictOf(() => load({ timeout: 0.05, fetch: () => new Promise(() => undefined) }))).toBe(
      'ERR_JWKS_UNAVAILABLE',
    )
    expect(performance.now() - start).toBeLessThan(1000)
  })

  test('have five seconds, and leave no timer behind', async () => {
    const { setTimeout, clearTimeout } = globalThis
    const running = new Map<unknown, number>()
    globalThis.setTimeout = ((run: () => void, delay: number) => {
      const timer = setTimeout(run, delay)
      running.set(timer, delay)
      return timer
    }) as typeof setTimeout
    globalThis.clearTimeout = (timer) => {
      running.delete(timer)
      clearTimeout(timer)
    }
    const delays: number[] = []
    const own: typeof fetch = async () => {
      delays.push(...running.values())
      return new Response('{"keys":[]}', { headers: { 'content-type': 'application/json' } })
    }
    try {
      await load({ fetch: own })
      await load({ fetch: own, timeout: 0.5 })
    } finally {
      Object.assign(globalThis, { setTimeout, clearTimeout })
    }
    expect(delays).toEqual([5000, 500])
    expect(running.size).toBe(0)
  })
})
