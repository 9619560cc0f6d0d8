// Faults that were found once, each with the rule that it broke.
import { expect, test } from 'vitest'
import { type Claims, createLocalJwks, createRemoteJwks, type Jwk } from '../src/index.ts'
import { verifyJwtSync } from '../src/sync.ts'
import { goodToken } from './cases/keys.ts'
import { privateJwk } from './keys.ts'
import { PATHS } from './paths.ts'
import { policyOf, SECRET, verdictOf } from './verdict.ts'

for (const path of PATHS) {
  const key = path.importSigningKey(SECRET)
  test(`header R20: ${path.name}: toJSON does not replace the header`, async () => {
    expect(await verdictOf(() => path.signJwt({}, key, { toJSON: () => ({ alg: 'HS512' }) }))).toBe('ERR_SIGN')
  })
  test(`header R20: ${path.name}: numbers that are not finite`, async () => {
    expect(await verdictOf(() => path.signJwt({}, key, { x: Number.NaN }))).toBe('ERR_SIGN')
    expect(await verdictOf(() => path.signJwt({}, key, { x: [{ y: Number.POSITIVE_INFINITY }] }))).toBe('ERR_SIGN')
  })
  for (const claims of [null, undefined, [], [{ iss: 'good' }], 'claims', 5, new Date(0)]) {
    test(`signer R20: ${path.name}: ${JSON.stringify(claims)} for claims`, async () => {
      expect(await verdictOf(() => path.createSigner({ key })(claims as Claims))).toBe('ERR_SIGN')
    })
  }
  test(`signer R20: ${path.name}: an inherited toJSON is refused, as by signJwt`, async () => {
    const claims = Object.assign(Object.create({ toJSON: () => ({}) }), { sub: 'a' }) as Claims
    expect(await verdictOf(() => path.signJwt(claims, key))).toBe('ERR_SIGN')
    expect(await verdictOf(() => path.createSigner({ key })(claims))).toBe('ERR_SIGN')
  })
  test(`signer R19: ${path.name}: claims null`, () => {
    expect(() => path.createSigner({ key, claims: null as never })).toThrow()
  })
  test(`jwt R20: ${path.name}: what becomes null by toJSON or as an object`, async () => {
    for (const x of [{ toJSON: () => Number.NaN }, new Number(Number.NaN)]) {
      expect(await verdictOf(() => path.signJwt({ x }, key))).toBe('ERR_SIGN')
    }
  })
  test(`jwt R20: ${path.name}: a sparse aud`, async () => {
    expect(await verdictOf(() => path.signJwt({ aud: new Array(2) }, key))).toBe('ERR_SIGN aud')
  })
  test(`claims R19: ${path.name}: required null`, async () => {
    await expect(
      path.verifyJwt(goodToken('HS256'), path.importVerificationKey(SECRET), policyOf({ required: null as never })),
    ).rejects.toThrow(TypeError)
  })
}

const oct = { kty: 'oct', kid: 'k', k: privateJwk('HS256').k } as Jwk
test('local R2: the order of "algorithms" does not matter for a secret that is long enough for one of them', async () => {
  expect(await verdictOf(() => createLocalJwks({ keys: [oct] }, { algorithms: ['HS256', 'HS512'] }))).toBe('accepted')
  expect(await verdictOf(() => createLocalJwks({ keys: [oct] }, { algorithms: ['HS512', 'HS256'] }))).toBe('accepted')
})
test('local R19: an algorithm named twice is not a duplicate key', async () => {
  expect(await verdictOf(() => createLocalJwks({ keys: [oct] }, { algorithms: ['HS256', 'HS256'] }))).not.toBe(
    'ERR_JWKS_INVALID',
  )
})
for (const headers of ['x', null, 5, [], { a: 5 }, { a: 'b\r\nc' }, { 'a b': 'c' }]) {
  test(`fetch R19: headers ${JSON.stringify(headers)}`, () => {
    expect(() => createRemoteJwks('https://id.example/', { headers: headers as never })).toThrow(TypeError)
  })
}
test('fetch R19: a timeout beyond 2^31 ms does not become 1 ms', async () => {
  let answered = false
  const fetch = async () => {
    await new Promise((resolve) => setTimeout(resolve, 50))
    answered = true
    return new Response('{"keys":[]}', { headers: { 'content-type': 'application/json' } })
  }
  const make = () => createRemoteJwks('https://id.example/', { timeout: 3e6, fetch })
  let keys: ReturnType<typeof make>
  try {
    keys = make()
  } catch (error) {
    expect(error).toBeInstanceOf(TypeError)
    return
  }
  expect(await verdictOf(() => keys.refresh())).toBe('accepted')
  expect(answered).toBe(true)
})
test('sync: the promise of a source that is refused does not end the process', async () => {
  const unhandled: unknown[] = []
  const listen = (reason: unknown) => unhandled.push(reason)
  const before = process.listeners('unhandledRejection')
  process.removeAllListeners('unhandledRejection')
  process.on('unhandledRejection', listen)
  const keys = createRemoteJwks('https://id.example/', { fetch: () => Promise.reject(new Error('down')) })
  expect(() => verifyJwtSync(goodToken('HS256'), keys, policyOf())).toThrow(TypeError)
  await new Promise((resolve) => setTimeout(resolve, 20))
  process.off('unhandledRejection', listen)
  for (const each of before) process.on('unhandledRejection', each)
  expect(unhandled).toEqual([])
})
