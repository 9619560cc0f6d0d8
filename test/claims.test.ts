import { afterEach, describe, expect, test } from 'vitest'
import { type ClaimsPolicy, checkClaims } from '../src/index.ts'
import { CLAIMS } from './cases/claims.ts'
import { forge } from './forge.ts'
import { PATHS } from './paths.ts'
import { NOW, policyOf, SECRET, testCases, verdictOf } from './verdict.ts'

testCases('claims', CLAIMS)

describe('checkClaims', () => {
  for (const { rule, title, payload, policy, verdict } of CLAIMS) {
    test(`${rule}: ${title}: ${verdict}`, async () => {
      expect(await verdictOf(() => checkClaims(JSON.parse(payload), policyOf(policy)))).toBe(verdict)
    })
  }

  for (const claims of [null, undefined, 'claims', 5, true, [], [{ exp: NOW }]]) {
    test(`R17: ${JSON.stringify(claims)} is not an object of claims`, async () => {
      expect(await verdictOf(() => checkClaims(claims as never, policyOf()))).toBe('ERR_JWT_INVALID')
    })
  }

  test('R19: cannot check "typ", since it sees no header', () => {
    expect(() => checkClaims({}, policyOf({ typ: 'JWT' }))).toThrow(TypeError)
    expect(() => checkClaims({}, policyOf({ typ: 'JWT' }))).toThrow('"typ"')
    expect(() => checkClaims({}, policyOf({ crit: ['x'] }))).toThrow(TypeError)
  })

  test('R17: numbers that JSON cannot write are not times', async () => {
    for (const exp of [Number.NaN, Number.POSITIVE_INFINITY, undefined, 5n, new Date(), new Number(NOW)]) {
      expect(await verdictOf(() => checkClaims({ exp: exp as number }, policyOf()))).toBe('ERR_JWT_CLAIM exp')
    }
  })
})

describe('the message names the claim and what it has to be', () => {
  test.each([
    [{ exp: '1' }, '"exp" is not a finite number'],
    [{ nbf: null }, '"nbf" is not a finite number'],
    [{ iat: Number.NaN }, '"iat" is not a finite number'],
    [{ iss: 1 }, '"iss" is not a string'],
    [{ sub: [] }, '"sub" is not a string'],
    [{ jti: {} }, '"jti" is not a string'],
    [{ aud: ['api', 1] }, '"aud" is not a string or an array of strings'],
    [{ iss: 'bad' }, '"iss" is not what is expected'],
    [{ aud: 'api' }, '"iss" is missing'],
    [{ exp: NOW }, '"exp" is in the past'],
    [{ nbf: NOW + 1 }, '"nbf" is in the future'],
  ])('%j: %s', (claims, message) => {
    const issuer = message.includes('"iss"') ? 'good' : null
    expect(() => checkClaims(claims as never, policyOf({ issuer }))).toThrow(expect.objectContaining({ message }))
  })
})

describe('R18: "typ" is compared without case and without its prefix (RFC 8725 §3.11)', () => {
  const rows: readonly (readonly [typ: unknown, verdict: string])[] = [
    ...['at+jwt', 'AT+JWT', 'application/at+jwt', 'Application/At+Jwt'].map((typ) => [typ, 'accepted'] as const),
    ...[
      'jwt',
      '',
      'at+jwt ',
      'x-application/at+jwt',
      'application/application/at+jwt',
      'applicationat+jwt',
      'at+application/jwt',
      undefined,
    ].map((typ) => [typ, 'ERR_JWT_CLAIM typ'] as const),
  ]
  for (const path of PATHS) {
    test.each(rows)(`%j (${path.name}): %s`, async (typ, verdict) => {
      const token = forge({ alg: 'HS256', typ }, {}, SECRET)
      for (const expected of ['at+jwt', 'application/AT+JWT']) {
        const verify = () => path.verifyJwt(token, path.importVerificationKey(SECRET), policyOf({ typ: expected }))
        expect(await verdictOf(verify)).toBe(verdict)
      }
    })
  }
})

describe('defaults', () => {
  const claims = { iss: 'good', aud: 'api' }
  const { now } = policyOf()

  test('R18: "exp" is required, and only "exp"', async () => {
    const policy = { issuer: null, audience: null, now } as ClaimsPolicy
    expect(await verdictOf(() => checkClaims(claims, policy))).toBe('ERR_JWT_CLAIM exp')
    expect(await verdictOf(() => checkClaims({ exp: NOW + 1 }, policy))).toBe('accepted')
  })

  test('R18: what is required replaces the default', async () => {
    expect(await verdictOf(() => checkClaims(claims, { issuer: null, audience: null, required: ['iss'] }))).toBe(
      'accepted',
    )
  })

  test('R18: there is no tolerance', async () => {
    const policy = { issuer: null, audience: null, now } as ClaimsPolicy
    expect(await verdictOf(() => checkClaims({ exp: NOW }, policy))).toBe('ERR_JWT_EXPIRED exp')
    expect(await verdictOf(() => checkClaims({ exp: NOW + 1, nbf: NOW + 0.001 }, policy))).toBe(
      'ERR_JWT_NOT_YET_VALID nbf',
    )
  })

  test('R18: the clock is that of the system, in seconds', async () => {
    const policy = { issuer: null, audience: null }
    const seconds = Date.now() / 1000
    expect(await verdictOf(() => checkClaims({ exp: seconds + 60, nbf: seconds - 60 }, policy))).toBe('accepted')
    expect(await verdictOf(() => checkClaims({ exp: seconds - 60 }, policy))).toBe('ERR_JWT_EXPIRED exp')
    expect(await verdictOf(() => checkClaims({ exp: seconds + 60, nbf: seconds + 30 }, policy))).toBe(
      'ERR_JWT_NOT_YET_VALID nbf',
    )
  })
})

describe('R12: what others put on Object.prototype satisfies nothing', () => {
  const rows: readonly (readonly [name: string, value: unknown, policy: Partial<ClaimsPolicy>, verdict: string])[] = [
    ['iss', 'good', { issuer: 'good' }, 'ERR_JWT_CLAIM iss'],
    ['aud', 'api', { audience: 'api' }, 'ERR_JWT_CLAIM aud'],
    ['sub', 'alice', { subject: 'alice' }, 'ERR_JWT_CLAIM sub'],
    ['exp', NOW + 60, { required: ['exp'] }, 'ERR_JWT_CLAIM exp'],
    ['jti', '1', { required: ['jti'] }, 'ERR_JWT_CLAIM jti'],
    ['iat', NOW, { maxAge: 60 }, 'ERR_JWT_CLAIM iat'],
    ['typ', 'at+jwt', { typ: 'at+jwt' }, 'ERR_JWT_CLAIM typ'],
    ['exp', 1, {}, 'accepted'],
    ['nbf', NOW + 60, {}, 'accepted'],
    ['iss', 5, {}, 'accepted'],
  ]

  afterEach(() => {
    for (const [name] of rows) Reflect.deleteProperty(Object.prototype, name)
  })

  for (const [name, value, policy, verdict] of rows) {
    test(`Object.prototype.${name} against ${JSON.stringify(policy)}: ${verdict}`, async () => {
      const token = forge({ alg: 'HS256' }, {}, SECRET)
      const verifiers = PATHS.map((path) => {
        const keys = path.importVerificationKey(SECRET)
        return path.createVerifier({ ...policyOf(policy), keys })
      })
      Object.defineProperty(Object.prototype, name, { value, configurable: true, writable: true })
      const verdicts = await Promise.all(verifiers.map((verify) => verdictOf(() => verify(token))))
      Reflect.deleteProperty(Object.prototype, name)
      expect(verdicts).toEqual(PATHS.map(() => verdict))
    })
  }
})

// ---- R19: options ----

const NO_NUMBERS = [
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  -1,
  -0.001,
  '60',
  null,
  [60],
  60n,
  true,
  {},
]
const NO_STRINGS = ['', null, 5, true, [], ['alice'], {}, /alice/]
const NO_DECISIONS = [
  undefined,
  '',
  [],
  [''],
  ['good', ''],
  ['good', 5],
  [null],
  [['good']],
  5,
  true,
  false,
  {},
  /good/,
  new Set(['good']),
]
const NO_LISTS = ['exp', '', 5, true, {}, [''], [5], [null], ['exp', undefined], [['exp']], new Set(['exp'])]

const BAD_POLICIES: readonly (readonly [name: string, value: unknown])[] = [
  ...['maxAge', 'clockTolerance'].flatMap((name) => NO_NUMBERS.map((value) => [name, value] as const)),
  ...['subject', 'typ'].flatMap((name) => NO_STRINGS.map((value) => [name, value] as const)),
  ...['issuer', 'audience'].flatMap((name) => NO_DECISIONS.map((value) => [name, value] as const)),
  ...NO_LISTS.map((value) => ['required', value] as const),
  ...[NOW, null, '5', {}, new Date(0)].map((value) => ['now', value] as const),
  ...['aud', 'iss', 'Issuer', 'tolerance', 'algorithms', 'maxage', 'ignoreExpiration', 'toString'].map(
    (name) => [name, null] as const,
  ),
]

describe('R19: wrong options are mistakes of the programmer', () => {
  const token = forge({ alg: 'HS256', typ: 'at+jwt' }, { iss: 'good', exp: NOW + 60 }, SECRET)

  for (const [name, value] of BAD_POLICIES) {
    test(`${name} ${typeof value === 'bigint' ? `${value}n` : (JSON.stringify(value) ?? 'undefined')} (${Object.prototype.toString.call(value)})`, async () => {
      const policy = { ...policyOf(), [name]: value } as ClaimsPolicy
      expect(() => checkClaims({ exp: NOW + 60 }, policy)).toThrow(TypeError)
      expect(() => checkClaims({ exp: NOW + 60 }, policy)).toThrow(`"${name}"`)
      for (const path of PATHS) {
        const keys = path.importVerificationKey(SECRET)
        expect(() => path.createVerifier({ ...policy, keys })).toThrow(TypeError)
        await expect(path.verifyJwt(token, keys, policy)).rejects.toThrow(TypeError)
      }
    })
  }

  for (const missing of ['issuer', 'audience'] as const) {
    test(`${missing} left out`, async () => {
      const { [missing]: _, ...rest } = policyOf()
      const policy = rest as ClaimsPolicy
      expect(() => checkClaims({}, policy)).toThrow(`"${missing}"`)
      for (const path of PATHS) {
        const keys = path.importVerificationKey(SECRET)
        expect(() => path.createVerifier({ ...policy, keys })).toThrow(TypeError)
        await expect(path.verifyJwt(token, keys, policy)).rejects.toThrow(TypeError)
      }
    })
  }

  for (const policy of [undefined, null, 'policy', 5]) {
    test(`${JSON.stringify(policy)} for the options`, async () => {
      const none = policy as unknown as ClaimsPolicy
      expect(() => checkClaims({}, none)).toThrow(TypeError)
      for (const path of PATHS) {
        expect(() => path.createVerifier(none as never)).toThrow(TypeError)
        await expect(path.verifyJwt(token, path.importVerificationKey(SECRET), none)).rejects.toThrow(TypeError)
      }
    })
  }

  test('0 is a number of seconds', async () => {
    const policy = policyOf({ maxAge: 0, clockTolerance: 0 })
    expect(await verdictOf(() => checkClaims({ iat: NOW }, policy))).toBe('accepted')
  })

  test('undefined is the default, where there is one', async () => {
    const policy = { issuer: null, audience: null } as Record<string, unknown>
    for (const name of ['subject', 'typ', 'required', 'maxAge', 'clockTolerance', 'now']) policy[name] = undefined
    const exp = Date.now() / 1000 + 60
    expect(await verdictOf(() => checkClaims({ exp }, policy as unknown as ClaimsPolicy))).toBe('accepted')
    expect(await verdictOf(() => checkClaims({}, policy as unknown as ClaimsPolicy))).toBe('ERR_JWT_CLAIM exp')
  })
})
