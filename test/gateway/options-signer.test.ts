import { describe, expect, test } from 'vitest'
import { type AuthSignerConfig, type AuthSignerOptions, createAuthSigner, JoseError } from '../../src/gateway/index.ts'
import { ALGS, privateJwk, publicJwk } from '../keys.ts'
import { hs256, jsonBytes, keySet, krakend, NOW, segment, signerConfig } from './fixtures.ts'
import { answerWith, type KeyServer, startKeyServer } from './key-server.ts'

type Members = Readonly<Record<string, unknown>>

/** What an option of `auth/signer` makes of a body. Each row cites the words of the specification that it proves. */
interface Row {
  readonly option: string
  readonly phrase: string
  readonly config?: Members
  readonly options?: AuthSignerOptions | Members
  /** Text goes through signText(). */
  readonly body?: Members | string
  readonly keys?: unknown
  readonly server?: KeyServer['answer']
  /** The segments of the token in `access_token`; or the code with which the signer is not created, or does not sign. */
  readonly expect:
    | { readonly header?: string; readonly payload?: string }
    | { readonly status?: 400; readonly code: string }
}

const REFUSED = { code: 'ERR_CONFIG' }
const MISTAKE = { code: 'TypeError' }
const UNSIGNED = { status: 400, code: 'ERR_SIGN' } as const
const HEADER = '{"alg":"HS256","kid":"sim2","typ":"JWT"}'
const SET = krakend.jwks.symmetric
const now = () => NOW + 0.9

const ROWS: readonly Row[] = [
  ...ALGS.filter((alg) => alg !== 'Ed25519').map((alg): Row => {
    const keys = keySet(privateJwk(alg, { kid: 'sim2' }))
    const header = `{"alg":"${alg}","kid":"sim2","typ":"JWT"}`
    return {
      option: 'alg',
      phrase: `the header is {"alg","kid","typ"}, ${alg}`,
      config: { alg },
      keys,
      expect: { header },
    }
  }),
  { option: 'alg', phrase: 'Mandatory', config: { alg: '' }, expect: REFUSED },
  { option: 'alg', phrase: 'a contradicting alg: refused at construction', config: { alg: 'HS512' }, expect: REFUSED },
  {
    ...{ option: 'alg', phrase: 'a public key: refused at construction', config: { alg: 'RS256' } },
    ...{ keys: keySet(publicJwk('RS256', { kid: 'sim2' })), expect: REFUSED },
  },
  {
    ...{ option: 'alg', phrase: 'a key of another type: refused at construction', config: { alg: 'RS256' } },
    ...{ keys: keySet(privateJwk('ES256', { kid: 'sim2', alg: undefined })), expect: { code: 'ERR_JWK_INVALID' } },
  },

  { option: 'kid', phrase: 'The key with that id signs', expect: { header: HEADER } },
  { option: 'kid', phrase: 'Mandatory', config: { kid: undefined }, expect: REFUSED },
  { option: 'kid', phrase: "kid 'x' not found in JWK", config: { kid: 'x' }, expect: { code: 'ERR_KEY_NOT_FOUND' } },
  { option: 'kid', phrase: 'not another', config: { kid: 'sim1' }, expect: REFUSED },

  { option: 'typ', phrase: 'default JWT', expect: { header: HEADER } },
  {
    option: 'typ',
    phrase: 'Header typ',
    config: { typ: 'at+jwt' },
    expect: { header: HEADER.replace('JWT', 'at+jwt') },
  },
  { option: 'typ', phrase: 'a string', config: { typ: 1 }, expect: REFUSED },

  {
    option: 'keys_to_sign',
    phrase: 'fields of the body',
    body: { access_token: { a: 1 } },
    expect: { payload: '{"a":1}' },
  },
  { option: 'keys_to_sign', phrase: 'Mandatory', config: { keys_to_sign: [] }, expect: REFUSED },
  ...[{}, { access_token: 'x' }, { access_token: [] }, { access_token: null }].map((body): Row => {
    return { option: 'keys_to_sign', phrase: 'absent or not an object: an error', body, expect: UNSIGNED }
  }),
  { option: 'keys_to_sign', phrase: 'Nothing is added', body: { access_token: {} }, expect: { payload: '{}' } },
  {
    ...{ option: 'keys_to_sign', phrase: 'sorted by byte order at every depth, < > & escaped' },
    ...{
      body: { access_token: { b: { d: '<&>', c: 1 }, a: '\u2028' } },
      expect: { payload: '{"a":"\\u2028","b":{"c":1,"d":"\\u003c\\u0026\\u003e"}}' },
    },
  },

  { option: 'full', phrase: 'false: compact', config: { full: false }, expect: { header: HEADER } },
  { option: 'full', phrase: 'true or false', config: { full: 'true' }, expect: REFUSED },

  { option: 'jwk_local_path', phrase: 'As for the validator', keys: SET, expect: { header: HEADER } },
  { option: 'jwk_local_path', phrase: 'As for the validator', keys: 'no JSON', expect: REFUSED },
  { option: 'jwk_local_path', phrase: 'As for the validator', config: { jwk_local_path: '' }, expect: REFUSED },
  { option: 'jwk_url', phrase: 'As for the validator', server: SET, expect: { header: HEADER } },
  {
    ...{ option: 'jwk_url', phrase: 'As for the validator' },
    ...{ server: answerWith(500, 'application/json', JSON.stringify(SET)), expect: { code: 'ERR_JWKS_UNAVAILABLE' } },
  },
  { option: 'jwk_url', phrase: 'with the key', server: { keys: [] }, expect: { code: 'ERR_KEY_NOT_FOUND' } },
  { option: 'disable_jwk_security', phrase: 'As for the validator', server: SET, expect: { header: HEADER } },
  {
    option: 'disable_jwk_security',
    phrase: 'As for the validator',
    server: SET,
    config: { disable_jwk_security: false },
    expect: REFUSED,
  },
  {
    option: 'secret_url',
    phrase: 'The host passes unwrapKey',
    config: { secret_url: 'awskms://a', cypher_key: 'AA' },
    expect: REFUSED,
  },
  { option: 'leeway', phrase: 'without effect', config: { leeway: '1h' }, expect: { header: HEADER } },
  { option: 'leeway', phrase: 'In the schema', config: { leeway: '1' }, expect: REFUSED },

  {
    option: 'onMissing',
    phrase: "'skip' restores parity",
    options: { onMissing: 'error' },
    body: {},
    expect: UNSIGNED,
  },
  { option: 'onMissing', phrase: 'error or skip', options: { onMissing: 'ignore' }, expect: MISTAKE },

  ...computed('issuedAt', 'no iat', {}, '{}'),
  ...computed('issuedAt', 'Our options can add them', { issuedAt: true }, `{"iat":${NOW}}`),
  { option: 'issuedAt', phrase: 'true or false', options: { issuedAt: 1 }, expect: MISTAKE },
  ...computed('expiresIn', 'Our options can add them', { expiresIn: 300 }, `{"exp":${NOW + 300}}`),
  ...computed('expiresIn', 'unless the body has it', { expiresIn: 300 }, '{"exp":5}', { exp: 5 }),
  { option: 'expiresIn', phrase: 'seconds', options: { expiresIn: -1 }, expect: MISTAKE },
  { option: 'expiresIn', phrase: 'seconds', options: { expiresIn: '5m' }, expect: MISTAKE },
  ...computed('notBefore', 'Our options can add them', { notBefore: -10 }, `{"nbf":${NOW - 10}}`),
  { option: 'notBefore', phrase: 'seconds', options: { notBefore: Number.NaN }, expect: MISTAKE },
  ...computed('jwtId', 'Our options can add them', { jwtId: () => 'b' }, '{"a":1,"jti":"b"}', { a: 1 }),
  { option: 'jwtId', phrase: 'a string', options: { jwtId: () => 5 }, expect: UNSIGNED },
  { option: 'jwtId', phrase: 'a function', options: { jwtId: 'b' }, expect: MISTAKE },
  ...computed(
    'issuedAt',
    'all of them',
    { issuedAt: true, expiresIn: 1, notBefore: 0, jwtId: () => 'b' },
    `{"exp":${NOW + 1},"iat":${NOW},"jti":"b","nbf":${NOW}}`,
  ),

  ...lexemes('{"a":1.0}', '{"a":1.0}'),
  ...lexemes('{"b":1e3,"a":-0}', '{"a":-0,"b":1e3}'),
  ...lexemes('{"id":12345678901234567890}', '{"id":12345678901234567890}'),
  ...lexemes('{"a":[1E400,{"b":0.10}]}', '{"a":[1E400,{"b":0.10}]}'),
  ...lexemes('{"exp":1735689600.0}', '{"exp":1735689600.0}'),
  ...lexemes('{"nbf":1.7356896e9,"iat":-0,"exp":1E10}', '{"exp":1E10,"iat":-0,"nbf":1.7356896e9}'),
  ...lexemes('{"exp":1735689600,"a":"1.0"}', '{"a":"1.0","exp":1735689600}'),
  ...lexemes('{"a":1.0,"b":"\\u00231.0","c":"#"}', '{"a":1.0,"b":"#1.0","c":"#"}'),
  // What stands in a string must never come out of it.
  ...lexemes('{"a":1.0,"b":"\\u00230,\\"admin\\":true"}', '{"a":1.0,"b":"#0,\\"admin\\":true"}'),
  { option: 'signText', phrase: 'an object', body: '[]', expect: UNSIGNED },
  {
    option: 'signText',
    phrase: 'R11: no member twice',
    body: '{"access_token":{},"access_token":{}}',
    expect: UNSIGNED,
  },
  { option: 'signText', phrase: 'R20: exp is finite', body: '{"access_token":{"exp":1e400}}', expect: UNSIGNED },
  { option: 'signText', phrase: 'R20: iat is finite', body: '{"access_token":{"iat":-1e400}}', expect: UNSIGNED },
  { option: 'signText', phrase: 'R20: sub is no number', body: '{"access_token":{"sub":1.0}}', expect: UNSIGNED },
  { option: 'signText', phrase: 'R20: aud holds no number', body: '{"access_token":{"aud":[1.0]}}', expect: UNSIGNED },
  { option: 'signText', phrase: 'R20: exp is a number', body: '{"access_token":{"exp":"1"}}', expect: UNSIGNED },
]

function computed(
  option: string,
  phrase: string,
  options: AuthSignerOptions,
  payload: string,
  claims: Members = {},
): Row[] {
  return [{ option, phrase, options: { ...options, now }, body: { access_token: claims }, expect: { payload } }]
}

function lexemes(claims: string, payload: string): Row[] {
  return [
    {
      option: 'signText',
      phrase: `number lexemes kept, ${claims}`,
      body: `{"access_token":${claims}}`,
      expect: { payload },
    },
  ]
}

async function sign({ config = {}, options = {}, body = { access_token: {} }, keys = SET }: Row, server?: KeyServer) {
  const location = server ? { jwk_local_path: undefined, jwk_url: server.url, disable_jwk_security: true } : {}
  const host = { readFile: async () => jsonBytes(keys), ...(options as AuthSignerOptions) }
  const signer = await createAuthSigner(signerConfig({ ...location, ...config }) as AuthSignerConfig, host)
  const signed = typeof body === 'string' ? JSON.parse(await signer.signText(body)) : await signer.sign({ ...body })
  return signed.access_token as string
}

async function outcomeOf(row: Row): Promise<object> {
  const server = row.server === undefined ? undefined : await startKeyServer(row.server)
  try {
    const token = await sign(row, server)
    return { header: segment(token, 0), payload: segment(token, 1) }
  } catch (error) {
    if (!(error instanceof JoseError)) return { code: (error as Error).name }
    return { code: error.code, ...(error.status !== undefined && { status: error.status }) }
  } finally {
    await server?.stop()
  }
}

for (const option of new Set(ROWS.map((row) => row.option))) {
  describe(option, () => {
    for (const [index, row] of ROWS.filter((each) => each.option === option).entries()) {
      test(`${index + 1}. ${row.phrase}: ${JSON.stringify(row.expect)}`, async () => {
        const outcome = await outcomeOf(row)
        if ('code' in row.expect) expect(outcome).toEqual(row.expect)
        else expect(outcome).toMatchObject(row.expect)
      })
    }
  })
}

describe('full', () => {
  test('Flattened JSON serialization, as a string, members in the order payload, protected, signature', async () => {
    const row = { option: 'full', phrase: '', config: { full: true }, body: { access_token: { a: 1 } }, expect: {} }
    const [header, payload] = [HEADER, '{"a":1}'].map((text) => Buffer.from(text).toString('base64url'))
    const signature = hs256(`${header}.${payload}`)
    expect(await sign(row)).toBe(`{"payload":"${payload}","protected":"${header}","signature":"${signature}"}`)
  })
})

describe('onMissing', () => {
  test("'skip' restores parity: what is absent or not an object passes on unsigned, the rest is signed", async () => {
    const config = signerConfig({ keys_to_sign: ['access_token', 'refresh_token', 'id_token'] })
    const signer = await createAuthSigner(config, { readFile: async () => jsonBytes(SET), onMissing: 'skip' })
    expect(await signer.sign({ refresh_token: 'x', access_token: {}, exp: 5 })).toEqual({
      refresh_token: 'x',
      access_token: expect.stringMatching(/^eyJ.*\.e30\./),
      exp: 5,
    })
    expect(await signer.signText('{"refresh_token":[1.0],"exp":1.50}')).toBe('{"exp":1.50,"refresh_token":[1.0]}')
  })
})

describe('signText', () => {
  test("the playground's answer, and what is not signed keeps its numbers", async () => {
    const signer = await createAuthSigner(krakend.signer_config, { readFile: async () => jsonBytes(SET) })
    const body = JSON.stringify(krakend.token_backend_response)
    expect(JSON.parse(await signer.signText(body))).toEqual({ ...krakend.signed, exp: 1735689600 })
    const other = '{"access_token":{},"refresh_token":{},"amount":10.00,"id":9007199254740993}'
    expect(await signer.signText(other)).toMatch(/"amount":10\.00,"id":9007199254740993,/)
  })
})
