import { describe, expect, test } from 'vitest'
import { type AuthValidator, createAuthValidator, type HeadersLike } from '../../src/gateway/index.ts'
import { bearer, encode, fileHost, hs256, makeToken, NOW, summary, validatorConfig } from './fixtures.ts'

// Whatever a request holds: a verdict, never an exception, and never a wait.

const GOOD = makeToken({ claims: { roles: ['a'], sub: 'alice' } })
const MEBIBYTE = 2 ** 20

function open(): Promise<AuthValidator> {
  const config = validatorConfig({
    ...{ audience: [], roles: ['a'], scopes: [], roles_key: 'roles', operation_debug: true },
    ...{ propagate_claims: [['sub', 'X-User']] },
  })
  return createAuthValidator(config, { ...fileHost(), now: () => NOW, log: () => undefined })
}

async function verdict(headers: HeadersLike): Promise<string> {
  const start = performance.now()
  const outcome = summary(await (await open()).validate({ headers }))
  expect(performance.now() - start).toBeLessThan(5000)
  return `${outcome.status} ${outcome.code ?? 'accepted'}`
}

describe('requests', () => {
  const rows: readonly (readonly [title: string, headers: () => HeadersLike, outcome: string])[] = [
    [
      'two different Authorization headers: the first counts',
      () => ({ authorization: [`Bearer ${GOOD}`, 'Bearer x'] }),
      '200 accepted',
    ],
    ['the other way round', () => ({ authorization: ['Bearer x', `Bearer ${GOOD}`] }), '401 ERR_JWS_INVALID'],
    [
      'the two joined, as fetch gives them',
      () =>
        new Headers([
          ['authorization', `Bearer ${GOOD}`],
          ['authorization', 'Bearer x'],
        ]),
      '401 ERR_BASE64URL',
    ],
    ['in two cases', () => ({ Authorization: 'Bearer x', authorization: `Bearer ${GOOD}` }), '200 accepted'],
    ['cookies of 100 KB without the token', () => ({ cookie: 'a=b; '.repeat(20_000) }), '401 ERR_TOKEN_MISSING'],
    [
      'cookies of 100 KB and the token',
      () => ({ cookie: `${'a=b; '.repeat(20_000)}access_token=${GOOD}` }),
      '200 accepted',
    ],
    [
      'a token of 100 KB in the cookie',
      () => ({ cookie: `access_token=${'a'.repeat(100_000)}` }),
      '401 ERR_JWS_INVALID',
    ],
    ['quotes of 100 KB', () => ({ cookie: `access_token=${'"'.repeat(100_000)}` }), '401 ERR_JWS_INVALID'],
    ['spaces of 100 KB', () => ({ cookie: `${' '.repeat(100_000)}=a;access_token` }), '401 ERR_TOKEN_MISSING'],
    ['a header of 11 MB', () => ({ authorization: 'a'.repeat(11 * MEBIBYTE) }), '401 ERR_JWS_INVALID'],
    ['a header of 11 MB of dots', () => ({ authorization: '.'.repeat(11 * MEBIBYTE) }), '401 ERR_JWS_INVALID'],
    [
      'a header of 11 MB of spaces',
      () => ({ authorization: `Bearer ${' '.repeat(11 * MEBIBYTE)}` }),
      '401 ERR_JWS_INVALID',
    ],
    ['a cookie of 1 MB', () => ({ cookie: ';'.repeat(MEBIBYTE) }), '401 ERR_TOKEN_MISSING'],
    [
      'a forgery of 11 MB of nested arrays',
      () => ({ authorization: `Bearer ${encode('{"alg":"HS256"}')}.${encode('['.repeat(8 * MEBIBYTE))}.AAAA` }),
      '401 ERR_JWS_INVALID',
    ],
    [
      'ten thousand headers',
      () => Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [`X-${index}`, GOOD])),
      '401 ERR_TOKEN_MISSING',
    ],
    [
      'a header named __proto__',
      () => JSON.parse(`{"__proto__":{"authorization":"${GOOD}"}}`),
      '401 ERR_TOKEN_MISSING',
    ],
    ['headers without a prototype', () => Object.assign(Object.create(null), { authorization: GOOD }), '200 accepted'],
    ['letters beyond ASCII', () => ({ authorization: `Bearer ${GOOD.replaceAll('a', 'ā')}` }), '401 ERR_BASE64URL'],
    ['a lone surrogate', () => ({ authorization: '\ud800' }), '401 ERR_JWS_INVALID'],
  ]
  test.each(rows)('%s: %#', async (_, headers, outcome) => {
    expect(await verdict(headers())).toBe(outcome)
  })
})

describe('claims', () => {
  const nest = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`
  const rows: readonly (readonly [title: string, claims: string, outcome: string])[] = [
    ['roles that are numbers', '{"roles":[1,2,3]}', '403 ERR_ROLES'],
    ['roles that are one number', '{"roles":5}', '403 ERR_ROLES'],
    ['roles that are null', '{"roles":null}', '403 ERR_ROLES'],
    ['roles that are objects', '{"roles":[{"a":"a"},{"toString":"a"}]}', '403 ERR_ROLES'],
    ['roles in an object named __proto__', '{"__proto__":{"roles":["a"]}}', '403 ERR_ROLES'],
    ['roles of 10 KB of spaces', `{"roles":"${' '.repeat(10_000)}a"}`, '200 accepted'],
    ['"length" and "includes" in roles', '{"roles":{"length":1,"0":"a","includes":true}}', '403 ERR_ROLES'],
    ['objects named __proto__ to pass on', '{"roles":"a","sub":"b","__proto__":{"sub":"admin"}}', '200 accepted'],
    ['CR and LF to pass on', '{"roles":"a","sub":"b\\r\\nX-Role: admin"}', '401 ERR_JWT_CLAIM'],
    ['CR and LF as another escape', '{"roles":"a","sub":"b\\u000aX-Role: admin"}', '401 ERR_JWT_CLAIM'],
    ['a subject that is an object', '{"roles":"a","sub":{"toString":1}}', '401 ERR_JWT_CLAIM'],
    ['half a surrogate pair to pass on', '{"roles":"a","sub":"\\ud800"}', '200 accepted'],
    ['nesting of 60', `{"roles":"a","x":${nest(60)}}`, '200 accepted'],
    ['nesting of 5000', `{"roles":"a","x":${nest(5000)}}`, '401 ERR_JWT_INVALID'],
    ['a role twice', '{"roles":"b","r\\u006fles":"a"}', '401 ERR_JWT_INVALID'],
    ['numbers beyond all bounds', '{"roles":"a","exp":1e999}', '401 ERR_JWT_CLAIM'],
    ['times below all bounds', '{"roles":"a","exp":-1e308}', '401 ERR_JWT_EXPIRED'],
  ]
  test.each(rows)('%s', async (_, claims, outcome) => {
    expect(await verdict(bearer(makeToken({ claims })).headers)).toBe(outcome)
  })

  test('octets that are no UTF-8', async () => {
    const input = `${encode('{"alg":"HS256","kid":"sim2"}')}.${Buffer.from([0x7b, 0xff, 0x7d]).toString('base64url')}`
    expect(await verdict(bearer(`${input}.${hs256(input)}`).headers)).toBe('401 ERR_JWT_INVALID')
  })
})

describe('headers of a token', () => {
  const rows: readonly (readonly [header: string, outcome: string])[] = [
    ['{"alg":"HS256","kid":"__proto__"}', '401 ERR_KEY_NOT_FOUND'],
    ['{"alg":"HS256","kid":"constructor"}', '401 ERR_KEY_NOT_FOUND'],
    ['{"alg":"HS256","kid":["sim2"]}', '401 ERR_JWS_INVALID'],
    ['{"alg":["HS256"],"kid":"sim2"}', '401 ERR_JWS_INVALID'],
    ['{"alg":"toString","kid":"sim2"}', '401 ERR_ALG_UNSUPPORTED'],
    ['{"__proto__":{"alg":"HS256"}}', '401 ERR_JWS_INVALID'],
    ['{"alg":"HS256","kid":"sim2","b64":false,"crit":["b64"]}', '401 ERR_CRIT'],
    ['{"alg":"HS256","kid":"sim2","alg":"none"}', '401 ERR_JWS_INVALID'],
  ]
  test.each(rows)('%s', async (header, outcome) => {
    const input = `${encode(header)}.${encode('{"roles":"a"}')}`
    expect(await verdict(bearer(`${input}.${hs256(input)}`).headers)).toBe(outcome)
  })
})
