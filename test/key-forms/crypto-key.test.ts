import { describe, expect, test } from 'vitest'
import { importVerificationKey, type Jwk, signCompact, verifyCompact } from '../../src/index.ts'
import { findJwa, type Jwa } from '../../src/jwa.ts'
import {
  type CryptoKeyLike,
  generateKey,
  importSigningCryptoKey,
  importVerificationCryptoKey,
  toPublicJwk,
} from '../../src/keys/index.ts'
import { PLATFORM_ALGS } from '../conformance/missing.ts'
import { ALGS, NEW_ALGS, privateJwk, publicJwk } from '../keys.ts'
import { codeOf, PATHS } from '../paths.ts'

const { subtle } = globalThis.crypto

/** A key of the platform that cannot be extracted. */
async function platformKey(jwk: Jwk, usages: readonly string[], extra: object = {}): Promise<CryptoKeyLike> {
  const { family, hash, crv } = findJwa(jwk.alg) as Jwa
  const { alg, key_ops, ...material } = jwk
  const parameters = { name: family, hash, ...(crv && { namedCurve: crv }), ...extra }
  return (await subtle.importKey('jwk', material as never, parameters as never, false, usages as never)) as never
}

describe.each(ALGS)('a CryptoKey for %s', (alg) => {
  const option = alg === 'Ed25519' ? ({ alg } as const) : {}

  test('signs and verifies, though it cannot be extracted', async () => {
    const signingKey = importSigningCryptoKey(await platformKey(privateJwk(alg), ['sign']), { ...option, kid: '1' })
    const key = importVerificationCryptoKey(await platformKey(publicJwk(alg), ['verify']), option)
    expect([signingKey.alg, key.alg]).toEqual([alg, alg])
    const token = await signCompact('signed', signingKey)
    expect((await verifyCompact(token, key)).header).toEqual({ alg, kid: '1' })
    await verifyCompact(token, importVerificationKey(publicJwk(alg)))
    const end = token.lastIndexOf('.') + 1
    const changed = token.slice(0, end) + (token[end] === 'A' ? 'B' : 'A') + token.slice(end + 1)
    expect(await codeOf(() => verifyCompact(changed, key))).toBe('ERR_JWS_SIGNATURE')
    const shorter = token.slice(0, end) + Buffer.from(token.slice(end), 'base64url').subarray(1).toString('base64url')
    expect(await codeOf(() => verifyCompact(shorter, key))).toBe('ERR_JWS_SIGNATURE')
  })

  test('R6: does what it is for', async () => {
    const signing = await platformKey(privateJwk(alg), ['sign'])
    const verifying = await platformKey(publicJwk(alg), ['verify'])
    expect(await codeOf(() => importVerificationCryptoKey(signing, option))).toBe('ERR_KEY_USE')
    expect(await codeOf(() => importSigningCryptoKey(verifying, option))).toBe('ERR_KEY_USE')
  })

  test('R2: has its own algorithm', async () => {
    const key = await platformKey(publicJwk(alg), ['verify'])
    const other = alg === 'HS256' ? 'HS384' : 'HS256'
    expect(await codeOf(() => importVerificationCryptoKey(key, { alg: other }))).toBe('ERR_ALG_NOT_ALLOWED')
  })
})

describe('R5: weak keys of the platform', () => {
  test('an HMAC secret shorter than the hash', async () => {
    const key = await platformKey({ kty: 'oct', alg: 'HS256', k: 'AAAA' }, ['sign', 'verify'])
    expect(await codeOf(() => importSigningCryptoKey(key))).toBe('ERR_JWK_WEAK')
    expect(await codeOf(() => importVerificationCryptoKey(key))).toBe('ERR_JWK_WEAK')
  })

  test('HMAC with SHA-1, and keys that do not sign', async () => {
    const sha1 = await subtle.generateKey({ name: 'HMAC', hash: 'SHA-1' }, false, ['sign', 'verify'])
    const aes = await subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt'])
    for (const key of [sha1, aes]) {
      expect(await codeOf(() => importSigningCryptoKey(key as never))).toBe('ERR_ALG_UNSUPPORTED')
    }
  })
})

test.each([
  [undefined],
  [null],
  ['key'],
  [privateJwk('ES256')],
  [{ type: 'private', usages: ['sign'], algorithm: {} }],
])('R3: %o is no CryptoKey', (key) => expect(() => importSigningCryptoKey(key as never)).toThrow(TypeError))

describe.each(NEW_ALGS)('a new key for %s', (alg) => {
  const isThere = PLATFORM_ALGS.web.includes(alg)

  test(isThere ? 'signs' : 'is not in this runtime', async () => {
    if (!isThere) return expect(await codeOf(() => generateKey(alg))).toBe('ERR_ALG_UNSUPPORTED')
    const jwk = await generateKey(alg)
    for (const path of PATHS.filter(({ name }) => PLATFORM_ALGS[name].includes(alg))) {
      const token = await path.signCompact('signed', path.importSigningKey(jwk))
      await expect(path.verifyCompact(token, path.importVerificationKey(toPublicJwk(jwk)))).resolves.toBeDefined()
    }
  })
})
