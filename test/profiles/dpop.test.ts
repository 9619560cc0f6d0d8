import { createHash, randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { type Claims, importVerificationKey, thumbprint, verifyJwt } from '../../src/index.ts'
import { createDpopVerifier, type DpopOptions, type ProvenRequest } from '../../src/profiles/index.ts'
import { forge } from '../forge.ts'
import { ALGS, privateJwk, publicHalf, publicJwk } from '../keys.ts'
import { NOW, policyOf, SECRET, verdictOf } from '../verdict.ts'
import { onEachBackend } from './backends.ts'

const SIGNER = privateJwk('ES256')
const JWK = publicHalf(SIGNER)
const HEADER = { typ: 'dpop+jwt', alg: 'ES256', jwk: JWK }
const URL = 'https://api.example/orders'
const CLAIMS = { jti: 'id-1', htm: 'GET', htu: URL, iat: NOW }
const REQUEST: ProvenRequest = { method: 'GET', url: URL }
const TOKEN = 'an.access.token'
const ATH = createHash('sha256').update(TOKEN).digest('base64url')

function forgeProof(claims: object = CLAIMS, header: object = HEADER, signer = SIGNER): string {
  return forge({ ...HEADER, ...header }, claims, signer)
}

function verdict(proof: string, request: Partial<ProvenRequest> = {}, options: DpopOptions = {}): Promise<string> {
  const verify = createDpopVerifier({ now: () => NOW, ...options })
  return verdictOf(() => verify(proof, { ...REQUEST, ...request }))
}

// RFC 9449 §4.1 and §7.1, the thumbprint from §6.1.
const EXAMPLE_HEADER =
  'eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2IiwiandrIjp7Imt0eSI6IkVDIiwieCI6Imw4dEZyaHgtMzR0VjNoUklDUkRZOXpDa0RscEJoRjQyVVFVZldWQVdCRnMiLCJ5IjoiOVZFNGpmX09rX282NHpiVFRsY3VOSmFqSG10NnY5VERWclUwQ2R2R1JEQSIsImNydiI6IlAtMjU2In19'
const EXAMPLE = {
  jkt: '0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I',
  token: `${EXAMPLE_HEADER}.eyJqdGkiOiItQndDM0VTYzZhY2MybFRjIiwiaHRtIjoiUE9TVCIsImh0dSI6Imh0dHBzOi8vc2VydmVyLmV4YW1wbGUuY29tL3Rva2VuIiwiaWF0IjoxNTYyMjYyNjE2fQ.2-GxA6T8lP4vfrg8v-FdWP0A0zdrj8igiMLvqRMUvwnQg4PtFLbdLXiOSsX0x7NVY-FNyJK70nfbV37xRZT3Lg`,
  resource: `${EXAMPLE_HEADER}.eyJqdGkiOiJlMWozVl9iS2ljOC1MQUVCIiwiaHRtIjoiR0VUIiwiaHR1IjoiaHR0cHM6Ly9yZXNvdXJjZS5leGFtcGxlLm9yZy9wcm90ZWN0ZWRyZXNvdXJjZSIsImlhdCI6MTU2MjI2MjYxOCwiYXRoIjoiZlVIeU8ycjJaM0RaNTNFc05yV0JiMHhXWG9hTnk1OUlpS0NBcWtzbVFFbyJ9.2oW9RP35yRqzhrtNP86L-Ey71EOptxRimPPToA1plemAgR6pxHF8y6-yqyVnmcw6Fy1dqd-jfxSYoMxhAJpLjA`,
  accessToken: 'Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU',
}

onEachBackend('createDpopVerifier', () => {
  test('RFC 9449: the proofs that it prints', async () => {
    const verify = createDpopVerifier({ now: () => 1562262617 })
    const atTokenEndpoint = { method: 'POST', url: 'https://server.example.com/token' }
    const verified = await verify(EXAMPLE.token, atTokenEndpoint)
    expect(verified.thumbprint).toBe(EXAMPLE.jkt)
    expect(verified.claims).toEqual({
      jti: '-BwC3ESc6acc2lTc',
      htm: 'POST',
      htu: 'https://server.example.com/token',
      iat: 1562262616,
    })
    const accessToken = { token: EXAMPLE.accessToken, claims: { cnf: { jkt: EXAMPLE.jkt } } }
    const atResource = { method: 'GET', url: 'https://resource.example.org/protectedresource', accessToken }
    expect((await verify(EXAMPLE.resource, atResource)).thumbprint).toBe(EXAMPLE.jkt)
  })

  test.each(ALGS)('a proof of %s', async (alg) => {
    const proof = forgeProof(CLAIMS, { alg, jwk: publicJwk(alg) }, privateJwk(alg))
    expect(await verdict(proof)).toBe(alg.startsWith('HS') ? 'ERR_ALG_NOT_ALLOWED' : 'accepted')
  })

  const headers: readonly (readonly [title: string, header: object, verdict: string])[] = [
    ['the type with its prefix', { typ: 'application/DPoP+JWT' }, 'accepted'],
    ['another type', { typ: 'JWT' }, 'ERR_JWT_CLAIM typ'],
    ['no type', { typ: undefined }, 'ERR_JWT_CLAIM typ'],
    ['no key', { jwk: undefined }, 'ERR_KEY_NOT_FOUND'],
    ['a key that is text', { jwk: JSON.stringify(JWK) }, 'ERR_KEY_NOT_FOUND'],
    ['a key that is an array', { jwk: [JWK] }, 'ERR_KEY_NOT_FOUND'],
    ['a private key', { jwk: SIGNER }, 'ERR_KEY_USE'],
    ['a key that is private by an empty part', { jwk: { ...JWK, d: '' } }, 'ERR_KEY_USE'],
    ['another key', { jwk: publicJwk('ES384') }, 'ERR_ALG_NOT_ALLOWED'],
    ['a secret', { jwk: SECRET }, 'ERR_KEY_USE'],
    ['a key off its curve', { jwk: { ...JWK, x: JWK.y } }, 'ERR_JWK_INVALID'],
    ['a key for encryption', { jwk: { ...JWK, use: 'enc' } }, 'ERR_KEY_USE'],
    ['a kid beside the key', { kid: '../../key' }, 'accepted'],
    ['crit that nobody understands', { crit: ['x'], x: 1 }, 'ERR_CRIT'],
  ]
  test.each(headers)('the header: %s: %s', async (_, header, expected) => {
    expect(await verdict(forgeProof(CLAIMS, header))).toBe(expected)
  })

  const claims: readonly (readonly [title: string, claims: object, verdict: string])[] = [
    ['no jti', { jti: undefined }, 'ERR_JWT_CLAIM jti'],
    ['a jti that is a number', { jti: 5 }, 'ERR_JWT_CLAIM jti'],
    ['a jti of 256 characters', { jti: 'j'.repeat(256) }, 'accepted'],
    ['a jti of 257 characters', { jti: 'j'.repeat(257) }, 'ERR_JWT_CLAIM jti'],
    ['no htm', { htm: undefined }, 'ERR_JWT_CLAIM htm'],
    ['another method', { htm: 'POST' }, 'ERR_JWT_CLAIM htm'],
    ['the method in lower case', { htm: 'get' }, 'ERR_JWT_CLAIM htm'],
    ['several methods', { htm: ['GET'] }, 'ERR_JWT_CLAIM htm'],
    ['no htu', { htu: undefined }, 'ERR_JWT_CLAIM htu'],
    ['another address', { htu: 'https://api.example/order' }, 'ERR_JWT_CLAIM htu'],
    ['several addresses', { htu: [URL] }, 'ERR_JWT_CLAIM htu'],
    ['an address with query and fragment', { htu: `${URL}?a=1#b` }, 'accepted'],
    ['no iat', { iat: undefined }, 'ERR_JWT_CLAIM iat'],
    ['an iat that is text', { iat: String(NOW) }, 'ERR_JWT_CLAIM iat'],
    ['as old as it may be', { iat: NOW - 65 }, 'accepted'],
    ['older', { iat: NOW - 66 }, 'ERR_JWT_EXPIRED iat'],
    ['from as far in the future as it may be', { iat: NOW + 5 }, 'accepted'],
    ['from further', { iat: NOW + 6 }, 'ERR_JWT_NOT_YET_VALID iat'],
    ['expired by its own word', { exp: NOW - 6 }, 'ERR_JWT_EXPIRED exp'],
    ['a nonce that nobody asked for', { nonce: 'n' }, 'accepted'],
  ]
  test.each(claims)('the claims: %s: %s', async (_, changed, expected) => {
    expect(await verdict(forgeProof({ ...CLAIMS, ...changed }))).toBe(expected)
  })

  test('the signature is over these claims, by this key', async () => {
    const proof = forgeProof()
    const [header, payload, signature] = proof.split('.') as [string, string, string]
    const other = forgeProof({ ...CLAIMS, jti: 'id-2' }).split('.')[1]
    expect(await verdict(`${header}.${other}.${signature}`)).toBe('ERR_JWS_SIGNATURE')
    expect(await verdict(`${header}.${payload}.`)).toBe('ERR_JWS_SIGNATURE')
    expect(await verdict(`${proof}, ${proof}`)).toBe('ERR_JWS_INVALID')
    expect(await verdict(forgeProof(CLAIMS, { jwk: publicJwk('ES256', { kid: 'x' }) }, privateJwk('ES256')))).toBe(
      'accepted',
    )
  })

  test('an access token: its hash, and the key that it is bound to', async () => {
    const jkt = await thumbprint(JWK)
    const rows: readonly (readonly [claims: object, cnf: unknown, verdict: string])[] = [
      [{ ath: ATH }, { jkt }, 'accepted'],
      [{ ath: ATH }, { jkt, 'x5t#S256': 'other' }, 'accepted'],
      [{}, { jkt }, 'ERR_JWT_CLAIM ath'],
      [{ ath: createHash('sha256').update('another').digest('base64url') }, { jkt }, 'ERR_JWT_CLAIM ath'],
      [{ ath: [ATH] }, { jkt }, 'ERR_JWT_CLAIM ath'],
      [{ ath: ATH }, { jkt: await thumbprint(publicJwk('ES384')) }, 'ERR_JWT_CLAIM cnf'],
      [{ ath: ATH }, { jkt: [jkt] }, 'ERR_JWT_CLAIM cnf'],
      [{ ath: ATH }, { jkt: null }, 'ERR_JWT_CLAIM cnf'],
      [{ ath: ATH }, {}, 'ERR_JWT_CLAIM cnf'],
      [{ ath: ATH }, jkt, 'ERR_JWT_CLAIM cnf'],
      [{ ath: ATH }, undefined, 'ERR_JWT_CLAIM cnf'],
    ]
    for (const [claims, cnf, expected] of rows) {
      const accessToken = { token: TOKEN, claims: (cnf === undefined ? {} : { cnf }) as Claims }
      expect(await verdict(forgeProof({ ...CLAIMS, ...claims }), { accessToken }), JSON.stringify(cnf)).toBe(expected)
    }
  })

  test('a proof counts once; the same id of another key is another', async () => {
    const verify = createDpopVerifier({ now: () => NOW })
    const once = (proof: string) => verdictOf(() => verify(proof, REQUEST))
    expect(await once(forgeProof())).toBe('accepted')
    expect(await once(forgeProof())).toBe('ERR_JWT_CLAIM jti')
    expect(await once(forgeProof({ ...CLAIMS, iat: NOW - 1 }))).toBe('ERR_JWT_CLAIM jti')
    expect(await once(forgeProof({ ...CLAIMS, jti: 'id-2' }))).toBe('accepted')
    const other = { alg: 'EdDSA', jwk: publicJwk('EdDSA') }
    expect(await once(forgeProof(CLAIMS, other, privateJwk('EdDSA')))).toBe('accepted')
  })

  test('a proof that is refused takes no place', async () => {
    const verify = createDpopVerifier({ now: () => NOW })
    expect(await verdictOf(() => verify(forgeProof(), { ...REQUEST, method: 'PUT' }))).toBe('ERR_JWT_CLAIM htm')
    const accessToken = { token: TOKEN, claims: {} }
    expect(await verdictOf(() => verify(forgeProof(), { ...REQUEST, accessToken }))).toBe('ERR_JWT_CLAIM ath')
    expect(await verdictOf(() => verify(forgeProof(), REQUEST))).toBe('accepted')
  })

  test('of two that come at once one counts', async () => {
    const verify = createDpopVerifier({ now: () => NOW })
    const verdicts = await Promise.all([1, 2, 3].map(() => verdictOf(() => verify(forgeProof(), REQUEST))))
    expect(verdicts.sort()).toEqual(['ERR_JWT_CLAIM jti', 'ERR_JWT_CLAIM jti', 'accepted'])
  })

  test('a nonce of the server', async () => {
    const isNonce = async (nonce: string | undefined) => nonce === 'fresh'
    const withNonce = (nonce: unknown, options: DpopOptions) => verdict(forgeProof({ ...CLAIMS, nonce }), {}, options)
    expect(await withNonce('fresh', { isNonce })).toBe('accepted')
    for (const nonce of ['stale', undefined, ['fresh'], null]) {
      expect(await withNonce(nonce, { isNonce })).toBe('ERR_JWT_CLAIM nonce')
    }
    expect(await withNonce('fresh', { isNonce: () => 1 as never })).toBe('ERR_JWT_CLAIM nonce')
    for (const isNonce of [() => Promise.reject(new Error('down')), () => JSON.parse('{')]) {
      expect(await withNonce('fresh', { isNonce })).toBe('ERR_REVOKED')
    }
  })

  test('a key that gives away its private part, and be it a prime', async () => {
    for (const name of ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv']) {
      const proof = forgeProof(
        CLAIMS,
        { alg: 'RS256', jwk: { ...publicJwk('RS256'), [name]: 'AQAB' } },
        privateJwk('RS256'),
      )
      expect(await verdict(proof), name).toBe('ERR_KEY_USE')
    }
  })

  test('only the algorithms that are wanted', async () => {
    const algorithms = ['EdDSA'] as const
    expect(await verdict(forgeProof(), {}, { algorithms })).toBe('ERR_ALG_NOT_ALLOWED')
    const proof = forgeProof(CLAIMS, { alg: 'EdDSA', jwk: publicJwk('EdDSA') }, privateJwk('EdDSA'))
    expect(await verdict(proof, {}, { algorithms })).toBe('accepted')
  })
})

describe('the store of used proofs', () => {
  const cases: readonly (readonly [title: string, add: () => unknown, verdict: string])[] = [
    ['says yes', () => true, 'accepted'],
    ['says yes later', async () => true, 'accepted'],
    ['says no', () => false, 'ERR_JWT_CLAIM jti'],
    ['says nothing', () => undefined, 'ERR_JWT_CLAIM jti'],
    ['says something else', () => 'OK', 'ERR_JWT_CLAIM jti'],
    [
      'throws',
      () => {
        throw new Error('down')
      },
      'ERR_REVOKED',
    ],
    ['rejects', () => Promise.reject(new Error('down')), 'ERR_REVOKED'],
  ]
  test.each(cases)('%s', async (_, add, expected) => {
    expect(await verdict(forgeProof(), {}, { replayStore: { add: add as () => boolean } })).toBe(expected)
  })

  test('is told for how long, and no more than an id of bounded length', async () => {
    const calls: unknown[] = []
    const replayStore = { add: (...args: unknown[]) => calls.push(args) > 0 }
    await verdict(forgeProof(), {}, { replayStore, maxAge: 100, clockTolerance: 7 })
    expect(calls).toEqual([[`${await thumbprint(JWK)} id-1`, NOW + 114]])
  })

  test('is none when that is decided', async () => {
    const verify = createDpopVerifier({ now: () => NOW, replayStore: null })
    for (const _ of [1, 2]) expect(await verdictOf(() => verify(forgeProof(), REQUEST))).toBe('accepted')
  })
})

describe('R25: a key that anybody can make does not cost much', () => {
  test('RSA keys of more than 4096 bits, or with large exponents, are refused unread', async () => {
    const modulus = (octets: number): string => {
      const n = randomBytes(octets)
      n.writeUInt8(n.readUInt8(0) | 0x80, 0)
      n.writeUInt8(n.readUInt8(octets - 1) | 1, octets - 1)
      return n.toString('base64url')
    }
    const verdictOfKey = (changed: object) => {
      const header = { alg: 'RS256', jwk: { ...publicJwk('RS256'), ...changed } }
      const [encoded, payload] = forgeProof(CLAIMS, header, privateJwk('RS256')).split('.')
      return verdict(`${encoded}.${payload}.${'A'.repeat(683)}`)
    }
    const e = Buffer.from('fffffffb', 'hex').toString('base64url')
    expect(await verdictOfKey({ n: modulus(512), e })).toBe('ERR_JWS_SIGNATURE')
    expect(await verdictOfKey({ n: modulus(513) })).toBe('ERR_JWK_INVALID')
    expect(await verdictOfKey({ e: Buffer.from('0100000001', 'hex').toString('base64url') })).toBe('ERR_JWK_INVALID')
  })
})

describe('what is wrong is said when it is passed', () => {
  test('R19: options', () => {
    const wrong: readonly unknown[] = [
      ...[{ maxAge: Number.NaN }, { clockTolerance: -1 }, { algorithms: ['HS256'] }, { algorithms: ['none'] }],
      ...[{ algorithms: [] }, { algorithms: 'ES256' }, { replayStore: {} }, { replayStore: false }, { now: 5 }],
      ...[{ isNonce: 'x' }, { replay: null }, null],
    ]
    for (const options of wrong) expect(() => createDpopVerifier(options as DpopOptions)).toThrow(TypeError)
  })

  test('the request', async () => {
    const verify = createDpopVerifier({ now: () => NOW })
    const wrong: readonly unknown[] = [
      ...[{ method: 'GET' }, { url: URL }, { ...REQUEST, url: '/orders' }, { ...REQUEST, url: 'ftp://api.example/' }],
      ...[
        { ...REQUEST, method: '' },
        { ...REQUEST, accessToken: TOKEN },
        { ...REQUEST, accessToken: { token: TOKEN } },
      ],
      ...[{ ...REQUEST, token: TOKEN }, undefined],
    ]
    for (const request of wrong) {
      await expect(verify(forgeProof(), request as ProvenRequest)).rejects.toThrow(TypeError)
    }
  })
})

test('R7: a key in the header of a token verifies no token', async () => {
  const key = importVerificationKey(publicJwk('ES384'))
  const token = forge({ alg: 'ES256', jwk: JWK }, {}, SIGNER)
  expect(await verdictOf(() => verifyJwt(token, key, policyOf()))).toBe('ERR_ALG_NOT_ALLOWED')
})
