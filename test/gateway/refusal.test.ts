import { describe, expect, test } from 'vitest'
import { describeRefusal, type Refusal, type RefusalOptions } from '../../src/gateway/index.ts'
import { JoseError, type JoseErrorCode } from '../../src/index.ts'
import { bearer, makeToken } from './fixtures.ts'
import { openValidator } from './steps.ts'

function refusal(code: JoseErrorCode, status: 401 | 403 = 401, retriable = false): Refusal {
  return { ok: false, status, code, retriable, error: new JoseError(code, 'the reason, which stays here') }
}

const MISSING = refusal('ERR_TOKEN_MISSING')
const EXPIRED = refusal('ERR_JWT_EXPIRED')
const ROLES = refusal('ERR_ROLES', 403)
const SCOPES = refusal('ERR_SCOPES', 403)
const DOWN = refusal('ERR_JWKS_UNAVAILABLE', 401, true)

describe('RFC 6750 §3: the challenge', () => {
  const rows: readonly (readonly [refusal: Refusal, options: RefusalOptions | undefined, challenge: string])[] = [
    [MISSING, undefined, 'Bearer'],
    [MISSING, { realm: 'api' }, 'Bearer realm="api"'],
    [EXPIRED, undefined, 'Bearer error="invalid_token"'],
    [EXPIRED, { realm: 'api' }, 'Bearer realm="api", error="invalid_token"'],
    [DOWN, undefined, 'Bearer error="invalid_token"'],
    [ROLES, undefined, 'Bearer error="insufficient_scope"'],
    [SCOPES, { realm: 'api' }, 'Bearer realm="api", error="insufficient_scope"'],
    [MISSING, { realm: 'a "b" \\ c' }, 'Bearer realm="a \\"b\\" \\\\ c"'],
    [MISSING, { realm: '", error="none' }, 'Bearer realm="\\", error=\\"none"'],
    [MISSING, { realm: '' }, 'Bearer realm=""'],
  ]
  test.each(rows)('%j with %j: %s', (given, options, challenge) => {
    expect(describeRefusal(given, options)).toEqual({
      status: given.status,
      headers: { 'www-authenticate': challenge },
      body: '',
    })
  })
})

describe('RFC 9457: the problem', () => {
  const rows: readonly (readonly [refusal: Refusal, options: RefusalOptions, problem: object])[] = [
    [MISSING, {}, { type: 'about:blank', title: 'Unauthorized', status: 401, code: 'ERR_TOKEN_MISSING' }],
    [SCOPES, {}, { type: 'about:blank', title: 'Forbidden', status: 403, code: 'ERR_SCOPES' }],
    [
      DOWN,
      { unavailable: 503 },
      { type: 'about:blank', title: 'Service Unavailable', status: 503, code: 'ERR_JWKS_UNAVAILABLE' },
    ],
  ]
  test.each(rows)('%j with %j', (given, options, problem) => {
    const { headers, body } = describeRefusal(given, { ...options, problem: true })
    expect(headers['content-type']).toBe('application/problem+json')
    expect(JSON.parse(body)).toEqual(problem)
    expect(describeRefusal(given, { ...options, problem: false })).toMatchObject({ body: '' })
  })

  test('says no more than the code', () => {
    for (const given of [MISSING, EXPIRED, ROLES, DOWN]) {
      expect(JSON.stringify(describeRefusal(given, { problem: true, realm: 'api' }))).not.toContain('the reason')
    }
  })
})

describe("the status while the fault is not the client's", () => {
  const revocation = refusal('ERR_REVOKED', 401, true)
  const rows: readonly (readonly [refusal: Refusal, unavailable: 401 | 503 | undefined, status: number])[] = [
    [DOWN, undefined, 401],
    [DOWN, 401, 401],
    [DOWN, 503, 503],
    [revocation, 503, 503],
    [refusal('ERR_REVOKED'), 503, 401],
    [EXPIRED, 503, 401],
    [ROLES, 503, 403],
  ]
  test.each(rows)('%j with %s: %d', (given, unavailable, status) => {
    const response = describeRefusal(given, unavailable === undefined ? {} : { unavailable })
    expect(response.status).toBe(status)
    // A client with a good token must not take it for a bad one, and one with a bad token is to get another.
    expect(Object.keys(response.headers)).toEqual([status === 503 ? 'retry-after' : 'www-authenticate'])
    if (status === 503) expect(Number(response.headers['retry-after'])).toBeGreaterThan(0)
  })
})

test('a refusal of a validator can be described as it is', async () => {
  const verdict = await (await openValidator()).validate(bearer(makeToken({ claims: { exp: 5 } })))
  if (verdict.ok) throw new Error('the token was accepted')
  expect(describeRefusal(verdict, { problem: true })).toMatchObject({
    status: 401,
    headers: { 'www-authenticate': 'Bearer error="invalid_token"' },
  })
})

test('R19: a realm with control characters is a mistake', () => {
  const verdict = { ok: false, status: 401, code: 'ERR_JWT_EXPIRED', retriable: false } as Refusal
  for (const realm of ['a\r\nSet-Cookie: x', 'a\0', 'a\x7f']) {
    expect(() => describeRefusal(verdict, { realm })).toThrow(TypeError)
  }
})

describe('R19: options', () => {
  const wrong: readonly object[] = [
    { unavailable: '503' },
    { unavailable: 500 },
    { unavailable: null },
    { problem: 'yes' },
    { problem: 1 },
    { realm: 5 },
    { realm: null },
    { realm: ['api'] },
    { unavailabe: 503 },
    { Realm: 'api' },
  ]
  test.each(wrong)('%j is a mistake', (options) => {
    for (const given of [DOWN, ROLES]) {
      expect(() => describeRefusal(given, options as RefusalOptions)).toThrow(TypeError)
      expect(() => describeRefusal(given, options as RefusalOptions)).toThrow(`"${Object.keys(options)[0]}"`)
    }
  })

  test.each([[null], [503], ['problem'], [[]]])('%j is no set of them', (options) => {
    expect(() => describeRefusal(DOWN, options as RefusalOptions)).toThrow(TypeError)
  })

  test('that are undefined are not there, and what is inherited is none', () => {
    const options = { realm: undefined, problem: undefined, unavailable: undefined } as unknown as RefusalOptions
    expect(describeRefusal(DOWN, options)).toEqual(describeRefusal(DOWN))
    expect(describeRefusal(DOWN, Object.create({ unavailable: 503 }))).toEqual(describeRefusal(DOWN))
  })
})
