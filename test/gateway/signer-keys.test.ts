import { afterEach, describe, expect, test } from 'vitest'
import { createAuthSigner } from '../../src/gateway/index.ts'
import type { Jwk } from '../../src/index.ts'
import { privateJwk, publicHalf, publicJwk } from '../keys.ts'
import { BACKENDS, fileHost, keySet, krakend, onBackend, signerConfig } from './fixtures.ts'
import { answerWith, type KeyServer, startKeyServer } from './key-server.ts'

const [, SIM2] = krakend.jwks.symmetric.keys as readonly Jwk[]

const create = (extra: Readonly<Record<string, unknown>>, keys: unknown) =>
  createAuthSigner(signerConfig(extra), fileHost(keys))

describe('kid: the key with that id signs', () => {
  const missing: readonly (readonly [title: string, kid: string, keys: readonly unknown[]])[] = [
    ['of another id', 'x', [SIM2]],
    ['in another case', 'SIM2', [SIM2]],
    ['without an id', 'sim2', [{ ...SIM2, kid: undefined }]],
    ['whose id is a number', '5', [{ ...SIM2, kid: 5 }]],
    ['no key at all', 'sim2', []],
  ]
  test.each(missing)("a set with a key %s: kid '%s' not found in JWK", async (_, kid, keys) => {
    await expect(create({ kid }, { keys })).rejects.toMatchObject({
      name: 'JoseError',
      code: 'ERR_KEY_NOT_FOUND',
      message: `auth/signer: kid '${kid}' not found in JWK`,
    })
  })

  test('R12: an id in "__proto__" is none', async () => {
    const keys = `{"keys":[${JSON.stringify(SIM2).replace('"kid":"sim2"', '"__proto__":{"kid":"sim2"}')}]}`
    await expect(create({}, keys)).rejects.toMatchObject({ code: 'ERR_KEY_NOT_FOUND' })
  })

  test('R23: the other keys of the set may be of any kind', async () => {
    const keys = [{ kty: 'unknown' }, ...krakend.jwks.private.keys, { kid: 'broken', kty: 'oct' }, SIM2]
    const signer = await create({}, { keys })
    const { access_token } = krakend.token_backend_response
    expect(await signer.sign({ access_token })).toEqual({ access_token: krakend.signed.access_token })
  })
})

describe.each(BACKENDS)('R16, $name: keys that cannot sign are refused when the signer is created', ({ backend }) => {
  onBackend(backend)

  const named = { kid: 'sim2' }
  const rsa = () => privateJwk('RS256', { ...named, alg: undefined })
  const refused: readonly (readonly [title: string, alg: string, jwk: () => Jwk, code: string])[] = [
    ['R6: a public RSA key', 'RS256', () => publicJwk('RS256', named), 'ERR_CONFIG'],
    ['R6: a public EC key', 'ES256', () => publicJwk('ES256', named), 'ERR_CONFIG'],
    ['R6: a public Ed25519 key', 'EdDSA', () => publicHalf(privateJwk('EdDSA', named)), 'ERR_CONFIG'],
    ['R6: "use" enc', 'HS256', () => ({ ...SIM2, use: 'enc' }) as Jwk, 'ERR_CONFIG'],
    ['R6: "key_ops" verify', 'HS256', () => ({ ...SIM2, key_ops: ['verify'] }) as Jwk, 'ERR_CONFIG'],
    ['R6: "key_ops" empty', 'HS256', () => ({ ...SIM2, key_ops: [] }) as Jwk, 'ERR_CONFIG'],
    ['R2: an "alg" of another hash', 'HS512', () => SIM2 as Jwk, 'ERR_CONFIG'],
    ['R2: an "alg" of another family', 'PS256', () => ({ ...rsa(), alg: 'RS256' }), 'ERR_CONFIG'],
    ['R2: an "alg" that is not for signing', 'HS256', () => ({ ...SIM2, alg: 'A128KW' }) as Jwk, 'ERR_CONFIG'],
    ['R4: a secret for RS256', 'RS256', () => ({ ...SIM2, alg: undefined }) as unknown as Jwk, 'ERR_JWK_INVALID'],
    ['R4: an RSA key for HS256', 'HS256', rsa, 'ERR_JWK_INVALID'],
    ['R4: an RSA key for ES256', 'ES256', rsa, 'ERR_JWK_INVALID'],
    ['R4: P-256 for ES384', 'ES384', () => privateJwk('ES256', { ...named, alg: undefined }), 'ERR_JWK_INVALID'],
    ['R5: a secret that is too short', 'HS256', () => ({ ...SIM2, k: 'AAAA' }) as Jwk, 'ERR_CONFIG'],
    ['R5: an empty secret', 'HS256', () => ({ ...SIM2, k: '' }) as Jwk, 'ERR_CONFIG'],
    [
      'R5: a point that is not on the curve',
      'ES256',
      () => privateJwk('ES256', { ...named, x: 'A'.repeat(43) }),
      'ERR_JWK_INVALID',
    ],
    ['no "kty"', 'HS256', () => ({ ...SIM2, kty: undefined }) as unknown as Jwk, 'ERR_JWK_INVALID'],
  ]
  test.each(refused)('%s', async (_, alg, jwk, code) => {
    const message = expect.stringMatching(code === 'ERR_CONFIG' ? /^auth\/signer: "jwk_local_path": / : /JWK/)
    await expect(create({ alg }, keySet(jwk()))).rejects.toMatchObject({ name: 'JoseError', code, message })
  })

  test('R6: "use" sig and "key_ops" with sign are taken', async () => {
    for (const extra of [{ use: 'sig' }, { key_ops: ['sign'] }, { key_ops: ['sign', 'verify'] }, { alg: undefined }]) {
      await expect(create({}, { keys: [{ ...SIM2, ...extra }] })).resolves.toBeDefined()
    }
  })
})

describe('jwk_url: a key from a server', () => {
  const servers: KeyServer[] = []
  const serve = async (answer: KeyServer['answer']): Promise<KeyServer> => {
    const server = await startKeyServer(answer)
    servers.push(server)
    return server
  }
  const remote = ({ url }: KeyServer, extra: Readonly<Record<string, unknown>> = {}) =>
    createAuthSigner(signerConfig({ jwk_local_path: undefined, jwk_url: url, disable_jwk_security: true, ...extra }))

  afterEach(async () => {
    await Promise.all(servers.splice(0).map((server) => server.stop()))
  })

  test('is fetched once, when the signer is created', async () => {
    const server = await serve(krakend.jwks.symmetric)
    const signer = await remote(server)
    await server.stop()
    const { access_token } = krakend.token_backend_response
    expect(await signer.sign({ access_token })).toEqual({ access_token: krakend.signed.access_token })
    expect(await signer.sign({ access_token })).toEqual({ access_token: krakend.signed.access_token })
    expect(server.requests).toBe(1)
  })

  test('http: without "disable_jwk_security" is refused before any request', async () => {
    const server = await serve(krakend.jwks.symmetric)
    const outcome = remote(server, { disable_jwk_security: false })
    await expect(outcome).rejects.toMatchObject({ code: 'ERR_CONFIG', message: expect.stringContaining('"jwk_url"') })
    expect(server.requests).toBe(0)
  })

  test('a server that is down', async () => {
    const server = await serve(krakend.jwks.symmetric)
    await server.stop()
    await expect(remote(server)).rejects.toMatchObject({ name: 'JoseError', code: 'ERR_JWKS_UNAVAILABLE' })
  })

  const body = JSON.stringify(krakend.jwks.symmetric)
  const answers: readonly (readonly [title: string, alg: string, answer: KeyServer['answer'], code: string])[] = [
    ['500', 'HS256', answerWith(500, 'application/json', body), 'ERR_JWKS_UNAVAILABLE'],
    ['R21: a redirect', 'HS256', answerWith(302, 'application/json', body), 'ERR_JWKS_UNAVAILABLE'],
    ['R21: HTML', 'HS256', answerWith(200, 'text/html', body), 'ERR_JWKS_UNAVAILABLE'],
    ['what is not JSON', 'HS256', answerWith(200, 'application/json', '{'), 'ERR_CONFIG'],
    ['what is not a set', 'HS256', SIM2, 'ERR_CONFIG'],
    ['a set without the key', 'HS256', { keys: [] }, 'ERR_KEY_NOT_FOUND'],
    ['a public key', 'RS256', keySet(publicJwk('RS256', { kid: 'sim2' })), 'ERR_CONFIG'],
  ]
  test.each(answers)('a server that answers with %s', async (_, alg, answer, code) => {
    const message = expect.stringMatching(code === 'ERR_CONFIG' ? /^auth\/signer: "jwk_url": / : /./)
    await expect(remote(await serve(answer), { alg })).rejects.toMatchObject({ name: 'JoseError', code, message })
  })

  test("the host's own fetch is the one that is used", async () => {
    const config = signerConfig({ jwk_local_path: undefined, jwk_url: 'https://id.example/jwks.json' })
    const asked: unknown[] = []
    const signer = await createAuthSigner(config, {
      fetch: async (input) => {
        asked.push(input)
        return Response.json(krakend.jwks.symmetric)
      },
    })
    expect(asked).toEqual(['https://id.example/jwks.json'])
    expect(await signer.sign({ access_token: {} })).toEqual({ access_token: expect.stringMatching(/^eyJ/) })
  })
})
