import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { type AuthSignerOptions, createAuthSigner, createAuthValidator } from '../../src/gateway/index.ts'
import { type Jwk, verifyJwt } from '../../src/index.ts'
import { importVerificationKey } from '../../src/jwk.ts'
import { freshJwk, privateJwk, publicHalf, publicJwk } from '../keys.ts'
import { policyOf } from '../verdict.ts'
import { fileHost, jsonBytes, keySet, krakend, NOW, segment, signerConfig, validatorConfig } from './fixtures.ts'
import { answerWith, type KeyServer, startKeyServer } from './key-server.ts'

describe('a key file that other users of the machine can read', () => {
  let directory: string
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'countersign-'))
  })
  afterAll(() => rm(directory, { recursive: true }))

  const secrets = krakend.jwks.symmetric
  const asymmetric = keySet(privateJwk('ES256', { kid: 'sim2' }))
  const SEED: Jwk = { kty: 'AKP', alg: 'ML-DSA-44', priv: 'A'.repeat(43) }
  const rows: readonly (readonly [title: string, mode: number, keys: unknown, alg: string, warnings: number])[] = [
    ['secrets, 644', 0o644, secrets, 'HS256', 1],
    ['secrets, 604', 0o604, secrets, 'HS256', 1],
    ['secrets, 640', 0o640, secrets, 'HS256', 1],
    ['secrets, 600', 0o600, secrets, 'HS256', 0],
    ['secrets, 400', 0o400, secrets, 'HS256', 0],
    ['secrets, 711', 0o711, secrets, 'HS256', 0],
    ['private keys, 644', 0o644, asymmetric, 'ES256', 1],
    ['private keys, 600', 0o600, asymmetric, 'ES256', 0],
    [
      'a private key beside a public one, 644',
      0o644,
      keySet(publicJwk('ES256', { kid: 'sim2' }), privateJwk('RS256')),
      'ES256',
      1,
    ],
    ['a seed of ML-DSA, 644', 0o644, keySet(publicJwk('ES256', { kid: 'sim2' }), SEED), 'ES256', 1],
    ['public keys, 644', 0o644, keySet(publicJwk('ES256', { kid: 'sim2' })), 'ES256', 0],
  ]
  test.each(rows)('%s', async (_, mode, keys, alg, warnings) => {
    const path = join(directory, 'jwk.json')
    await rm(path, { force: true })
    await writeFile(path, jsonBytes(keys))
    await chmod(path, mode)
    const logs: unknown[] = []
    const log = (level: string, message: string) => logs.push([level, message])
    const validator = await createAuthValidator(validatorConfig({ alg, jwk_local_path: path }), { log })
    for (const _ of [1, 2]) await validator.validate({ headers: {} })
    const message =
      'auth/validator: the file of "jwk_local_path" holds secret keys, and other users can read it: chmod 600'
    expect(logs).toEqual(Array(warnings).fill(['warning', message]))
    await expect(createAuthValidator(validatorConfig({ alg, jwk_local_path: path }))).resolves.toBeDefined()
  })

  test("is the signer's, too; what the host reads is the host's affair", async () => {
    const path = join(directory, 'signer.json')
    await writeFile(path, jsonBytes(secrets))
    await chmod(path, 0o644)
    const logs: string[] = []
    const log: AuthSignerOptions['log'] = (level, message) => logs.push(`${level} ${message}`)
    await createAuthSigner(signerConfig({ jwk_local_path: path }), { log, ...fileHost() })
    expect(logs).toEqual([])
    await createAuthSigner(signerConfig({ jwk_local_path: path }), { log })
    expect(logs).toEqual([expect.stringMatching(/^warning auth\/signer: .*chmod 600$/)])
  })
})

describe('a private key set behind a URL, for the signer', () => {
  const OLD = freshJwk('ES256', { kid: 'sim2' })
  const NEW = freshJwk('ES256', { kid: 'sim2' })
  const DOWN = answerWith(500, 'application/json', '{}')
  let server: KeyServer
  let time: number

  beforeEach(async () => {
    server = await startKeyServer(keySet(OLD))
    time = NOW
    vi.spyOn(Math, 'random').mockReturnValue(1 - Number.EPSILON / 2)
  })
  afterEach(async () => {
    vi.restoreAllMocks()
    await server.stop()
  })

  async function open() {
    const location = { jwk_local_path: undefined, jwk_url: server.url, disable_jwk_security: true }
    const signer = await createAuthSigner(signerConfig({ alg: 'ES256', ...location }), { now: () => time })
    return async () => (await signer.sign({ access_token: { sub: 'alice' } })).access_token as string
  }

  async function isBy(jwk: Jwk, token: string): Promise<boolean> {
    const verified = verifyJwt(token, importVerificationKey(publicHalf(jwk)), policyOf({ now: () => NOW }))
    return verified.then(
      () => true,
      () => false,
    )
  }

  test('signs, and after its age the new key of the same id signs', async () => {
    const sign = await open()
    expect(await isBy(OLD, await sign())).toBe(true)
    server.answer = keySet(NEW)
    time = NOW + 809
    expect(await isBy(OLD, await sign())).toBe(true)
    expect(server.requests).toBe(1)
    time = NOW + 900
    const token = await sign()
    expect([await isBy(NEW, token), await isBy(OLD, token)]).toEqual([true, false])
    expect(segment(token, 0)).toBe('{"alg":"ES256","kid":"sim2","typ":"JWT"}')
    expect(server.requests).toBe(2)
  })

  test('is fetched in the background before its age is over', async () => {
    const sign = await open()
    server.answer = keySet(NEW)
    time = NOW + 811
    expect(await isBy(OLD, await sign())).toBe(true)
    await vi.waitFor(async () => expect(await isBy(NEW, await sign())).toBe(true), { interval: 1 })
    expect(server.requests).toBe(2)
  })

  test('server gone: the last good key signs until its age is over', async () => {
    const sign = await open()
    server.answer = DOWN
    time = NOW + 899.999
    expect(await isBy(OLD, await sign())).toBe(true)
    time = NOW + 900
    await expect(sign()).rejects.toMatchObject({
      code: 'ERR_SIGN',
      status: 400,
      cause: { code: 'ERR_JWKS_UNAVAILABLE' },
    })
    server.answer = keySet(NEW)
    time = NOW + 1000
    expect(await isBy(NEW, await sign())).toBe(true)
  })

  const withdrawn: readonly (readonly [title: string, keys: unknown, code: string])[] = [
    ['without the key', keySet(freshJwk('ES256', { kid: 'sim3' })), 'ERR_KEY_NOT_FOUND'],
    ['with the public key only', keySet(publicHalf(OLD)), 'ERR_KEY_USE'],
    ['with the id twice', keySet(OLD, NEW), 'ERR_JWKS_INVALID'],
    ['with a key of another type', keySet(privateJwk('RS256', { kid: 'sim2', alg: undefined })), 'ERR_JWK_INVALID'],
  ]
  test.each(withdrawn)('a later set %s: nothing is signed', async (_, keys, code) => {
    const sign = await open()
    server.answer = keys
    time = NOW + 900
    await expect(sign()).rejects.toMatchObject({ code: 'ERR_SIGN', status: 400, cause: { code } })
    await expect(sign()).rejects.toMatchObject({ code: 'ERR_SIGN', status: 400, cause: { code } })
  })
})
