import { describe, expect, test } from 'vitest'
import type { KeySource, VerificationKey, VerifiedJwt, VerifierOptions } from '../src/index.ts'
import { createLocalJwks, createRemoteJwks } from '../src/index.ts'
import { TokenCache } from '../src/token-cache.ts'
import { forge } from './forge.ts'
import { privateJwk, publicJwk } from './keys.ts'
import { codeOf, PATHS } from './paths.ts'
import { NOW, SECRET } from './verdict.ts'

const token = (claims: object, header: object = { alg: 'HS256' }) => forge(header, claims, SECRET)
const POLICY = { issuer: 'good', audience: null, cache: { maxSize: 10 } }

for (const path of PATHS) {
  describe(`R24: the cache of verified tokens (${path.name})`, () => {
    const make = (options: Partial<VerifierOptions> & Pick<VerifierOptions, 'keys'>) =>
      path.createVerifier({ ...POLICY, now: () => NOW, ...options })

    test('hands out for a token what was verified before, as one object', async () => {
      const verify = make({ keys: path.importVerificationKey(SECRET) })
      const good = token({ iss: 'good', exp: NOW + 60 })
      const first = await verify(good)
      expect(first.claims).toEqual({ iss: 'good', exp: NOW + 60 })
      expect(await verify(`${good}`)).toBe(first)
    })

    test('without the option nothing is remembered', async () => {
      const verify = path.createVerifier({ issuer: 'good', audience: null, keys: path.importVerificationKey(SECRET) })
      const good = token({ iss: 'good', exp: Date.now() / 1000 + 60 })
      expect(await verify(good)).not.toBe(await verify(good))
      expect(Object.isFrozen((await verify(good)).claims)).toBe(false)
    })

    test.each(['exp', 'nbf', 'iat'] as const)('looks at %s on every hit', async (claim) => {
      let time = NOW
      const verify = make({ keys: path.importVerificationKey(SECRET), now: () => time, maxAge: 100 })
      const good = token({ iss: 'good', iat: NOW - 10, nbf: NOW - 10, exp: NOW + 60 })
      expect(await codeOf(() => verify(good))).toBe('accepted')
      time = { exp: NOW + 60, nbf: NOW - 11, iat: NOW + 91 }[claim]
      const code = claim === 'nbf' ? 'ERR_JWT_NOT_YET_VALID' : 'ERR_JWT_EXPIRED'
      expect(await codeOf(() => verify(good))).toBe(code)
      expect(await codeOf(() => verify(good))).toBe(code)
      time = NOW
      expect(await codeOf(() => verify(good))).toBe('accepted')
    })

    test('a clock that answers NaN refuses', async () => {
      let time = NOW
      const verify = make({ keys: path.importVerificationKey(SECRET), now: () => time })
      const good = token({ iss: 'good', exp: NOW + 60 })
      await verify(good)
      time = Number.NaN
      expect(await codeOf(() => verify(good))).toBe('ERR_JWT_EXPIRED')
    })

    test('what is handed out cannot be changed', async () => {
      const verify = make({ keys: path.importVerificationKey(SECRET) })
      const good = token({ iss: 'good', exp: NOW + 60, roles: ['user'], deep: { list: [{ admin: false }] } })
      for (const { header, claims } of [await verify(good), await verify(good)] as VerifiedJwt[]) {
        expect(() => ((claims as { iss: string }).iss = 'evil')).toThrow(TypeError)
        expect(() => (claims.roles as string[]).push('admin')).toThrow(TypeError)
        expect(() => ((claims.deep as { list: { admin: boolean }[] }).list[0] = { admin: true })).toThrow(TypeError)
        expect(
          () => (((claims.deep as { list: [{ admin: boolean }] }).list[0] as { admin: boolean }).admin = true),
        ).toThrow()
        expect(() => ((header as { alg: string }).alg = 'none')).toThrow(TypeError)
      }
      const again = (await verify(good)) as { claims: object }
      expect(() => (again.claims = {})).toThrow(TypeError)
      expect(again.claims).toEqual({ iss: 'good', exp: NOW + 60, roles: ['user'], deep: { list: [{ admin: false }] } })
    })

    test('the whole token is the key: one with another signature, payload or header is verified itself', async () => {
      const verify = make({ keys: path.importVerificationKey(SECRET) })
      const good = token({ iss: 'good', exp: NOW + 60 })
      const other = token({ iss: 'good', exp: NOW + 61 })
      await verify(good)
      const [header, payload, signature] = good.split('.')
      const forgeries = [
        `${header}.${payload}.${other.split('.')[2]}`,
        `${header}.${other.split('.')[1]}.${signature}`,
        `${header}.${payload}.`,
        `${header}.${payload}`,
        `${good}.`,
        ` ${good}`,
      ]
      for (const forgery of forgeries) expect(await codeOf(() => verify(forgery)), forgery).not.toBe('accepted')
      for (const value of [[good], new String(good), { toString: () => good }, undefined]) {
        expect(await codeOf(() => verify(value as string))).toBe('ERR_JWS_INVALID')
      }
    })

    test('failures are not remembered', async () => {
      let time = NOW + 100
      const verify = make({ keys: path.importVerificationKey(SECRET), now: () => time })
      const early = token({ iss: 'good', exp: NOW + 60 })
      expect(await codeOf(() => verify(early))).toBe('ERR_JWT_EXPIRED')
      time = NOW
      expect(await codeOf(() => verify(early))).toBe('accepted')
    })

    test('asks the key source for each token, so that a withdrawn key verifies no more', async () => {
      const key = path.importVerificationKey(SECRET)
      let answer: readonly VerificationKey[] = [key]
      let asked = 0
      const keys: KeySource = () => {
        asked++
        return answer
      }
      const verify = make({ keys })
      const [good, other] = [token({ iss: 'good', exp: NOW + 60 }), token({ iss: 'good', exp: NOW + 61 })]
      const first = await verify(good)
      const second = await verify(other)
      expect(await verify(good)).toBe(first)
      expect(asked).toBe(3)
      answer = [path.importVerificationKey({ ...SECRET, k: 'A'.repeat(43) })]
      expect(await codeOf(() => verify(good))).toBe('ERR_JWS_SIGNATURE')
      answer = []
      expect(await codeOf(() => verify(good))).toBe('ERR_KEY_NOT_FOUND')
      // What was remembered before the change is gone, also for keys that are back.
      answer = [key]
      expect(await verify(good)).not.toBe(first)
      expect(await verify(other)).not.toBe(second)
      answer = undefined as never
      expect(await codeOf(() => verify(good))).toBe('ERR_KEY_NOT_FOUND')
    })

    test('a key source that throws is heard', async () => {
      let failing = false
      const key = path.importVerificationKey(SECRET)
      const verify = make({
        keys: () => {
          if (failing) throw new RangeError('the source is down')
          return [key]
        },
      })
      const good = token({ iss: 'good', exp: NOW + 60 })
      await verify(good)
      failing = true
      await expect(verify(good)).rejects.toThrow('the source is down')
    })

    test('a local set of keys', async () => {
      const jwks = [publicJwk('ES256'), publicJwk('EdDSA')].map((jwk, index) => ({ ...jwk, kid: String(index) }))
      const verify = make({ keys: path.use(() => createLocalJwks({ keys: jwks })) })
      const good = forge({ alg: 'ES256', kid: '0' }, { iss: 'good', exp: NOW + 60 }, privateJwk('ES256'))
      expect(await verify(good)).toBe(await verify(good))
    })

    test('verifiers do not share it: another policy decides for itself', async () => {
      const keys = path.importVerificationKey(SECRET)
      const good = token({ iss: 'good', exp: NOW + 60 })
      await make({ keys })(good)
      expect(await codeOf(() => make({ keys, issuer: 'other' })(good))).toBe('ERR_JWT_CLAIM')
      expect(await codeOf(() => make({ keys, typ: 'at+jwt' })(good))).toBe('ERR_JWT_CLAIM')
    })

    test('R19: wrong options', () => {
      const keys = path.importVerificationKey(SECRET)
      const wrong = [null, 100, true, [], {}, { maxSize: 1 }, { maxSize: -2 }, { maxSize: Number.NaN }]
      const further = [{ maxSize: Number.POSITIVE_INFINITY }, { maxSize: '100' }, { maxSize: 10, ttl: 3 }]
      for (const cache of [...wrong, ...further]) {
        expect(() => make({ keys, cache: cache as never }), JSON.stringify(cache)).toThrow(TypeError)
      }
      expect(() => make({ keys, cache: {} as never })).toThrow(/^option "cache.maxSize" must be/)
      expect(() => make({ keys, cache: undefined as never })).not.toThrow()
    })
  })
}

describe('R24: with a remote set', () => {
  test.each(PATHS.filter(({ name }) => name !== 'sync'))('a withdrawn key is refused ($name)', async (path) => {
    let time = NOW
    let jwks: object[] = [{ ...publicJwk('ES256'), kid: 'a' }]
    const fetch = async () => Response.json({ keys: jwks })
    const keys = path.use(() =>
      createRemoteJwks('https://id.example/jwks.json', { fetch, now: () => time, cooldown: 1 }),
    )
    const verify = path.createVerifier({ ...POLICY, keys, now: () => time })
    const good = forge({ alg: 'ES256', kid: 'a' }, { iss: 'good', exp: NOW + 6000 }, privateJwk('ES256'))
    const first = await path.use(() => verify(good))
    expect(await verify(good)).toBe(first)
    jwks = [{ ...publicJwk('ES256'), kid: 'b' }]
    time += 2
    await keys.refresh()
    expect(await codeOf(() => verify(good))).toBe('ERR_KEY_NOT_FOUND')
  })
})

describe('R24: the bound', () => {
  const entry = (key: string) => ({ key: key as unknown as VerificationKey })
  const sizeOf = (cache: TokenCache<ReturnType<typeof entry>>, texts: readonly string[]) =>
    texts.filter((text) => cache.get(text)).length

  test('1,000,000 tokens leave a cache of 1,000 at its bound', () => {
    const cache = new TokenCache<ReturnType<typeof entry>>({ maxSize: 1000 })
    for (let index = 0; index < 1_000_000; index++) cache.add(`header.payload-${index}.signature`, entry('k'))
    expect(cache.size).toBeLessThanOrEqual(1000)
    expect(cache.size).toBeGreaterThanOrEqual(500)
  })

  test.each([2, 3, 4, 10, 11])('of %d is never exceeded, whatever is asked between', (maxSize) => {
    const cache = new TokenCache<ReturnType<typeof entry>>({ maxSize })
    const texts = Array.from({ length: 100 }, (_, index) => `t${index}`)
    for (const text of texts) {
      cache.add(text, entry(text))
      cache.get('t0')
      cache.get(texts[7] as string)
      expect(cache.size).toBeLessThanOrEqual(maxSize)
    }
    expect(sizeOf(cache, texts)).toBeGreaterThan(0)
  })

  test('what is asked for stays', () => {
    const cache = new TokenCache<ReturnType<typeof entry>>({ maxSize: 10 })
    cache.add('hot', entry('hot'))
    for (let index = 0; index < 1000; index++) {
      cache.add(`cold ${index}`, entry('cold'))
      expect(cache.get('hot')).toEqual(entry('hot'))
    }
    expect(cache.get('cold 0')).toBeUndefined()
  })
})
