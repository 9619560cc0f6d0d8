import { forge } from '../forge.ts'
import { attack, type Case, NOW, type Policy, SECRET } from '../verdict.ts'

type Row = readonly [payload: string, verdict: string, policy?: Policy]

/** What a payload is worth; {@link CLAIMS} run through `checkClaims`, too. */
export interface ClaimsCase extends Case {
  readonly payload: string
  readonly policy: Policy
}

function rows(rule: string, list: readonly Row[]): ClaimsCase[] {
  return list.map(([payload, verdict, policy = {}]) => ({
    rule,
    title: `${payload} against ${describePolicy(policy)}`,
    payload,
    token: forge({ alg: 'HS256' }, payload, SECRET),
    verdict,
    policy,
  }))
}

function describePolicy({ now, ...policy }: Policy): string {
  return JSON.stringify(now ? { ...policy, now: now() } : policy)
}

const BAD_ISS = 'ERR_JWT_CLAIM iss'
const BAD_AUD = 'ERR_JWT_CLAIM aud'
const BAD_SUB = 'ERR_JWT_CLAIM sub'

// ---- R17: types ----

const NO_NUMBERS = ['"x"', '"1700000000"', 'null', 'true', 'false', '[]', '[1700000000]', '{}', '1e400', '-1e400']
const NO_STRINGS = ['5', '0', 'null', 'true', '[]', '["https://evil","https://good"]', '["https://good"]', '{}']
const NO_AUDIENCES = ['5', 'null', 'true', '{}', '{"0":"api"}', '["api",5]', '[null]', '[["api"]]', '["api",{}]']

const TYPES: readonly ClaimsCase[] = [
  ...['exp', 'nbf', 'iat'].flatMap((claim) =>
    attack(
      27,
      rows('R17', [
        ...NO_NUMBERS.map((value): Row => [`{"${claim}":${value}}`, `ERR_JWT_CLAIM ${claim}`]),
        [`{"${claim}":${NOW}}`, claim === 'exp' ? 'ERR_JWT_EXPIRED exp' : 'accepted'],
      ]),
    ),
  ),
  ...['iss', 'sub', 'jti'].flatMap((claim) =>
    attack(
      30,
      rows('R17', [
        ...NO_STRINGS.map((value): Row => [`{"${claim}":${value}}`, `ERR_JWT_CLAIM ${claim}`]),
        [`{"${claim}":""}`, 'accepted'],
        [`{"${claim}":"x"}`, 'accepted'],
      ]),
    ),
  ),
  ...attack(
    29,
    rows('R17', [
      ...NO_AUDIENCES.map((value): Row => [`{"aud":${value}}`, BAD_AUD]),
      ...['""', '"api"', '[]', '["api"]', '["api","other"]'].map((value): Row => [`{"aud":${value}}`, 'accepted']),
    ]),
  ),
  ...rows('R17', [
    ['{"other":null,"nested":{"exp":"x","iss":5}}', 'accepted'],
    // Types are checked whatever the policy says, and before it.
    ['{"iss":["good","evil"]}', BAD_ISS, { issuer: 'good' }],
    ['{"aud":["api",5]}', BAD_AUD, { audience: 'api' }],
    ['{"aud":{"0":"api"}}', BAD_AUD, { audience: 'api' }],
    ['{"exp":"9999999999"}', 'ERR_JWT_CLAIM exp', { required: ['exp'] }],
    ['{"iat":"1700000000"}', 'ERR_JWT_CLAIM iat', { maxAge: 60 }],
  ]),
]

// ---- R18: what is configured is mandatory ----

const MEMBERS: readonly ClaimsCase[] = [
  ...attack(
    30,
    rows('R18', [
      ['{"iss":"good"}', 'accepted', { issuer: 'good' }],
      ['{"iss":"evil"}', BAD_ISS, { issuer: 'good' }],
      ['{"sub":"good"}', BAD_ISS, { issuer: 'good' }],
      ['{}', BAD_ISS, { issuer: 'good' }],
      ['{"iss":""}', BAD_ISS, { issuer: 'good' }],
      ...['good.evil', 'evil.good', 'goo', 'ood', 'Good', 'good ', ' good', 'g.od', '.*'].map(
        (iss): Row => [`{"iss":"${iss}"}`, BAD_ISS, { issuer: 'good' }],
      ),
      ['{"iss":"good"}', BAD_ISS, { issuer: '.*' }],
      ['{"iss":"second"}', 'accepted', { issuer: ['first', 'second'] }],
      ['{"iss":"first,second"}', BAD_ISS, { issuer: ['first', 'second'] }],
      ['{"iss":"third"}', BAD_ISS, { issuer: ['first', 'second'] }],
      ['{}', BAD_ISS, { issuer: ['first', 'second'] }],
      ['{"iss":"whatever"}', 'accepted', { issuer: null }],
    ]),
  ),
  ...attack(
    29,
    rows('R18', [
      ['{"aud":"api"}', 'accepted', { audience: 'api' }],
      ['{"aud":["other","api"]}', 'accepted', { audience: 'api' }],
      ['{"aud":"b"}', 'accepted', { audience: ['a', 'b'] }],
      ['{"aud":["c","b"]}', 'accepted', { audience: ['a', 'b'] }],
      ['{}', BAD_AUD, { audience: 'api' }],
      ['{"aud":[]}', BAD_AUD, { audience: 'api' }],
      ['{"aud":""}', BAD_AUD, { audience: 'api' }],
      ['{"aud":[""]}', BAD_AUD, { audience: 'api' }],
      ['{"aud":"other"}', BAD_AUD, { audience: 'api' }],
      ['{"aud":["c","d"]}', BAD_AUD, { audience: ['a', 'b'] }],
      ['{"aud":["a,b"]}', BAD_AUD, { audience: ['a', 'b'] }],
      ...['apis', 'my-api', 'ap', 'API', 'api ', 'api other'].flatMap((aud): Row[] => [
        [`{"aud":"${aud}"}`, BAD_AUD, { audience: 'api' }],
        [`{"aud":["${aud}"]}`, BAD_AUD, { audience: 'api' }],
      ]),
      ['{"aud":"whatever"}', 'accepted', { audience: null }],
    ]),
  ),
  ...rows('R18', [
    ['{"sub":"alice"}', 'accepted', { subject: 'alice' }],
    ['{"sub":"mallory"}', BAD_SUB, { subject: 'alice' }],
    ['{"sub":"alic"}', BAD_SUB, { subject: 'alice' }],
    ['{"sub":"alice2"}', BAD_SUB, { subject: 'alice' }],
    ['{"sub":"Alice"}', BAD_SUB, { subject: 'alice' }],
    ['{"sub":""}', BAD_SUB, { subject: 'alice' }],
    ['{}', BAD_SUB, { subject: 'alice' }],
  ]),
  ...rows('R18', [
    ['{}', 'ERR_JWT_CLAIM exp', { required: ['exp'] }],
    ['{"jti":"1"}', 'accepted', { required: ['jti'] }],
    ['{}', 'ERR_JWT_CLAIM jti', { required: ['jti'] }],
    ['{"jti":"1"}', 'ERR_JWT_CLAIM tenant', { required: ['jti', 'tenant'] }],
    ['{"jti":"1","tenant":null}', 'accepted', { required: ['jti', 'tenant'] }],
    ['{"tenant":false}', 'accepted', { required: ['tenant'] }],
    ['{}', 'accepted', { required: [] }],
    ['{}', 'ERR_JWT_CLAIM toString', { required: ['toString'] }],
  ]),
]

// ---- R18: times ----

const at = (time: number): Policy => ({ now: () => time })

const TIMES: readonly ClaimsCase[] = [
  ...rows('R18', [
    // RFC 7519 §4.1.4: expired on and after that second.
    [`{"exp":${NOW}}`, 'ERR_JWT_EXPIRED exp', at(NOW)],
    [`{"exp":${NOW}}`, 'accepted', at(NOW - 0.001)],
    [`{"exp":${NOW}}`, 'accepted', at(NOW - 1)],
    [`{"exp":${NOW}}`, 'ERR_JWT_EXPIRED exp', at(NOW + 1)],
    [`{"exp":${NOW}.5}`, 'accepted', at(NOW + 0.25)],
    [`{"exp":${NOW}.5}`, 'ERR_JWT_EXPIRED exp', at(NOW + 0.5)],
    [`{"exp":${NOW}}`, 'accepted', { clockTolerance: 30, ...at(NOW + 29.999) }],
    [`{"exp":${NOW}}`, 'ERR_JWT_EXPIRED exp', { clockTolerance: 30, ...at(NOW + 30) }],
    ['{"exp":0}', 'ERR_JWT_EXPIRED exp', at(NOW)],
    ['{"exp":-1}', 'ERR_JWT_EXPIRED exp', at(NOW)],
    ['{"exp":1e300}', 'accepted', at(NOW)],
  ]),
  ...rows('R18', [
    // RFC 7519 §4.1.5: not before that second.
    [`{"nbf":${NOW}}`, 'accepted', at(NOW)],
    [`{"nbf":${NOW}}`, 'ERR_JWT_NOT_YET_VALID nbf', at(NOW - 0.001)],
    [`{"nbf":${NOW}}`, 'accepted', at(NOW + 1)],
    [`{"nbf":${NOW}}`, 'accepted', { clockTolerance: 30, ...at(NOW - 30) }],
    [`{"nbf":${NOW}}`, 'ERR_JWT_NOT_YET_VALID nbf', { clockTolerance: 30, ...at(NOW - 30.001) }],
    [`{"nbf":0,"exp":${NOW}}`, 'ERR_JWT_EXPIRED exp', at(NOW)],
  ]),
  ...attack(
    32,
    rows('R18', [
      ['{}', 'ERR_JWT_CLAIM iat', { maxAge: 60 }],
      ['{}', 'ERR_JWT_CLAIM iat', { maxAge: 0 }],
      [`{"iat":${NOW}}`, 'accepted', { maxAge: 60, ...at(NOW + 60) }],
      [`{"iat":${NOW}}`, 'ERR_JWT_EXPIRED iat', { maxAge: 60, ...at(NOW + 60.001) }],
      [`{"iat":${NOW}}`, 'ERR_JWT_EXPIRED iat', { maxAge: 60, ...at(NOW + 61) }],
      [`{"iat":${NOW}}`, 'accepted', { maxAge: 60, clockTolerance: 5, ...at(NOW + 65) }],
      [`{"iat":${NOW}}`, 'ERR_JWT_EXPIRED iat', { maxAge: 60, clockTolerance: 5, ...at(NOW + 65.001) }],
      [`{"iat":${NOW}}`, 'accepted', { maxAge: 60, ...at(NOW) }],
      [`{"iat":${NOW}}`, 'ERR_JWT_NOT_YET_VALID iat', { maxAge: 60, ...at(NOW - 0.001) }],
      [`{"iat":${NOW + 3600}}`, 'ERR_JWT_NOT_YET_VALID iat', { maxAge: 60, ...at(NOW) }],
      [`{"iat":${NOW}}`, 'accepted', { maxAge: 60, clockTolerance: 5, ...at(NOW - 5) }],
      [`{"iat":${NOW}}`, 'ERR_JWT_NOT_YET_VALID iat', { maxAge: 60, clockTolerance: 5, ...at(NOW - 5.001) }],
      [`{"iat":${NOW}}`, 'accepted', { maxAge: 0, ...at(NOW) }],
      [`{"iat":${NOW}}`, 'ERR_JWT_EXPIRED iat', { maxAge: 0, ...at(NOW + 0.001) }],
      [`{"iat":${NOW + 3600}}`, 'accepted', at(NOW)],
      [`{"iat":${NOW},"exp":${NOW + 10}}`, 'ERR_JWT_EXPIRED exp', { maxAge: 60, ...at(NOW + 10) }],
    ]),
  ),
  ...rows('R19', [
    // A broken clock refuses.
    [`{"exp":${NOW}}`, 'ERR_JWT_EXPIRED exp', at(Number.NaN)],
    [`{"nbf":${NOW}}`, 'ERR_JWT_NOT_YET_VALID nbf', at(Number.NaN)],
    [`{"iat":${NOW}}`, 'ERR_JWT_NOT_YET_VALID iat', { maxAge: 60, ...at(Number.NaN) }],
    [`{"exp":${NOW}}`, 'ERR_JWT_EXPIRED exp', { now: () => undefined as never }],
    [`{"exp":${NOW}}`, 'ERR_JWT_EXPIRED exp', at(Number.POSITIVE_INFINITY)],
    [`{"nbf":${NOW}}`, 'ERR_JWT_NOT_YET_VALID nbf', at(Number.NEGATIVE_INFINITY)],
  ]),
]

// ---- R12: own members only ----

const PROTOTYPES: readonly ClaimsCase[] = attack(
  26,
  rows('R12', [
    ['{"__proto__":{"iss":"good"}}', BAD_ISS, { issuer: 'good' }],
    ['{"constructor":{"iss":"good"}}', BAD_ISS, { issuer: 'good' }],
    ['{"__proto__":{"aud":"api"}}', BAD_AUD, { audience: 'api' }],
    ['{"__proto__":{"sub":"alice"}}', BAD_SUB, { subject: 'alice' }],
    ['{"__proto__":{"exp":9999999999}}', 'ERR_JWT_CLAIM exp', { required: ['exp'] }],
    [`{"__proto__":{"iat":${NOW}}}`, 'ERR_JWT_CLAIM iat', { maxAge: 60 }],
    ['{"__proto__":{"iss":5,"exp":"x"}}', 'accepted'],
    ['{"__proto__":null}', 'accepted'],
    ['{"__proto__":1}', 'accepted', { required: ['__proto__'] }],
    ['{}', 'ERR_JWT_CLAIM __proto__', { required: ['__proto__'] }],
  ]),
)

export const CLAIMS: readonly ClaimsCase[] = [...TYPES, ...MEMBERS, ...TIMES, ...PROTOTYPES]

// ---- R18: the kind of token ----

const BAD_TYP = 'ERR_JWT_CLAIM typ'

const TYP_ROWS: readonly (readonly [header: string, verdict: string, typ: string])[] = [
  ['"typ":"at+jwt"', 'accepted', 'at+jwt'],
  ['"typ":"AT+JWT"', 'accepted', 'at+jwt'],
  ['"typ":"at+jwt"', 'accepted', 'AT+jwt'],
  ['"typ":"application/at+jwt"', 'accepted', 'at+jwt'],
  ['"typ":"Application/AT+jwt"', 'accepted', 'at+jwt'],
  ['"typ":"at+jwt"', 'accepted', 'application/at+jwt'],
  ['"typ":"application/at+jwt"', 'accepted', 'APPLICATION/AT+JWT'],
  ['"typ":"JWT"', BAD_TYP, 'at+jwt'],
  ['"typ":"jwt"', BAD_TYP, 'at+jwt'],
  ['"typ":"at+jwts"', BAD_TYP, 'at+jwt'],
  ['"typ":"t+jwt"', BAD_TYP, 'at+jwt'],
  ['"typ":"text/at+jwt"', BAD_TYP, 'at+jwt'],
  ['"typ":"application/application/at+jwt"', BAD_TYP, 'at+jwt'],
  ['"typ":"application/"', BAD_TYP, 'at+jwt'],
  ['"typ":""', BAD_TYP, 'at+jwt'],
  ['"cty":"at+jwt"', BAD_TYP, 'at+jwt'],
  ['"__proto__":{"typ":"at+jwt"}', BAD_TYP, 'at+jwt'],
]

export const TYP: readonly Case[] = attack(
  31,
  TYP_ROWS.map(([member, verdict, typ]) => ({
    rule: 'R18',
    title: `${member} where ${typ} is demanded`,
    token: forge(`{"alg":"HS256",${member}}`, {}, SECRET),
    verdict,
    policy: { typ },
  })),
)

// ---- R11: the payload of a JWT ----

const NO_OBJECTS = [
  '',
  ' ',
  '[]',
  '"x"',
  'null',
  '5',
  'true',
  '{',
  '{}x',
  '{}{}',
  '{"a":1,}',
  '\ufeff{}',
  '{"a":1,"a":1}',
]
const DUPLICATES = [
  '{"iss":"evil","iss":"good"}',
  '{"iss":"evil","\\u0069ss":"good"}',
  '{"a":{"b":1,"b":1}}',
  '{"a":[{"b":1,"b":1}]}',
]

export const PAYLOADS: readonly Case[] = [
  ...attack(
    25,
    NO_OBJECTS.map((payload) => payloadCase(payload, payload, 'ERR_JWT_INVALID')),
  ),
  ...attack(
    23,
    DUPLICATES.map((payload) => payloadCase(payload, payload, 'ERR_JWT_INVALID')),
  ),
  ...attack(24, [
    payloadCase('FF', Uint8Array.of(0xff), 'ERR_JWT_INVALID'),
    payloadCase('{"a":"ED A0 80"}', Buffer.from('7b2261223a22eda080227d', 'hex'), 'ERR_JWT_INVALID'),
  ]),
  ...attack(39, [
    payloadCase('63 arrays in the object', `{"a":${'['.repeat(63)}${']'.repeat(63)}}`, 'accepted'),
    payloadCase('64 arrays in the object', `{"a":${'['.repeat(64)}${']'.repeat(64)}}`, 'ERR_JWT_INVALID'),
  ]),
  payloadCase('letters from everywhere', '{"a":"é€😀"}', 'accepted'),
]

function payloadCase(title: string, payload: string | Uint8Array, verdict: string): Case {
  return { rule: 'R11', title: `the payload ${title}`, token: forge({ alg: 'HS256' }, payload, SECRET), verdict }
}
