import { describe, expect, test } from 'vitest'
import { importSigningKey, importVerificationKey, type Jwk, signCompact, verifyCompact } from '../../src/index.ts'
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

/** A key of the platform, which cannot be extracted unless that is said. */
async function platformKey(
  jwk: Jwk,
  usages: readonly string[],
  extra: object = {},
  extractable = false,
): Promise<CryptoKeyLike> {
  const { family, hash, crv } = findJwa(jwk.alg) as Jwa
  const { alg, key_ops, ...material } = jwk
  const parameters = { name: family, hash, ...(crv && { namedCurve: crv }), ...extra }
  return (await subtle.importKey('jwk', material as never, parameters as never, extractable, usages as never)) as never
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

test.each(['RS256', 'PS256'] as const)('R14: %s: a signature that is not below the modulus is none', async (alg) => {
  const key = importVerificationCryptoKey(await platformKey(publicJwk(alg), ['verify'], {}, true))
  const token = await signBelow(alg)
  expect(await codeOf(() => verifyCompact(token, key))).toBe('accepted')
  const [header, payload, signature] = token.split('.') as [string, string, string]
  const more = (toNumber(signature) + toNumber(publicJwk(alg).n as string)).toString(16)
  const beyond = Buffer.from(more, 'hex').toString('base64url')
  expect(await codeOf(() => verifyCompact(`${header}.${payload}.${beyond}`, key))).toBe('ERR_JWS_SIGNATURE')
})

const toNumber = (text: string): bigint => BigInt(`0x${Buffer.from(text, 'base64url').toString('hex')}`)

/** A token whose signature is still as long as the modulus when that is added. */
async function signBelow(alg: 'RS256' | 'PS256'): Promise<string> {
  const key = importSigningKey(privateJwk(alg))
  const n = toNumber(privateJwk(alg).n as string)
  for (let count = 0; ; count++) {
    const token = await signCompact(`signed ${count}`, key)
    if (toNumber(token.split('.')[2] as string) + n < 2n ** 2048n) return token
  }
}

describe('R5: weak keys of the platform', () => {
  test('an HMAC secret shorter than the hash', async () => {
    const key = await platformKey({ kty: 'oct', alg: 'HS256', k: 'AAAA' }, ['sign', 'verify'])
    expect(await codeOf(() => importSigningCryptoKey(key))).toBe('ERR_JWK_WEAK')
    expect(await codeOf(() => importVerificationCryptoKey(key))).toBe('ERR_JWK_WEAK')
  })

  test('an RSA modulus of less than 2048 bits, or of more than 16384', async () => {
    const keyOf = (modulusLength: number) => ({
      [Symbol.toStringTag]: 'CryptoKey',
      ...{ type: 'public', usages: ['verify'] },
      algorithm: {
        ...{ name: 'RSA-PSS', hash: { name: 'SHA-256' } },
        ...{ modulusLength, publicExponent: Uint8Array.of(1, 0, 1) },
      },
    })
    const rows = [
      [2040, 'ERR_JWK_WEAK'],
      [2048, 'accepted'],
      [16384, 'accepted'],
      [16392, 'ERR_JWK_INVALID'],
    ] as const
    for (const [bits, verdict] of rows) {
      expect(await codeOf(() => importVerificationCryptoKey(keyOf(bits))), `${bits}`).toBe(verdict)
    }
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
