import { describe, expect, test } from 'vitest'
import * as main from '../src/index.ts'
import { type Claims, createLocalJwks, createRemoteJwks, importSigningKey, type KeySource } from '../src/index.ts'
import * as sync from '../src/sync.ts'
import { goodToken } from './cases/keys.ts'
import { forge } from './forge.ts'
import { ALGS, privateJwk, publicJwk } from './keys.ts'
import { PATHS, type Path } from './paths.ts'
import { policyOf, SECRET } from './verdict.ts'

const [node, web] = PATHS as readonly [Path, Path, Path]
const token = goodToken('HS256')
const policy = policyOf()

test('R16: each function has its asynchronous namesake', () => {
  for (const name of Object.keys(sync)) expect(main).toHaveProperty(name.replace(/Sync$/, ''))
})

describe('the synchronous functions answer at once', () => {
  for (const alg of ALGS) {
    test(alg, () => {
      const signingKey = node.importSigningKey(privateJwk(alg))
      const key = node.importVerificationKey(publicJwk(alg))
      const claims: Claims = { sub: 'alice' }
      const tokens = [
        sync.signCompactSync('{"sub":"alice"}', signingKey, { typ: 'JWT' }),
        sync.signJwtSync(claims, signingKey, { typ: 'JWT' }),
        sync.createSignerSync({ key: signingKey, header: { typ: 'JWT' } })(claims),
      ]
      for (const signed of tokens) {
        const header = { alg, typ: 'JWT' }
        const jws = sync.verifyCompactSync(signed, key)
        expect(jws).toEqual({ header, payload: expect.any(Uint8Array), key })
        expect(Buffer.from(jws.payload).toString()).toBe('{"sub":"alice"}')
        expect(sync.verifyJwtSync(signed, key, policy)).toEqual({ header, claims, key })
        expect(sync.createVerifierSync({ ...policy, keys: key })(signed)).toEqual({ header, claims, key })
      }
    })
  }

  test('and throw at once', () => {
    const key = node.importVerificationKey(publicJwk('HS256'))
    const signingKey = node.importSigningKey(SECRET)
    const refused = expect.objectContaining({ name: 'JoseError', code: 'ERR_JWS_INVALID' })
    expect(() => sync.verifyCompactSync('x', key)).toThrow(refused)
    expect(() => sync.verifyJwtSync('x', key, policy)).toThrow(refused)
    expect(() => sync.createVerifierSync({ ...policy, keys: key })('x')).toThrow(refused)
    const unsigned = expect.objectContaining({ name: 'JoseError', code: 'ERR_SIGN', claim: 'exp' })
    expect(() => sync.signJwtSync({ exp: Number.NaN }, signingKey)).toThrow(unsigned)
    expect(() => sync.createSignerSync({ key: signingKey })({ exp: Number.NaN })).toThrow(unsigned)
    expect(() => sync.signCompactSync('', signingKey, { alg: 'none' })).toThrow(
      expect.objectContaining({ code: 'ERR_SIGN' }),
    )
  })
})

describe('a key source that answers with a promise', () => {
  const key = node.importVerificationKey(SECRET)
  const local = createLocalJwks({ keys: [SECRET] })
  const body = JSON.stringify({ keys: [SECRET] })
  const remote = createRemoteJwks('https://id.example/jwks.json', {
    algorithms: ['HS256'],
    fetch: async () => new Response(body, { headers: { 'content-type': 'application/json' } }),
  })
  const sources: readonly (readonly [title: string, source: KeySource])[] = [
    ['of keys', async () => [key]],
    ['of no keys', async () => []],
    ['that stays open', () => new Promise(() => {})],
    ['of another kind', () => Object.fromEntries([['then', () => undefined]]) as never],
    ['since it has to fetch', remote],
  ]

  for (const [title, source] of sources) {
    test(`${title} is a mistake of the programmer`, () => {
      expect(() => sync.verifyCompactSync(token, source)).toThrow(TypeError)
      expect(() => sync.verifyCompactSync(token, source)).toThrow('promise')
      expect(() => sync.verifyJwtSync(token, source, policy)).toThrow(TypeError)
      expect(() => sync.createVerifierSync({ ...policy, keys: source })(token)).toThrow(TypeError)
    })
  }

  test('is none once it has the keys at hand', async () => {
    await remote.refresh()
    expect(sync.verifyJwtSync(token, remote, policy).claims).toEqual({ sub: 'alice' })
    expect(sync.verifyJwtSync(token, local, policy).claims).toEqual({ sub: 'alice' })
    expect(sync.verifyCompactSync(token, () => [key]).key).toBe(key)
  })
})

describe('a WebCrypto key', () => {
  for (const alg of ALGS) {
    test(`of ${alg} is a mistake of the programmer`, () => {
      const key = web.importVerificationKey(publicJwk(alg))
      const signingKey = web.importSigningKey(privateJwk(alg))
      const good = goodToken(alg)
      for (const text of [good, forge({ alg }, {}, SECRET, 'HS384')]) {
        expect(() => sync.verifyCompactSync(text, key)).toThrow(TypeError)
        expect(() => sync.verifyJwtSync(text, () => [key], policy)).toThrow(TypeError)
        expect(() => sync.createVerifierSync({ ...policy, keys: key })(text)).toThrow('synchronously')
      }
      expect(() => sync.signCompactSync('text', signingKey)).toThrow(TypeError)
      expect(() => sync.signJwtSync({}, signingKey)).toThrow(TypeError)
      expect(() => sync.createSignerSync({ key: signingKey })({})).toThrow('synchronously')
    })
  }

  test('is what the path "web" of these tests has', () => {
    const key = importSigningKey(SECRET)
    expect(() => sync.signCompactSync('text', key)).not.toThrow()
    expect(() =>
      sync.signCompactSync(
        'text',
        web.use(() => importSigningKey(SECRET)),
      ),
    ).toThrow(TypeError)
  })
})
