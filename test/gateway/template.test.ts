import { describe, expect, test } from 'vitest'
import { fillTemplate } from '../../src/gateway/index.ts'
import type { Claims } from '../../src/index.ts'
import { refusalOf, verdictOf } from '../verdict.ts'

describe('{JWT.claim} in the template of an address', () => {
  const rows: readonly (readonly [template: string, claims: string, filled: string])[] = [
    ['/users/{JWT.sub}/orders', '{"sub":"alice"}', '/users/alice/orders'],
    ['/{JWT.a}/{JWT.b}/{JWT.a}', '{"a":1,"b":true}', '/1/true/1'],
    ['/{JWT.a.b}', '{"a":{"b":"c"}}', '/c'],
    ['/{JWT.a.b}', '{"a.b":"c"}', '/'],
    ['/{JWT.http://a.b/c}', '{"http://a.b/c":"d"}', '/d'],
    ['/a/{JWT.missing}/x', '{}', '/a//x'],
    ['/{JWT.toString}', '{}', '/'],
    ['/{JWT.__proto__}', '{}', '/'],
    ['/{jwt.sub}/{JWT.}/{JWT}/{sub}', '{"sub":"alice"}', '/{jwt.sub}/{JWT.}/{JWT}/{sub}'],
    ['/plain', '{"sub":"alice"}', '/plain'],
    ['/{JWT.sub}', '{"sub":"a/b?c#d&e=f g"}', '/a%2Fb%3Fc%23d%26e%3Df%20g'],
    ['/{JWT.sub}', '{"sub":"../admin"}', '/..%2Fadmin'],
    ['/{JWT.sub}', '{"sub":"%2e%2e"}', '/%252e%252e'],
    ['/{JWT.sub}', '{"sub":"Zoë 🔑"}', '/Zo%C3%AB%20%F0%9F%94%91'],
    ['/{JWT.sub}', '{"sub":"a\\ud800b"}', '/a%EF%BF%BDb'],
    ['/{JWT.sub}', '{"sub":"\\udd11\\ud83d"}', '/%EF%BF%BD%EF%BF%BD'],
    ['/{JWT.sub}', '{"sub":"a\\r\\nb"}', '/a%0D%0Ab'],
    ['/{JWT.sub}', '{"sub":"{JWT.role}","role":"admin"}', '/%7BJWT.role%7D'],
    ['/{JWT.sub}', '{"sub":"$&$1"}', '/%24%26%241'],
    ['/{JWT.list}', '{"list":["a","b"]}', '/a%2Cb'],
    ['/{JWT.object}', '{"object":{"a":1}}', '/%7B%22a%22%3A1%7D'],
    ['/{JWT.id}', '{"id":1.5}', '/1.500000'],
    ['/{JWT.sub}', '{"sub":"..."}', '/...'],
    ['/{JWT.sub}', '{"sub":"a.."}', '/a..'],
  ]
  test.each(rows)('%s of %s: %s', (template, claims, filled) => {
    expect(fillTemplate(template, JSON.parse(claims) as Claims)).toBe(filled)
  })

  test.each(['.', '..'])('%j would lead to another path, and is refused', async (sub) => {
    expect(await verdictOf(() => fillTemplate('/users/{JWT.sub}/orders', { sub }))).toBe('ERR_JWT_CLAIM sub')
    expect(await verdictOf(() => fillTemplate('/users/{JWT.list}', { list: [sub] }))).toBe('ERR_JWT_CLAIM list')
    expect((await refusalOf(() => fillTemplate('{JWT.sub}', { sub }))).name).toBe('JoseError')
  })

  test('no claim leads out of the place in which it stands', () => {
    for (const sub of ['../..', './x', '/', '//evil.example', '\\', '?', '#', '@', ':', '%2e%2e/', 'a/../../b']) {
      const url = new URL(fillTemplate('https://backend.example/users/{JWT.sub}/orders', { sub }))
      expect([url.host, url.search, url.hash]).toEqual(['backend.example', '', ''])
      expect(url.pathname).toMatch(/^\/users\/[^/]+\/orders$/)
    }
  })
})

describe('what the claims make of the path', () => {
  const address = (template: string, claims: Claims) => () => fillTemplate(template, claims)

  test('claims that are missing do not leave a step', () => {
    expect(address('/users/{JWT.a}.{JWT.b}/orders', {})).toThrow(/is a step in the path/)
    expect(address('/users/{JWT.a}./orders', { a: '.' })).toThrow(/is a step in the path/)
  })

  const steps: readonly (readonly [template: string, claims: Claims, claim: string])[] = [
    ['/./users/{JWT.sub}/orders', { sub: '..' }, 'sub'],
    ['/../users/{JWT.sub}/orders', { sub: '.' }, 'sub'],
    ['/a/../..{JWT.sub}/./{JWT.a}', { a: 'b' }, 'sub'],
    ['/{JWT.sub}/../{JWT.a}', { sub: '..', a: 'b' }, 'sub'],
    ['/../{JWT.sub}', { sub: '..' }, 'sub'],
    ['/{JWT.a}/{JWT.sub}/{JWT.a}', { sub: '..', a: 'b' }, 'sub'],
    ['/{JWT.sub}/{JWT.a}?{JWT.a}', { sub: '..', a: 'b' }, 'sub'],
    ['/a\\{JWT.sub}\\b', { sub: '..' }, 'sub'],
    ['/a/%2E{JWT.sub}', { sub: '.' }, 'sub'],
    ['/a/{JWT.sub}%2e/b', {}, 'sub'],
    ['/a/{JWT.sub}\n', { sub: '..' }, 'sub'],
    ['/a/{JWT.sub}#b', { sub: '..' }, 'sub'],
    ['/a/{JWT.http://b/c}/d', { 'http://b/c': '..' }, 'http://b/c'],
  ]
  test.each(steps)("%j with %j: the template's own steps allow no other", async (template, claims, claim) => {
    expect(await verdictOf(address(template, claims))).toBe(`ERR_JWT_CLAIM ${claim}`)
    expect(address(template, claims)).toThrow(/is a step in the path/)
  })

  test('steps that are none, since they stand in a query or a fragment', () => {
    expect(fillTemplate('/a?{JWT.sub}#{JWT.sub}', { sub: '..' })).toBe('/a?..#..')
  })

  test("the template's own steps are its author's", () => {
    for (const template of ['/a/../{}', '/../../{}/./..', './{}/%2e/..', '/.\\..\\{}', '/{}/..?../{}']) {
      const filled = fillTemplate(template.replaceAll('{}', '{JWT.sub}'), { sub: 'b' })
      expect(filled).toBe(template.replaceAll('{}', 'b'))
    }
  })

  const beginnings: readonly (readonly [template: string, claims: Claims, claim: string])[] = [
    ['/{JWT.tenant}/{JWT.sub}/profile', { tenant: '', sub: 'evil.example' }, 'tenant'],
    ['/{JWT.tenant}/{JWT.sub}/profile', { sub: 'evil.example' }, 'tenant'],
    ['/{JWT.tenant}/{JWT.sub}/profile', { tenant: [], sub: 'evil.example' }, 'tenant'],
    ['//{JWT.tenant}/{JWT.sub}', { sub: 'evil.example' }, 'tenant'],
    ['/{JWT.a}{JWT.b}/{JWT.sub}', { sub: 'evil.example' }, 'a'],
    ['/{JWT.tenant}\\{JWT.sub}', { sub: 'evil.example' }, 'tenant'],
    ['\\{JWT.tenant}/{JWT.sub}', { sub: 'evil.example' }, 'tenant'],
    ['{JWT.tenant}//{JWT.sub}', { sub: 'evil.example' }, 'tenant'],
    ['{JWT.tenant}/{JWT.sub}', { sub: 'evil.example' }, 'tenant'],
    ['\n/{JWT.tenant}\t/{JWT.sub}', { sub: 'evil.example' }, 'tenant'],
    ['https://{JWT.tenant}/{JWT.sub}', { sub: 'evil.example' }, 'tenant'],
    ['/{JWT.http://a/b}/{JWT.sub}', { sub: 'evil.example' }, 'http://a/b'],
  ]
  test.each(beginnings)('%j with %j: what is empty makes no name of a host', async (template, claims, claim) => {
    expect(await verdictOf(address(template, claims))).toBe(`ERR_JWT_CLAIM ${claim}`)
    expect(address(template, claims)).toThrow(/would change how an address begins/)
  })

  test('no claims lead to another host, or out of the place in which they stand', () => {
    const values = ['', '.', '..', 'evil.example', '/', '\\', '//evil.example', undefined, [], ['', ''], '\t', ' ']
    const own = new URL('https://backend.example/base/x')
    for (const template of ['/{JWT.a}/{JWT.b}', '{JWT.a}/{JWT.b}', '/{JWT.a}{JWT.b}/c', '/./{JWT.a}/../d/{JWT.b}']) {
      for (const a of values) {
        for (const b of values) {
          const url = filledOr(own, template, { a, b })
          const expected = new URL(template.replace(/\{JWT\..\}/g, 'claim'), own)
          expect(url?.host ?? own.host, JSON.stringify([template, a, b])).toBe(own.host)
          if (url) expect(url.pathname.split('/').length).toBe(expected.pathname.split('/').length)
        }
      }
    }
  })

  test('an integer that has lost digits is not the name of anything', () => {
    expect(address('/{JWT.id}', JSON.parse('{"id":9007199254740993}'))).toThrow(/beyond 2\^53/)
    expect(fillTemplate('/{JWT.id}', { id: Number.MAX_SAFE_INTEGER })).toBe('/9007199254740991')
  })

  function filledOr(base: URL, template: string, claims: Claims): URL | undefined {
    try {
      return new URL(fillTemplate(template, claims), base)
    } catch (error) {
      expect(error).toMatchObject({ code: 'ERR_JWT_CLAIM' })
      return undefined
    }
  }

  test.each(['1e400', '-1e400', '[1e400]', '{"a":[1e400]}'])(
    'a number that has become infinite is none: %s',
    async (json) => {
      const claims = JSON.parse(`{"id":${json}}`)
      expect(await verdictOf(address('/{JWT.id}', claims))).toBe('ERR_JWT_CLAIM id')
    },
  )
})
