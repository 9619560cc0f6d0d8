import { describe, expect, test } from 'vitest'
import type { Claims, SignerOptions } from '../src/index.ts'
import { forge } from './forge.ts'
import { PATHS } from './paths.ts'
import { NOW, SECRET, verdictOf } from './verdict.ts'

type Options = Omit<SignerOptions, 'key'>

/** The options, the claims of the call, and the payload as it must be written. */
const SIGNED: readonly (readonly [options: Options, claims: Claims, payload: string])[] = [
  [{}, {}, '{}'],
  [{}, { sub: 'alice' }, '{"sub":"alice"}'],
  [{ issuedAt: true }, {}, `{"iat":${NOW}}`],
  [{ issuedAt: false }, {}, '{}'],
  [{ expiresIn: 300 }, {}, `{"exp":${NOW + 300}}`],
  [{ expiresIn: 0 }, {}, `{"exp":${NOW}}`],
  [{ expiresIn: 0.5 }, {}, `{"exp":${NOW}.5}`],
  [{ notBefore: 60 }, {}, `{"nbf":${NOW + 60}}`],
  [{ notBefore: 0 }, {}, `{"nbf":${NOW}}`],
  [{ notBefore: -60 }, {}, `{"nbf":${NOW - 60}}`],
  [{ jwtId: () => 'id-1' }, {}, '{"jti":"id-1"}'],
  [{ claims: { iss: 'good', aud: ['api'] } }, { sub: 'alice' }, '{"iss":"good","aud":["api"],"sub":"alice"}'],
  [
    { issuedAt: true, expiresIn: 300, notBefore: -5, jwtId: () => 'id-1', claims: { iss: 'good' } },
    { sub: 'alice' },
    `{"iss":"good","iat":${NOW},"exp":${NOW + 300},"nbf":${NOW - 5},"jti":"id-1","sub":"alice"}`,
  ],
  // The call wins over what is computed, and that over the defaults.
  [{ claims: { iss: 'default' } }, { iss: 'call' }, '{"iss":"call"}'],
  [{ issuedAt: true, claims: { iat: 1 } }, {}, `{"iat":${NOW}}`],
  [{ expiresIn: 300, claims: { exp: 1 } }, {}, `{"exp":${NOW + 300}}`],
  [{ notBefore: 0, claims: { nbf: 1 } }, {}, `{"nbf":${NOW}}`],
  [{ jwtId: () => 'computed', claims: { jti: 'default' } }, {}, '{"jti":"computed"}'],
  [{ issuedAt: true }, { iat: 2 }, '{"iat":2}'],
  [{ expiresIn: 300, claims: { exp: 1 } }, { exp: 2 }, '{"exp":2}'],
  [{ notBefore: 0 }, { nbf: 2 }, '{"nbf":2}'],
  [{ jwtId: () => 'computed' }, { jti: 'call' }, '{"jti":"call"}'],
]

/** Options that are refused, with the name that the error must tell. */
const BAD_OPTIONS: readonly (readonly [name: string, value: unknown])[] = [
  ...['yes', 1, 0, null, {}, []].map((value) => ['issuedAt', value] as const),
  ...[Number.NaN, Number.POSITIVE_INFINITY, -1, -0.001, '5m', '300', null, [300], 300n, {}].map(
    (value) => ['expiresIn', value] as const,
  ),
  ...[Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, '5m', '-60', null, [60], {}].map(
    (value) => ['notBefore', value] as const,
  ),
  ...['id', null, {}, 5].map((value) => ['jwtId', value] as const),
  ...[NOW, null, '5', {}, new Date(0)].map((value) => ['now', value] as const),
  ...['expires', 'kid', 'alg', 'algorithm', 'IssuedAt', 'issuer', 'noTimestamp', 'toString'].map(
    (name) => [name, undefined] as const,
  ),
]

for (const path of PATHS) {
  describe(`createSigner (${path.name})`, () => {
    const key = path.importSigningKey(SECRET)
    const now = () => NOW

    for (const [options, claims, payload] of SIGNED) {
      test(`${JSON.stringify({ ...options, jwtId: options.jwtId?.() })} and ${JSON.stringify(claims)} give ${payload}`, async () => {
        const sign = path.createSigner({ key, now, ...options })
        expect(await sign(claims)).toBe(forge({ alg: 'HS256' }, payload, SECRET))
        expect(await sign(claims)).toBe(forge({ alg: 'HS256' }, payload, SECRET))
      })
    }

    test('writes whole seconds, whatever the clock says', async () => {
      for (const [time, second] of [
        [NOW + 0.999, NOW],
        [NOW + 0.001, NOW],
        [0.5, 0],
      ] as const) {
        const sign = path.createSigner({ key, now: () => time, issuedAt: true, expiresIn: 10, notBefore: -10 })
        const payload = `{"iat":${second},"exp":${second + 10},"nbf":${second - 10}}`
        expect(await sign({})).toBe(forge({ alg: 'HS256' }, payload, SECRET))
      }
    })

    test('asks the clock and jwtId for each token', async () => {
      let time = NOW
      let count = 0
      const sign = path.createSigner({ key, now: () => time, issuedAt: true, jwtId: () => `id-${++count}` })
      expect(await sign({})).toBe(forge({ alg: 'HS256' }, `{"iat":${NOW},"jti":"id-1"}`, SECRET))
      time += 5
      expect(await sign({})).toBe(forge({ alg: 'HS256' }, `{"iat":${NOW + 5},"jti":"id-2"}`, SECRET))
    })

    test('takes the clock of the system by default', async () => {
      const before = Math.floor(Date.now() / 1000)
      const token = await path.createSigner({ key, issuedAt: true })({})
      const { claims } = await path.verifyJwt(token, path.importVerificationKey(SECRET), {
        issuer: null,
        audience: null,
        required: [],
      })
      expect(claims.iat).toBeGreaterThanOrEqual(before)
      expect(claims.iat).toBeLessThanOrEqual(Date.now() / 1000)
      expect(Number.isInteger(claims.iat)).toBe(true)
    })

    test('puts the header before the claims, and the kid of the key in it', async () => {
      const named = path.importSigningKey({ ...SECRET, kid: 'k1' })
      const sign = path.createSigner({ key: named, header: { typ: 'at+jwt', cty: 'x' } })
      expect(await sign({})).toBe(forge('{"alg":"HS256","kid":"k1","typ":"at+jwt","cty":"x"}', '{}', SECRET))
    })

    test('encodes the header once: what becomes of the object afterwards has no effect', async () => {
      const header: Record<string, unknown> = { typ: 'at+jwt' }
      const sign = path.createSigner({ key, header })
      header.typ = 'JWT'
      header.alg = 'none'
      expect(await sign({})).toBe(forge('{"alg":"HS256","typ":"at+jwt"}', '{}', SECRET))
    })

    test('changes neither the claims of the call nor the defaults', async () => {
      const defaults = Object.freeze({ iss: 'good', sub: 'default' })
      const claims = Object.freeze({ sub: 'alice' })
      await path.createSigner({ key, now, issuedAt: true, claims: defaults })(claims)
      expect(defaults).toEqual({ iss: 'good', sub: 'default' })
      expect(claims).toEqual({ sub: 'alice' })
    })

    test('signs the same claims where nothing is added to them as where something is', async () => {
      const [plain, empty] = [path.createSigner({ key }), path.createSigner({ key, claims: {} })]
      const adding = path.createSigner({ key, jwtId: () => 'id' })
      const inheriting = Object.assign(Object.create({ iss: 5, exp: 'never', inherited: 1 }), { sub: 'alice' })
      const rows: readonly (readonly [claims: Claims, members: string])[] = [
        [{}, ''],
        [Object.freeze({ sub: 'alice', exp: NOW }), `"sub":"alice","exp":${NOW}`],
        [Object.assign(Object.create(null), { sub: 'alice' }), '"sub":"alice"'],
        [inheriting, '"sub":"alice"'],
        [
          JSON.parse('{"__proto__":{"iss":"good"},"a":[1,{"b":null}]}'),
          '"__proto__":{"iss":"good"},"a":[1,{"b":null}]',
        ],
        [{ a: undefined, b: () => 1, [Symbol('c')]: 1, d: 'é€😀' } as unknown as Claims, '"d":"é€😀"'],
      ]
      for (const [claims, members] of rows) {
        for (const sign of [plain, empty])
          expect(await sign(claims)).toBe(forge({ alg: 'HS256' }, `{${members}}`, SECRET))
        const payload = ['"jti":"id"', members].filter((part) => part !== '').join(',')
        expect(await adding(claims)).toBe(forge({ alg: 'HS256' }, `{${payload}}`, SECRET))
      }
    })

    test('R20: refuses the same claims where nothing is added to them as where something is', async () => {
      const signers = [{ key }, { key, claims: {} }, { key, issuedAt: true }, { key, claims: { a: 1 } }].map(
        (options) => path.createSigner({ now, ...options }),
      )
      const claims: readonly (readonly [claims: unknown, verdict: string])[] = [
        ...[undefined, null, [], [1], 'claims', 5, true, () => 1].map((each) => [each, 'ERR_SIGN'] as const),
        [{ toJSON: () => ({ iss: 'another' }) }, 'ERR_SIGN'],
        [Object.create({ toJSON: () => 5 }), 'ERR_SIGN'],
        [new Date(0), 'ERR_SIGN'],
        [{ exp: 'never' }, 'ERR_SIGN exp'],
        [{ nbf: Number.NaN }, 'ERR_SIGN nbf'],
        [{ iat: null }, 'ERR_SIGN iat'],
        [{ iss: undefined }, 'ERR_SIGN iss'],
        [{ sub: 5 }, 'ERR_SIGN sub'],
        [{ jti: {} }, 'ERR_SIGN jti'],
        [{ aud: [5] }, 'ERR_SIGN aud'],
        [{ a: { b: Number.POSITIVE_INFINITY } }, 'ERR_SIGN'],
        [{ a: 5n }, 'ERR_SIGN'],
      ]
      for (const [each, verdict] of claims) {
        for (const sign of signers) expect(await verdictOf(() => sign(each as Claims))).toBe(verdict)
      }
    })

    test('R20: refuses what the clock or jwtId makes wrong', async () => {
      const rows: readonly (readonly [options: unknown, verdict: string])[] = [
        [{ issuedAt: true, now: () => Number.NaN }, 'ERR_SIGN iat'],
        [{ expiresIn: 5, now: () => Number.POSITIVE_INFINITY }, 'ERR_SIGN exp'],
        [{ notBefore: 5, now: () => undefined }, 'ERR_SIGN nbf'],
        [{ expiresIn: 1e308, now: () => 1.7e308 }, 'ERR_SIGN exp'],
        [{ jwtId: () => 5 }, 'ERR_SIGN jti'],
        [{ jwtId: () => undefined }, 'ERR_SIGN jti'],
        [{ jwtId: () => Promise.resolve('id') }, 'ERR_SIGN jti'],
      ]
      for (const [options, verdict] of rows) {
        const sign = path.createSigner({ key, ...(options as Options) })
        expect(await verdictOf(() => sign({}))).toBe(verdict)
      }
    })

    test('R20: refuses what the claims of the call make wrong, though the defaults are right', async () => {
      const sign = path.createSigner({ key, now, claims: { iss: 'good' }, expiresIn: 5 })
      expect(await verdictOf(() => sign({ iss: undefined as never }))).toBe('ERR_SIGN iss')
      expect(await verdictOf(() => sign({ exp: undefined as never }))).toBe('ERR_SIGN exp')
      expect(await verdictOf(() => sign({ exp: Number.NaN }))).toBe('ERR_SIGN exp')
      expect(await verdictOf(() => sign({}))).toBe('accepted')
    })

    test('an error of jwtId is not overruled', async () => {
      const failure = new RangeError('of my own')
      const sign = path.createSigner({
        key,
        jwtId: () => {
          throw failure
        },
      })
      await expect(sign({})).rejects.toBe(failure)
    })

    for (const [name, value] of BAD_OPTIONS) {
      test(`R19: ${name} ${String(value)} (${Object.prototype.toString.call(value)}) is a mistake of the programmer`, () => {
        const options = { key, [name]: value } as unknown as SignerOptions
        expect(() => path.createSigner(options)).toThrow(TypeError)
        expect(() => path.createSigner(options)).toThrow(`"${name}"`)
      })
    }

    for (const options of [undefined, null, 'options', key, {}]) {
      test(`R19: ${Object.prototype.toString.call(options)} for the options is a mistake of the programmer`, () => {
        expect(() => path.createSigner(options as SignerOptions)).toThrow(TypeError)
      })
    }
  })
}

test.each(PATHS)('R20: a claim is read once, so what is checked is what is signed ($name)', async (path) => {
  const key = path.importSigningKey(SECRET)
  for (const options of [{}, { claims: { iss: 'good' } }]) {
    const values: unknown[] = [NOW, 'never']
    const claims = Object.defineProperty({}, 'exp', { enumerable: true, get: () => values.shift() })
    const token = await path.createSigner({ ...options, key })(claims)
    const { exp } = JSON.parse(Buffer.from(token.split('.')[1] as string, 'base64url').toString())
    expect(exp).toBe(NOW)
  }
})
