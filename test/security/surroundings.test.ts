import { afterEach, beforeAll, expect, test } from 'vitest'
import {
  type ClaimsPolicy,
  createLocalJwks,
  createRemoteJwks,
  type Jwk,
  type JwkSet,
  type VerifierOptions,
} from '../../src/index.ts'
import { goodToken } from '../cases/keys.ts'
import { forge, segmentsOf } from '../forge.ts'
import { privateJwk, publicHalf } from '../keys.ts'
import { keyOf, NOW, policyOf, SECRET, verdictOf } from '../verdict.ts'
import { describeAttack, testEach } from './attack.ts'
import { polluted } from './polluted.ts'
import { shifting } from './shifting.ts'

// Attacks by what is around: polluted prototypes, options that change while they are read, clocks, and strings of odd kinds.

describeAttack(26, (path) => {
  const pollution: Record<string, unknown> = {
    ...{ alg: 'HS256', kid: 'k', crit: ['x'], typ: 'at+jwt', b64: false, x: 1 },
    ...{ iss: 'https://id.example', aud: 'api', sub: 'alice', exp: NOW + 1e6, nbf: 0, iat: NOW, jti: 'j' },
    ...{ issuer: null, audience: null, subject: 'alice', required: [], maxAge: 1e9, clockTolerance: 1e9 },
    ...{ maxTokenLength: 1e9, algorithms: ['HS256'], allowWeakKey: true, allowInsecure: true, cache: { maxSize: 10 } },
    ...{ kty: 'oct', k: SECRET.k, use: 'sig', key_ops: ['sign', 'verify'], keys: [SECRET], claims: { sub: 'root' } },
  }
  const token = forge({ alg: 'HS256' }, { sub: 'bob' }, SECRET)

  afterEach(() => {
    for (const name of Object.keys(pollution)) Reflect.deleteProperty(Object.prototype, name)
  })

  /** While the prototype of all objects has everything that an attacker could wish. */
  const wished = <Result>(run: () => Promise<Result>): Promise<Result> => polluted(pollution, run)

  const key = keyOf('HS256', path)
  // WebCrypto gets the key on first use, and Node's own does not take any while the prototype has a member "required".
  beforeAll(async () => expect(await verdictOf(() => path.verifyJwt(token, key, policyOf()))).toBe('accepted'))

  test('no claim comes from there', async () => {
    for (const [policy, verdict] of [
      [{ issuer: 'https://id.example' }, 'ERR_JWT_CLAIM iss'],
      [{ audience: 'api' }, 'ERR_JWT_CLAIM aud'],
      [{ required: ['exp'] }, 'ERR_JWT_CLAIM exp'],
      [{ required: ['jti'] }, 'ERR_JWT_CLAIM jti'],
      [{ subject: 'alice' }, 'ERR_JWT_CLAIM sub'],
      [{ maxAge: 60 }, 'ERR_JWT_CLAIM iat'],
      [{ typ: 'at+jwt' }, 'ERR_JWT_CLAIM typ'],
    ] as const) {
      const found = await wished(() => verdictOf(() => path.verifyJwt(token, key, policyOf(policy))))
      expect(found).toBe(verdict)
    }
  })

  test('no option comes from there', async () => {
    const bare = { issuer: null, audience: null } as ClaimsPolicy
    // The default is that "exp" must be there.
    expect(await wished(() => verdictOf(() => path.verifyJwt(token, key, bare)))).toBe('ERR_JWT_CLAIM exp')
    const missing = await wished(() => path.verifyJwt(token, key, {} as ClaimsPolicy).catch((error) => error))
    expect(missing).toBeInstanceOf(TypeError)
    const weak = await wished(() =>
      verdictOf(() => path.importVerificationKey({ kty: 'oct', alg: 'HS256', k: 'AAAA' }, {})),
    )
    expect(weak).toBe('ERR_JWK_WEAK')
    await wished(async () => expect(() => createRemoteJwks('http://id.example/')).toThrow(TypeError))
  })

  test('no header parameter comes from there', async () => {
    const unsigned = `${Buffer.from('{}').toString('base64url')}.${segmentsOf(token)[1]}.${segmentsOf(token)[2]}`
    expect(await wished(() => verdictOf(() => path.verifyJwt(unsigned, key, policyOf())))).toBe('ERR_JWS_INVALID')
    expect(await wished(() => verdictOf(() => path.verifyJwt(token, key, policyOf())))).toBe('accepted')
    const signing = path.importSigningKey(SECRET)
    await path.signJwt({}, signing)
    const signed = await wished(() => path.signJwt({ sub: 'a' }, signing))
    expect(
      segmentsOf(signed)
        .slice(0, 2)
        .map((part) => Buffer.from(part, 'base64url').toString()),
    ).toEqual(['{"alg":"HS256"}', '{"sub":"a"}'])
  })

  test('no key comes from there', async () => {
    for (const jwk of [{}, { kty: 'oct' }, { alg: 'HS256' }, { kty: 'oct', alg: 'HS256' }]) {
      expect(await wished(() => verdictOf(() => path.importVerificationKey(jwk as Jwk)))).toBe('ERR_JWK_INVALID')
    }
    expect(await wished(() => verdictOf(() => createLocalJwks({} as JwkSet)))).toBe('ERR_JWKS_INVALID')
  })
})

describeAttack(28, (path) => {
  const numbers = ['clockTolerance', 'maxAge', 'maxTokenLength'] as const
  const wrong: readonly unknown[] = [
    Number.NaN,
    Number.POSITIVE_INFINITY,
    -1,
    '60',
    null,
    true,
    5n,
    [60],
    {},
    Symbol('s'),
  ]
  testEach(
    numbers.flatMap((name) =>
      wrong.map((value) => [`${name}: ${String(value)} (${typeof value})`, { [name]: value }] as const),
    ),
    async (option) => {
      const policy = policyOf(option as object)
      const key = keyOf('HS256', path)
      expect(() => path.createVerifier({ ...policy, keys: key })).toThrow(TypeError)
      await expect(path.verifyJwt(goodToken('HS256'), key, policy)).rejects.toThrow(TypeError)
    },
  )

  const others: readonly (readonly [title: string, options: object])[] = [
    ['no issuer', { issuer: undefined }],
    ['no audience', { audience: undefined }],
    ['an empty issuer', { issuer: '' }],
    ['no issuers', { issuer: [] }],
    ['an issuer that is a pattern', { issuer: /id/ }],
    ['audiences with a hole', { audience: ['a', undefined] }],
    ['required: a string', { required: 'exp' }],
    ['a clock that is a number', { now: 5 }],
    ['a misspelt option', { isuer: 'x' }],
    ['the options of another library', { ignoreExpiration: true }],
  ]
  testEach(others, async (options) => {
    const all = { ...policyOf(), ...options } as ClaimsPolicy
    expect(() => path.createVerifier({ ...all, keys: keyOf('HS256', path) })).toThrow(TypeError)
  })

  test('options are read once: what is checked is what counts', async () => {
    const policy = shifting<ClaimsPolicy>({
      issuer: ['https://id.example', null],
      audience: [null, null],
      required: [[], ['never']],
      now: [() => NOW, () => Number.NaN],
    })
    const verify = path.createVerifier({ ...policy, keys: keyOf('HS256', path) } as VerifierOptions)
    expect(await verdictOf(() => verify(goodToken('HS256')))).toBe('ERR_JWT_CLAIM iss')
    const direct = shifting<ClaimsPolicy>({ issuer: ['https://id.example', null], audience: [null], required: [[]] })
    expect(await verdictOf(() => path.verifyJwt(goodToken('HS256'), keyOf('HS256', path), direct))).toBe(
      'ERR_JWT_CLAIM iss',
    )
  })

  test('arrays of options are copied', async () => {
    const issuer = ['https://id.example']
    const verify = path.createVerifier({ ...policyOf({ issuer }), keys: keyOf('HS256', path) })
    issuer.push('https://evil.example')
    const token = forge({ alg: 'HS256' }, { iss: 'https://evil.example' }, SECRET)
    expect(await verdictOf(() => verify(token))).toBe('ERR_JWT_CLAIM iss')
  })

  test('proxies as options', async () => {
    const seen: string[] = []
    const policy = new Proxy(policyOf({ issuer: 'https://id.example' }), {
      get(target, name, receiver) {
        seen.push(String(name))
        return Reflect.get(target, name, receiver)
      },
    })
    expect(await verdictOf(() => path.verifyJwt(goodToken('HS256'), keyOf('HS256', path), policy))).toBe(
      'ERR_JWT_CLAIM iss',
    )
    expect(seen.filter((name) => name === 'issuer')).toHaveLength(1)
  })
})

describeAttack(32, (path) => {
  test('clocks that jump decide by what they say now', async () => {
    let time = NOW
    const verify = path.createVerifier({ ...policyOf({ maxAge: 60, now: () => time }), keys: keyOf('HS256', path) })
    const token = forge({ alg: 'HS256' }, { iat: NOW, nbf: NOW, exp: NOW + 60 }, SECRET)
    const steps: readonly (readonly [time: number, verdict: string])[] = [
      [NOW, 'accepted'],
      [NOW + 3600, 'ERR_JWT_EXPIRED exp'],
      [NOW + 1, 'accepted'],
      [NOW - 3600, 'ERR_JWT_NOT_YET_VALID nbf'],
      [0, 'ERR_JWT_NOT_YET_VALID nbf'],
      [-1, 'ERR_JWT_NOT_YET_VALID nbf'],
      [Number.NaN, 'ERR_JWT_NOT_YET_VALID nbf'],
      [Number.NEGATIVE_INFINITY, 'ERR_JWT_NOT_YET_VALID nbf'],
      [Number.POSITIVE_INFINITY, 'ERR_JWT_EXPIRED exp'],
      [NOW + 59.999, 'accepted'],
    ]
    for (const [now, verdict] of steps) {
      time = now
      expect(await verdictOf(() => verify(token)), String(now)).toBe(verdict)
    }
  })
})

describeAttack(22, (path) => {
  const good = goodToken('HS256')
  const key = keyOf('HS256', path)
  const verdict = (token: string) => verdictOf(() => path.verifyJwt(token, key, policyOf()))

  test('ropes, slices and two-byte strings are the strings that they spell', async () => {
    let rope = ''
    for (const letter of good) rope += letter
    const slice = `${'x'.repeat(100)}${good}`.slice(100)
    const narrowed = `\u20ac${good}`.slice(1)
    const joined = [...good].join('')
    for (const token of [rope, slice, narrowed, joined, String.raw({ raw: [good] })]) {
      expect(await verdict(token)).toBe('accepted')
    }
  })

  const strange: readonly (readonly [title: string, change: (token: string) => string])[] = [
    ['a lone surrogate behind it', (token) => `${token}\ud800`],
    ['a lone surrogate before it', (token) => `\udc00${token}`],
    [
      'letters 256 above their own',
      (token) => token.replace(/\w/g, (letter) => String.fromCharCode(letter.charCodeAt(0) + 256)),
    ],
    [
      'one letter 256 above its own in the signature',
      (token) => token.replace(/\w$/, (letter) => String.fromCharCode(letter.charCodeAt(0) + 256)),
    ],
    [
      'one letter 65280 above its own in the payload',
      (token) => token.replace(/\.(\w)/, (_, letter) => `.${String.fromCharCode(letter.charCodeAt(0) + 0xff00)}`),
    ],
    ['dots that are ideographic', (token) => token.replaceAll('.', '\u3002')],
    ['dots that are fullwidth', (token) => token.replaceAll('.', '\uff0e')],
    ['letters decomposed', (token) => `${token}\u0301`],
    ['turned over', (token) => [...token].reverse().join('')],
  ]
  testEach(strange, async (change) => {
    expect(await verdict(change(good))).not.toBe('accepted')
  })

  test('a string that belongs to another realm of methods is read as itself', async () => {
    const { indexOf } = String.prototype
    const own = Object.assign(Object(good), { indexOf: () => 1, slice: () => '' })
    expect(await verdict(own)).toBe('ERR_JWS_INVALID')
    expect(String.prototype.indexOf).toBe(indexOf)
  })
})

describeAttack(9, (path) => {
  test('sets of all kinds of keys choose by kid, and only by it', async () => {
    const algs = ['RS256', 'PS256', 'ES256', 'ES384', 'ES512', 'EdDSA'] as const
    const set = { keys: algs.map((alg) => publicHalf(privateJwk(alg, { kid: alg }))) }
    const keys = path.use(() => createLocalJwks(set))
    for (const alg of algs) {
      for (const kid of algs) {
        const token = forge({ alg, kid }, {}, privateJwk(alg))
        const verdict = await verdictOf(() => path.verifyJwt(token, keys, policyOf()))
        expect(verdict, `${alg} by ${kid}`).toBe(alg === kid ? 'accepted' : 'ERR_ALG_NOT_ALLOWED')
      }
    }
  })
})
