import { describe, expect, test } from 'vitest'
import { type Claims, decodeUnverified } from '../src/index.ts'
import { PAYLOADS } from './cases/claims.ts'
import { LENGTH } from './cases/form.ts'
import { forge, seal, segment } from './forge.ts'
import { ALGS, privateJwk, publicJwk } from './keys.ts'
import { PATHS } from './paths.ts'
import { NOW, policyOf, refusalOf, SECRET, shortest, testCases, verdictOf } from './verdict.ts'

testCases('the payload of a JWT', PAYLOADS)
testCases('the length of a JWT', LENGTH)

describe('verifyJwt', () => {
  for (const path of PATHS) {
    for (const alg of ALGS) {
      test(`${path.name}: gives header, claims and key of a token of ${alg}`, async () => {
        const claims = { iss: 'good', aud: ['api'], exp: NOW + 60, nested: { list: [1, null, 'é€😀'] } }
        const key = path.importVerificationKey(publicJwk(alg, { kid: 'k1' }))
        const token = forge({ alg, kid: 'k1', typ: 'JWT' }, claims, privateJwk(alg))
        const policy = { issuer: 'good', audience: 'api', typ: 'JWT', now: () => NOW }
        const verified = await path.verifyJwt(token, key, policy)
        expect(verified).toEqual({ header: { alg, kid: 'k1', typ: 'JWT' }, claims, key })
        expect(verified.key).toBe(key)
      })
    }

    test(`R12: ${path.name}: gives "__proto__" as a claim like others`, async () => {
      const payload = '{"__proto__":{"admin":true},"constructor":1}'
      const key = path.importVerificationKey(SECRET)
      const { claims } = await path.verifyJwt(forge({ alg: 'HS256' }, payload, SECRET), key, policyOf())
      expect(Object.keys(claims)).toEqual(['__proto__', 'constructor'])
      expect(Object.getPrototypeOf(claims)).toBe(Object.prototype)
      expect(claims.admin).toBeUndefined()
      expect(JSON.stringify(claims)).toBe(payload)
    })

    test(`${path.name}: gives each caller claims of its own`, async () => {
      const token = forge({ alg: 'HS256' }, { roles: ['user'] }, SECRET)
      const key = path.importVerificationKey(SECRET)
      const verify = path.createVerifier({ ...policyOf(), keys: key })
      for (const run of [verify, (text: string) => path.verifyJwt(text, key, policyOf())]) {
        const first = await run(token)
        ;(first.claims.roles as string[]).push('admin')
        expect((await run(token)).claims).toEqual({ roles: ['user'] })
      }
    })
  }
})

describe('R25: cost', () => {
  const header = segment({ alg: 'HS256' })
  const input = `${header}.${segment('['.repeat(8_250_000))}`
  const bomb = seal(input, SECRET, 'HS256')
  const forged = `${input}.${'A'.repeat(43)}`
  const deep = (depth: number) => `{"a":${'['.repeat(depth)}${']'.repeat(depth)}}`

  for (const path of PATHS) {
    const key = path.importVerificationKey(SECRET)

    test(`${path.name}: 11 MB of nested arrays are refused in less than 10 ms, signed or not`, async () => {
      for (const token of [bomb, forged]) {
        expect(token.length).toBeGreaterThan(11_000_000)
        const verify = path.createVerifier({ ...policyOf(), keys: key })
        expect(await shortest(() => path.verifyJwt(token, key, policyOf()), 'ERR_JWS_INVALID')).toBeLessThan(10)
        expect(await shortest(() => verify(token), 'ERR_JWS_INVALID')).toBeLessThan(10)
      }
    })

    test(`${path.name}: where such tokens are allowed, a bad signature is found before the JSON is read`, async () => {
      const policy = policyOf({ maxTokenLength: 12_000_000 })
      expect(await verdictOf(() => path.verifyJwt(forged, key, policy))).toBe('ERR_JWS_SIGNATURE')
    })

    test(`${path.name}: nesting does not exhaust the stack`, async () => {
      const policy = policyOf({ maxTokenLength: 12_000_000 })
      for (const payload of [deep(100_000), '['.repeat(100_000), `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`]) {
        const token = forge({ alg: 'HS256' }, payload, SECRET)
        expect(await verdictOf(() => path.verifyJwt(token, key, policy))).toBe('ERR_JWT_INVALID')
      }
    })
  }
})

/** R20 (attack 42). */
describe('signJwt', () => {
  class Dated {
    toJSON(): object {
      return { iss: 'another' }
    }
  }
  const circular: Claims = {}
  circular.self = { circular }
  const times = [
    Number.NaN,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    `${NOW}`,
    null,
    undefined,
    true,
    {},
    [NOW],
    5n,
    new Date(0),
  ]
  const texts = [5, null, undefined, true, {}, ['good'], Symbol('good'), new String('good')]
  const audiences = [5, null, undefined, true, {}, ['api', 5], [null], [undefined], [['api']], new Set(['api'])]

  const refused: readonly (readonly [title: string, claims: unknown, verdict: string])[] = [
    ...['exp', 'nbf', 'iat'].flatMap((name) => times.map((value) => wrong(name, value))),
    ...['iss', 'sub', 'jti'].flatMap((name) => texts.map((value) => wrong(name, value))),
    ...audiences.map((value) => wrong('aud', value)),
    ['NaN in another claim', { a: Number.NaN }, 'ERR_SIGN'],
    ['Infinity in another claim', { a: Number.POSITIVE_INFINITY }, 'ERR_SIGN'],
    ['-Infinity in an object', { a: { b: Number.NEGATIVE_INFINITY } }, 'ERR_SIGN'],
    ['NaN in an array', { a: [1, Number.NaN] }, 'ERR_SIGN'],
    ['NaN at depth', { a: [{ b: [[{ c: Number.NaN }]] }] }, 'ERR_SIGN'],
    ['NaN among nulls', { a: null, b: [null, Number.NaN] }, 'ERR_SIGN'],
    ['a BigInt', { a: 5n }, 'ERR_SIGN'],
    ['what holds itself', circular, 'ERR_SIGN'],
    ['what is nested too deeply for JSON.stringify', { a: nested(20_000) }, 'ERR_SIGN'],
    ['what is nested too deeply for who verifies', { a: nested(63) }, 'ERR_SIGN'],
    ['a name of one letter that is written as an escape', { prefs: { '"': 1 } }, 'ERR_SIGN'],
    ['a name that is a control character', { '\n': 1 }, 'ERR_SIGN'],
    ['claims with toJSON', { iss: 'good', toJSON: () => ({ iss: 'another' }) }, 'ERR_SIGN'],
  ]

  function wrong(name: string, value: unknown): [string, unknown, string] {
    return [
      `${name} ${Object.prototype.toString.call(value)} ${JSON.stringify(value, (_, v) => String(v))}`,
      { [name]: value },
      `ERR_SIGN ${name}`,
    ]
  }

  function nested(depth: number): unknown {
    let value: unknown = []
    for (let level = 0; level < depth; level++) value = [value]
    return value
  }

  for (const path of PATHS) {
    describe(path.name, () => {
      const key = path.importSigningKey(SECRET)

      for (const [title, claims, verdict] of refused) {
        test(`R20: refuses ${title}: ${verdict}`, async () => {
          const wrongClaims = claims as Claims
          expect(await verdictOf(() => path.signJwt(wrongClaims, key))).toBe(verdict)
          expect(await verdictOf(() => path.createSigner({ key })(wrongClaims))).toBe(verdict)
          expect(await verdictOf(() => path.createSigner({ key, claims: wrongClaims }))).toBe(verdict)
        })
      }

      const notClaims: readonly unknown[] = [
        null,
        undefined,
        [],
        [{ iss: 'good' }],
        'claims',
        5,
        true,
        new Dated(),
        new Date(0),
      ]
      for (const claims of notClaims) {
        test(`R20: refuses ${JSON.stringify(claims)} (${Object.prototype.toString.call(claims)}) for claims`, async () => {
          expect(await verdictOf(() => path.signJwt(claims as Claims, key))).toBe('ERR_SIGN')
        })
      }

      test('R20: names the claim at fault, and not its value', async () => {
        const refusal = await refusalOf(() => path.signJwt({ iss: 'good', sub: { name: 'alice' } as never }, key))
        expect(refusal.claim).toBe('sub')
        expect(refusal.message).not.toContain('alice')
      })

      const accepted: readonly Claims[] = [
        {},
        { a: null },
        { a: [null, { b: null }], c: 'null', exp: NOW },
        { iss: '', sub: '', jti: '', aud: [] },
        { aud: 'api', exp: NOW + 0.5, nbf: -1, iat: 0 },
        { aud: ['api', 'other'] },
        { z: 1, a: 2, é: '€😀', '': 3 },
        { when: new Date(0), left: undefined },
        { deep: nested(62), '""': 1, a: '"', b: ['\\', '":'] },
        JSON.parse('{"__proto__":{"iss":5}}') as Claims,
      ]
      for (const claims of accepted) {
        test(`R20: signs ${JSON.stringify(claims)} as it is, and adds nothing`, async () => {
          const token = forge('{"alg":"HS256"}', JSON.stringify(claims), SECRET)
          expect(await path.signJwt(claims, key)).toBe(token)
          expect(await path.createSigner({ key })(claims)).toBe(token)
        })
      }

      for (const alg of ALGS) {
        test(`signs with ${alg} what others verify`, async () => {
          const token = await path.signJwt({ sub: 'é€😀' }, path.importSigningKey(privateJwk(alg, { kid: 'k1' })))
          expect(Buffer.from(segmentText(token, 0), 'base64url').toString()).toBe(`{"alg":"${alg}","kid":"k1"}`)
          for (const verifier of PATHS) {
            const { claims } = await verifier.verifyJwt(
              token,
              verifier.importVerificationKey(publicJwk(alg)),
              policyOf(),
            )
            expect(claims).toEqual({ sub: 'é€😀' })
          }
          expect(decodeUnverified(token).header).toEqual({ alg, kid: 'k1' })
        })
      }
    })
  }

  function segmentText(token: string, index: number): string {
    return token.split('.')[index] as string
  }
})
