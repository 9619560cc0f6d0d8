import { describe, expect, test } from 'vitest'
import { createAuthSigner, createAuthValidator } from '../../src/gateway/index.ts'
import type { Alg, JoseError } from '../../src/index.ts'
import { ALGS, privateJwk, publicJwk } from '../keys.ts'
import { leastTime } from '../least-time.ts'
import {
  BACKENDS,
  bearer,
  fileHost,
  hs256,
  keySet,
  krakend,
  onBackend,
  segment,
  signerConfig,
  validatorConfig,
} from './fixtures.ts'

type Body = Record<string, unknown>

const openSigner = (extra: Readonly<Record<string, unknown>> = {}, keys: unknown = krakend.jwks.symmetric) =>
  createAuthSigner(signerConfig(extra), fileHost(keys))

/** The token that becomes of these claims. */
async function sign(claims: unknown, extra: Readonly<Record<string, unknown>> = {}): Promise<string> {
  const signer = await openSigner(extra)
  return (await signer.sign({ access_token: claims })).access_token as string
}

async function refusal(run: () => Promise<unknown>): Promise<JoseError> {
  const accepted = Symbol('accepted')
  const outcome = await run().then(
    () => accepted,
    (error: unknown) => error,
  )
  expect(outcome).not.toBe(accepted)
  return outcome as JoseError
}

/** JSON that one could change by mistake, frozen so that a change is an error. */
function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null) for (const member of Object.values(value)) frozen(member)
  return Object.freeze(value)
}

describe.each(BACKENDS)('R16, $name', ({ backend }) => {
  onBackend(backend)

  test("the playground's tokens are KrakenD's, byte for byte", async () => {
    const config = { ...krakend.signer_config, jwk_local_path: 'jwk-symmetric.json' }
    const signer = await createAuthSigner(config, fileHost())
    expect(await signer.sign(krakend.token_backend_response)).toEqual({ ...krakend.signed, exp: 1735689600 })
  })

  const families: readonly Alg[] = ['HS256', 'RS256', 'PS256', 'ES256', 'EdDSA']
  test.each(families)('%s: the validator accepts what the signer signs', async (alg) => {
    const key = privateJwk(alg, { kid: 'sim2', use: 'sig' })
    const signer = await openSigner({ alg }, keySet(key))
    const claims = { sub: 'alice', roles: ['a'] }
    const { access_token } = await signer.sign({ access_token: claims })
    const validator = await createAuthValidator(
      validatorConfig({ alg, roles: ['a'] }),
      fileHost(keySet(publicJwk(alg, { kid: 'sim2' }))),
    )
    const verdict = await validator.validate(bearer(access_token as string))
    expect(verdict).toMatchObject({ ok: true, claims, header: { alg, kid: 'sim2', typ: 'JWT' } })
  })

  test('an EC key whose private part belongs to another point never signs', async () => {
    const { x, y } = privateJwk('ES256')
    const { d } = krakend.jwks.private.keys[0] as { d: string }
    const keys = keySet({ kty: 'EC', crv: 'P-256', kid: 'sim2', x, y, d })
    const run = async () => (await openSigner({ alg: 'ES256' }, keys)).sign({ access_token: {} })
    expect(['ERR_JWK_INVALID', 'ERR_SIGN']).toContain((await refusal(run)).code)
  })
})

test('every algorithm of KrakenD signs, and its header names it', async () => {
  for (const alg of ALGS.filter((name) => name !== 'Ed25519')) {
    const signer = await openSigner({ alg }, keySet(privateJwk(alg, { kid: 'sim2', alg: undefined })))
    const { access_token } = await signer.sign({ access_token: {} })
    expect(segment(access_token as string, 0)).toBe(`{"alg":"${alg}","kid":"sim2","typ":"JWT"}`)
  }
})

describe('the token', () => {
  test('has the header {"alg","kid","typ"} in this order, and "typ" is JWT by default', async () => {
    expect(segment(await sign({}), 0)).toBe('{"alg":"HS256","kid":"sim2","typ":"JWT"}')
    expect(segment(await sign({}, { typ: 'at+jwt' }), 0)).toBe('{"alg":"HS256","kid":"sim2","typ":"at+jwt"}')
  })

  test("has a header in Go's JSON too", async () => {
    const keys = { keys: krakend.jwks.symmetric.keys.map((key) => ({ ...key, kid: `<${key.kid}>` })) }
    const signer = await openSigner({ kid: '<sim2>', typ: 'a&b' }, keys)
    const { access_token } = await signer.sign({ access_token: {} })
    expect(segment(access_token as string, 0)).toBe('{"alg":"HS256","kid":"\\u003csim2\\u003e","typ":"a\\u0026b"}')
  })

  const payloads: readonly (readonly [title: string, claims: string, payload: string])[] = [
    ['nothing is added', '{}', '{}'],
    [
      'keys are sorted at every depth',
      '{"b":1,"a":{"d":[{"f":2,"e":3}],"c":4}}',
      '{"a":{"c":4,"d":[{"e":3,"f":2}]},"b":1}',
    ],
    [
      '< > & are escaped',
      '{"url":"https://a.example/?a=1&b=<2>"}',
      '{"url":"https://a.example/?a=1\\u0026b=\\u003c2\\u003e"}',
    ],
    ['text beyond ASCII is not', '{"name":"Zoë 🔑"}', '{"name":"Zoë 🔑"}'],
    ['an own "__proto__" is a claim', '{"__proto__":{"admin":true}}', '{"__proto__":{"admin":true}}'],
    ['null and false stay', '{"b":false,"a":null}', '{"a":null,"b":false}'],
    ['registered claims of the right types', '{"exp":1.5,"aud":["a"],"iss":"b"}', '{"aud":["a"],"exp":1.5,"iss":"b"}'],
  ]
  test.each(payloads)('%s', async (_, claims, payload) => {
    expect(segment(await sign(JSON.parse(claims)), 1)).toBe(payload)
  })

  test('"full": the flattened serialization as a string, members in the order payload, protected, signature', async () => {
    const claims = krakend.token_backend_response.access_token
    const [header, payload, signature] = krakend.signed.access_token.split('.')
    const text = await sign(claims, { full: true })
    expect(text).toBe(`{"payload":"${payload}","protected":"${header}","signature":"${signature}"}`)
    expect(hs256(`${header}.${payload}`)).toBe(signature)
  })

  test('"full": false is compact', async () => {
    const claims = krakend.token_backend_response.access_token
    expect(await sign(claims, { full: false })).toBe(krakend.signed.access_token)
  })
})

describe('the body', () => {
  const both = { keys_to_sign: ['access_token', 'refresh_token'] }

  test('is not changed; the new one has the members in their order, the others as they were', async () => {
    const other = { list: [1, { two: 2 }] }
    const body = frozen({
      z: other,
      refresh_token: { b: 1, a: 2 },
      n: null,
      access_token: {},
      a: [other],
      u: undefined,
    })
    const before = JSON.stringify(body)
    const signed = await (await openSigner(both)).sign(body)
    expect(JSON.stringify(body)).toBe(before)
    expect(Object.keys(signed)).toEqual(['z', 'refresh_token', 'n', 'access_token', 'a', 'u'])
    expect(signed.z).toBe(other)
    expect(signed.a).toBe(body.a)
    expect([signed.n, signed.u]).toEqual([null, undefined])
    expect([signed.access_token, signed.refresh_token].map((token) => segment(token as string, 1))).toEqual([
      '{}',
      '{"a":2,"b":1}',
    ])
  })

  test('R12: an own "__proto__" is a member like others', async () => {
    const body: Body = JSON.parse('{"__proto__":{"admin":true},"access_token":{}}')
    const signed = await (await openSigner()).sign(body)
    expect(Object.keys(signed)).toEqual(['__proto__', 'access_token'])
    expect(Object.getPrototypeOf(signed)).toBe(Object.prototype)
    expect(JSON.stringify(signed)).toMatch(/^\{"__proto__":\{"admin":true\},"access_token":"eyJ/)
  })

  test('R12: "__proto__" can be signed as well', async () => {
    const signer = await openSigner({ keys_to_sign: ['__proto__'] })
    const signed = await signer.sign(JSON.parse('{"__proto__":{"sub":"alice"}}'))
    expect(segment(Object.entries(signed)[0]?.[1] as string, 1)).toBe('{"sub":"alice"}')
    expect(await refusal(() => signer.sign({}))).toMatchObject({ code: 'ERR_SIGN' })
  })

  const fields: readonly (readonly [title: string, body: Body])[] = [
    ['absent', {}],
    ['inherited', Object.create({ access_token: {} })],
    ['undefined', { access_token: undefined }],
    ['null', { access_token: null }],
    ['an array', { access_token: [{}] }],
    ['a string', { access_token: 'eyJ' }],
    ['a number', { access_token: 5 }],
    ['a boolean', { access_token: true }],
    ['a function', { access_token: () => ({}) }],
  ]
  test.each(fields)('a field that is %s: 400, where KrakenD passes the body on unsigned', async (_, body) => {
    const signer = await openSigner()
    expect(await refusal(() => signer.sign(body))).toMatchObject({
      name: 'JoseError',
      code: 'ERR_SIGN',
      status: 400,
      message: 'the field "access_token" is missing or not an object',
      cause: { code: 'ERR_SIGN' },
    })
  })

  test('one good field does not make up for one that is missing', async () => {
    const signer = await openSigner(both)
    const error = await refusal(() => signer.sign({ access_token: {} }))
    expect(error).toMatchObject({ code: 'ERR_SIGN', status: 400, message: expect.stringContaining('"refresh_token"') })
  })

  test.each([undefined, null, [], 'body', 5])('a body that is %j is refused with 400', async (body) => {
    const signer = await openSigner()
    const error = await refusal(() => signer.sign(body as unknown as Body))
    expect(error).toMatchObject({
      code: 'ERR_SIGN',
      status: 400,
      message: 'the body is not an object',
      cause: { code: 'ERR_SIGN' },
    })
  })

  const claims: readonly (readonly [title: string, claims: unknown, claim: string | undefined])[] = [
    ['"exp" NaN', { exp: Number.NaN }, 'exp'],
    ['"exp" that is text', { exp: '1735689600' }, 'exp'],
    ['"exp" null', { exp: null }, 'exp'],
    ['"nbf" infinite', { nbf: Number.POSITIVE_INFINITY }, 'nbf'],
    ['"iat" that is a Date', { iat: new Date() }, 'iat'],
    ['"iss" that is a number', { iss: 5 }, 'iss'],
    ['"sub" null', { sub: null }, 'sub'],
    ['"jti" that is an array', { jti: ['a'] }, 'jti'],
    ['"aud" with a number', { aud: ['a', 1] }, 'aud'],
    ['NaN somewhere', { a: [{ b: Number.NaN }] }, undefined],
    ['a Date somewhere', { a: new Date() }, undefined],
    ['a function somewhere', { a: () => 1 }, undefined],
    ['a Date instead of claims', new Date(), undefined],
    ['a getter that throws', Object.defineProperty({}, 'a', { get: failing, enumerable: true }), undefined],
    ['claims that hold themselves', circle(), undefined],
  ]
  test.each(claims)('R20: %s is refused with 400', async (_, value, claim) => {
    const signer = await openSigner()
    const error = await refusal(() => signer.sign({ access_token: value }))
    expect(error).toMatchObject({ name: 'JoseError', code: 'ERR_SIGN', status: 400 })
    expect(error.claim).toBe(claim)
    if (claim !== undefined) expect(error.cause).toMatchObject({ code: 'ERR_SIGN', claim })
  })
})

describe('signText', () => {
  /** Whether a body with this claim, and with a number that JavaScript writes in another way, is signed as it stands. */
  async function isSigned(text: string): Promise<boolean> {
    const signed = await (await openSigner()).signText(`{"access_token":{"a":"${text}","exp":1.0}}`)
    return segment(JSON.parse(signed).access_token, 1) === `{"a":"${text}","exp":1.0}`
  }

  const long: readonly (readonly [title: string, text: string])[] = [
    ['number signs', '#'.repeat(100_000)],
    ['escaped quotes', '\\"'.repeat(50_000)],
  ]
  test.each(long)('signs a claim of 100 KB of %s in less than 500 ms', async (_, text) => {
    expect(await leastTime(async () => expect(await isSigned(text)).toBe(true))).toBeLessThan(500)
  })

  test('signs a claim of 16 MB', async () => expect(await isSigned('x'.repeat(16_000_000))).toBe(true), 60_000)
})

function failing(): never {
  throw new RangeError('thrown by the host')
}

function circle(): Body {
  const body: Body = {}
  body.self = { body }
  return body
}
