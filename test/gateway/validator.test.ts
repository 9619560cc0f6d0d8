import { describe, expect, test } from 'vitest'
import { createAuthValidator } from '../../src/gateway/index.ts'
import { forge } from '../forge.ts'
import { privateJwk, publicJwk } from '../keys.ts'
import {
  BACKENDS,
  bearer,
  encode,
  fileHost,
  keySet,
  krakend,
  makeToken,
  NOW,
  onBackend,
  summary,
  validatorConfig,
} from './fixtures.ts'
import { GOOD, ISSUER, OTHER_SECRET, openValidator, STEPS, spoiled } from './steps.ts'

describe.each(BACKENDS)('R16, $name: status and code', ({ backend }) => {
  onBackend(backend)

  test('a good token is accepted', async () => {
    const validator = await openValidator()
    expect(await validator.validate(bearer(spoiled([])))).toEqual({
      ok: true,
      anonymous: false,
      claims: GOOD,
      header: { alg: 'HS256', kid: 'sim2' },
      setHeaders: [],
      removeHeaders: [],
    })
  })

  test.each(STEPS)('$name is checked', async ({ spoil, outcome }) => {
    const validator = await openValidator()
    expect(summary(await validator.validate(bearer(spoiled([spoil]))))).toEqual(outcome)
  })

  test.each(STEPS.slice(0, -1).map((step, index) => ({ ...step, later: STEPS.slice(index + 1) })))(
    'the refusal of $name wins over each later one, and over all of them',
    async ({ spoil, outcome, later }) => {
      const validator = await openValidator()
      const spoils = later.map((step) => step.spoil)
      for (const others of [spoils, ...spoils.map((other) => [other])]) {
        expect(summary(await validator.validate(bearer(spoiled([spoil, ...others]))))).toEqual(outcome)
      }
    },
  )

  const refused: readonly (readonly [title: string, token: () => string, code: string])[] = [
    ['"Bearer" alone', () => '', 'ERR_JWS_INVALID'],
    ['two spaces after "Bearer"', () => ` ${makeToken({ claims: GOOD })}`, 'ERR_BASE64URL'],
    [
      'two tokens in one header',
      () => [makeToken({ claims: GOOD }), makeToken({ claims: GOOD })].join(', Bearer '),
      'ERR_JWS_INVALID',
    ],
    ['two segments', () => makeToken().split('.').slice(0, 2).join('.'), 'ERR_JWS_INVALID'],
    ['five segments (JWE)', () => 'e30.e30.e30.e30.e30', 'ERR_JWS_INVALID'],
    [
      'more than 16384 characters',
      () => makeToken({ claims: { ...GOOD, filler: 'x'.repeat(16384) } }),
      'ERR_JWS_INVALID',
    ],
    ['padding', () => `${makeToken({ claims: GOOD })}=`, 'ERR_BASE64URL'],
    ['a header that is not JSON', () => `${encode('{')}.e30.AA`, 'ERR_JWS_INVALID'],
    ['a header without "alg"', () => makeToken({ header: { alg: undefined } }), 'ERR_JWS_INVALID'],
    [
      '"alg" none and no signature',
      () => `${encode('{"alg":"none","kid":"sim2"}')}.${encode(JSON.stringify(GOOD))}.`,
      'ERR_ALG_UNSUPPORTED',
    ],
    ['"alg" in lower case', () => makeToken({ header: { alg: 'hs256' }, claims: GOOD }), 'ERR_ALG_UNSUPPORTED'],
    ['an asymmetric "alg"', () => makeToken({ header: { alg: 'RS256' }, claims: GOOD }), 'ERR_ALG_NOT_ALLOWED'],
    [
      '"crit" with what nobody understands',
      () => makeToken({ header: { crit: ['x'], x: 1 }, claims: GOOD }),
      'ERR_CRIT',
    ],
    [
      'the key of a set that is for another purpose',
      () => makeToken({ header: { kid: 'sim1' }, claims: GOOD }),
      'ERR_KEY_NOT_FOUND',
    ],
    [
      'R7: a key in the header',
      () => makeToken({ header: { kid: 'x', jwk: { kty: 'oct', k: OTHER_SECRET } }, secret: OTHER_SECRET }),
      'ERR_KEY_NOT_FOUND',
    ],
    ['a changed payload', () => changed(makeToken({ claims: GOOD })), 'ERR_JWS_SIGNATURE'],
    ['a cut signature', () => makeToken({ claims: GOOD }).slice(0, -3), 'ERR_JWS_SIGNATURE'],
    ['no signature', () => makeToken({ claims: GOOD }).replace(/[^.]*$/, ''), 'ERR_JWS_SIGNATURE'],
    ['R11: a payload that is not JSON', () => makeToken({ claims: 'hello' }), 'ERR_JWT_INVALID'],
    ['R11: a payload that is an array', () => makeToken({ claims: '[]' }), 'ERR_JWT_INVALID'],
    ['R11: a claim twice', () => makeToken({ claims: '{"roles":["guest"],"roles":["reader"]}' }), 'ERR_JWT_INVALID'],
    ['R17: "exp" that is text', () => makeToken({ claims: { ...GOOD, exp: '9999999999' } }), 'ERR_JWT_CLAIM'],
    ['R17: "exp" null', () => makeToken({ claims: { ...GOOD, exp: null } }), 'ERR_JWT_CLAIM'],
    ['R17: "nbf" that is no number', () => makeToken({ claims: { ...GOOD, nbf: [0] } }), 'ERR_JWT_CLAIM'],
    ['R17: "iss" that is an array', () => makeToken({ claims: { ...GOOD, iss: [ISSUER] } }), 'ERR_JWT_CLAIM'],
  ]
  test.each(refused)('401, %s', async (_, token, code) => {
    const validator = await openValidator()
    expect(await validator.validate(bearer(token()))).toMatchObject({ ok: false, status: 401, code, retriable: false })
  })

  test('EdDSA and Ed25519 are two names, and a block takes tokens of its own', async () => {
    const names = ['EdDSA', 'Ed25519'] as const
    for (const alg of names) {
      const validator = await createAuthValidator(validatorConfig({ alg }), fileHost(keySet(publicJwk(alg))))
      for (const name of names) {
        const token = forge({ alg: name }, {}, privateJwk(name))
        const outcome = name === alg ? { status: 200 } : { status: 401, code: 'ERR_ALG_NOT_ALLOWED' }
        expect(summary(await validator.validate(bearer(token)))).toEqual(outcome)
      }
    }
  })

  test("the playground's requests get the playground's answers", async () => {
    const validator = await createAuthValidator(
      { ...krakend.validator_config, jwk_local_path: 'jwk.json' },
      { ...fileHost(), now: () => NOW },
    )
    expect(krakend.requests).toHaveLength(3)
    for (const { authorization, status } of krakend.requests) {
      expect(summary(await validator.validate({ headers: { authorization } })).status).toBe(status)
    }
  })
})

function changed(token: string): string {
  const [header, , signature] = token.split('.')
  return `${header}.${encode(JSON.stringify({ ...GOOD, sub: 'mallory' }))}.${signature}`
}

describe('the token of a request', () => {
  const token = spoiled([])
  const requests: readonly (readonly [title: string, headers: Record<string, string>, outcome: object])[] = [
    ['none', {}, { status: 401, code: 'ERR_TOKEN_MISSING' }],
    ['an empty header and no cookie', { authorization: '' }, { status: 401, code: 'ERR_TOKEN_MISSING' }],
    ['"bearer" in any case', { authorization: `bEARER ${token}` }, { status: 200 }],
    ['bare', { authorization: token }, { status: 200 }],
    ['in the cookie', { cookie: `theme=dark; access_token=${token}` }, { status: 200 }],
    ['in the cookie, the header being empty', { authorization: '', cookie: `access_token=${token}` }, { status: 200 }],
    [
      'good in the cookie, malformed in the header',
      { authorization: 'x', cookie: `access_token=${token}` },
      { status: 401, code: 'ERR_JWS_INVALID' },
    ],
    [
      'good in the cookie, Basic in the header',
      { authorization: 'Basic eA==', cookie: `access_token=${token}` },
      { status: 401, code: 'ERR_JWS_INVALID' },
    ],
    ['in another cookie', { cookie: `token=${token}` }, { status: 401, code: 'ERR_TOKEN_MISSING' }],
    ['in another header', { 'x-token': token }, { status: 401, code: 'ERR_TOKEN_MISSING' }],
  ]
  test.each(requests)('%s', async (_, headers, outcome) => {
    const validator = await openValidator()
    expect(summary(await validator.validate({ headers }))).toEqual(outcome)
    expect(summary(await validator.validate(new Request('https://api.example', { headers })))).toEqual(outcome)
  })

  test('none, where it is optional: nobody, with no claims', async () => {
    const validator = await createAuthValidator(validatorConfig(), { ...fileHost(), optional: true })
    const anonymous = { ok: true, anonymous: true, claims: {}, header: { alg: '' }, setHeaders: [], removeHeaders: [] }
    expect(await validator.validate({ headers: {} })).toEqual(anonymous)
  })

  test('of several issuers, the claim at fault is named', async () => {
    const blocks = ['one', 'two'].map((issuer) => validatorConfig({ issuer }))
    const validator = await createAuthValidator(blocks, { ...fileHost(), now: () => NOW })
    const verdict = await validator.validate(bearer(makeToken({ claims: { iss: 'three' } })))
    expect(summary(verdict)).toEqual({ status: 401, code: 'ERR_JWT_CLAIM', claim: 'iss' })
  })

  test('what is no refusal of ours is the cause of one', async () => {
    const failure = new RangeError('of the host')
    const now = () => {
      throw failure
    }
    const validator = await createAuthValidator(validatorConfig(), { ...fileHost(), now })
    const verdict = await validator.validate(bearer(token))
    expect(verdict).toMatchObject({ ok: false, status: 401, code: 'ERR_JWT_INVALID', retriable: false })
    expect(!verdict.ok && verdict.error.cause).toBe(failure)
  })

  test('"auth_header_name" and "cookie_key"', async () => {
    const config = validatorConfig({ auth_header_name: 'X-Token', cookie_key: 'session' })
    const validator = await createAuthValidator(config, { ...fileHost(), now: () => NOW })
    const answers = [
      { 'x-token': token },
      { cookie: `session=${token}` },
      { authorization: token },
      { cookie: `access_token=${token}` },
    ]
    const verdicts = await Promise.all(answers.map((headers) => validator.validate({ headers })))
    expect(verdicts.map((verdict) => verdict.ok)).toEqual([true, true, false, false])
  })
})
