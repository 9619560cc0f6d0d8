import { describe, expect, test } from 'vitest'
import { createLocalJwks, type Jwk, type KeySource, type LocalJwksOptions } from '../../src/index.ts'
import type { Alg } from '../../src/jwa.ts'
import { forge } from '../forge.ts'
import { ALGS, freshJwk, privateJwk, publicJwk } from '../keys.ts'
import { PATHS } from '../paths.ts'
import { policyOf, refusalOf, verdictOf } from '../verdict.ts'

const CLAIMS = { sub: 'alice' }

/** The header of a token, the key that signs it, and what becomes of it. */
type Token = readonly [header: { alg: Alg; [member: string]: unknown }, signer: Jwk, verdict: string]

const token = ([header, signer]: Token) => forge(header, CLAIMS, signer)

/** One test for each set, in which all of its tokens are verified, on every path. */
function testSet(
  title: string,
  keys: readonly Jwk[],
  options: LocalJwksOptions | undefined,
  tokens: readonly Token[],
): void {
  test(title, async () => {
    const rows = tokens.map((each) => [...each, token(each)] as const)
    for (const path of PATHS) {
      const source = path.use(() => createLocalJwks({ keys: [...keys] }, options))
      for (const [header, , verdict, text] of rows) {
        // Twice, since a choice is remembered.
        for (const round of [1, 2]) {
          const actual = await verdictOf(() => path.verifyJwt(text, source, policyOf()))
          expect(actual, `${path.name}, ${JSON.stringify(header)}, round ${round}`).toBe(verdict)
        }
      }
    }
  })
}

const EC_1 = freshJwk('ES256', { kid: 'ec-1' })
const EC_2 = freshJwk('ES256', { kid: 'ec-2' })
const RSA = privateJwk('RS256', { kid: 'rsa' })
const ED = privateJwk('EdDSA', { kid: 'ed' })
const OCT = privateJwk('HS256', { kid: 'oct' })

function without(jwk: Jwk, ...names: string[]): Jwk {
  return Object.fromEntries(Object.entries(jwk).filter(([name]) => !names.includes(name))) as Jwk
}

describe('selection', () => {
  const set = [EC_1, EC_2, RSA, ED]

  testSet('R2: the kid names the key, and the key its algorithm', set, undefined, [
    [{ alg: 'ES256', kid: 'ec-1' }, EC_1, 'accepted'],
    [{ alg: 'ES256', kid: 'ec-2' }, EC_2, 'accepted'],
    [{ alg: 'RS256', kid: 'rsa' }, RSA, 'accepted'],
    [{ alg: 'EdDSA', kid: 'ed' }, ED, 'accepted'],
    [{ alg: 'ES256', kid: 'ec-1' }, EC_2, 'ERR_JWS_SIGNATURE'],
    [{ alg: 'ES256', kid: 'rsa' }, EC_1, 'ERR_ALG_NOT_ALLOWED'],
    [{ alg: 'RS512', kid: 'rsa' }, RSA, 'ERR_ALG_NOT_ALLOWED'],
    [{ alg: 'PS256', kid: 'rsa' }, RSA, 'ERR_ALG_NOT_ALLOWED'],
    [{ alg: 'Ed25519', kid: 'ed' }, ED, 'ERR_ALG_NOT_ALLOWED'],
    [{ alg: 'HS256', kid: 'rsa' }, OCT, 'ERR_ALG_NOT_ALLOWED'],
  ])

  testSet('R12: a kid that no key has finds none (attack 8)', set, undefined, [
    ...['ec-3', '', 'EC-1', 'ec-1 ', '../../dev/null', '__proto__', 'constructor', 'toString', '0'].map(
      (kid): Token => [{ alg: 'ES256', kid }, EC_1, 'ERR_KEY_NOT_FOUND'],
    ),
  ])

  testSet('R8: without a kid, the keys of the algorithm are tried', set, undefined, [
    [{ alg: 'ES256' }, EC_1, 'accepted'],
    [{ alg: 'ES256' }, EC_2, 'accepted'],
    [{ alg: 'RS256' }, RSA, 'accepted'],
    [{ alg: 'ES256' }, freshJwk('ES256'), 'ERR_JWS_SIGNATURE'],
    [{ alg: 'PS256' }, RSA, 'ERR_KEY_NOT_FOUND'],
    [{ alg: 'HS256' }, OCT, 'ERR_KEY_NOT_FOUND'],
  ])

  const many = Array.from({ length: 5 }, (_, index) => freshJwk('ES256', { kid: `k${index}` }))
  testSet('R8: without a kid, four keys are tried, and with one its own', many, undefined, [
    ...many.map((jwk, index): Token => [{ alg: 'ES256' }, jwk, index < 4 ? 'accepted' : 'ERR_KEY_NOT_FOUND']),
    ...many.map((jwk, index): Token => [{ alg: 'ES256', kid: `k${index}` }, jwk, 'accepted']),
  ])

  testSet('a key without a kid verifies tokens without one', [without(EC_1, 'kid'), EC_2], undefined, [
    [{ alg: 'ES256' }, EC_1, 'accepted'],
    [{ alg: 'ES256', kid: 'undefined' }, EC_1, 'ERR_KEY_NOT_FOUND'],
    [{ alg: 'ES256', kid: 'ec-2' }, EC_1, 'ERR_JWS_SIGNATURE'],
  ])

  const shared = [
    { ...EC_1, kid: 'k' },
    { ...RSA, kid: 'k' },
    { ...ED, kid: 'k' },
  ]
  testSet('R8: keys of different algorithms may have one kid', shared, undefined, [
    [{ alg: 'ES256', kid: 'k' }, EC_1, 'accepted'],
    [{ alg: 'RS256', kid: 'k' }, RSA, 'accepted'],
    [{ alg: 'EdDSA', kid: 'k' }, ED, 'accepted'],
    [{ alg: 'ES384', kid: 'k' }, privateJwk('ES384'), 'ERR_ALG_NOT_ALLOWED'],
  ])

  const symmetric = Array.from({ length: 200 }, (_, index) => freshJwk('HS256', { kid: `k${index}` }))
  testSet('a big set finds its keys', symmetric, undefined, [
    ...symmetric
      .filter((_, index) => index % 50 === 0)
      .map((jwk): Token => [{ alg: 'HS256', kid: jwk.kid }, jwk, 'accepted']),
    [{ alg: 'HS256', kid: 'k0' }, symmetric[199] as Jwk, 'ERR_JWS_SIGNATURE'],
    [{ alg: 'HS256', kid: 'k200' }, symmetric[199] as Jwk, 'ERR_KEY_NOT_FOUND'],
  ])

  test('the keys have the kid of their JWK, and are handed out frozen', async () => {
    const keys = createLocalJwks({ keys: set })({ alg: 'ES256', kid: 'ec-2' })
    expect(keys).toMatchObject([{ alg: 'ES256', kid: 'ec-2' }])
    expect(Object.isFrozen(keys)).toBe(true)
  })

  test('what becomes of the set afterwards has no effect', async () => {
    const changing = { keys: [{ ...EC_1 }] }
    const source = createLocalJwks(changing)
    Object.assign(changing.keys[0] as Jwk, EC_2, { kid: 'ec-1' })
    changing.keys.push(EC_2)
    expect(await verdictOf(() => verify({ alg: 'ES256', kid: 'ec-1' }, EC_1, source))).toBe('accepted')
    expect(await verdictOf(() => verify({ alg: 'ES256', kid: 'ec-2' }, EC_2, source))).toBe('ERR_KEY_NOT_FOUND')
  })
})

const [node] = PATHS

function verify(header: Token[0], signer: Jwk, source: KeySource): Promise<unknown> {
  return (node as (typeof PATHS)[number]).verifyJwt(token([header, signer, '']), source, policyOf())
}

describe('identify', () => {
  const first = { ...without(EC_1, 'kid'), kid: 'k1', x5t: 'thumb-1', 'x5t#S256': 'thumb-a' } as Jwk
  const second = { ...without(EC_2, 'kid'), kid: 'k2', x5t: 'thumb-2', 'x5t#S256': 'thumb-b' } as Jwk
  const third = { ...freshJwk('ES256'), kid: 'k1', x5t: 'thumb-2' }

  testSet('"kid" is the default', [first, second], {}, [
    [{ alg: 'ES256', kid: 'k2', x5t: 'thumb-1' }, second, 'accepted'],
    [{ alg: 'ES256', kid: 'thumb-2', x5t: 'k2' }, second, 'ERR_KEY_NOT_FOUND'],
  ])
  testSet('"kid" as said', [first, second], { identify: 'kid' }, [[{ alg: 'ES256', kid: 'k2' }, second, 'accepted']])
  testSet('"x5t"', [first, second], { identify: 'x5t' }, [
    [{ alg: 'ES256', x5t: 'thumb-2' }, second, 'accepted'],
    [{ alg: 'ES256', x5t: 'thumb-1' }, second, 'ERR_JWS_SIGNATURE'],
    [{ alg: 'ES256', x5t: 'thumb-b' }, second, 'ERR_KEY_NOT_FOUND'],
    [{ alg: 'ES256', x5t: 'thumb-3', kid: 'k2' }, second, 'ERR_KEY_NOT_FOUND'],
    [{ alg: 'ES256', kid: 'nobody' }, second, 'accepted'],
  ])
  testSet('"x5t#S256"', [first, second], { identify: 'x5t#S256' }, [
    [{ alg: 'ES256', 'x5t#S256': 'thumb-b' }, second, 'accepted'],
    [{ alg: 'ES256', 'x5t#S256': 'thumb-2' }, second, 'ERR_KEY_NOT_FOUND'],
  ])
  testSet('R12: a member that is no string identifies nothing', [{ ...first, x5t: 5 }, second], { identify: 'x5t' }, [
    [{ alg: 'ES256', x5t: '5' }, first, 'ERR_KEY_NOT_FOUND'],
    [{ alg: 'ES256' }, first, 'accepted'],
  ])
  testSet('"kid_x5t" is both together', [first, second, third], { identify: 'kid_x5t' }, [
    [{ alg: 'ES256', kid: 'k1', x5t: 'thumb-1' }, first, 'accepted'],
    [{ alg: 'ES256', kid: 'k1', x5t: 'thumb-2' }, third, 'accepted'],
    [{ alg: 'ES256', kid: 'k1', x5t: 'thumb-2' }, first, 'ERR_JWS_SIGNATURE'],
    [{ alg: 'ES256', kid: 'k2', x5t: 'thumb-1' }, second, 'ERR_KEY_NOT_FOUND'],
    [{ alg: 'ES256', kid: 'k1 thumb-1' }, second, 'accepted'],
    [{ alg: 'ES256', kid: 'k3', x5t: 'thumb-1' }, first, 'ERR_KEY_NOT_FOUND'],
    [{ alg: 'ES256', x5t: 'thumb-', kid: '1k1' }, first, 'ERR_KEY_NOT_FOUND'],
  ])
  testSet(
    'a key that lacks the member is found by tokens that lack it',
    [without(first, 'x5t'), second],
    { identify: 'x5t' },
    [
      [{ alg: 'ES256', kid: 'k1' }, first, 'accepted'],
      [{ alg: 'ES256', x5t: 'thumb-1' }, first, 'ERR_KEY_NOT_FOUND'],
    ],
  )
})

describe('algorithms', () => {
  const bare = without(RSA, 'alg')

  testSet('R2: an RSA key without alg verifies those that are named', [bare], { algorithms: ['RS256', 'PS256'] }, [
    [{ alg: 'RS256', kid: 'rsa' }, RSA, 'accepted'],
    [{ alg: 'PS256', kid: 'rsa' }, RSA, 'accepted'],
    [{ alg: 'PS256' }, RSA, 'accepted'],
    [{ alg: 'RS512', kid: 'rsa' }, RSA, 'ERR_ALG_NOT_ALLOWED'],
    [{ alg: 'ES256' }, EC_1, 'ERR_ALG_NOT_ALLOWED'],
  ])
  testSet("R2: a key's own alg is not widened", [RSA], { algorithms: ['RS256', 'PS256', 'ES256'] }, [
    [{ alg: 'RS256', kid: 'rsa' }, RSA, 'accepted'],
    [{ alg: 'PS256', kid: 'rsa' }, RSA, 'ERR_ALG_NOT_ALLOWED'],
    [{ alg: 'PS256' }, RSA, 'ERR_KEY_NOT_FOUND'],
  ])
  testSet(
    'R2: what is not named is not allowed, though there is a key',
    [EC_1, RSA, ED],
    { algorithms: ['RS256', 'EdDSA'] },
    [
      [{ alg: 'RS256', kid: 'rsa' }, RSA, 'accepted'],
      [{ alg: 'ES256', kid: 'ec-1' }, EC_1, 'ERR_ALG_NOT_ALLOWED'],
      [{ alg: 'ES256' }, EC_1, 'ERR_ALG_NOT_ALLOWED'],
    ],
  )
  testSet(
    'R2: a curve has its own algorithms only',
    [without(EC_1, 'alg'), without(ED, 'alg')],
    { algorithms: ['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'] },
    [
      [{ alg: 'ES256', kid: 'ec-1' }, EC_1, 'accepted'],
      [{ alg: 'ES384', kid: 'ec-1' }, privateJwk('ES384'), 'ERR_ALG_NOT_ALLOWED'],
      [{ alg: 'EdDSA', kid: 'ed' }, ED, 'accepted'],
      [{ alg: 'Ed25519', kid: 'ed' }, ED, 'accepted'],
    ],
  )
  testSet(
    'R2: without the option, a curve stands for one algorithm',
    [without(EC_1, 'alg'), without(ED, 'alg')],
    undefined,
    [
      [{ alg: 'ES256', kid: 'ec-1' }, EC_1, 'accepted'],
      [{ alg: 'EdDSA', kid: 'ed' }, ED, 'accepted'],
      [{ alg: 'Ed25519', kid: 'ed' }, ED, 'ERR_ALG_NOT_ALLOWED'],
    ],
  )
  testSet('R2: without the option, an RSA key without alg is passed over', [bare, EC_1], undefined, [
    [{ alg: 'RS256', kid: 'rsa' }, RSA, 'ERR_KEY_NOT_FOUND'],
    [{ alg: 'RS256' }, RSA, 'ERR_KEY_NOT_FOUND'],
    [{ alg: 'ES256', kid: 'ec-1' }, EC_1, 'accepted'],
  ])
  testSet('R2: a curve means nothing to an RSA key', [{ ...bare, crv: 'P-256' }], { algorithms: ['ES256', 'RS256'] }, [
    [{ alg: 'RS256', kid: 'rsa' }, RSA, 'accepted'],
    [{ alg: 'ES256', kid: 'rsa' }, EC_1, 'ERR_ALG_NOT_ALLOWED'],
  ])
  testSet('R2: whatever the order', [without(EC_1, 'alg')], { algorithms: ['ES512', 'RS256', 'ES384', 'ES256'] }, [
    [{ alg: 'ES256', kid: 'ec-1' }, EC_1, 'accepted'],
    [{ alg: 'ES384', kid: 'ec-1' }, privateJwk('ES384'), 'ERR_ALG_NOT_ALLOWED'],
  ])
  test('R2: a key of no allowed algorithm is passed over, and the message says so', async () => {
    for (const rsa of [RSA, bare]) {
      const source = createLocalJwks({ keys: [EC_1, rsa] }, { algorithms: ['ES256'] })
      const refusal = await refusalOf(() => verify({ alg: 'ES256', kid: 'rsa' }, EC_1, source))
      expect(refusal).toMatchObject({ code: 'ERR_KEY_NOT_FOUND', message: expect.stringMatching(/key 1.*no allowed/) })
      const none = await refusalOf(() => createLocalJwks({ keys: [rsa] }, { algorithms: ['ES256'] }))
      expect(none).toMatchObject({ code: 'ERR_JWKS_INVALID', message: expect.stringContaining('no allowed') })
    }
  })
  test.each<[title: string, jwk: Jwk, algorithms: Alg[]]>([
    ['another type', bare, ['ES256', 'EdDSA', 'HS256']],
    ['another curve', without(EC_1, 'alg'), ['ES384', 'ES512']],
    ['another curve of the type', without(ED, 'alg'), ['Ed448']],
    ['another alg, which it says itself', { ...EC_1, alg: 'ES256' }, ['ES384']],
    ['another alg of its type', RSA, ['RS512', 'PS256']],
  ])('R2: of %s: not even imported', async (_, jwk, algorithms) => {
    const source = createLocalJwks(
      { keys: [publicJwk('ES512'), jwk] },
      {
        algorithms: [...algorithms, 'ES512'],
      },
    )
    const { cause } = await refusalOf(() => verify({ alg: 'ES512', kid: jwk.kid }, privateJwk('ES512'), source))
    expect(cause).toMatchObject({ code: 'ERR_ALG_NOT_ALLOWED', message: 'it is for no allowed algorithm' })
  })
  for (const alg of ALGS) {
    testSet(`R2: ${alg} alone`, [publicJwk(alg)], { algorithms: [alg] }, [[{ alg }, privateJwk(alg), 'accepted']])
  }

  test('R19: what becomes of the array afterwards has no effect', async () => {
    const algorithms: Alg[] = ['RS256']
    const source = createLocalJwks({ keys: [bare, EC_1] }, { algorithms })
    algorithms[0] = 'PS256'
    algorithms.push('ES256')
    expect(await verdictOf(() => verify({ alg: 'RS256' }, RSA, source))).toBe('accepted')
    expect(await verdictOf(() => verify({ alg: 'PS256' }, RSA, source))).toBe('ERR_ALG_NOT_ALLOWED')
    expect(await verdictOf(() => verify({ alg: 'ES256' }, EC_1, source))).toBe('ERR_ALG_NOT_ALLOWED')
  })
})

describe('symmetric keys', () => {
  const other = freshJwk('HS256', { kid: 'oct-2' })
  testSet('R8: verify out of a set that has no others', [OCT, other], undefined, [
    [{ alg: 'HS256', kid: 'oct' }, OCT, 'accepted'],
    [{ alg: 'HS256' }, other, 'accepted'],
  ])
  for (const [place, keys] of [
    ['before', [OCT, RSA]],
    ['behind', [RSA, OCT]],
  ] as const) {
    for (const algorithms of [undefined, ['RS256', 'HS256'] as const]) {
      testSet(
        `R8: never verify ${place} an RSA key (attack 9), algorithms ${algorithms}`,
        keys,
        algorithms && { algorithms },
        [
          [{ alg: 'HS256', kid: 'oct' }, OCT, 'ERR_KEY_NOT_FOUND'],
          [{ alg: 'HS256' }, OCT, 'ERR_KEY_NOT_FOUND'],
          [{ alg: 'RS256', kid: 'rsa' }, RSA, 'accepted'],
        ],
      )
    }
  }
  testSet('R8: nor beside a key that cannot be used', [OCT, { kty: 'DSA', kid: 'x' }, EC_1], undefined, [
    [{ alg: 'HS256', kid: 'oct' }, OCT, 'ERR_KEY_NOT_FOUND'],
  ])

  test('R8: the message says why', async () => {
    const source = createLocalJwks({ keys: [RSA, OCT] })
    const refusal = await refusalOf(() => verify({ alg: 'HS256', kid: 'oct' }, OCT, source))
    expect(refusal.message).toMatch(/key 1.*symmetric.*other keys/)
    expect(refusal.cause).toMatchObject({ code: 'ERR_KEY_USE' })
    expect(await verdictOf(() => createLocalJwks({ keys: [OCT, { kty: 'DSA' }] }))).toBe('ERR_JWKS_INVALID')
  })
})
