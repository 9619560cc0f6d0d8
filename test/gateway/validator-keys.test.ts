import type { ServerResponse } from 'node:http'
import { afterEach, describe, expect, test } from 'vitest'
import { type AuthValidatorOptions, createAuthValidator } from '../../src/gateway/index.ts'
import { BACKENDS, bearer, krakend, makeToken, NOW, onBackend, summary, validatorConfig } from './fixtures.ts'
import { answerWith, type KeyServer, startKeyServer } from './key-server.ts'

const servers: KeyServer[] = []

async function serve(answer: KeyServer['answer'] = krakend.jwks.symmetric): Promise<KeyServer> {
  const server = await startKeyServer(answer)
  servers.push(server)
  return server
}

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop()))
})

const TOKEN = makeToken({ claims: { exp: NOW + 60 } })

function openValidator(
  { url }: KeyServer,
  options: AuthValidatorOptions = {},
  extra: Readonly<Record<string, unknown>> = {},
) {
  const config = validatorConfig({ jwk_local_path: undefined, jwk_url: url, disable_jwk_security: true, ...extra })
  return createAuthValidator(config, { now: () => NOW, ...options })
}

const UNAVAILABLE = { ok: false, status: 401, code: 'ERR_JWKS_UNAVAILABLE', retriable: true }
const INVALID = { ok: false, status: 401, code: 'ERR_JWKS_INVALID', retriable: true }

describe.each(BACKENDS)('R16, $name: keys from a server', ({ backend }) => {
  onBackend(backend)

  test("the playground's requests get the playground's answers", async () => {
    const server = await serve()
    const config = { ...krakend.validator_config, jwk_url: server.url }
    const validator = await createAuthValidator(config, { now: () => NOW })
    for (const { authorization, status } of krakend.requests) {
      expect(summary(await validator.validate({ headers: { authorization } })).status).toBe(status)
    }
  })

  test('both content types of KrakenD, with parameters', async () => {
    for (const type of ['application/json', 'application/json; charset=utf-8', 'application/jwk-set+json']) {
      const server = await serve(answerWith(200, type, JSON.stringify(krakend.jwks.symmetric)))
      expect(await (await openValidator(server)).validate(bearer(TOKEN))).toMatchObject({ ok: true })
    }
  })

  const body = JSON.stringify(krakend.jwks.symmetric)
  const failures: readonly (readonly [title: string, answer: KeyServer['answer'], verdict: object])[] = [
    ['500', answerWith(500, 'application/json', body), UNAVAILABLE],
    ['404', answerWith(404, 'application/json', body), UNAVAILABLE],
    ['R21: a redirect, which is not followed', answerWith(302, 'application/json', body), UNAVAILABLE],
    ['R21: HTML', answerWith(200, 'text/html', body), UNAVAILABLE],
    ['R21: more than 512 KiB', answerWith(200, 'application/json', `${' '.repeat(524_288)}${body}`), UNAVAILABLE],
    ['a broken connection', (response: ServerResponse) => response.destroy(), UNAVAILABLE],
    ['what is not JSON', answerWith(200, 'application/json', '{"keys":'), INVALID],
    ['nothing', answerWith(200, 'application/json', ''), INVALID],
    ['R11: "keys" twice', answerWith(200, 'application/json', `{"keys":[],${body.slice(1)}`), INVALID],
    ['a JWK instead of a set', krakend.jwks.symmetric.keys[1], INVALID],
    ['an array', krakend.jwks.symmetric.keys, INVALID],
  ]
  test.each(failures)('%s: 401, and the client may try again', async (_, answer, verdict) => {
    const server = await serve(answer)
    const validator = await openValidator(server)
    expect(await validator.validate(bearer(TOKEN))).toMatchObject(verdict)
    expect(server.requests).toBe(1)
  })

  test('a server that is down: the same', async () => {
    const server = await serve()
    await server.stop()
    expect(await (await openValidator(server)).validate(bearer(TOKEN))).toMatchObject(UNAVAILABLE)
  })
})

describe('"cache": false, the default: one JWKS download per request', () => {
  test('creating a validator downloads nothing, so it starts while the server is not up yet', async () => {
    const server = await serve()
    await openValidator(server)
    expect(server.requests).toBe(0)
  })

  test('one request after the other: one download each', async () => {
    const server = await serve()
    const validator = await openValidator(server)
    for (let count = 1; count <= 5; count++) {
      expect(await validator.validate(bearer(TOKEN))).toMatchObject({ ok: true })
      expect(server.requests).toBe(count)
    }
  })

  test('refused requests too, where the key is needed for it', async () => {
    const server = await serve()
    const validator = await openValidator(server)
    const tokens = [
      makeToken({ header: { kid: 'unknown' } }),
      makeToken({ secret: 'AAAA' }),
      makeToken({ claims: { exp: NOW - 60 } }),
    ]
    const codes: unknown[] = []
    for (const token of tokens) codes.push(summary(await validator.validate(bearer(token))).code)
    expect(codes).toEqual(['ERR_KEY_NOT_FOUND', 'ERR_JWS_SIGNATURE', 'ERR_JWT_EXPIRED'])
    expect(server.requests).toBe(3)
  })

  test('R22: requests at the same time share a download', async () => {
    const server = await serve()
    const validator = await openValidator(server)
    const verdicts = await Promise.all(Array.from({ length: 8 }, () => validator.validate(bearer(TOKEN))))
    expect(verdicts.map((verdict) => verdict.ok)).toEqual(Array(8).fill(true))
    expect(server.requests).toBe(1)
  })

  test('no download for a request that is refused whatever the keys are', async () => {
    const server = await serve()
    const validator = await openValidator(server)
    const codes: unknown[] = []
    for (const token of [
      '',
      'x',
      'a.b.c',
      makeToken({ header: { alg: 'HS512' } }),
      makeToken({ header: { alg: 'none' } }),
    ]) {
      codes.push(summary(await validator.validate({ headers: { authorization: token } })).code)
    }
    expect(codes).toEqual([
      'ERR_TOKEN_MISSING',
      'ERR_JWS_INVALID',
      'ERR_BASE64URL',
      'ERR_ALG_NOT_ALLOWED',
      'ERR_ALG_UNSUPPORTED',
    ])
    expect(server.requests).toBe(0)
  })

  test('a rotated key is refused with the next request, and its successor accepted', async () => {
    const server = await serve()
    const validator = await openValidator(server)
    const secret = Buffer.alloc(32, 1).toString('base64url')
    const successor = makeToken({ header: { kid: 'sim3' }, secret })
    expect(await validator.validate(bearer(TOKEN))).toMatchObject({ ok: true })
    server.answer = { keys: [{ kty: 'oct', kid: 'sim3', alg: 'HS256', k: secret }] }
    expect(await validator.validate(bearer(TOKEN))).toMatchObject({
      ok: false,
      status: 401,
      code: 'ERR_KEY_NOT_FOUND',
      retriable: false,
    })
    expect(await validator.validate(bearer(successor))).toMatchObject({ ok: true })
  })

  test('once the server answers again so does the validator; until 10 s have passed the server is left alone', async () => {
    const server = await serve(answerWith(500, 'application/json', '{}'))
    let time = NOW
    const validator = await openValidator(server, { now: () => time })
    expect(await validator.validate(bearer(TOKEN))).toMatchObject(UNAVAILABLE)
    server.answer = krakend.jwks.symmetric
    time = NOW + 9.999
    expect(await validator.validate(bearer(TOKEN))).toMatchObject(UNAVAILABLE)
    expect(server.requests).toBe(1)
    time = NOW + 10
    expect(await validator.validate(bearer(TOKEN))).toMatchObject({ ok: true })
    expect(server.requests).toBe(2)
  })
})

describe('which keys of a server count', () => {
  const [encryption, signature] = krakend.jwks.symmetric.keys
  const sets: readonly (readonly [title: string, keys: readonly unknown[], code: string | undefined])[] = [
    ['R23: beside keys that cannot be used', [{ kty: 'oct', kid: 'empty' }, encryption, signature], undefined],
    ['without "alg": the configured one', [{ ...signature, alg: undefined }], undefined],
    ['without "kid", and the token names one', [{ ...signature, kid: undefined }], 'ERR_KEY_NOT_FOUND'],
    ['R8: beside asymmetric keys', [signature, ...krakend.jwks.public.keys], 'ERR_KEY_NOT_FOUND'],
    ['R2: for another "alg"', [{ ...signature, alg: 'HS512' }], 'ERR_KEY_NOT_FOUND'],
    ['R6: for encryption', [{ ...signature, use: 'enc' }], 'ERR_KEY_NOT_FOUND'],
    ['R5: too short', [{ ...signature, k: 'AAAA' }], 'ERR_KEY_NOT_FOUND'],
    ['none', [], 'ERR_KEY_NOT_FOUND'],
  ]
  test.each(sets)('%s', async (_, keys, code) => {
    const validator = await openValidator(await serve({ keys }))
    const verdict = await validator.validate(bearer(TOKEN))
    expect(verdict).toMatchObject(code ? { ok: false, status: 401, code, retriable: false } : { ok: true })
  })

  test('R8: a token without "kid" is tried with the keys of its algorithm', async () => {
    const validator = await openValidator(await serve())
    expect(await validator.validate(bearer(makeToken({ header: { kid: undefined } })))).toMatchObject({ ok: true })
  })
})

describe("the host's own fetch", () => {
  test('serves "jwk_url", and the runtime\'s is not asked', async () => {
    const server = await serve()
    const asked: unknown[] = []
    const validator = await openValidator(server, {
      fetch: async (input) => {
        asked.push(input)
        return Response.json(krakend.jwks.symmetric)
      },
    })
    expect(await validator.validate(bearer(TOKEN))).toMatchObject({ ok: true })
    expect(asked).toEqual([server.url])
    expect(server.requests).toBe(0)
  })

  test('is not asked where "jwk_local_path" wins over "jwk_url"', async () => {
    const server = await serve()
    const readFile = async () => new TextEncoder().encode(JSON.stringify(krakend.jwks.symmetric))
    const validator = await openValidator(server, { readFile }, { jwk_local_path: 'jwk.json' })
    expect(await validator.validate(bearer(TOKEN))).toMatchObject({ ok: true })
    expect(server.requests).toBe(0)
  })

  test('failing in whatever way is a server that cannot be reached', async () => {
    const server = await serve()
    for (const reason of [new TypeError('fetch failed'), 'text', undefined]) {
      const validator = await openValidator(server, { fetch: () => Promise.reject(reason) })
      expect(await validator.validate(bearer(TOKEN))).toMatchObject(UNAVAILABLE)
    }
  })
})
