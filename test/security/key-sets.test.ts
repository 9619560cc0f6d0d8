import { describe, expect, test } from 'vitest'
import {
  createLocalJwks,
  createRemoteJwks,
  type FetchLike,
  type Jwk,
  type KeySource,
  type RemoteJwks,
  type RemoteJwksOptions,
} from '../../src/index.ts'
import { goodToken } from '../cases/keys.ts'
import { type ForgeKey, forge, segment, segmentsOf } from '../forge.ts'
import { freshJwk, privateJwk, publicHalf, publicJwk } from '../keys.ts'
import { ASYNCHRONOUS_PATHS, PATHS, type Path } from '../paths.ts'
import { NOW, policyOf, verdictOf } from '../verdict.ts'
import { describeOn, testEach } from './attack.ts'

// What an attacker can make of sets of keys, by the tokens that he sends. The server is a function, so that these attacks
// run in every runtime; with real servers they run in `test/jwks` and `test/gateway`.

const URL_OF_SET = 'https://id.example/jwks.json'

/** A key server, and how often it has been asked. */
class KeyServer {
  readonly asked: string[] = []
  keys: readonly Jwk[]
  status = 200

  constructor(...keys: readonly Jwk[]) {
    this.keys = keys
  }

  readonly fetch: FetchLike = async (url) => {
    this.asked.push(url)
    const body = JSON.stringify({ keys: this.keys })
    return new Response(body, { status: this.status, headers: { 'content-type': 'application/json' } })
  }

  source(options: RemoteJwksOptions = {}, url: string = URL_OF_SET): RemoteJwks {
    return createRemoteJwks(url, { fetch: this.fetch, ...options })
  }
}

function verdict(path: Path, keys: KeySource, token: string): Promise<string> {
  return verdictOf(() => path.verifyJwt(token, keys, policyOf()))
}

const ATTACKER = freshJwk('ES256', { kid: 'known' })
const KNOWN = freshJwk('ES256', { kid: 'known' })

function token(jwk: ForgeKey, header: object = {}): string {
  return forge({ alg: 'ES256', kid: jwk.kid, ...header }, { sub: 'alice' }, jwk)
}

describeOn(ASYNCHRONOUS_PATHS, 7, (path) => {
  const brought: readonly (readonly [title: string, members: object])[] = [
    ['jwk', { jwk: publicHalf(ATTACKER) }],
    ['jku', { jku: 'https://attacker.example/jwks.json' }],
    ['x5u', { x5u: 'https://attacker.example/cert.pem' }],
    ['x5c', { x5c: ['MIIB'] }],
    ['all of them', { jwk: publicHalf(ATTACKER), jku: 'https://a.example/', x5u: 'https://a.example/', x5c: ['MIIB'] }],
  ]
  testEach(brought, async (members) => {
    const server = new KeyServer(publicHalf(KNOWN))
    const keys = server.source()
    expect(await verdict(path, keys, token(ATTACKER, members))).toBe('ERR_JWS_SIGNATURE')
    expect(await verdict(path, keys, token({ ...ATTACKER, kid: 'unknown' }, members))).toBe('ERR_KEY_NOT_FOUND')
    expect(await verdict(path, keys, token(KNOWN, members))).toBe('accepted')
    // The one that the configuration names, and nothing that a token names.
    expect(server.asked).toEqual([URL_OF_SET])
  })
})

describeOn(ASYNCHRONOUS_PATHS, 7, (path) => {
  test('a key server that sends elsewhere is not followed, and its other answers are no sets', async () => {
    const body = JSON.stringify({ keys: [publicHalf(ATTACKER)] })
    const json = { 'content-type': 'application/json' }
    const answers: readonly (readonly [answer: Response, code: string])[] = [
      [new Response(null, { status: 302, headers: { location: 'https://attacker.example/' } }), 'ERR_JWKS_UNAVAILABLE'],
      [new Response(body, { status: 404, headers: json }), 'ERR_JWKS_UNAVAILABLE'],
      [new Response(body, { headers: { 'content-type': 'text/html' } }), 'ERR_JWKS_UNAVAILABLE'],
      [new Response(body.padEnd(600_000), { headers: json }), 'ERR_JWKS_UNAVAILABLE'],
      [new Response(`${body}x`, { headers: json }), 'ERR_JWKS_INVALID'],
      [new Response(`{"keys":[],${body.slice(1)}`, { headers: json }), 'ERR_JWKS_INVALID'],
    ]
    for (const [answer, code] of answers) {
      const asked: [url: string, redirect: unknown][] = []
      const fetch: FetchLike = async (url, init) => {
        asked.push([url, init?.redirect])
        return answer
      }
      expect(await verdict(path, createRemoteJwks(URL_OF_SET, { fetch }), token(ATTACKER))).toBe(code)
      expect(asked).toEqual([[URL_OF_SET, 'manual']])
    }
  })

  test('one entry of a set that cannot be used does not spoil the others', async () => {
    const entries: readonly Jwk[] = [
      { kty: 'AKP', kid: 'new' },
      { ...publicJwk('RS256'), e: 'AQ' },
      { kty: 'oct', k: '' },
    ]
    const server = new KeyServer(...entries, publicHalf(KNOWN))
    expect(await verdict(path, server.source(), token(KNOWN))).toBe('accepted')
    expect(await verdict(path, server.source(), token({ ...ATTACKER, kid: 'new' }))).toBe('ERR_KEY_NOT_FOUND')
  })
})

describeOn(PATHS, 8, (path) => {
  const set = () => path.use(() => createLocalJwks({ keys: [publicHalf(KNOWN)] }))
  const kids = ['__proto__', 'constructor', 'toString', '../../dev/null', '', ' known', 'known ', 'KNOWN', 'known\0']
  testEach(
    [...kids, "' OR 1=1 --", 'k\u006eown\u0301'].map((kid) => [JSON.stringify(kid), kid] as const),
    async (kid) => {
      expect(await verdict(path, set(), token({ ...KNOWN, kid }))).toBe('ERR_KEY_NOT_FOUND')
    },
  )
  testEach(
    [0, 1, null, true, ['known'], { known: 1 }].map((kid) => [JSON.stringify(kid), kid] as const),
    async (kid) => expect(await verdict(path, set(), token({ ...KNOWN, kid }))).toBe('ERR_JWS_INVALID'),
  )
  test('the same kid twice for one algorithm', async () => {
    const twice = { keys: [publicHalf(KNOWN), publicHalf(ATTACKER)] }
    expect(await verdictOf(() => path.use(() => createLocalJwks(twice)))).toBe('ERR_JWKS_INVALID')
  })
})

describeOn(PATHS, 9, (path) => {
  const secret = privateJwk('HS256', { kid: 'secret' })
  const forged = forge({ alg: 'HS256', kid: 'secret' }, {}, secret)
  for (const alg of ['RS256', 'ES256', 'EdDSA'] as const) {
    test(`beside ${alg}`, async () => {
      const set = { keys: [publicJwk(alg, { kid: 'public' }), secret] }
      for (const options of [{}, { algorithms: [alg, 'HS256'] as const }]) {
        const keys = path.use(() => createLocalJwks(set, options))
        expect(await verdict(path, keys, forged)).toBe('ERR_KEY_NOT_FOUND')
        const unnamed = await verdict(path, keys, forge({ alg: 'HS256' }, {}, secret))
        expect(unnamed).toBe('ERR_KEY_NOT_FOUND')
      }
    })
  }
  test('alone', async () => {
    expect(
      await verdict(
        path,
        path.use(() => createLocalJwks({ keys: [secret] })),
        forged,
      ),
    ).toBe('accepted')
  })
})

describeOn(ASYNCHRONOUS_PATHS, 9, (path) => {
  test('out of a remote set, unless an HS algorithm is named', async () => {
    const secret = privateJwk('HS256', { kid: 'secret' })
    const server = new KeyServer(secret)
    const forged = forge({ alg: 'HS256', kid: 'secret' }, {}, secret)
    expect(await verdict(path, server.source(), forged)).toBe('ERR_KEY_NOT_FOUND')
    expect(await verdict(path, server.source({ algorithms: ['HS256'] }), forged)).toBe('accepted')
    server.keys = [secret, publicJwk('RS256', { kid: 'public' })]
    expect(await verdict(path, server.source({ algorithms: ['HS256', 'RS256'] }), forged)).toBe('ERR_KEY_NOT_FOUND')
  })
})

describeOn(ASYNCHRONOUS_PATHS, 34, (path) => {
  test('1,000 random kids at once, and 1,000 one after the other: one fetch each cooldown', async () => {
    const server = new KeyServer(publicHalf(KNOWN))
    let time = NOW
    const keys = server.source({ now: () => time, cooldown: 10 })
    expect(await verdict(path, keys, token(KNOWN))).toBe('accepted')
    expect(server.asked).toHaveLength(1)
    const [, payload, signature] = segmentsOf(token(KNOWN))
    const headers = Array.from({ length: 1000 }, (_, index) => segment({ alg: 'ES256', kid: `random-${index}` }))
    const flood = headers.map((header) => `${header}.${payload}.${signature}`)
    await Promise.all(flood.map(async (each) => expect(await verdict(path, keys, each)).toBe('ERR_KEY_NOT_FOUND')))
    expect(server.asked).toHaveLength(1)
    time += 10
    for (const each of flood) expect(await verdict(path, keys, each)).toBe('ERR_KEY_NOT_FOUND')
    expect(server.asked).toHaveLength(2)
    // The good token is served all the while.
    expect(await verdict(path, keys, token(KNOWN))).toBe('accepted')
  })
})

describeOn(ASYNCHRONOUS_PATHS, 35, (path) => {
  test('a failed refresh leaves the last good set until its time is over, and no longer', async () => {
    const server = new KeyServer(publicHalf(KNOWN))
    let time = NOW
    const keys = server.source({ now: () => time, maxAge: 100, cooldown: 10 })
    expect(await verdict(path, keys, token(KNOWN))).toBe('accepted')
    server.status = 500
    time += 99
    expect(await verdict(path, keys, token(KNOWN))).toBe('accepted')
    time += 2
    expect(await verdict(path, keys, token(KNOWN))).toBe('ERR_JWKS_UNAVAILABLE')
    server.status = 200
    time += 60
    expect(await verdict(path, keys, token(KNOWN))).toBe('accepted')
  })

  test('a withdrawn key is gone with the next good answer', async () => {
    const server = new KeyServer(publicHalf(KNOWN), publicHalf({ ...ATTACKER, kid: 'other' }))
    const keys = server.source()
    expect(await verdict(path, keys, token({ ...ATTACKER, kid: 'other' }))).toBe('accepted')
    server.keys = [publicHalf(KNOWN)]
    await keys.refresh()
    expect(await verdict(path, keys, token({ ...ATTACKER, kid: 'other' }))).toBe('ERR_KEY_NOT_FOUND')
    expect(await verdict(path, keys, token(KNOWN))).toBe('accepted')
  })

  test('an answer that is no set changes nothing', async () => {
    const server = new KeyServer(publicHalf(KNOWN))
    const keys = server.source()
    expect(await verdict(path, keys, token(KNOWN))).toBe('accepted')
    server.keys = ['not a key' as unknown as Jwk]
    await expect(keys.refresh()).rejects.toMatchObject({ code: 'ERR_JWKS_INVALID' })
    expect(await verdict(path, keys, token(KNOWN))).toBe('accepted')
  })
})

describeOn(ASYNCHRONOUS_PATHS, 36, (path) => {
  test('the same kid at two sources', async () => {
    const [one, two] = [new KeyServer(publicHalf(KNOWN)), new KeyServer(publicHalf(ATTACKER))]
    const [first, second] = [one.source(), two.source({}, 'https://other.example/jwks.json')]
    for (let round = 0; round < 2; round++) {
      expect(await verdict(path, first, token(KNOWN))).toBe('accepted')
      expect(await verdict(path, second, token(ATTACKER))).toBe('accepted')
      expect(await verdict(path, first, token(ATTACKER))).toBe('ERR_JWS_SIGNATURE')
      expect(await verdict(path, second, token(KNOWN))).toBe('ERR_JWS_SIGNATURE')
    }
  })
})

describe('sources that misbehave', () => {
  const answers: readonly (readonly [title: string, source: () => unknown])[] = [
    ['an array with a string', () => ['secret']],
    ['an array with a JWK', () => [publicJwk('HS256')]],
    ['a JWK', () => publicJwk('HS256')],
    ['an iterator', () => [][Symbol.iterator]()],
    ['a late array with a string', () => new Promise((resolve) => setTimeout(() => resolve(['secret']), 1))],
    [
      'an array whose getter throws',
      () =>
        Object.defineProperty([], 0, {
          get() {
            throw new Error('no key')
          },
        }),
    ],
  ]
  for (const path of ASYNCHRONOUS_PATHS) {
    testEach(
      answers.map(([title, source]) => [`${path.name}: ${title} verifies nothing`, source] as const),
      async (source) => {
        await expect(path.verifyJwt(goodToken('HS256'), source as KeySource, policyOf())).rejects.toThrow()
      },
    )
  }
})
