import { NOW } from './fixtures.ts'
import { type Row, testRows } from './option-table.ts'

// The options of `auth/validator` about claims, each with the words that say what it means.

const REFUSED = { code: 'ERR_CONFIG' }
const CLAIM = { status: 401, code: 'ERR_JWT_CLAIM' } as const
const EXPIRED = { status: 401, code: 'ERR_JWT_EXPIRED' } as const
const EARLY = { status: 401, code: 'ERR_JWT_NOT_YET_VALID' } as const
const ROLES = { status: 403, code: 'ERR_ROLES' } as const
const SCOPES = { status: 403, code: 'ERR_SCOPES' } as const

const CLAIMS: readonly Row[] = [
  ...claims('audience', 'must contain ALL of them', { audience: ['a', 'b'] }, [
    [{ aud: ['a', 'b'] }, 'accepted'],
    [{ aud: ['c', 'b', 'a'] }, 'accepted'],
    [{ aud: ['a'] }, CLAIM],
    [{ aud: 'a b' }, CLAIM],
    [{ aud: [] }, CLAIM],
    [{}, CLAIM],
  ]),
  ...claims('audience', 'string or array of strings', { audience: ['a'] }, [
    [{ aud: 'a' }, 'accepted'],
    [{ aud: ['a'] }, 'accepted'],
    [{ aud: 'b' }, CLAIM],
    [{ aud: { a: 'a' } }, CLAIM],
  ]),
  { option: 'audience', phrase: 'an array', config: { audience: 'a' }, expect: REFUSED },

  ...claims('issuer', 'Exact match', { issuer: 'https://id.example' }, [
    [{ iss: 'https://id.example' }, 'accepted'],
    [{ iss: 'https://id.example/' }, CLAIM],
    [{ iss: 'HTTPS://id.example' }, CLAIM],
    [{}, CLAIM],
  ]),
  ...claims('issuer', 'Empty or absent: unchecked', { issuer: '' }, [
    [{ iss: 'anyone' }, 'accepted'],
    [{}, 'accepted'],
  ]),

  ...claims('roles', 'At least ONE role must be in the claim', { roles: ['a', 'b'] }, [
    [{ roles: ['x', 'b'] }, 'accepted'],
    [{ roles: ['x'] }, ROLES],
    [{}, ROLES],
  ]),
  ...claims('roles', 'an array of strings or one space-separated string', { roles: ['a'] }, [
    [{ roles: 'x a' }, 'accepted'],
    [{ roles: 'x,a' }, ROLES],
    [{ roles: { a: true } }, ROLES],
  ]),
  ...claims('roles', 'Empty: no check', { roles: [] }, [[{}, 'accepted']]),
  ...claims('roles_key', 'the claim named roles_key', { roles: ['a'], roles_key: 'groups' }, [
    [{ groups: ['a'] }, 'accepted'],
    [{ roles: ['a'] }, ROLES],
  ]),
  ...claims('roles_key_is_nested', 'true: dots traverse objects', nested('realm.roles', true), [
    [{ realm: { roles: ['a'] } }, 'accepted'],
    [{ 'realm.roles': ['a'] }, ROLES],
  ]),
  ...claims('roles_key_is_nested', 'only with it', nested('realm.roles', false), [
    [{ 'realm.roles': ['a'] }, 'accepted'],
    [{ realm: { roles: ['a'] } }, ROLES],
  ]),
  ...claims('roles_key_is_nested', 'and not when the key starts with http', nested('http://a.b/roles', true), [
    [{ 'http://a.b/roles': ['a'] }, 'accepted'],
    [{ 'http://a': { 'b/roles': ['a'] } }, ROLES],
  ]),

  ...claims('scopes', 'any (default)', { scopes: ['read', 'write'], scopes_key: 'scope' }, [
    [{ scope: 'write' }, 'accepted'],
    [{ scope: ['x', 'read'] }, 'accepted'],
    [{ scope: 'x' }, SCOPES],
    [{ scope: 'read,write' }, SCOPES],
    [{}, SCOPES],
  ]),
  {
    option: 'scopes',
    phrase: 'without scopes_key: configuration error',
    config: { scopes: ['read'] },
    expect: REFUSED,
  },
  ...claims('scopes', 'roles, then scopes', { roles: ['a'], scopes: ['read'], scopes_key: 'scope' }, [
    [{ roles: 'a', scope: 'read' }, 'accepted'],
    [{ roles: 'a' }, SCOPES],
    [{ scope: 'read' }, ROLES],
    [{}, ROLES],
  ]),
  ...claims('scopes_matcher', 'all', { scopes: ['read', 'write'], scopes_key: 'scope', scopes_matcher: 'all' }, [
    [{ scope: 'write read' }, 'accepted'],
    [{ scope: ['write', 'x', 'read'] }, 'accepted'],
    [{ scope: 'write' }, SCOPES],
    [{ scope: 'readwrite' }, SCOPES],
  ]),
  ...claims('scopes_matcher', 'any', { scopes: ['read', 'write'], scopes_key: 'scope', scopes_matcher: 'any' }, [
    [{ scope: 'write' }, 'accepted'],
    [{ scope: '' }, SCOPES],
  ]),
  { option: 'scopes_matcher', phrase: 'any or all', config: { scopes_matcher: 'some' }, expect: REFUSED },
  ...claims('scopes_key', 'dots always traverse', { scopes: ['read'], scopes_key: 'a.b' }, [
    [{ a: { b: 'read' } }, 'accepted'],
    [{ 'a.b': 'read' }, SCOPES],
  ]),
  ...claims('scopes_key', 'except in keys starting with http', { scopes: ['read'], scopes_key: 'http://a.b' }, [
    [{ 'http://a.b': 'read' }, 'accepted'],
    [{ 'http://a': { b: 'read' } }, SCOPES],
  ]),

  ...(
    [
      [undefined, 1000],
      ['', 1000],
      ['0s', 1000],
      ['999ms', 1000],
      ['1s', 1000],
      ['1001ms', 1001],
      ['1.5s', 1500],
      ['1m30s', 90_000],
    ] as const
  ).flatMap(([leeway, tolerance]): Row[] => {
    const option = 'leeway'
    const at = (claim: string, offset: number, expect: Row['expect'], phrase: string): Row => {
      return {
        option,
        phrase: `${leeway}: ${phrase}`,
        config: { leeway },
        claims: { [claim]: NOW },
        now: (NOW * 1000 + offset) / 1000,
        expect,
      }
    }
    return [
      at('exp', tolerance, 'accepted', 'in time iff now <= exp + leeway'),
      at('exp', tolerance + 1, EXPIRED, 'in time iff now <= exp + leeway'),
      at('nbf', -tolerance, 'accepted', 'now + leeway >= nbf'),
      at('nbf', -tolerance - 1, EARLY, 'now + leeway >= nbf'),
      at('iat', -tolerance, 'accepted', 'iat is not later than now + leeway'),
      at('iat', -tolerance - 1, EARLY, 'iat is not later than now + leeway'),
    ]
  }),
  { option: 'leeway', phrase: 'No exp: never expires', now: NOW * 100, expect: 'accepted' },
  ...['1', 'x', '-1s', 5].map((leeway): Row => {
    return { option: 'leeway', phrase: `Go duration, not ${leeway}`, config: { leeway }, expect: REFUSED }
  }),
]

function nested(roles_key: string, roles_key_is_nested: boolean) {
  return { roles: ['a'], roles_key, roles_key_is_nested }
}

function claims(
  option: string,
  words: string,
  config: Record<string, unknown>,
  rows: readonly (readonly [claims: Record<string, unknown>, expect: Row['expect']])[],
): Row[] {
  return rows.map(([held, expect]) => ({
    option,
    phrase: `${words}, ${JSON.stringify(held)}`,
    config,
    claims: held,
    expect,
  }))
}

testRows(CLAIMS)
