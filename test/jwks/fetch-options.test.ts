import { describe, expect, test } from 'vitest'
import { createRemoteJwks, type RemoteJwksOptions } from '../../src/index.ts'

describe('R21: addresses', () => {
  const good: readonly (readonly [url: string | { href: string }, options?: RemoteJwksOptions])[] = [
    ['https://id.example/jwks.json'],
    // A URL of another realm is none of ours.
    [{ href: 'https://id.example/jwks.json' }],
    [new URL('https://id.example/jwks.json')],
    ['HTTPS://id.example:8443/jwks.json?tenant=1'],
    ['http://id.example/jwks.json', { allowInsecure: true }],
    ['https://id.example/jwks.json', { allowInsecure: true }],
  ]
  for (const [url, options] of good) {
    test(`${url} with ${JSON.stringify(options)} is taken, and nothing fetched yet`, () => {
      expect(createRemoteJwks(url, options).state).toEqual({ age: undefined, keys: 0, lastError: undefined })
    })
  }

  const bad: readonly (readonly [url: unknown, options?: RemoteJwksOptions])[] = [
    ['http://id.example/jwks.json'],
    ['http://127.0.0.1/jwks.json'],
    ['http://localhost/jwks.json'],
    ['http://id.example/jwks.json', { allowInsecure: false }],
    ['ftp://id.example/jwks.json', { allowInsecure: true }],
    ['file:///etc/jwks.json', { allowInsecure: true }],
    ['data:application/json,{"keys":[]}', { allowInsecure: true }],
    ['wss://id.example/jwks.json', { allowInsecure: true }],
    ['https://user@id.example/jwks.json'],
    ['https://user:s3cret@id.example/jwks.json'],
    ['https://:s3cret@id.example/jwks.json'],
    ['id.example/jwks.json'],
    ['/jwks.json'],
    [''],
    [undefined],
    [null],
    [{}],
  ]
  for (const [url, options] of bad) {
    test(`${String(url)} with ${JSON.stringify(options)} is a mistake of the programmer`, () => {
      expect(() => createRemoteJwks(url as string, options)).toThrow(TypeError)
    })
  }

  test('what is no address is not repeated', () => {
    const wrong = () => createRemoteJwks('s3cret@id.example/jwks.json')
    expect(wrong).toThrow(new TypeError('the address of a key set must be a URL'))
  })

  test('a password in the address is not repeated', () => {
    expect(() => createRemoteJwks('https://user:s3cret@id.example/')).toThrow(/^(?!.*s3cret)/)
  })

  test('what becomes of a URL object afterwards has no effect', async () => {
    const asked: unknown[] = []
    const fetch = (url: unknown) => {
      asked.push(url)
      return Promise.reject(new Error('enough'))
    }
    const url = new URL('https://id.example/jwks.json')
    const keys = createRemoteJwks(url, { fetch })
    url.href = 'https://attacker.example/jwks.json'
    await expect(keys.refresh()).rejects.toThrow('id.example')
    expect(asked).toEqual(['https://id.example/jwks.json'])
  })
})

describe('R19: wrong options are mistakes of the programmer', () => {
  const numbers = [Number.NaN, Number.POSITIVE_INFINITY, -1, '5', null, [5], {}, true]
  const rows: readonly (readonly [name: string, values: readonly unknown[]])[] = [
    ['timeout', [...numbers, 3600.001, 1e9]],
    ['maxBytes', numbers],
    ['allowInsecure', ['true', 1, 0, null, {}]],
    ['fetch', ['fetch', null, {}, 5]],
    ...['maxAge', 'cooldown', 'staleIfError'].map((name) => [name, numbers] as const),
    [
      'headers',
      ['accept: x', null, 5, [], ['a'], { a: 1 }, { a: 'b', c: undefined }, { 'no name': 'x' }, { a: 'b\r\nc: d' }],
    ],
    ['now', [1_700_000_000, null, '5', {}]],
    ['algorithms', [[], 'ES256', null, ['none'], ['foo'], [5]]],
    ['identify', ['x5c', '', null]],
    ...['insecure', 'Timeout', 'MaxAge', 'cacheMaxAge', 'issuer'].map((name) => [name, [5]] as const),
  ]
  for (const [name, values] of rows) {
    for (const value of values) {
      test(`${name} ${typeof value === 'object' ? JSON.stringify(value) : String(value)} (${typeof value})`, () => {
        expect(() => createRemoteJwks('https://id.example/', { [name]: value })).toThrow(TypeError)
        expect(() => createRemoteJwks('https://id.example/', { [name]: value })).toThrow(`"${name}"`)
      })
    }
  }

  test('the longest timeout is an hour', () => {
    expect(createRemoteJwks('https://id.example/', { timeout: 3600 })).toBeTypeOf('function')
  })

  test('what is wrong in a header is not repeated', () => {
    const headers = { authorization: 'Bearer secret\n' }
    for (const wrong of [headers, { 'x secret': 'x' }]) {
      const create = () => createRemoteJwks('https://id.example/', { headers: { ...wrong, 'b\u0000': 'x' } })
      expect(create).toThrow(expect.objectContaining({ message: expect.not.stringContaining('secret') }))
    }
  })

  for (const options of [null, 'options', 5]) {
    test(`${JSON.stringify(options)} for the options`, () => {
      expect(() => createRemoteJwks('https://id.example/', options as RemoteJwksOptions)).toThrow(TypeError)
    })
  }
})
