import { describe, expect, test } from 'vitest'
import { readSignerConfig, readValidatorConfig } from '../../src/gateway/config.ts'
import { problem, signerConfig, validatorConfig } from './fixtures.ts'

type Members = Readonly<Record<string, unknown>>

describe('auth/validator: defaults and empty strings, which count as absent', () => {
  const read = (extra: Members) => readValidatorConfig(validatorConfig(extra))
  const defaults = {
    block: 'auth/validator',
    alg: 'HS256',
    location: { path: 'jwk.json' },
    audience: [],
    issuer: undefined,
    roles: [],
    rolesPath: ['roles'],
    leeway: 1,
    headerName: 'Authorization',
    cookieName: 'access_token',
    cache: { maxAge: 0, cooldown: 10 },
    identify: 'kid',
    scopes: [],
    scopesPath: [''],
    allScopes: false,
    propagation: [],
    preserveArrays: false,
    debug: false,
  }

  test('nothing but the mandatory options', () => {
    expect(read({})).toEqual(defaults)
  })

  test('empty strings, empty arrays and undefined', () => {
    const strings = { jwk_url: '', issuer: '', roles_key: '', scopes_key: '', auth_header_name: '', cookie_key: '' }
    const tls = { jwk_local_ca: '', jwk_fingerprints: [], cipher_suites: [], secret_url: '', cypher_key: '' }
    const arrays = { audience: [], roles: [], scopes: [], propagate_claims: [] }
    const others = { roles_key_is_nested: undefined, failed_jwk_key_cooldown: '', leeway: '', cache: false }
    expect(read({ ...strings, ...tls, ...arrays, ...others })).toEqual(defaults)
  })

  test('what would check nothing, or have no effect, names its option', () => {
    expect(problem(() => read({ scopes: ['a'] }))).toMatch(/^auth\/validator: "scopes_key" is missing/)
    expect(problem(() => read({ cache: true }))).toMatch(/^auth\/validator: "cache" is about "jwk_url"/)
  })

  test('every option', () => {
    const config = {
      audience: ['a', 'b'],
      issuer: 'https://id.example',
      roles: ['admin'],
      roles_key: 'realm_access.roles',
      roles_key_is_nested: true,
      leeway: '1m30s',
      auth_header_name: 'X-Token',
      cookie_key: 'session',
      disable_jwk_security: true,
      failed_jwk_key_cooldown: '1m30s',
      key_identify_strategy: 'x5t#S256',
      scopes: ['read'],
      scopes_key: 'permissions.scopes',
      scopes_matcher: 'all',
      propagate_claims: [
        ['sub', 'X-User'],
        ['realm_access.roles', 'X-Roles'],
      ],
      propagate_claims_preserve_array: true,
      operation_debug: true,
    }
    expect(read(config)).toEqual({
      ...defaults,
      audience: ['a', 'b'],
      issuer: 'https://id.example',
      roles: ['admin'],
      rolesPath: ['realm_access', 'roles'],
      leeway: 90,
      headerName: 'X-Token',
      cookieName: 'session',
      cache: { maxAge: 0, cooldown: 90 },
      identify: 'x5t#S256',
      scopes: ['read'],
      scopesPath: ['permissions', 'scopes'],
      allScopes: true,
      propagation: [
        { path: ['sub'], header: 'X-User' },
        { path: ['realm_access', 'roles'], header: 'X-Roles' },
      ],
      preserveArrays: true,
      debug: true,
    })
  })

  const leeways = [
    ['0', 1],
    ['0s', 1],
    ['1ns', 1],
    ['999ms', 1],
    ['1s', 1],
    ['1001ms', 1.001],
    ['1.5s', 1.5],
    ['1h', 3600],
  ] as const
  test.each(leeways)('leeway: the minimum is 1 s, so %s is %s s', (leeway, seconds) => {
    expect(read({ leeway }).leeway).toBeCloseTo(seconds, 9)
  })

  const paths = [
    ['a.b', undefined, ['a.b']],
    ['a.b', false, ['a.b']],
    ['a.b', true, ['a', 'b']],
    ['a', true, ['a']],
    ['http://claims.example/roles', true, ['http://claims.example/roles']],
    ['https://claims.example/roles', true, ['https://claims.example/roles']],
    ['a.http', true, ['a', 'http']],
  ] as const
  test.each(paths)(
    'roles_key %j, roles_key_is_nested %j: the dots lead to %j',
    (roles_key, roles_key_is_nested, path) => {
      expect(read({ roles_key, roles_key_is_nested }).rolesPath).toEqual(path)
    },
  )

  test.each([
    ['scope_key', 'scopes_key'],
    ['audiance', 'audience'],
    ['Issuer', 'issuer'],
    ['role', 'roles'],
    ['rolesKey', 'roles_key'],
    ['roles_key_nested', 'roles_key_is_nested'],
    ['cookie-key', 'cookie_key'],
  ])('%s: is "%s" meant?', (option, meant) => {
    expect(problem(() => read({ [option]: ['x'] }))).toBe(
      `auth/validator: "${option}" is not an option; is "${meant}" meant?`,
    )
  })

  test('the options of the signer are none of the validator', () => {
    for (const option of ['kid', 'keys_to_sign', 'typ', 'full']) {
      expect(problem(() => read({ [option]: undefined }))).toContain(`auth/validator: "${option}" is not an option`)
    }
  })
})

describe('auth/signer', () => {
  const read = (extra: Members) => readSignerConfig(signerConfig(extra))
  const defaults = {
    block: 'auth/signer',
    alg: 'HS256',
    location: { path: 'jwk.json' },
    kid: 'sim2',
    fields: ['access_token'],
    typ: 'JWT',
    full: false,
  }

  test('nothing but the mandatory options, or empty strings', () => {
    expect(read({})).toEqual(defaults)
    expect(read({ typ: '', jwk_url: '', full: undefined })).toEqual(defaults)
  })

  test('every option; "leeway" is without effect', () => {
    expect(read({ kid: 'k', keys_to_sign: ['b', 'a'], typ: 'at+jwt', full: true, leeway: '10s' })).toEqual({
      ...defaults,
      kid: 'k',
      fields: ['b', 'a'],
      typ: 'at+jwt',
      full: true,
    })
  })

  test.each([undefined, ''])('"kid" is mandatory: %j is missing', (kid) => {
    expect(problem(() => read({ kid }))).toBe('auth/signer: "kid" is missing')
  })

  test.each([{ keys_to_sign: undefined }, { keys_to_sign: [] }])(
    'a signer that signs nothing is refused: %j',
    (fields) => {
      expect(problem(() => read(fields))).toMatch(/^auth\/signer: "keys_to_sign" is missing or empty/)
    },
  )

  test('a field twice is refused', () => {
    expect(problem(() => read({ keys_to_sign: ['a', 'b', 'a'] }))).toBe(
      'auth/signer: "keys_to_sign" names a field twice',
    )
  })

  test.each([
    ['key_to_sign', 'keys_to_sign'],
    ['kids', 'kid'],
    ['type', 'typ'],
  ])('%s: is "%s" meant?', (option, meant) => {
    expect(problem(() => read({ [option]: 'x' }))).toBe(
      `auth/signer: "${option}" is not an option; is "${meant}" meant?`,
    )
  })

  test('the options of the validator are none of the signer', () => {
    for (const option of [
      'audience',
      'issuer',
      'roles',
      'roles_key',
      'roles_key_is_nested',
      'auth_header_name',
      'cookie_key',
    ]) {
      expect(problem(() => read({ [option]: undefined }))).toContain(`auth/signer: "${option}" is not an option`)
    }
  })
})
