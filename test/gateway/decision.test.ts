import { describe, expect, test } from 'vitest'
import { readValidatorConfig } from '../../src/gateway/config.ts'
import { checkPermissions, compileCheck, type FurtherChecks } from '../../src/gateway/decision.ts'
import type { Claims } from '../../src/index.ts'
import { refusalOf, verdictOf } from '../verdict.ts'
import { NOW, validatorConfig } from './fixtures.ts'

type Members = Readonly<Record<string, unknown>>

function check(config: Members, claims: object, further: FurtherChecks = {}, now = NOW, typ?: string): Promise<string> {
  const run = compileCheck(readValidatorConfig(validatorConfig(config)), further, () => now)
  return verdictOf(() => run(claims as Claims, { alg: 'HS256', ...(typ !== undefined && { typ }) }))
}

describe('the checks have an order', () => {
  const config = { issuer: 'i', audience: ['a'] }
  const further = { required: ['sub'], requireExp: true, maxLifetime: 100, typ: 'at+jwt' }
  const good = { iss: 'i', aud: 'a', sub: 's', nbf: NOW, iat: NOW, exp: NOW + 100 }

  test('what is good in every way is accepted', async () => {
    expect(await check(config, good, further, NOW, 'at+jwt')).toBe('accepted')
  })

  /** Each spoils one thing more than the one after it. */
  const rows: readonly (readonly [spoilt: Members, typ: string, verdict: string])[] = [
    [{ maxLifetime: 1, exp: NOW + 101 }, 'at+jwt', 'ERR_JWT_CLAIM exp'],
    [{ exp: NOW + 200, iat: NOW + 60 }, 'at+jwt', 'ERR_JWT_NOT_YET_VALID iat'],
    [{ exp: NOW - 60, iat: NOW + 60 }, 'at+jwt', 'ERR_JWT_EXPIRED exp'],
    [{ nbf: NOW + 60, exp: NOW - 60, iat: NOW + 60 }, 'at+jwt', 'ERR_JWT_NOT_YET_VALID nbf'],
    [{ aud: 'x', nbf: NOW + 60, exp: NOW - 60 }, 'at+jwt', 'ERR_JWT_CLAIM aud'],
    [{ iss: 'x', aud: 'x', nbf: NOW + 60 }, 'at+jwt', 'ERR_JWT_CLAIM iss'],
    [{ exp: undefined, iss: 'x', aud: 'x' }, 'at+jwt', 'ERR_JWT_CLAIM exp'],
    [{ sub: undefined, exp: undefined, iss: 'x' }, 'at+jwt', 'ERR_JWT_CLAIM sub'],
    [{ sub: undefined, iss: 'x' }, 'JWT', 'ERR_JWT_CLAIM typ'],
    [{ sub: undefined, iss: 5 }, 'JWT', 'ERR_JWT_CLAIM iss'],
  ]
  test.each(rows)('%j, typ %s: %s', async (spoilt, typ, verdict) => {
    const claims = Object.fromEntries(Object.entries({ ...good, ...spoilt }).filter(([, value]) => value !== undefined))
    expect(await check(config, claims, further, NOW, typ)).toBe(verdict)
  })
})

describe('times', () => {
  const rows: readonly (readonly [claims: object, now: number, verdict: string])[] = [
    [{ exp: NOW }, NOW + 1, 'accepted'],
    [{ exp: NOW }, NOW + 1.0005, 'ERR_JWT_EXPIRED exp'],
    [{ exp: NOW }, NOW + 1.0004, 'accepted'],
    [{ nbf: NOW }, NOW - 1, 'accepted'],
    [{ nbf: NOW }, NOW - 1.001, 'ERR_JWT_NOT_YET_VALID nbf'],
    [{ iat: NOW }, NOW - 1, 'accepted'],
    [{ iat: NOW }, NOW - 1.001, 'ERR_JWT_NOT_YET_VALID iat'],
    [{ exp: Number.MAX_VALUE }, NOW, 'accepted'],
    [{ exp: -Number.MAX_VALUE }, NOW, 'ERR_JWT_EXPIRED exp'],
    [{ nbf: Number.MAX_VALUE }, NOW, 'ERR_JWT_NOT_YET_VALID nbf'],
    [{ exp: NOW }, Number.NaN, 'ERR_JWT_EXPIRED exp'],
    [{ exp: NOW }, Number.POSITIVE_INFINITY, 'ERR_JWT_EXPIRED exp'],
    [{ nbf: NOW }, Number.NaN, 'ERR_JWT_NOT_YET_VALID nbf'],
    [{ iat: NOW }, Number.NaN, 'ERR_JWT_NOT_YET_VALID iat'],
    [{}, Number.NaN, 'accepted'],
  ]
  test.each(rows)('%j at %d: %s', async (claims, now, verdict) => {
    expect(await check({}, claims, {}, now)).toBe(verdict)
  })

  test('leeways to the millisecond, each of them', async () => {
    for (let leeway = 1000; leeway < 3000; leeway += 7) {
      const at = (offset: number) => (NOW * 1000 + offset) / 1000
      const config = { leeway: `${leeway}ms` }
      expect(await check(config, { exp: NOW }, {}, at(leeway)), `${leeway} ms`).toBe('accepted')
      expect(await check(config, { exp: NOW }, {}, at(leeway + 1)), `${leeway} ms`).toBe('ERR_JWT_EXPIRED exp')
      expect(await check(config, { nbf: NOW, iat: NOW }, {}, at(-leeway)), `${leeway} ms`).toBe('accepted')
      expect(await check(config, { iat: NOW }, {}, at(-leeway - 1)), `${leeway} ms`).toBe('ERR_JWT_NOT_YET_VALID iat')
    }
  })
})

describe('R19: wrong checks are mistakes of the programmer', () => {
  const wrong: readonly object[] = [
    { audience: 'some' },
    { audience: ['any'] },
    { required: 'sub' },
    { required: [5] },
    { required: null },
    { maxLifetime: -1 },
    { maxLifetime: Number.NaN },
    { typ: '' },
    { typ: 5 },
    { requireExp: 'yes' },
  ]
  test.each(wrong)('%j', (further) => {
    const settings = readValidatorConfig(validatorConfig())
    const compile = () => compileCheck(settings, further as FurtherChecks, () => NOW)
    expect(compile).toThrow(TypeError)
    expect(compile).toThrow(`"${Object.keys(further)[0]}"`)
  })

  test.each<[claims: object, claim: string]>([
    [{ exp: NOW + 60 }, 'iat'],
    [{ iat: NOW }, 'exp'],
    [{}, 'iat'],
    [{ iat: NOW, exp: NOW + 301 }, 'exp'],
  ])('maxLifetime names the claim at fault: %j', async (claims, claim) => {
    expect(await check({}, claims, { maxLifetime: 300 }, NOW)).toBe(`ERR_JWT_CLAIM ${claim}`)
    const compiled = compileCheck(readValidatorConfig(validatorConfig()), { maxLifetime: 300 }, () => NOW)
    const { message } = await refusalOf(() => compiled(claims as Claims, { alg: 'HS256' }))
    expect(message.includes('is missing')).toBe(!Object.hasOwn(claims, claim))
  })
})

describe('roles, then scopes', () => {
  const config = { roles: ['a', 'b'], scopes: ['r', 'w'], scopes_key: 'scope' }
  const permit = (extra: Members, claims: object) => {
    const settings = readValidatorConfig(validatorConfig({ ...config, ...extra }))
    return verdictOf(() => checkPermissions(claims as Claims, settings))
  }
  const rows: readonly (readonly [extra: Members, claims: object, verdict: string])[] = [
    [{}, { roles: ['b'], scope: 'w' }, 'accepted'],
    [{}, { roles: ['c'], scope: 'x' }, 'ERR_ROLES'],
    [{}, { roles: ['c'], scope: 'r w' }, 'ERR_ROLES'],
    [{}, { roles: ['b'], scope: 'x' }, 'ERR_SCOPES'],
    [{ scopes_matcher: 'all' }, { roles: 'a', scope: 'w r' }, 'accepted'],
    [{ scopes_matcher: 'all' }, { roles: 'a', scope: 'r' }, 'ERR_SCOPES'],
    [{ scopes: [] }, { roles: 'a' }, 'accepted'],
    [{ roles: [] }, { scope: ['r'] }, 'accepted'],
    [{ roles: [], scopes: [] }, {}, 'accepted'],
    [{ roles: ['1'], scopes: [] }, { roles: [1] }, 'ERR_ROLES'],
  ]
  test.each(rows)('%j and %j: %s', async (extra, claims, verdict) => {
    expect(await permit(extra, claims)).toBe(verdict)
  })

  test('the message names neither what is held nor what is wanted', async () => {
    const settings = readValidatorConfig(validatorConfig({ roles: ['s3cret'] }))
    const { message } = await refusalOf(() => checkPermissions({ roles: ['h1dden'] }, settings))
    expect(message).not.toMatch(/s3cret|h1dden/)
  })
})
