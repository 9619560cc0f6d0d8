import { createDenylist } from '../../src/gateway/index.ts'
import type { Claims } from '../../src/index.ts'
import { krakend, makeToken, NOW } from './fixtures.ts'
import { type Members, type Row, testRows } from './option-table.ts'

// What users of KrakenD ask for, and the validator offers beside the configuration.

const REFUSED = { code: 'ERR_CONFIG' }
const MISTAKE = { code: 'TypeError' }
const CLAIM = { status: 401, code: 'ERR_JWT_CLAIM' } as const
const REVOKED = { status: 401, code: 'ERR_REVOKED' } as const
const MISSING = { status: 401, code: 'ERR_TOKEN_MISSING' } as const
const ROLES = { status: 403, code: 'ERR_ROLES' } as const
const SIGNATURE = { status: 401, code: 'ERR_JWS_SIGNATURE' } as const

const [ONE, TWO] = ['https://one.example', 'https://two.example'] as const
const OTHER_SECRET = Buffer.alloc(32, 9).toString('base64url')
const both = (one: Members = {}, two: Members = {}) => [
  { issuer: ONE, audience: ['a'], ...one },
  { issuer: TWO, roles: ['b'], ...two },
]

const PROVIDERS: readonly Row[] = [
  ...rows('several providers', 'Several issuers for one validator', { config: both() }, [
    [{ claims: { iss: ONE, aud: 'a' } }, 'accepted'],
    [{ claims: { iss: TWO, roles: ['b'] } }, 'accepted'],
    [{ claims: { iss: ONE, roles: ['b'] } }, CLAIM],
    [{ claims: { iss: TWO, aud: 'a' } }, ROLES],
    [{ claims: { iss: 'https://three.example', aud: 'a', roles: ['b'] } }, CLAIM],
    [{ claims: { aud: 'a', roles: ['b'] } }, CLAIM],
    [{ claims: { iss: [ONE], aud: 'a' } }, CLAIM],
    [{ claims: '{"__proto__":{"iss":"https://one.example"},"aud":"a"}' }, CLAIM],
    [{ token: makeToken({ claims: { iss: ONE, aud: 'a' }, secret: OTHER_SECRET }) }, SIGNATURE],
    [{ token: makeToken({ claims: 'text' }) }, { status: 401, code: 'ERR_JWT_INVALID' }],
  ]),
  ...rows('several providers', 'one list of one', { config: [{ audience: ['a'] }] }, [
    [{ claims: { aud: 'a' } }, 'accepted'],
    [{ claims: { aud: 'b' } }, CLAIM],
  ]),
  ...rows('several providers', 'one of them debugs, so all do', {}, [
    [
      {
        config: both({}, { operation_debug: true }),
        claims: { iss: ONE, aud: 'b' },
        logs: ['debug: auth/validator: refused with 401 ERR_JWT_CLAIM: "aud" is not what is expected'],
      },
      CLAIM,
    ],
  ]),
  {
    ...{ option: 'several providers', phrase: 'nor where its own block has none' },
    config: both({}, { propagate_claims: [['sub', 'X-Two']] }),
    ...{ claims: { iss: ONE, aud: 'a', sub: 'alice' }, expect: 'accepted' },
    sets: [['X-Two', '']],
  },
  {
    ...{ option: 'several providers', phrase: 'nobody can smuggle in the headers of the others' },
    config: both({ propagate_claims: [['sub', 'X-One']] }, { propagate_claims: [['sub', 'X-Two']] }),
    ...{ claims: { iss: ONE, aud: 'a', sub: 'alice' }, expect: 'accepted' },
    sets: [
      ['X-One', 'alice'],
      ['X-Two', ''],
    ],
  },
  ...rows('several providers', 'told apart by their issuers, in the same place', {}, [
    [{ config: [] }, REFUSED],
    [{ config: both({ issuer: undefined }) }, REFUSED],
    [{ config: both({ issuer: '' }) }, REFUSED],
    [{ config: both({ issuer: TWO }) }, REFUSED],
    [{ config: both({ auth_header_name: 'X-Token' }) }, REFUSED],
    [{ config: both({ cookie_key: 'session' }) }, REFUSED],
    [{ config: both({ alg: 'none' }) }, REFUSED],
    [{ config: both({ cookie_key: 'session' }, { cookie_key: 'session' }) }, 'created'],
  ]),
]

const CHECKS: readonly Row[] = [
  ...rows('audience', 'audience ANY', { config: { audience: ['a', 'b'] }, options: { audience: 'any' } }, [
    [{ claims: { aud: 'b' } }, 'accepted'],
    [{ claims: { aud: ['x', 'a'] } }, 'accepted'],
    [{ claims: { aud: ['x'] } }, CLAIM],
    [{ claims: { aud: [] } }, CLAIM],
    [{}, CLAIM],
  ]),
  ...rows('audience', 'all', { config: { audience: ['a', 'b'] }, options: { audience: 'all' } }, [
    [{ claims: { aud: ['a', 'b'] } }, 'accepted'],
    [{ claims: { aud: 'b' } }, CLAIM],
    [{ options: { audience: 'some' } }, MISTAKE],
    [{ options: { audience: ['a'] } }, MISTAKE],
  ]),

  ...rows('required', 'required claims', { options: { required: ['sub', 'email'] } }, [
    [{ claims: { sub: 'alice', email: null } }, 'accepted'],
    [{ claims: { sub: 'alice' } }, CLAIM],
    [{ claims: { email: 'alice@a.example' } }, CLAIM],
    [{ claims: '{"sub":"alice","__proto__":{"email":"x"}}' }, CLAIM],
    [{ options: { required: 'sub' } }, MISTAKE],
    [{ options: { required: [''] } }, MISTAKE],
  ]),
  ...rows('required', 'toString is not a claim of everyone', { options: { required: ['toString'] } }, [[{}, CLAIM]]),

  ...rows('requireExp', 'required exp', { options: { requireExp: true } }, [
    [{ claims: { exp: NOW + 60 } }, 'accepted'],
    [{ claims: { sub: 'alice' } }, CLAIM],
    [{ options: { requireExp: false } }, 'accepted'],
    [{ options: { requireExp: 1 } }, MISTAKE],
  ]),

  ...rows('maxLifetime', 'maximum token lifetime', { options: { maxLifetime: 300 } }, [
    [{ claims: { iat: NOW, exp: NOW + 300 } }, 'accepted'],
    [{ claims: { iat: NOW, exp: NOW + 300.001 } }, CLAIM],
    [{ claims: { iat: NOW - 299, exp: NOW + 1 } }, 'accepted'],
    [{ claims: { iat: NOW - 300, exp: NOW + 1 } }, CLAIM],
    [{ claims: { exp: NOW + 60 } }, CLAIM],
    [{ claims: { iat: NOW } }, CLAIM],
  ]),
  ...[Number.NaN, Number.POSITIVE_INFINITY, -1, '300', null].map((maxLifetime): Row => {
    return { option: 'maxLifetime', phrase: `seconds, not ${maxLifetime}`, options: { maxLifetime }, expect: MISTAKE }
  }),

  ...rows('typ', 'typ check (at+jwt)', { options: { typ: 'at+jwt' } }, [
    [{ header: { typ: 'at+jwt' } }, 'accepted'],
    [{ header: { typ: 'application/AT+JWT' } }, 'accepted'],
    [{ header: { typ: 'JWT' } }, CLAIM],
    [{}, CLAIM],
    [{ options: { typ: '' } }, MISTAKE],
    [{ options: { typ: ['at+jwt'] } }, MISTAKE],
  ]),
]

const denylist = createDenylist({ claims: ['jti', 'groups'], now: () => NOW })
denylist.revoke('jti', 'first', NOW + 60)
denylist.revoke('groups', 'fired', NOW + 60)
const isRevoked = async ({ sub }: Claims) => {
  if (sub === 'nobody') throw new Error('the list cannot be reached')
  return sub === 'mallory'
}

const HOOKS: readonly Row[] = [
  ...rows('isRevoked', 'a revocation hook, asynchronous, that fails closed', { options: { isRevoked } }, [
    [{ claims: { sub: 'alice' } }, 'accepted'],
    [{ claims: { sub: 'mallory' } }, REVOKED],
    [{ claims: { sub: 'nobody' } }, REVOKED],
    [{ options: { isRevoked: () => undefined } }, REVOKED],
    [{ options: { isRevoked: 'jti' } }, MISTAKE],
  ]),
  ...rows('isRevoked', 'over jti or any claim', { options: { isRevoked: denylist.isRevoked } }, [
    [{ claims: { jti: 'second', groups: ['staff'] } }, 'accepted'],
    [{ claims: { jti: 'first' } }, REVOKED],
    [{ claims: { groups: ['staff', 'fired'] } }, REVOKED],
    [{ claims: {} }, 'accepted'],
  ]),

  ...rows('optional', 'optional authentication', { config: { roles: ['a'] }, options: { optional: true } }, [
    [{ request: () => ({}) }, 'accepted'],
    [{ request: () => ({ authorization: '', cookie: 'access_token=' }) }, 'accepted'],
    [{ claims: { roles: 'a' } }, 'accepted'],
    [{ claims: { roles: 'b' } }, ROLES],
    [{ request: () => ({ authorization: 'x' }) }, { status: 401, code: 'ERR_JWS_INVALID' }],
    [{ request: () => ({ cookie: 'access_token=x' }) }, { status: 401, code: 'ERR_JWS_INVALID' }],
    [{ token: makeToken({ claims: { roles: 'a' }, secret: OTHER_SECRET }) }, SIGNATURE],
    [{ request: () => ({}), options: { optional: false } }, MISSING],
    [{ request: () => ({}), options: {} }, MISSING],
    [{ options: { optional: 'yes' } }, MISTAKE],
  ]),
  {
    ...{ option: 'optional', phrase: 'nobody can smuggle in what claims would have said' },
    config: {
      ...{
        propagate_claims: [
          ['sub', 'X-User'],
          ['roles', 'X-Roles'],
        ],
      },
      propagate_claims_preserve_array: true,
    },
    ...{ options: { optional: true }, request: () => ({ 'x-user': 'admin' }), expect: 'accepted' },
    sets: [
      ['X-User', ''],
      ['X-Roles', ''],
    ],
  },
  {
    ...{ option: 'optional', phrase: 'of several issuers, too' },
    config: both({ propagate_claims: [['sub', 'X-One']] }, { propagate_claims: [['sub', 'X-Two']] }),
    ...{ options: { optional: true }, request: () => ({}), expect: 'accepted' },
    sets: [
      ['X-One', ''],
      ['X-Two', ''],
    ],
  },

  ...rows('cookies', 'an option to turn it off', { options: { cookies: false } }, [
    [{}, 'accepted'],
    [{ request: (token) => ({ cookie: `access_token=${token}` }) }, MISSING],
    [{ request: (token) => ({ cookie: `access_token=${token}` }), options: { cookies: true } }, 'accepted'],
    [{ request: (token) => ({ cookie: `access_token=${token}` }), options: { cookies: undefined } }, 'accepted'],
    [{ options: { cookies: 0 } }, MISTAKE],
  ]),

  ...rows('staleIfError', 'bounded', { server: krakend.jwks.symmetric, config: { cache: true } }, [
    [{ options: { staleIfError: 60 } }, 'accepted'],
    [{ options: { staleIfError: Number.POSITIVE_INFINITY } }, MISTAKE],
    [{ options: { staleIfError: -1 } }, MISTAKE],
  ]),
  ...rows('sharedKeys', 'made by createSharedKeys', {}, [
    [{ options: { sharedKeys: undefined } }, 'accepted'],
    [{ options: { sharedKeys: null } }, MISTAKE],
    [{ options: { sharedKeys: {} } }, MISTAKE],
    [{ options: { sharedKeys: { open: true } } }, MISTAKE],
  ]),
  ...rows('possession', 'checks, or one of them', {}, [
    [{ options: { possession: [] } }, 'accepted'],
    [{ options: { possession: null } }, MISTAKE],
    [{ options: { possession: {} } }, MISTAKE],
    [{ options: { possession: [undefined] } }, MISTAKE],
    [{ options: { possession: [{ check: 'x' }] } }, MISTAKE],
  ]),
  ...rows('tokenCache', 'a size', {}, [
    [{ options: { tokenCache: { maxSize: 2 } } }, 'accepted'],
    [{ options: { tokenCache: 2 } }, MISTAKE],
  ]),
  ...rows('now', 'a clock', {}, [
    [{ options: { now: () => NOW } }, 'accepted'],
    [{ options: { now: NOW } }, MISTAKE],
  ]),
  ...rows('options', 'names', {}, [
    [{ options: {} }, 'accepted'],
    [{ options: { isRevokd: () => true } }, MISTAKE],
    [{ options: { requiredClaims: ['sub'] } }, MISTAKE],
  ]),
]

/** Rows of one option, with what they have in common. */
function rows(
  option: string,
  words: string,
  common: Partial<Row>,
  list: readonly (readonly [row: Partial<Row>, expect: Row['expect']])[],
): Row[] {
  return list.map(([row, expect]) => {
    const shown = JSON.stringify(row.config ?? row.options ?? row.header ?? row.claims ?? {})
    return { option, phrase: `${words}, ${shown}`, ...common, ...row, expect }
  })
}

testRows([...PROVIDERS, ...CHECKS, ...HOOKS])
