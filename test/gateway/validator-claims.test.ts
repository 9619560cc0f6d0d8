import { describe, expect, test } from 'vitest'
import { createAuthValidator } from '../../src/gateway/index.ts'
import { bearer, fileHost, krakend, makeToken, NOW, summary, validatorConfig } from './fixtures.ts'

type Members = Readonly<Record<string, unknown>>

const OK = { status: 200 }

/** What becomes of a token with these claims (or this JSON text of claims), at a time in seconds. */
async function validate(config: Members, claims: Members | string, time = NOW) {
  const validator = await createAuthValidator(validatorConfig(config), { ...fileHost(), now: () => time })
  return summary(await validator.validate(bearer(makeToken({ claims }))))
}

describe('audience: the token\'s "aud" must contain ALL of them', () => {
  const refused = { status: 401, code: 'ERR_JWT_CLAIM', claim: 'aud' }
  const rows: readonly (readonly [wanted: readonly string[] | undefined, claims: Members, outcome: object])[] = [
    [['a'], { aud: 'a' }, OK],
    [['a'], { aud: ['a'] }, OK],
    [['a'], { aud: ['b', 'a'] }, OK],
    [['a', 'b'], { aud: ['c', 'b', 'a'] }, OK],
    [['a', 'a'], { aud: 'a' }, OK],
    [['a', 'b'], { aud: ['a'] }, refused],
    [['a', 'b'], { aud: ['b'] }, refused],
    [['a', 'b'], { aud: 'a' }, refused],
    [['a', 'b'], { aud: ['a', 'a'] }, refused],
    [['a', 'b'], { aud: 'a b' }, refused],
    [['a'], { aud: 'a b' }, refused],
    [['a'], { aud: 'A' }, refused],
    [['a'], { aud: 'ab' }, refused],
    [['ab'], { aud: 'a' }, refused],
    [['a'], { aud: '' }, refused],
    [['a'], { aud: [] }, refused],
    [['a'], {}, refused],
    [['a'], { aud: null }, refused],
    [['a'], { aud: ['a', 1] }, refused],
    [['a'], { aud: [['a']] }, refused],
    [['a'], { aud: { a: true } }, refused],
    [[], {}, OK],
    [[], { aud: 'anything' }, OK],
    [undefined, { aud: ['x', 'y'] }, OK],
    [undefined, { aud: 5 }, refused],
  ]
  test.each(rows)('%j and the claims %j: %j', async (audience, claims, outcome) => {
    expect(await validate({ audience }, claims)).toEqual(outcome)
  })

  test('R12: an own "__proto__" brings no "aud"', async () => {
    expect(await validate({ audience: ['a'] }, '{"__proto__":{"aud":"a"}}')).toEqual(refused)
  })
})

describe('issuer: exact match', () => {
  const refused = { status: 401, code: 'ERR_JWT_CLAIM', claim: 'iss' }
  const rows: readonly (readonly [issuer: string | undefined, claims: Members, outcome: object])[] = [
    ['https://id.example', { iss: 'https://id.example' }, OK],
    ['https://id.example', { iss: 'https://id.example/' }, refused],
    ['https://id.example', { iss: 'https://ID.example' }, refused],
    ['https://id.example', { iss: 'https://id.example.evil' }, refused],
    ['https://id.example', { iss: 'https://id.exampl' }, refused],
    ['https://id.example', { iss: 'https://idxexample' }, refused],
    ['https://id.example', { iss: '' }, refused],
    ['https://id.example', { iss: null }, refused],
    ['https://id.example', { iss: ['https://id.example'] }, refused],
    ['https://id.example', {}, refused],
    ['', {}, OK],
    ['', { iss: 'anyone' }, OK],
    [undefined, { iss: 'anyone' }, OK],
    [undefined, { iss: 5 }, refused],
  ]
  test.each(rows)('%j and the claims %j: %j', async (issuer, claims, outcome) => {
    expect(await validate({ issuer }, claims)).toEqual(outcome)
  })
})

describe('roles: at least ONE must be in the claim', () => {
  const refused = { status: 403, code: 'ERR_ROLES' }
  const rows: readonly (readonly [roles: readonly string[] | undefined, claims: Members, outcome: object])[] = [
    [['a', 'c'], { roles: ['a', 'b'] }, OK],
    [['a', 'c'], { roles: ['c'] }, OK],
    [['a', 'c'], { roles: 'a b' }, OK],
    [['a', 'c'], { roles: 'b c' }, OK],
    [['a', 'c'], { roles: 'b  c' }, OK],
    [['a', 'c'], { roles: 'a' }, OK],
    [['a'], { roles: [1, null, {}, 'a'] }, OK],
    [['a', 'c'], { roles: ['b'] }, refused],
    [['a', 'c'], { roles: [] }, refused],
    [['a', 'c'], { roles: '' }, refused],
    [['a', 'c'], { roles: 'a,c' }, refused],
    [['a', 'c'], { roles: 'A' }, refused],
    [['a', 'c'], { roles: 'ac' }, refused],
    [['ab'], { roles: ['a', 'b'] }, refused],
    [['a c'], { roles: 'a c' }, refused],
    [['a c'], { roles: ['a c'] }, OK],
    [['a'], { roles: ['a c'] }, refused],
    [['a'], { roles: [['a']] }, refused],
    [['1'], { roles: [1] }, refused],
    [['1'], { roles: 1 }, refused],
    [['true'], { roles: [true] }, refused],
    [['a'], { roles: { a: true } }, refused],
    [['length'], { roles: ['a'] }, refused],
    [['a'], { roles: null }, refused],
    [['a'], { role: ['a'] }, refused],
    [['a'], {}, refused],
    [[], {}, OK],
    [undefined, { roles: 5 }, OK],
  ]
  test.each(rows)('%j and the claims %j: %j', async (roles, claims, outcome) => {
    expect(await validate({ roles }, claims)).toEqual(outcome)
  })

  const keycloak = { realm_access: { roles: ['a'] } }
  const flat = { 'realm_access.roles': ['a'] }
  const url = 'https://claims.example/v1.0/roles'
  const split = { 'https://claims': { 'example/v1': { '0/roles': ['a'] } } }
  const keys: readonly (readonly [key: string, nested: boolean, claims: Members | string, outcome: object])[] = [
    ['groups', false, { groups: ['a'] }, OK],
    ['groups', false, { roles: ['a'] }, refused],
    ['realm_access.roles', true, keycloak, OK],
    ['realm_access.roles', true, { realm_access: { roles: 'b a' } }, OK],
    ['realm_access.roles', false, keycloak, refused],
    ['realm_access.roles', true, flat, refused],
    ['realm_access.roles', false, flat, OK],
    ['realm_access.roles', true, { realm_access: { roles: ['b'] } }, refused],
    ['realm_access.roles', true, { realm_access: ['a'] }, refused],
    ['realm_access.roles', true, { realm_access: [{ roles: ['a'] }] }, refused],
    ['realm_access.roles', true, { realm_access: 'roles a' }, refused],
    ['realm_access.roles', true, { realm_access: null }, refused],
    ['realm_access.roles', true, { roles: ['a'] }, refused],
    ['a.b.c', true, { a: { b: { c: ['a'] } } }, OK],
    ['list.0', true, { list: ['a'] }, refused],
    [url, true, { [url]: ['a'] }, OK],
    [url, false, { [url]: ['a'] }, OK],
    [url, true, split, refused],
    ['http.roles', true, { http: { roles: ['a'] } }, refused],
    ['http.roles', true, { 'http.roles': ['a'] }, OK],
    ['__proto__', false, '{"__proto__":["a"]}', OK],
    ['__proto__.roles', true, '{"__proto__":{"roles":["a"]}}', OK],
    ['__proto__', false, {}, refused],
    ['constructor.name', true, {}, refused],
    ['toString', false, {}, refused],
  ]
  test.each(keys)('roles_key %j, nested %j, and the claims %j: %j', async (roles_key, nested, claims, outcome) => {
    const config = { roles: ['a', 'Object', 'Array'], roles_key, roles_key_is_nested: nested }
    expect(await validate(config, claims)).toEqual(outcome)
  })

  test('R12: a polluted prototype gives nobody a role', async () => {
    Object.defineProperty(Object.prototype, 'groups', { value: ['a'], configurable: true })
    try {
      expect(await validate({ roles: ['a'], roles_key: 'groups' }, {})).toEqual(refused)
      const nested = { roles: ['a'], roles_key: 'realm.groups', roles_key_is_nested: true }
      expect(await validate(nested, { realm: {} })).toEqual(refused)
    } finally {
      Reflect.deleteProperty(Object.prototype, 'groups')
    }
  })

  test("the playground's nested roles", async () => {
    const { roles, roles_key, roles_key_is_nested } = krakend.nested_roles_validator_config
    const config = { roles, roles_key, roles_key_is_nested }
    expect(await validate(config, { realm_access: { roles: ['user', 'moderator'] } })).toEqual(OK)
    expect(await validate(config, { realm_access: { roles: ['user'] } })).toEqual(refused)
  })
})

describe('leeway: boundaries on a clock of milliseconds', () => {
  const leeways: readonly (readonly [leeway: string | undefined, milliseconds: number])[] = [
    [undefined, 1000],
    ['0s', 1000],
    ['100ms', 1000],
    ['1s', 1000],
    ['1001ms', 1001],
    ['1.5s', 1500],
    ['1m30s', 90_000],
  ]
  const expired = { status: 401, code: 'ERR_JWT_EXPIRED', claim: 'exp' }
  const early = (claim: string) => ({ status: 401, code: 'ERR_JWT_NOT_YET_VALID', claim })

  describe.each(leeways)('leeway %j is %i ms', (leeway, milliseconds) => {
    const at = (offset: number) => (NOW * 1000 + offset) / 1000

    test('in time iff now <= exp + leeway', async () => {
      expect(await validate({ leeway }, { exp: NOW }, at(milliseconds))).toEqual(OK)
      expect(await validate({ leeway }, { exp: NOW }, at(milliseconds + 1))).toEqual(expired)
    })

    test('in time iff now + leeway >= nbf', async () => {
      expect(await validate({ leeway }, { nbf: NOW }, at(-milliseconds))).toEqual(OK)
      expect(await validate({ leeway }, { nbf: NOW }, at(-milliseconds - 1))).toEqual(early('nbf'))
    })

    test('"iat" is not later than now + leeway', async () => {
      expect(await validate({ leeway }, { iat: NOW }, at(-milliseconds))).toEqual(OK)
      expect(await validate({ leeway }, { iat: NOW }, at(-milliseconds - 1))).toEqual(early('iat'))
    })
  })

  test('the playground: exp 1735689600 is accepted at 1735689601.000 and refused at 1735689601.001', async () => {
    const config = validatorConfig({ ...krakend.validator_config, jwk_url: undefined })
    for (const [time, outcome] of [
      [1735689601.0, OK],
      [1735689601.001, expired],
    ] as const) {
      const validator = await createAuthValidator(config, { ...fileHost(), now: () => time })
      expect(summary(await validator.validate(bearer(krakend.signed.access_token)))).toEqual(outcome)
    }
  })

  test('times with a fraction of a second', async () => {
    expect(await validate({}, { exp: NOW + 0.25 }, NOW + 1.25)).toEqual(OK)
    expect(await validate({}, { exp: NOW + 0.25 }, NOW + 1.251)).toEqual(expired)
    expect(await validate({}, { nbf: NOW + 0.123 }, NOW - 0.877)).toEqual(OK)
    expect(await validate({}, { nbf: NOW + 0.123 }, NOW - 0.878)).toEqual(early('nbf'))
  })

  test('a fraction of a millisecond does not count', async () => {
    expect(await validate({}, { exp: NOW }, NOW + 1.0004)).toEqual(OK)
    expect(await validate({}, { nbf: NOW, iat: NOW }, NOW - 1.0004)).toEqual(OK)
  })

  test('a clock that is no number refuses each of the three claims', async () => {
    expect(await validate({}, { exp: NOW }, Number.NaN)).toEqual(expired)
    expect(await validate({}, { nbf: NOW }, Number.NaN)).toEqual(early('nbf'))
    expect(await validate({}, { iat: NOW }, Number.NaN)).toEqual(early('iat'))
  })

  test('a token without "exp" never expires, as in KrakenD', async () => {
    expect(await validate({}, { sub: 'alice' }, NOW * 1000)).toEqual(OK)
  })

  test('"exp" 0 and negative times are times', async () => {
    expect(await validate({}, { exp: 0 })).toEqual(expired)
    expect(await validate({}, { exp: -1 })).toEqual(expired)
    expect(await validate({}, { nbf: -1, iat: 0 })).toEqual(OK)
  })

  test("by default the clock is the system's", async () => {
    const validator = await createAuthValidator(validatorConfig(), fileHost())
    const seconds = Math.floor(Date.now() / 1000)
    const outcomes = [seconds + 60, seconds - 60].map(async (exp) => {
      return summary(await validator.validate(bearer(makeToken({ claims: { exp } }))))
    })
    expect(await Promise.all(outcomes)).toEqual([OK, expired])
  })
})
