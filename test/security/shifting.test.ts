import { describe, expect, test } from 'vitest'
import {
  type Claims,
  type ClaimsPolicy,
  checkClaims,
  createLocalJwks,
  type ImportOptions,
  type Jwk,
  type KeySource,
} from '../../src/index.ts'
import { goodToken } from '../cases/keys.ts'
import { forge, segmentsOf } from '../forge.ts'
import { freshJwk, privateJwk, publicJwk } from '../keys.ts'
import { keyOf, NOW, policyOf, SECRET, verdictOf } from '../verdict.ts'
import { describeAttack } from './attack.ts'
import { titleOf } from './catalogue.ts'
import { shifting, shiftingArray } from './shifting.ts'

// What answers otherwise the second time: getters and proxies as keys, sets, answers of key sources and claims. Whatever is
// checked must be what counts, so each member is read once.

describeAttack(6, (path) => {
  test('a secret that is long when it is measured, and short when it is imported', async () => {
    const [weak, strong] = ['AAAA', String(SECRET.k)]
    for (const [first, second, verdict] of [
      [weak, strong, 'ERR_JWK_WEAK'],
      [strong, weak, 'accepted'],
    ] as const) {
      const jwk = shifting<Jwk>({ kty: ['oct'], alg: ['HS256'], k: [first, second] })
      expect(await verdictOf(() => path.importVerificationKey(jwk))).toBe(verdict)
    }
    const shifted = shifting<Jwk>({ kty: ['oct'], alg: ['HS256'], k: [strong, String(freshJwk('HS256').k)] })
    const key = path.importVerificationKey(shifted)
    expect(await verdictOf(() => path.verifyJwt(goodToken('HS256'), key, policyOf()))).toBe('accepted')
  })
})

describeAttack(18, (path) => {
  test('a JWK with an "alg" that becomes another', async () => {
    const jwk = shifting<Jwk>({ alg: ['PS256', 'RS256'] }, { ...publicJwk('RS256', { alg: undefined }) })
    const key = path.importVerificationKey(jwk)
    const verdict = await verdictOf(() => path.verifyJwt(goodToken('RS256'), key, policyOf()))
    expect(key.alg === 'RS256' ? 'accepted' : 'ERR_ALG_NOT_ALLOWED').toBe(verdict)
    expect(await verdictOf(() => path.importVerificationKey(jwk, { alg: 'PS256' } as ImportOptions))).not.toBe(
      'accepted',
    )
  })

  test('a JWK whose "kty" is read once', async () => {
    const reads: string[] = []
    const counting = new Proxy({ ...SECRET }, { get: (jwk, name) => reads.push(String(name)) && jwk[String(name)] })
    path.importVerificationKey(counting)
    expect(reads.filter((name) => name === 'kty')).toHaveLength(1)
    const shifted = shifting<Jwk>({ kty: ['EC', 'oct'] }, { ...publicJwk('ES256', { kty: undefined }), k: SECRET.k })
    expect(path.importVerificationKey(shifted).alg).toBe('ES256')
  })

  test('a key source whose array holds a key of the token\'s "alg" and then one of another', async () => {
    const [named, other] = [keyOf('HS512', path), keyOf('HS256', path)]
    const token = forge({ alg: 'HS512' }, {}, SECRET, 'HS256')
    const source: KeySource = () => shiftingArray(named, other)
    expect(await verdictOf(() => path.verifyJwt(token, source, policyOf()))).toBe('ERR_JWS_SIGNATURE')
    expect(await verdictOf(() => path.verifyJwt(goodToken('HS512'), source, policyOf()))).toBe('accepted')
  })
})

describeAttack(9, (path) => {
  test('a secret that says it is a public key until the set has been looked at', async () => {
    const token = forge({ alg: 'HS256', kid: 'k' }, {}, SECRET)
    // As many readings as a careless importer takes to see what kinds of keys there are.
    for (let readings = 1; readings < 6; readings++) {
      const kty = [...Array.from({ length: readings }, () => 'EC'), 'oct']
      const chameleon = shifting<Jwk>({ kty }, { ...SECRET, kty: undefined, kid: 'k' })
      const verdict = await verdictOf(() => {
        const keys = path.use(() => createLocalJwks({ keys: [chameleon, publicJwk('ES256', { kid: 'public' })] }))
        return path.verifyJwt(token, keys, policyOf())
      })
      expect(verdict).toBe('ERR_KEY_NOT_FOUND')
    }
  })

  test('a set whose array changes', async () => {
    const keys = shiftingArray<Jwk>(publicJwk('ES256', { kid: 'k' }), { ...SECRET, kid: 'k' })
    const source = path.use(() => createLocalJwks({ keys }))
    const token = forge({ alg: 'HS256', kid: 'k' }, {}, SECRET)
    expect(await verdictOf(() => path.verifyJwt(token, source, policyOf()))).toBe('ERR_ALG_NOT_ALLOWED')
  })
})

describe(titleOf(27), () => {
  const checked = (claims: Claims, policy: Partial<ClaimsPolicy> = {}) =>
    verdictOf(() => checkClaims(claims, policyOf(policy)))

  test('checkClaims: getters, proxies, and inherited claims', async () => {
    const getter = Object.defineProperty({}, 'exp', { get: () => Number.NaN, enumerable: true })
    expect(await checked(getter)).toBe('ERR_JWT_CLAIM exp')
    const inherited = Object.create({ iss: 'https://id.example' }) as Claims
    expect(await checked(inherited, { issuer: 'https://id.example' })).toBe('ERR_JWT_CLAIM iss')
    expect(await checked(new Proxy<Claims>({ exp: NOW - 1 }, { has: () => true }))).toBe('ERR_JWT_EXPIRED exp')
  })

  test('checkClaims: a claim that is good, or gone, from the second reading on', async () => {
    expect(await checked(shifting<Claims>({ exp: [NOW - 1, undefined] }))).toBe('ERR_JWT_EXPIRED exp')
    expect(await checked(shifting<Claims>({ exp: [NOW - 1, NOW + 60] }))).toBe('ERR_JWT_EXPIRED exp')
    expect(await checked(shifting<Claims>({ nbf: [NOW + 60, undefined] }))).toBe('ERR_JWT_NOT_YET_VALID nbf')
    expect(await checked(shifting<Claims>({ iss: ['evil', 'good'] }), { issuer: 'good' })).toBe('ERR_JWT_CLAIM iss')
    expect(await checked(shifting<Claims>({ aud: ['evil', 'api'] }), { audience: 'api' })).toBe('ERR_JWT_CLAIM aud')
  })
})

describeAttack(42, (path) => {
  const payloadOf = (token: string) => JSON.parse(Buffer.from(segmentsOf(token)[1], 'base64url').toString())

  test('claims that are right when they are checked, and wrong when they are written', async () => {
    const key = path.importSigningKey(SECRET)
    const make = () =>
      shifting<Claims>({ exp: [NOW + 60, 'never'], sub: ['alice', 5], aud: [shiftingArray<unknown>('api', 5), 5] })
    const signed = { exp: NOW + 60, sub: 'alice', aud: ['api'] }
    expect(payloadOf(await path.signJwt(make(), key))).toEqual(signed)
    const sign = path.createSigner({ key, issuedAt: true, now: () => NOW })
    expect(payloadOf(await sign(make()))).toEqual({ iat: NOW, ...signed })
    expect(payloadOf(await path.createSigner({ key })(make()))).toEqual(signed)
  })

  test('claims that lie the first time are refused', async () => {
    const key = path.importSigningKey(privateJwk('HS256'))
    const claims = () => shifting<Claims>({ exp: ['never', NOW + 60] })
    expect(await verdictOf(() => path.signJwt(claims(), key))).toBe('ERR_SIGN exp')
    expect(await verdictOf(() => path.createSigner({ key })(claims()))).toBe('ERR_SIGN exp')
  })
})
