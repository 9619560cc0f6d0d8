import { describe, expect, test } from 'vitest'
import {
  type AuthSignerConfig,
  type AuthValidatorConfig,
  readSignerConfig,
  readValidatorConfig,
} from '../../src/gateway/config.ts'
import { createAuthSigner, createAuthValidator } from '../../src/gateway/index.ts'
import { fileHost, problem, signerConfig, validatorConfig } from './fixtures.ts'

type Members = Readonly<Record<string, unknown>>
type Block = 'auth/validator' | 'auth/signer'

/** The two blocks, each with its reader and a configuration that it accepts. */
const BLOCKS = [
  {
    block: 'auth/validator',
    read: (extra: Members) => readValidatorConfig(validatorConfig(extra)),
    readRaw: (config: unknown) => readValidatorConfig(config as AuthValidatorConfig),
    create: (config: unknown) => createAuthValidator(config as AuthValidatorConfig, fileHost()),
  },
  {
    block: 'auth/signer',
    read: (extra: Members) => readSignerConfig(signerConfig(extra)),
    readRaw: (config: unknown) => readSignerConfig(config as AuthSignerConfig),
    create: (config: unknown) => createAuthSigner(config as AuthSignerConfig, fileHost()),
  },
] as const

const WRONG_FOR_STRING = [5, true, null, ['text'], {}]
const WRONG_FOR_STRINGS = ['text', '', 5, null, {}, [1], [null], [''], ['text', ''], [['text']]]
const WRONG_FOR_BOOLEAN = ['true', '', 0, 1, null, []]
const WRONG_FOR_DURATION = ['1', 'soon', '1 s', '-1s', '-1ns', '1d', 5, null, ['1s']]
const WRONG_FOR_INTEGER = ['1', -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, true, null, [1], {}]
const WRONG_FOR_PAIRS = [
  'a',
  null,
  {},
  ['a'],
  ['a', 'b'],
  [['a']],
  [['a', 'b', 'c']],
  [['a', '']],
  [['', 'b']],
  [[1, 'b']],
]

const SHARED_TYPES = [
  ['alg', WRONG_FOR_STRING],
  ['jwk_url', WRONG_FOR_STRING],
  ['jwk_local_path', WRONG_FOR_STRING],
  ['disable_jwk_security', WRONG_FOR_BOOLEAN],
  ['jwk_local_ca', WRONG_FOR_STRING],
  ['jwk_fingerprints', WRONG_FOR_STRINGS],
  ['cipher_suites', ['49199', 49199, null, {}, [-1], [1.5], ['49199'], [null], [0]]],
  ['secret_url', WRONG_FOR_STRING],
  ['cypher_key', WRONG_FOR_STRING],
  ['leeway', WRONG_FOR_DURATION],
] as const

/** Each option of the block, with values of which it takes none. */
const TYPES: Readonly<Record<Block, readonly (readonly [option: string, values: readonly unknown[]])[]>> = {
  'auth/validator': [
    ...SHARED_TYPES,
    ['cache', WRONG_FOR_BOOLEAN],
    ['cache_duration', WRONG_FOR_INTEGER],
    ['failed_jwk_key_cooldown', WRONG_FOR_DURATION],
    ['key_identify_strategy', [...WRONG_FOR_STRING, 'KID', 'x5c', 'kid,x5t', 'x5t#s256']],
    ['audience', WRONG_FOR_STRINGS],
    ['issuer', WRONG_FOR_STRING],
    ['roles', WRONG_FOR_STRINGS],
    ['roles_key', WRONG_FOR_STRING],
    ['roles_key_is_nested', WRONG_FOR_BOOLEAN],
    ['scopes', WRONG_FOR_STRINGS],
    ['scopes_key', WRONG_FOR_STRING],
    ['scopes_matcher', [...WRONG_FOR_STRING, 'ALL', 'every']],
    ['auth_header_name', [...WRONG_FOR_STRING, 'X Token', 'X-Token:', 'X\r\nToken', 'Tökén']],
    ['cookie_key', WRONG_FOR_STRING],
    ['propagate_claims', [...WRONG_FOR_PAIRS, [['sub', 'X User']], [['sub', 'X-User:']], [['sub', 'X\r\nUser']]]],
    ['propagate_claims_preserve_array', WRONG_FOR_BOOLEAN],
    ['operation_debug', WRONG_FOR_BOOLEAN],
  ],
  'auth/signer': [
    ...SHARED_TYPES,
    ['kid', WRONG_FOR_STRING],
    ['keys_to_sign', WRONG_FOR_STRINGS],
    ['typ', WRONG_FOR_STRING],
    ['full', WRONG_FOR_BOOLEAN],
  ],
}

const PIN = 'LPJNul-wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ='

/** A block with every option that it can have at once, and the rest of them beside a URL instead of a file. */
const COMPLETE: Readonly<Record<Block, readonly Members[]>> = {
  'auth/validator': [
    {
      ...{ disable_jwk_security: true, secret_url: 'awskms://key', cypher_key: 'AAAA', leeway: '1s' },
      ...{ key_identify_strategy: 'x5t', audience: ['a'], issuer: 'b', roles: ['c'], roles_key: 'd' },
      ...{ roles_key_is_nested: true, scopes: ['e'], scopes_key: 'f', scopes_matcher: 'all', auth_header_name: 'g' },
      ...{ cookie_key: 'h', propagate_claims: [['i', 'j']], propagate_claims_preserve_array: true },
      operation_debug: true,
    },
    {
      ...{ jwk_local_path: undefined, jwk_url: 'https://id.example', cache: true, cache_duration: 1 },
      ...{ failed_jwk_key_cooldown: '1s', jwk_local_ca: 'ca.pem', jwk_fingerprints: [PIN], cipher_suites: [49199] },
    },
  ],
  'auth/signer': [
    {
      ...{ disable_jwk_security: true, secret_url: 'awskms://key', cypher_key: 'AAAA', leeway: '1s' },
      ...{ typ: 'at+jwt', full: true },
    },
    {
      ...{ jwk_local_path: undefined, jwk_url: 'https://id.example', jwk_local_ca: 'ca.pem' },
      ...{ jwk_fingerprints: [PIN], cipher_suites: [49199] },
    },
  ],
}

describe.each(BLOCKS)('$block', ({ block, read, readRaw, create }) => {
  describe('an option of the wrong type is a configuration error that names block and option', () => {
    test.each(TYPES[block])('%s', (option, values) => {
      for (const value of values) {
        expect(problem(() => read({ [option]: value }))).toMatch(new RegExp(`^${block}: "${option}" `))
      }
    })
  })

  test.each([null, undefined, [], 'alg=HS256', 5, true])(
    'a configuration that is no object is refused: %j',
    (config) => {
      expect(problem(() => readRaw(config))).toBe(`${block}: the configuration is not an object`)
    },
  )

  test('what is wrong rejects, and never throws before there is a promise', async () => {
    for (const config of [null, {}, { alg: 'HS256' }, { alg: 'none', jwk_url: 'https://id.example' }]) {
      const outcome: Promise<unknown> = create(config)
      await expect(outcome).rejects.toMatchObject({ name: 'JoseError', code: 'ERR_CONFIG' })
    }
  })

  test('R12: options are the members of the object itself', () => {
    expect(problem(() => readRaw(Object.create({ ...validatorConfig() })))).toMatch(
      /^auth\/\w+: "(alg|keys_to_sign)" is missing/,
    )
  })

  describe('unknown options: KrakenD ignores them, so a check is quietly off; we name the likely option', () => {
    const misspelt = [
      ['jwk-url', 'jwk_url'],
      ['jwks_url', 'jwk_url'],
      ['JWK_LOCAL_PATH', 'jwk_local_path'],
      ['algo', 'alg'],
      ['cipher_key', 'cypher_key'],
    ] as const
    test.each(misspelt)('%s: is "%s" meant?', (option, meant) => {
      expect(problem(() => read({ [option]: 'x' }))).toBe(
        `${block}: "${option}" is not an option; is "${meant}" meant?`,
      )
    })

    test('what is like no option is answered with all of them', () => {
      const message = problem(() => read({ completely_different: 1 }))
      expect(message).toMatch(new RegExp(`^${block}: "completely_different" is not an option; the options are alg, `))
      for (const [option] of TYPES[block]) expect(message).toContain(option)
    })

    test('also when its value is undefined or empty', () => {
      expect(problem(() => read({ audienc: undefined, issuers: '' }))).toContain('"audienc" is not an option')
    })
  })

  test('every option of the schema is accepted, and there are no others', () => {
    const config = block === 'auth/signer' ? signerConfig() : validatorConfig()
    for (const extra of COMPLETE[block]) expect(() => read(extra)).not.toThrow()
    const accepted = Object.keys(Object.assign({}, config, ...COMPLETE[block])).sort()
    const options = TYPES[block].map(([option]) => option).sort()
    expect(accepted).toEqual(options)
    const [, list = ''] = problem(() => read({ completely_different: 1 })).split('the options are ')
    expect(list.split(', ').sort()).toEqual(options)
  })

  test('"shared_cache_duration" is an option of the service, not of a block', () => {
    expect(problem(() => read({ shared_cache_duration: 900 }))).toContain('"shared_cache_duration" is not an option')
  })

  test('keys that start with @, $, _ or # are comments', () => {
    const comments = { '@comment': 'why', $schema: 5, _audience: null, '#issuer': {} }
    expect(read(comments)).toEqual(read({}))
    expect(problem(() => read({ '//comment': 'why' }))).toContain('"//comment" is not an option')
  })

  describe('alg', () => {
    const supported = [
      'HS256',
      'HS384',
      'HS512',
      'RS256',
      'RS384',
      'RS512',
      'PS256',
      'PS384',
      'PS512',
      'ES256',
      'ES384',
      'ES512',
      'EdDSA',
      'Ed25519',
      'Ed448',
      'ML-DSA-44',
      'ML-DSA-65',
      'ML-DSA-87',
    ]
    test.each(supported)('%s', (alg) => {
      expect(read({ alg }).alg).toBe(alg)
    })

    test.each(['none', 'None', 'hs256', 'HS257', 'HS256 ', 'RS1', 'ES256K', 'A128KW', '__proto__', 'toString'])(
      'R1: %j is none, and the message says which there are',
      (alg) => {
        expect(problem(() => read({ alg }))).toBe(
          `${block}: "alg" is not one of HS, RS, ES, PS with 256, 384, 512, EdDSA, Ed25519, Ed448, or ML-DSA-44, -65, -87`,
        )
      },
    )

    test.each([undefined, ''])('is mandatory: %j is missing', (alg) => {
      expect(problem(() => read({ alg }))).toBe(`${block}: "alg" is missing`)
    })
  })

  describe('where the keys are', () => {
    const noPath = { jwk_local_path: undefined }

    test.each([
      { jwk_url: undefined, jwk_local_path: undefined },
      { jwk_url: '', jwk_local_path: '' },
    ])('"jwk_url" or "jwk_local_path" must say it: %j', (location) => {
      expect(problem(() => read(location))).toMatch(
        new RegExp(`^${block}: "jwk_url" is missing, and so is "jwk_local_path"`),
      )
    })

    test('http: needs "disable_jwk_security": true, and the message says so', () => {
      const url = { ...noPath, jwk_url: 'http://id.example/jwks.json' }
      for (const flag of [{}, { disable_jwk_security: false }]) {
        expect(problem(() => read({ ...url, ...flag }))).toMatch(
          new RegExp(`^${block}: "jwk_url" is http:, which "disable_jwk_security"`),
        )
      }
      expect(read({ ...url, disable_jwk_security: true }).location).toEqual({ url: url.jwk_url, allowInsecure: true })
    })

    test('https: needs nothing', () => {
      expect(read({ ...noPath, jwk_url: 'https://id.example/jwks.json' }).location).toEqual({
        url: 'https://id.example/jwks.json',
        allowInsecure: false,
      })
    })

    const notUrls = [
      'ftp://id.example/jwks',
      'file:///etc/jwk.json',
      'data:application/json,{}',
      'id.example',
      '/jwks',
      'https://',
      ' ',
    ]
    test.each(notUrls)('%j is not an https: address, whatever "disable_jwk_security" says', (jwk_url) => {
      for (const disable_jwk_security of [false, true]) {
        const message = problem(() => read({ ...noPath, jwk_url, disable_jwk_security }))
        expect(message).toBe(`${block}: "jwk_url" is not an https: address`)
      }
    })

    test('R21: an address with a user or a password is a configuration error', async () => {
      const { jwk_local_path: _, ...config } = block === 'auth/signer' ? signerConfig() : validatorConfig()
      for (const credentials of ['user:secret', 'secret', ':secret']) {
        const outcome: Promise<unknown> = create({ ...config, jwk_url: `https://${credentials}@id.example/jwks.json` })
        await expect(outcome).rejects.toMatchObject({
          code: 'ERR_CONFIG',
          message: expect.stringMatching(new RegExp(`^${block}: "jwk_url" (?!.*secret)`)),
        })
      }
    })

    test('"jwk_local_path" wins over "jwk_url", and needs no "disable_jwk_security"', () => {
      const both = { jwk_local_path: 'keys.json', jwk_url: 'https://id.example/jwks.json' }
      expect(read(both).location).toEqual({ path: 'keys.json' })
    })
  })
})
