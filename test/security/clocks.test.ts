import { expect, test } from 'vitest'
import { createAuthValidator } from '../../src/gateway/index.ts'
import { type Claims, checkClaims } from '../../src/index.ts'
import { forge } from '../forge.ts'
import { bearer, fileHost, makeToken, validatorConfig } from '../gateway/fixtures.ts'
import { keyOf, NOW, policyOf, SECRET, verdictOf } from '../verdict.ts'
import { describeAttack, testEach } from './attack.ts'

// A clock is an option of the caller's, and a broken one must not make expired tokens good: what it says is a time, or it is
// refused. `null`, "" and `false` would count as 1970, and minus infinity is before every expiry.

const BROKEN: readonly (readonly [title: string, answer: unknown])[] = [
  ['NaN', Number.NaN],
  ['minus infinity', Number.NEGATIVE_INFINITY],
  ['undefined', undefined],
  ['null', null],
  ['false', false],
  ['an empty string', ''],
  ['a string of digits', '5'],
  ['a BigInt', 5n],
  ['an array', []],
  ['an array of a number', [5]],
  ['a Date of 1970', new Date(0)],
  ['an object with valueOf', { valueOf: () => 5 }],
  ['a Symbol', Symbol('time')],
  ['a promise', Promise.resolve(5)],
]

describeAttack(28, (path) => {
  const key = keyOf('HS256', path)

  testEach(
    BROKEN.map(([title, answer]) => [`a clock that answers with ${title}`, answer] as const),
    async (answer) => {
      const now = () => answer as number
      const verdicts: readonly (readonly [claims: Claims, policy: object, verdict: string])[] = [
        [{ exp: NOW }, {}, 'ERR_JWT_EXPIRED exp'],
        [{ exp: 1e12 }, {}, 'ERR_JWT_EXPIRED exp'],
        [{ nbf: 0 }, {}, 'ERR_JWT_NOT_YET_VALID nbf'],
        [{ iat: 0 }, { maxAge: 1e12 }, 'ERR_JWT_NOT_YET_VALID iat'],
        [{ exp: NOW }, { clockTolerance: 1e12 }, 'ERR_JWT_EXPIRED exp'],
      ]
      for (const [claims, policy, verdict] of verdicts) {
        const all = policyOf({ ...policy, now })
        const token = forge({ alg: 'HS256' }, claims, SECRET)
        expect(await verdictOf(() => path.verifyJwt(token, key, all))).toBe(verdict)
        expect(await verdictOf(() => path.createVerifier({ ...all, keys: key })(token))).toBe(verdict)
        expect(await verdictOf(() => checkClaims(claims, all))).toBe(verdict)
      }
    },
  )

  testEach(
    BROKEN.map(([title, answer]) => [`a clock that answers with ${title}, after a token has been remembered`, answer]),
    async (answer) => {
      let time: unknown = NOW
      const policy = policyOf({ now: () => time as number })
      const verify = path.createVerifier({ ...policy, keys: key, cache: { maxSize: 10 } })
      const token = forge({ alg: 'HS256' }, { exp: NOW + 60 }, SECRET)
      expect(await verdictOf(() => verify(token))).toBe('accepted')
      time = answer
      expect(await verdictOf(() => verify(token))).toBe('ERR_JWT_EXPIRED exp')
    },
  )

  test('a clock that throws decides nothing', async () => {
    const now = () => {
      throw new RangeError('no time')
    }
    const token = forge({ alg: 'HS256' }, { exp: 1e12 }, SECRET)
    await expect(path.verifyJwt(token, key, policyOf({ now }))).rejects.toThrow(RangeError)
  })

  test('a signer whose clock is broken signs nothing', async () => {
    for (const [, answer] of BROKEN) {
      const signing = path.importSigningKey(SECRET)
      const sign = path.createSigner({ key: signing, expiresIn: 60, now: () => answer as number })
      expect(await verdictOf(() => sign({}))).toBe('ERR_SIGN exp')
    }
  })

  if (path.name === 'sync') return

  test('a gateway whose clock is broken lets nobody in', async () => {
    for (const [title, answer] of BROKEN) {
      const host = { ...fileHost(), now: () => answer as number }
      const validator = await path.use(() => createAuthValidator(validatorConfig(), host))
      const verdict = await validator.validate(bearer(makeToken({ claims: { exp: 1e12 } })))
      expect(verdict.ok, title).toBe(false)
    }
  })
})
