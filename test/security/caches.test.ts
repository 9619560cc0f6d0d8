import { expect, test } from 'vitest'
import { createLocalJwks, type JoseHeader, type VerifierOptions } from '../../src/index.ts'
import { changeSignature, forge, segmentsOf } from '../forge.ts'
import { freshJwk, privateJwk, publicHalf } from '../keys.ts'
import type { Path } from '../paths.ts'
import { keyOf, NOW, policyOf, SECRET, verdictOf } from '../verdict.ts'
import { describeAttack } from './attack.ts'

// What one token leaves behind must not help another: the opt-in cache of tokens, and the memory of headers, which all
// verifiers share.

function verifier(path: Path, options: Partial<VerifierOptions> = {}): (token: string) => Promise<string> {
  const verify = path.createVerifier({ ...policyOf(), keys: keyOf('HS256', path), cache: { maxSize: 100 }, ...options })
  return (token) => verdictOf(() => verify(token))
}

describeAttack(33, (path) => {
  const good = forge({ alg: 'HS256' }, { sub: 'alice', role: 'reader', exp: NOW + 60 }, SECRET)
  const [header, payload, signature] = segmentsOf(good)

  test('tokens that differ in one claim are not each other', async () => {
    const verify = verifier(path)
    expect(await verify(good)).toBe('accepted')
    const other = segmentsOf(forge({ alg: 'HS256' }, { sub: 'alice', role: 'admin!', exp: NOW + 60 }, SECRET))
    for (const forged of [
      `${header}.${other[1]}.${signature}`,
      `${header}.${payload}.${other[2]}`,
      `${header}.${payload}.`,
      changeSignature(good, (octets) => octets.reverse()),
    ]) {
      expect(await verify(forged)).toBe('ERR_JWS_SIGNATURE')
      // Nor after it has been refused once.
      expect(await verify(forged)).toBe('ERR_JWS_SIGNATURE')
    }
    // The end of the signature alone is where the cache looks first.
    expect(await verify(`${header}.${segmentsOf(good)[1].replace(/.$/, 'A')}.${signature}`)).not.toBe('accepted')
    expect(await verify(good)).toBe('accepted')
  })

  test('a token that expires while it is remembered', async () => {
    let time = NOW
    const verify = verifier(path, { now: () => time })
    expect(await verify(good)).toBe('accepted')
    time = NOW + 59.999
    expect(await verify(good)).toBe('accepted')
    for (time of [NOW + 60, Number.POSITIVE_INFINITY, Number.NaN]) {
      expect(await verify(good)).toBe('ERR_JWT_EXPIRED exp')
    }
    time = NOW
    expect(await verify(good)).toBe('accepted')
  })

  test('a key that is withdrawn while its token is remembered', async () => {
    const [first, second] = [keyOf('HS256', path), path.importVerificationKey(freshJwk('HS256'))]
    let keys = [first, second]
    const verify = verifier(path, { keys: () => keys })
    expect(await verify(good)).toBe('accepted')
    keys = [second]
    expect(await verify(good)).toBe('ERR_JWS_SIGNATURE')
    keys = []
    expect(await verify(good)).toBe('ERR_KEY_NOT_FOUND')
  })

  test('verifiers with other policies decide for themselves', async () => {
    expect(await verifier(path)(good)).toBe('accepted')
    expect(await verifier(path, { issuer: 'https://id.example' })(good)).toBe('ERR_JWT_CLAIM iss')
    expect(await verifier(path, { typ: 'at+jwt' })(good)).toBe('ERR_JWT_CLAIM typ')
    expect(await verifier(path, { maxTokenLength: 10 })(good)).toBe('ERR_JWS_INVALID')
  })

  test('claims that are handed out cannot be changed for the next', async () => {
    const token = forge({ alg: 'HS256' }, { sub: 'alice', roles: ['reader'], exp: NOW + 60 }, SECRET)
    const verify = path.createVerifier({ ...policyOf(), keys: keyOf('HS256', path), cache: { maxSize: 10 } })
    const { claims } = await verify(token)
    expect(() => (claims.roles as string[]).push('admin')).toThrow(TypeError)
    expect(() => Object.assign(claims, { sub: 'mallory' })).toThrow(TypeError)
    expect((await verify(token)).claims).toEqual({ sub: 'alice', roles: ['reader'], exp: NOW + 60 })
  })
})

describeAttack(10, (path) => {
  test('what one verifier understands, another does not', async () => {
    const token = forge({ alg: 'HS256', x: 1, crit: ['x'] }, { sub: 'alice' }, SECRET)
    for (let round = 0; round < 3; round++) {
      expect(await verifier(path, { crit: ['x'] })(token)).toBe('accepted')
      expect(await verifier(path)(token)).toBe('ERR_CRIT')
      expect(await verifier(path, { crit: ['y'] })(token)).toBe('ERR_CRIT')
    }
  })

  test('a header that is remembered cannot be changed', async () => {
    const token = forge({ alg: 'HS256', x: 1, crit: ['x'] }, { sub: 'alice' }, SECRET)
    const { header } = await path.verifyJwt(token, keyOf('HS256', path), policyOf({ crit: ['x'] }))
    expect(() => Reflect.deleteProperty(header, 'crit')).not.toThrow()
    expect(Object.hasOwn(header, 'crit')).toBe(true)
    expect(() => (header.crit as string[]).pop()).toThrow(TypeError)
    expect(await verifier(path)(token)).toBe('ERR_CRIT')
  })

  test('names that every object has', async () => {
    for (const name of ['toString', '__proto__', 'constructor', 'hasOwnProperty', 'valueOf']) {
      const absent = forge(`{"alg":"HS256","crit":["${name}"]}`, {}, SECRET, 'HS256')
      expect(await verifier(path, { crit: [name] })(absent)).toBe('ERR_CRIT')
      expect(await verifier(path)(absent)).toBe('ERR_CRIT')
      const present = forge(`{"alg":"HS256","${name}":1,"crit":["${name}"]}`, {}, SECRET, 'HS256')
      expect(await verifier(path)(present)).toBe('ERR_CRIT')
      expect(await verifier(path, { crit: [name] })(present)).toBe('accepted')
    }
  })
})

describeAttack(8, (path) => {
  test('a header that a set has seen chooses anew in another set', async () => {
    const [one, two] = [freshJwk('ES256', { kid: 'k' }), freshJwk('ES256', { kid: 'k' })]
    const token = forge({ alg: 'ES256', kid: 'k' }, {}, one)
    const sets = [one, two].map((jwk) => path.use(() => createLocalJwks({ keys: [publicHalf(jwk)] })))
    const verdicts = async () =>
      Promise.all(sets.map((keys) => verdictOf(() => path.verifyJwt(token, keys, policyOf()))))
    expect(await verdicts()).toEqual(['accepted', 'ERR_JWS_SIGNATURE'])
    expect(await verdicts()).toEqual(['accepted', 'ERR_JWS_SIGNATURE'])
  })

  test('a key source that changes its header changes no other', async () => {
    const token = forge({ alg: 'HS256', kid: 'k' }, {}, privateJwk('HS256'))
    const mischievous = (header: JoseHeader) => {
      Reflect.set(header, 'alg', 'none')
      Reflect.set(header, 'kid', 'other')
      expect(header).toEqual({ alg: 'HS256', kid: 'k' })
      return [keyOf('HS256', path)]
    }
    expect(await verdictOf(() => path.verifyJwt(token, mischievous, policyOf()))).toBe('accepted')
  })
})
