import { createPublicKey, createSecretKey } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { type ImportOptions, importSigningKey, importVerificationKey, type Jwk } from '../src/index.ts'
import { type Alg, findJwa, type Jwa } from '../src/jwa.ts'
import { ALGS, privateJwk, publicJwk } from './keys.ts'
import { codeOf } from './paths.ts'

const IMPORTS = [
  { name: 'importSigningKey', importKey: importSigningKey, jwkFor: privateJwk },
  { name: 'importVerificationKey', importKey: importVerificationKey, jwkFor: publicJwk },
]

describe.each(IMPORTS)('$name', ({ importKey, jwkFor }) => {
  const code = (jwk: unknown, options?: ImportOptions) => codeOf(() => importKey(jwk as Jwk, options))

  describe('what is no JWK', () => {
    test.each([[undefined], [null], [''], ['secret'], [5], [true], [[]], [[{ kty: 'oct' }]], [() => 1]])(
      'R3: %j is a TypeError',
      (value) => {
        expect(() => importKey(value as unknown as Jwk)).toThrow(
          new TypeError('a key must be a JWK, which is an object'),
        )
      },
    )

    test('R3, attack 5: a PEM is a TypeError, whatever stands before it, and the message does not quote it', () => {
      const pem = createPublicKey({ key: { ...publicJwk('RS256') }, format: 'jwk' }).export({
        type: 'spki',
        format: 'pem',
      })
      for (const before of ['', ' ', '\n', '\u200b']) {
        const importing = () => importKey(`${before}${pem}` as unknown as Jwk, { alg: 'HS256' })
        expect(importing).toThrow(new TypeError('a key must be a JWK, which is an object'))
      }
    })

    test.each([
      ['a KeyObject', createSecretKey(Buffer.alloc(32, 1))],
      ['octets', new Uint8Array(32)],
      ['a Map', new Map([['kty', 'oct']])],
      ['nothing', {}],
    ])('R3: %s has no "kty"', async (_, value) => {
      expect(await code(value, { alg: 'HS256' })).toBe('ERR_JWK_INVALID')
      expect(() => importKey(value as unknown as Jwk)).toThrow('"kty" is missing or not a string')
    })
  })

  describe('options', () => {
    test.each([[null], [5], ['RS256'], [true]])('R19: %j instead of options is a TypeError', (options) => {
      expect(() => importKey(jwkFor('HS256'), options as unknown as ImportOptions)).toThrow(TypeError)
    })

    test('R19: an unknown option is a TypeError', () => {
      const options = { allowWeakKeys: true } as ImportOptions
      expect(() => importKey(jwkFor('HS256'), options)).toThrow(/unknown option "allowWeakKeys"/)
    })

    test.each([[null], [1], ['true']])('R19: allowWeakKey of %j is a TypeError', (allowWeakKey) => {
      const options = { allowWeakKey } as unknown as ImportOptions
      expect(() => importKey(jwkFor('HS256'), options)).toThrow(TypeError)
    })
  })

  describe('"kty"', () => {
    test.each([[undefined], [null], [5], [['oct']], [{}]])('R4: %j is not a type', async (kty) => {
      expect(await code({ ...jwkFor('HS256'), kty })).toBe('ERR_JWK_INVALID')
    })

    test.each(['', 'Oct', 'OCT', 'rsa', 'ec', 'okp', 'akp', 'DSA', '__proto__', 'constructor', 'toString'])(
      'R4, R23: %j is an unknown type',
      async (kty) => {
        expect(await code({ ...jwkFor('HS256'), kty })).toBe('ERR_JWK_INVALID')
        expect(() => importKey({ ...jwkFor('HS256'), kty })).toThrow('"kty" is not one of oct, RSA, EC, OKP')
      },
    )
  })

  describe('"kid"', () => {
    test.each([['k1'], [''], ['__proto__'], ['../../dev/null'], ['\u00e9']])('%j is kept', (kid) => {
      expect(importKey(jwkFor('ES256', { kid })).kid).toBe(kid)
    })

    test('may be missing', () => expect(importKey(jwkFor('ES256')).kid).toBeUndefined())

    test.each([[null], [0], [['k1']], [{}], [true]])('attack 8: %j is refused', async (kid) => {
      expect(await code(jwkFor('ES256', { kid }))).toBe('ERR_JWK_INVALID')
    })
  })

  describe('R2: "alg"', () => {
    const declared = ALGS.map((alg) => [alg, findJwa(alg) as Jwa] as const)

    test.each(ALGS)('%s, from the JWK, from the options or from both', (alg) => {
      expect(importKey(jwkFor(alg)).alg).toBe(alg)
      expect(importKey(jwkFor(alg, { alg: undefined }), { alg }).alg).toBe(alg)
      expect(importKey(jwkFor(alg), { alg }).alg).toBe(alg)
    })

    test.each(declared)('a key that declares %s is for no other algorithm', async (alg) => {
      for (const other of ALGS.filter((name) => name !== alg)) {
        expect(await code(jwkFor(alg), { alg: other }), other).toBe('ERR_ALG_NOT_ALLOWED')
      }
    })

    test.each(declared)(
      'attacks 4, 18: a key of %s does for the algorithms of its type and curve only',
      async (alg, row) => {
        for (const other of ALGS) {
          const { kty, crv } = findJwa(other) as Jwa
          const goes = kty === row.kty && crv === row.crv
          // A secret as long as the longest hash, so that its length is not what decides.
          const k = row.kty === 'oct' ? { k: 'A'.repeat(86) } : {}
          const expected = goes ? 'accepted' : 'ERR_JWK_INVALID'
          expect(await code(jwkFor(alg, { ...k, alg: other })), other).toBe(expected)
          expect(await code(jwkFor(alg, { ...k, alg: undefined }), { alg: other }), other).toBe(expected)
        }
      },
    )

    test.each([
      ['ES256', 'ES256'],
      ['ES384', 'ES384'],
      ['ES512', 'ES512'],
      ['EdDSA', 'EdDSA'],
      ['Ed25519', 'EdDSA'],
    ] as const)('the curve of a key made for %s stands for %s', (alg, expected) => {
      expect(importKey(jwkFor(alg, { alg: undefined })).alg).toBe(expected)
    })

    test.each(['HS256', 'RS256', 'PS256'] as const)('a key made for %s, which has no curve, needs one', async (alg) => {
      expect(await code(jwkFor(alg, { alg: undefined }))).toBe('ERR_JWK_INVALID')
      expect(() => importKey(jwkFor(alg, { alg: undefined }))).toThrow('it has no "alg"')
    })

    test.each(['none', 'None', '', 'foo', 'hs256', 'ES256K', 'RSA-OAEP', 'A256GCM', 'dir', '__proto__'])(
      'R1: %j is unknown, in the JWK and in the options',
      async (alg) => {
        for (const name of ['HS256', 'RS256', 'ES256'] as const) {
          expect(await code(jwkFor(name, { alg }))).toBe('ERR_ALG_UNSUPPORTED')
          expect(await code(jwkFor(name, { alg: undefined }), { alg: alg as Alg })).toBe('ERR_ALG_UNSUPPORTED')
        }
      },
    )

    test.each([[null], [5], [['HS256']], [{}], [true]])('R1: %j in the JWK is refused', async (alg) => {
      expect(await code({ ...jwkFor('ES256'), alg })).toBe('ERR_JWK_INVALID')
      expect(() => importKey({ ...jwkFor('ES256'), alg } as unknown as Jwk)).toThrow('"alg" is not a string')
    })

    test.each([[null], [5], [['HS256']], [new String('HS256')]])('R1: %o in the options is refused', async (alg) => {
      const options = { alg } as unknown as ImportOptions
      expect(await code(jwkFor('HS256', { alg: undefined }), options)).toBe('ERR_ALG_UNSUPPORTED')
      expect(await code(jwkFor('ES256', { alg: undefined }), options)).toBe('ERR_ALG_UNSUPPORTED')
    })
  })

  describe('R4: "crv"', () => {
    test.each(['secp256k1', 'P-512', 'p-256', 'P-192', 'ed448', 'X448', 'X25519', 'brainpoolP256r1', ''])(
      'attack 18: %j is refused, with an algorithm and without',
      async (crv) => {
        for (const alg of ['ES256', 'EdDSA'] as const) {
          expect(await code(jwkFor(alg, { crv }))).toBe('ERR_JWK_INVALID')
          expect(() => importKey(jwkFor(alg, { crv }))).toThrow(`${alg} does not go with its "crv"`)
          expect(await code(jwkFor(alg, { crv, alg: undefined }))).toBe('ERR_JWK_INVALID')
          expect(() => importKey(jwkFor(alg, { crv, alg: undefined }))).toThrow('"crv" is not one of')
        }
      },
    )

    test.each([[undefined], [null], [5], [['P-256']], [{}]])('%j is refused', async (crv) => {
      expect(await code(jwkFor('ES256', { crv }))).toBe('ERR_JWK_INVALID')
      expect(await code(jwkFor('ES256', { crv, alg: undefined }))).toBe('ERR_JWK_INVALID')
    })
  })

  test.each(ALGS)('R4: the members of a %s key under another "kty" are refused', async (alg) => {
    for (const kty of ['oct', 'RSA', 'EC', 'OKP'].filter((type) => type !== findJwa(alg)?.kty)) {
      expect(await code(jwkFor(alg, { kty })), kty).toBe('ERR_JWK_INVALID')
      expect(() => importKey(jwkFor(alg, { kty })), kty).toThrow(`${alg} does not go with its "kty"`)
      const withoutAlg = jwkFor(alg, { kty, alg: undefined })
      expect(await code(withoutAlg, { alg }), kty).toBe('ERR_JWK_INVALID')
      expect(() => importKey(withoutAlg, { alg }), kty).toThrow(`${alg} does not go with its "kty"`)
    }
  })

  test.each(ALGS)('attack 4: a key of another type that has the members of one for %s, too, is none', async (alg) => {
    const others = ALGS.filter((name) => findJwa(name)?.kty !== findJwa(alg)?.kty)
    for (const other of others) {
      const hybrid = { ...jwkFor(other), ...jwkFor(alg), kty: findJwa(other)?.kty }
      expect(await code(hybrid), other).toBe('ERR_JWK_INVALID')
      expect(() => importKey(hybrid as Jwk), other).toThrow(`${alg} does not go with its "kty"`)
    }
  })

  describe('R12: own members only', () => {
    test.each(ALGS)('a %s key that is all inherited is refused', async (alg) => {
      expect(await code(Object.create(jwkFor(alg)))).toBe('ERR_JWK_INVALID')
    })

    test.each(ALGS)('no member that makes a %s key is inherited', async (alg) => {
      const { kid, use, key_ops, ...members } = jwkFor(alg, { alg: undefined })
      for (const name of Object.keys(members).filter((member) => member !== 'd')) {
        const { [name]: inherited, ...others } = members
        const jwk = Object.assign(Object.create({ [name]: inherited }), others)
        expect(await code(jwk, { alg }), name).toBe('ERR_JWK_INVALID')
      }
    })

    test('inherited members do not decide', async () => {
      const prototype = { alg: 'ES384', use: 'enc', key_ops: [], kid: 5, oth: [] }
      expect(await code(Object.assign(Object.create(prototype), jwkFor('ES256')))).toBe('accepted')
      expect(await code(Object.assign(Object.create(prototype), jwkFor('RS256')))).toBe('accepted')
      const { alg: _, ...withoutAlg } = jwkFor('RS256')
      expect(await code(Object.assign(Object.create({ alg: 'RS256' }), withoutAlg))).toBe('ERR_JWK_INVALID')
      const inheritsCurve = () => importKey(Object.assign(Object.create({ crv: 'P-256' }), withoutAlg))
      expect(inheritsCurve).toThrow('it has no "alg"')
    })

    test('a curve means nothing to an RSA key, nor to a secret', async () => {
      expect(await code(jwkFor('RS256', { crv: 'P-256' }))).toBe('accepted')
      expect(await code(jwkFor('HS256', { crv: 'P-256' }))).toBe('accepted')
    })

    test('a "__proto__" member, as JSON.parse makes it, is a member without a meaning', async () => {
      const text = JSON.stringify(jwkFor('ES256', { alg: undefined })).replace('{', '{"__proto__":{"alg":"ES384"},')
      expect(importKey(JSON.parse(text)).alg).toBe('ES256')
    })
  })
})

describe('public and private', () => {
  const asymmetric = ALGS.filter((alg) => !alg.startsWith('HS'))

  test.each(asymmetric)('R6: a public %s key cannot sign', async (alg) => {
    expect(await codeOf(() => importSigningKey(publicJwk(alg)))).toBe('ERR_KEY_USE')
    expect(() => importSigningKey(publicJwk(alg))).toThrow('a public key cannot sign')
  })

  test.each(asymmetric)('R4: the "d" of a %s key does not come from the prototype', async (alg) => {
    const { d, ...others } = privateJwk(alg)
    const inheriting = Object.assign(Object.create({ d }), others)
    expect(await codeOf(() => importSigningKey(inheriting))).toBe('ERR_KEY_USE')
  })

  test.each(asymmetric)('R4: a private %s JWK gives its public half for verifying', async (alg) => {
    expect(importVerificationKey(privateJwk(alg, { kid: 'k' }))).toMatchObject({ alg, kid: 'k' })
  })

  test.each(ALGS)('importing does not change a %s JWK, which may be frozen', (alg) => {
    const jwk = Object.freeze(privateJwk(alg, { key_ops: Object.freeze(['sign', 'verify']) }))
    expect(importSigningKey(jwk).alg).toBe(alg)
    expect(importVerificationKey(jwk).alg).toBe(alg)
    expect(jwk).toEqual(privateJwk(alg, { key_ops: ['sign', 'verify'] }))
  })
})
