import type { Alg } from '../../src/jwa.ts'
import { forge } from '../forge.ts'
import { ALGS, privateJwk, publicJwk } from '../keys.ts'
import { keySet, krakend, makeToken } from './fixtures.ts'
import { answerWith } from './key-server.ts'
import { type Row, testRows } from './option-table.ts'

// The options of `auth/validator`, each with the words that say what it means. Those about claims have a file of their own.

const REFUSED = { code: 'ERR_CONFIG' }
const CLAIM = { status: 401, code: 'ERR_JWT_CLAIM' } as const
const UNKNOWN_KEY = { status: 401, code: 'ERR_KEY_NOT_FOUND' } as const
const MISSING = { status: 401, code: 'ERR_TOKEN_MISSING' } as const
const ROLES = { status: 403, code: 'ERR_ROLES' } as const
const OTHER_ALG = { status: 401, code: 'ERR_ALG_NOT_ALLOWED' } as const

const SET = JSON.stringify(krakend.jwks.symmetric)
const [, SIM2] = krakend.jwks.symmetric.keys

const ALG: readonly Row[] = [
  { option: 'alg', phrase: 'Mandatory', config: { alg: undefined }, expect: REFUSED },
  { option: 'alg', phrase: 'HS/RS/ES/PS 256, 384, 512, EdDSA', config: { alg: 'none' }, expect: REFUSED },
  { option: 'alg', phrase: 'HS/RS/ES/PS 256, 384, 512, EdDSA', config: { alg: 'RS128' }, expect: REFUSED },
  ...ALGS.filter((alg) => alg !== 'Ed25519').flatMap((alg, index, algs): Row[] => {
    const option = { option: 'alg', config: { alg }, keys: keySet(publicJwk(alg, { kid: 'a' })) }
    const sign = (other: Alg) => forge({ alg: other, kid: 'a' }, {}, privateJwk(other))
    const other = algs[(index + 1) % algs.length] as Alg
    return [
      { ...option, phrase: `must be exactly this one, ${alg}`, token: sign(alg), expect: 'accepted' },
      { ...option, phrase: `must be exactly this one, not ${other}`, token: sign(other), expect: OTHER_ALG },
    ]
  }),
]

const KEYS: readonly Row[] = [
  { option: 'jwk_url', phrase: 'https://', config: url('https://id.example/jwk.json'), expect: 'created' },
  { option: 'jwk_url', phrase: 'https://', config: url('http://id.example/jwk.json'), expect: REFUSED },
  { option: 'jwk_url', phrase: 'https://', config: url('ftp://id.example/jwk.json'), expect: REFUSED },
  ...['application/json', 'application/json; charset=utf-8', 'application/jwk-set+json'].map((type): Row => {
    return { option: 'jwk_url', phrase: `content type ${type}`, server: answerWith(200, type, SET), expect: 'accepted' }
  }),
  ...['text/html', 'text/json', 'application/octet-stream'].map((type): Row => {
    const expect = { status: 401, code: 'ERR_JWKS_UNAVAILABLE' } as const
    return { option: 'jwk_url', phrase: `content type ${type}`, server: answerWith(200, type, SET), expect }
  }),

  { option: 'jwk_local_path', phrase: 'JWKS in a file', expect: 'accepted' },
  { option: 'jwk_local_path', phrase: 'JWKS in a file', keys: SIM2, expect: REFUSED },
  { option: 'jwk_local_path', phrase: 'or else "jwk_url"', config: { jwk_local_path: '' }, expect: REFUSED },
  {
    option: 'jwk_local_path',
    phrase: 'wins over jwk_url',
    config: { jwk_url: 'https://id.example' },
    expect: 'accepted',
  },
  { option: 'jwk_local_path', phrase: 'not needed', config: { disable_jwk_security: false }, expect: 'accepted' },

  { option: 'disable_jwk_security', phrase: 'Allows http://', server: krakend.jwks.symmetric, expect: 'accepted' },
  {
    ...{ option: 'disable_jwk_security', phrase: 'Allows http://', server: krakend.jwks.symmetric },
    ...{ config: { disable_jwk_security: false }, expect: REFUSED },
  },
  {
    option: 'disable_jwk_security',
    phrase: 'true or false',
    config: { disable_jwk_security: 'true' },
    expect: REFUSED,
  },

  // How often the server is asked: see `options-cache.test.ts`.
  ...[false, true].map((cache): Row => {
    return {
      option: 'cache',
      phrase: `${cache}`,
      config: { cache },
      server: krakend.jwks.symmetric,
      expect: 'accepted',
    }
  }),
  { option: 'cache', phrase: 'With jwk_local_path a configuration error', config: { cache: true }, expect: REFUSED },
  { option: 'cache', phrase: 'false (default)', config: { cache: false }, expect: 'accepted' },
  ...[0, 1, 3600].map((cache_duration): Row => {
    const config = { ...url('https://id.example'), cache: true, cache_duration }
    return { option: 'cache_duration', phrase: `${cache_duration} seconds`, config, expect: 'created' }
  }),
  ...[-1, 1.5, '60'].map((cache_duration): Row => {
    const config = { ...url('https://id.example'), cache: true, cache_duration }
    return { option: 'cache_duration', phrase: `seconds, not ${cache_duration}`, config, expect: REFUSED }
  }),
  ...['10s', '1m30s', '100ms', ''].map((failed_jwk_key_cooldown): Row => {
    const phrase = `Duration "${failed_jwk_key_cooldown}"`
    return { option: 'failed_jwk_key_cooldown', phrase, config: { failed_jwk_key_cooldown }, expect: 'accepted' }
  }),
  ...['10', '-1s', 'soon', 10].map((failed_jwk_key_cooldown): Row => {
    const phrase = `Go syntax, not ${failed_jwk_key_cooldown}`
    return { option: 'failed_jwk_key_cooldown', phrase, config: { failed_jwk_key_cooldown }, expect: REFUSED }
  }),

  ...identified('kid', [
    [{ kid: 'sim2' }, 'accepted'],
    [{ kid: 'sim2', x5t: 'other', 'x5t#S256': 'other' }, 'accepted'],
    [{ kid: 'other', x5t: 'thumb', 'x5t#S256': 'thumb256' }, UNKNOWN_KEY],
  ]),
  ...identified('x5t', [
    [{ kid: 'other', x5t: 'thumb' }, 'accepted'],
    [{ kid: 'sim2', x5t: 'other' }, UNKNOWN_KEY],
    [{ kid: 'sim2', x5t: 'thumb256' }, UNKNOWN_KEY],
  ]),
  ...identified('x5t#S256', [
    [{ kid: 'other', x5t: 'other', 'x5t#S256': 'thumb256' }, 'accepted'],
    [{ kid: 'sim2', x5t: 'thumb', 'x5t#S256': 'thumb' }, UNKNOWN_KEY],
  ]),
  ...identified('kid_x5t', [
    [{ kid: 'sim2', x5t: 'thumb' }, 'accepted'],
    [{ kid: 'sim2', x5t: 'other' }, UNKNOWN_KEY],
    [{ kid: 'other', x5t: 'thumb' }, UNKNOWN_KEY],
    [{ kid: 'thumb', x5t: 'sim2' }, UNKNOWN_KEY],
  ]),
  ...['KID', 'x5c', 'kid_x5t#S256'].map((key_identify_strategy): Row => {
    const phrase = `Anything else: configuration error, ${key_identify_strategy}`
    return { option: 'key_identify_strategy', phrase, config: { key_identify_strategy }, expect: REFUSED }
  }),
]

const REQUEST: readonly Row[] = [
  ...requests('auth_header_name', 'Default Authorization', {}, [
    [(token) => ({ authorization: `Bearer ${token}` }), 'accepted'],
    [(token) => ({ authorization: `bEARER ${token}` }), 'accepted'],
    [(token) => ({ authorization: token }), 'accepted'],
    [(token) => ({ 'x-token': token }), MISSING],
    [(token) => ({ authorization: ['Basic eA==', `Bearer ${token}`] }), { status: 401, code: 'ERR_JWS_INVALID' }],
    [(token) => ({ authorization: [`Bearer ${token}`, 'Basic eA=='] }), 'accepted'],
  ]),
  ...requests('auth_header_name', 'another', { auth_header_name: 'X-Token' }, [
    [(token) => ({ 'x-token': token }), 'accepted'],
    [(token) => ({ authorization: token }), MISSING],
  ]),
  { option: 'auth_header_name', phrase: 'a name', config: { auth_header_name: 'X Token' }, expect: REFUSED },
  ...requests('cookie_key', 'Default access_token, also when not set', {}, [
    [(token) => ({ cookie: `a=b; access_token=${token}` }), 'accepted'],
    [(token) => ({ cookie: `session=${token}` }), MISSING],
    [(token) => ({ authorization: '', cookie: `access_token=${token}` }), 'accepted'],
    [(token) => ({ authorization: 'x', cookie: `access_token=${token}` }), { status: 401, code: 'ERR_JWS_INVALID' }],
    [
      (token) => ({ authorization: 'Basic eA==', cookie: `access_token=${token}` }),
      { status: 401, code: 'ERR_JWS_INVALID' },
    ],
  ]),
  ...requests('cookie_key', 'another', { cookie_key: 'session' }, [
    [(token) => ({ cookie: `session=${token}` }), 'accepted'],
    [(token) => ({ cookie: `access_token=${token}` }), MISSING],
  ]),

  { ...passed('Pairs [claim, header]', [['sub', 'X-User']], { sub: 'alice' }), sets: [['X-User', 'alice']] },
  { ...passed('a missing claim sets it to the empty string', [['sub', 'X-User']], {}), sets: [['X-User', '']] },
  { ...passed('Dots traverse', [['a.b', 'X-B']], { a: { b: 'c' }, 'a.b': 'd' }), sets: [['X-B', 'c']] },
  { ...passed('unless it starts with http', [['http://a.b', 'X-B']], { 'http://a.b': 'c' }), sets: [['X-B', 'c']] },
  { ...passed('an array joined by ,', [['a', 'X-A']], { a: ['b', 1, 2.5] }), sets: [['X-A', 'b,1,2.5']] },
  ...['\r', '\n', '\0'].map((control): Row => {
    return {
      ...passed('CR, LF and NUL are refused with 401', [['sub', 'X-User']], { sub: `a${control}b` }),
      expect: CLAIM,
    }
  }),
  { option: 'propagate_claims', phrase: 'Pairs', config: { propagate_claims: [['sub']] }, expect: REFUSED },
  {
    ...passed('One header value per array element', [['a', 'X-A']], { a: ['b', 'c'] }, true),
    sets: [
      ['X-A', 'b'],
      ['X-A', 'c'],
    ],
  },
  { ...passed('an empty array removes the header', [['a', 'X-A']], { a: [] }, true), removes: ['X-A'] },
  { ...passed('false', [['a', 'X-A']], { a: [] }, false), sets: [['X-A', '']] },
  { ...passed('CR, LF and NUL are refused', [['a', 'X-A']], { a: ['b', 'c\n'] }, true), expect: CLAIM },

  ...[true, false].map((operation_debug): Row => {
    const logs = ['debug: auth/validator: refused with 403 ERR_ROLES: the token has none of the roles']
    const phrase = operation_debug ? 'Logs the reason of every refusal' : 'false: nothing'
    return {
      option: 'operation_debug',
      phrase,
      config: { operation_debug, roles: ['a'] },
      expect: ROLES,
      logs: operation_debug ? logs : [],
    }
  }),
  { option: 'operation_debug', phrase: 'of every refusal', config: { operation_debug: true }, expect: 'accepted' },
  { option: 'operation_debug', phrase: 'true or false', config: { operation_debug: 1 }, expect: REFUSED },
]

const WITHOUT_TLS: readonly Row[] = [
  {
    option: 'jwk_local_ca',
    phrase: 'extra CA (PEM file)',
    config: { ...url('https://id.example'), jwk_local_ca: 'ca.pem' },
    keys: 'no PEM',
    expect: REFUSED,
  },
  { option: 'jwk_local_ca', phrase: 'of the JWKS client', config: { jwk_local_ca: 'ca.pem' }, expect: 'created' },
  { option: 'jwk_fingerprints', phrase: 'SHA-256 in base64', config: pinned('AAAA'), expect: REFUSED },
  {
    option: 'jwk_fingerprints',
    phrase: 'standard alphabet',
    config: pinned(`${'+/'.repeat(21)}8=`),
    expect: 'created',
  },
  { option: 'jwk_fingerprints', phrase: 'or url', config: pinned(`${'-_'.repeat(21)}8`), expect: 'created' },
  { option: 'jwk_fingerprints', phrase: 'of a key', config: pinned('é'.repeat(43)), expect: REFUSED },
  {
    option: 'jwk_fingerprints',
    phrase: 'never silently ignored',
    config: { ...pinned(`${'A'.repeat(43)}=`), jwk_url: 'http://id.example', disable_jwk_security: true },
    expect: REFUSED,
  },
  {
    option: 'cipher_suites',
    phrase: 'IANA cipher suite numbers',
    config: { ...url('https://id.example'), cipher_suites: [49199, 4865] },
    expect: 'created',
  },
  {
    option: 'cipher_suites',
    phrase: 'IANA cipher suite numbers',
    config: { ...url('https://id.example'), cipher_suites: [1] },
    expect: REFUSED,
  },
  { option: 'secret_url', phrase: 'Encrypted local JWK file', config: { secret_url: 'awskms://a' }, expect: REFUSED },
  {
    option: 'secret_url',
    phrase: 'local',
    config: { ...url('https://id.example'), secret_url: 'awskms://a', cypher_key: 'AA' },
    expect: REFUSED,
  },
  {
    option: 'secret_url',
    phrase: 'The host passes unwrapKey',
    config: { secret_url: 'awskms://a', cypher_key: 'AA' },
    expect: REFUSED,
  },
  { option: 'secret_url', phrase: 'absent', config: { secret_url: '', cypher_key: '' }, expect: 'accepted' },
  { option: 'cypher_key', phrase: 'with secret_url', config: { cypher_key: 'AA' }, expect: REFUSED },
  { option: 'cypher_key', phrase: 'absent', config: { cypher_key: '' }, expect: 'accepted' },

  ...[1, 900].map((shared_cache_duration): Row => {
    const phrase = `Second-level cache, ${shared_cache_duration} s`
    return {
      option: 'shared_cache_duration',
      phrase,
      shared: { shared_cache_duration },
      server: krakend.jwks.symmetric,
      expect: 'accepted',
    }
  }),
  ...[0, -1, 1.5, '60', undefined].map((shared_cache_duration): Row => {
    const phrase = `a number of seconds, not ${shared_cache_duration}`
    return { option: 'shared_cache_duration', phrase, shared: { shared_cache_duration }, expect: REFUSED }
  }),
  { option: 'shared_cache_duration', phrase: 'service level', config: { shared_cache_duration: 60 }, expect: REFUSED },

  { option: 'unknown options', phrase: 'scope_key', config: { scope_key: 'scope' }, expect: REFUSED },
  { option: 'unknown options', phrase: 'jwk-url', config: { 'jwk-url': 'https://id.example' }, expect: REFUSED },
  { option: 'unknown options', phrase: 'comments', config: { '@a': 1, $b: 2, _c: 3, '#d': 4 }, expect: 'accepted' },
]

function url(jwk_url: string) {
  return { jwk_local_path: undefined, jwk_url }
}

function pinned(pin: string) {
  return { ...url('https://id.example'), jwk_fingerprints: [pin] }
}

function identified(
  key_identify_strategy: string,
  rows: readonly (readonly [header: object, expect: Row['expect']])[],
): Row[] {
  const keys = { keys: [{ ...SIM2, x5t: 'thumb', 'x5t#S256': 'thumb256' }] }
  return rows.map(([header, expect]) => {
    const phrase = `${key_identify_strategy} and ${JSON.stringify(header)}`
    const token = makeToken({ header: { kid: undefined, ...header } })
    return { option: 'key_identify_strategy', phrase, config: { key_identify_strategy }, keys, token, expect }
  })
}

function requests(
  option: string,
  phrase: string,
  config: Record<string, unknown>,
  rows: readonly (readonly [request: NonNullable<Row['request']>, expect: Row['expect']])[],
): Row[] {
  return rows.map(([request, expect]) => ({ option, phrase, config, request, expect }))
}

function passed(phrase: string, pairs: unknown, held: Record<string, unknown>, preserve?: boolean): Row {
  const config = { propagate_claims: pairs, propagate_claims_preserve_array: preserve }
  const option = preserve === undefined ? 'propagate_claims' : 'propagate_claims_preserve_array'
  return { option, phrase, config, claims: held, expect: 'accepted' }
}

testRows([...ALG, ...KEYS, ...REQUEST, ...WITHOUT_TLS])
