// Faults that were found once, each with the rule that it broke.
import { expect, test } from 'vitest'
import { createAuthValidator } from '../src/gateway/index.ts'
import { type Claims, createLocalJwks, createRemoteJwks, importVerificationKey, type Jwk } from '../src/index.ts'
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
      expect(await verdictOf(() => path.createSigner({ key })(claims as unknown as Claims))).toBe('ERR_SIGN')
    })
  }
  test(`signer R20: ${path.name}: an inherited toJSON is refused, as by signJwt`, async () => {
    const claims = Object.assign(Object.create({ toJSON: () => ({}) }), { sub: 'a' }) as unknown as Claims
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
  const { verifyJwtSync } = await import('../src/sync.ts')
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

test('R12: what earlier code put on Object.prototype is no option', () => {
  const weak: Jwk = { kty: 'oct', alg: 'HS256', k: 'AA' }
  const prototype = Object.prototype as { allowWeakKey?: boolean }
  prototype.allowWeakKey = true
  try {
    expect(() => importVerificationKey(weak)).toThrow(expect.objectContaining({ code: 'ERR_JWK_WEAK' }))
  } finally {
    delete prototype.allowWeakKey
  }
  expect(() => importVerificationKey(weak, Object.create({ allowWeakKey: true }))).toThrow(/fewer than the 32 octets/)
})

test('R5: a member that answers differently the second time is read once', () => {
  let reads = 0
  const shifty = {
    kty: 'oct',
    alg: 'HS256',
    get k() {
      return reads++ === 0 ? 'A'.repeat(43) : ''
    },
  }
  importVerificationKey(shifty)
  expect(reads).toBe(1)
})

test('R5: Ed25519 keys of small order are refused, in every encoding', () => {
  const octets = (first: string, rest: string, last: string) => Buffer.from(first + rest.repeat(30) + last, 'hex')
  const order8 = Buffer.from('26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05', 'hex')
  const negative8 = Buffer.from('c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a', 'hex')
  const points = [
    octets('00', '00', '00'),
    octets('01', '00', '00'),
    octets('ec', 'ff', '7f'),
    octets('ed', 'ff', '7f'),
    octets('ee', 'ff', '7f'),
    order8,
    negative8,
  ]
  for (const point of points) {
    for (const sign of [0, 0x80]) {
      const encoded = Uint8Array.from(point)
      encoded[31] = (encoded[31] as number) | sign
      const jwk: Jwk = { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(encoded).toString('base64url') }
      expect(() => importVerificationKey(jwk)).toThrow(expect.objectContaining({ code: 'ERR_JWK_WEAK' }))
    }
  }
})

test('R19: options of the gateway that would be taken silently', async () => {
  const block = { alg: 'HS256', jwk_local_path: 'keys.json' }
  const readFile = async () => new TextEncoder().encode(JSON.stringify({ keys: [privateJwk('HS256')] }))
  const wrong = [{ requireExp: 0 }, { requireExp: 'false' }, { staleIfError: -1 }, { sharedKeys: 5 }, { cookies: 'no' }]
  for (const option of wrong) {
    await expect(createAuthValidator(block, { readFile, ...(option as object) })).rejects.toThrow(TypeError)
  }
  await createAuthValidator(block, { readFile, requireExp: true, staleIfError: 1, cookies: false })
})
