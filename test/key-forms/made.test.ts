import { createPrivateKey, createPublicKey, createSecretKey, type JsonWebKey } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { type Alg, JoseError, type Jwk, type SigningKey } from '../../src/index.ts'
import { exportJwk, externalSigningKey, generateKey, jwkFromKeyObject, toPublicJwk } from '../../src/keys/index.ts'
import { ALGS, privateJwk, publicHalf, publicJwk } from '../keys.ts'
import { PATHS } from '../paths.ts'
import { verdictOf } from '../verdict.ts'

const [{ subtle }, node] = [globalThis.crypto, PATHS[0] as (typeof PATHS)[number]]

describe('generateKey', () => {
  // To find primes takes its time; one algorithm of each kind of RSA stands for its sisters.
  const SISTERS = ['RS384', 'RS512', 'PS256', 'PS384']
  for (const alg of ALGS.filter((name) => !SISTERS.includes(name))) {
    test(`${alg}: a key that signs and verifies on every path, and another each time`, async () => {
      const [jwk, other] = [await generateKey(alg, { kid: 'main' }), await generateKey(alg)]
      expect(Object.keys(jwk).slice(0, 4)).toEqual(['kty', 'kid', 'alg', 'use'])
      expect(jwk).toMatchObject({ kid: 'main', alg, use: 'sig' })
      expect(other.kid).toBeUndefined()
      expect(other.k ?? other.d).not.toBe(jwk.k ?? jwk.d)
      for (const path of PATHS) {
        const token = await path.signCompact('x', path.importSigningKey(jwk))
        await expect(path.verifyCompact(token, path.importVerificationKey(jwk))).resolves.toMatchObject({
          header: { alg, kid: 'main' },
        })
        expect(await verdictOf(() => path.verifyCompact(token, path.importVerificationKey(other)))).toBe(
          'ERR_JWS_SIGNATURE',
        )
      }
    }, 60_000)
  }

  test('secrets are as long as the hash, and RSA keys as long as is asked', async () => {
    const octets = (jwk: Jwk, name: string) => Buffer.from(String(jwk[name]), 'base64url').length
    expect(octets(await generateKey('HS384'), 'k')).toBe(48)
    expect(octets(await generateKey('RS512', { modulusLength: 2304 }), 'n')).toBe(288)
  }, 60_000)

  test('what is wrong', async () => {
    for (const alg of ['none', 'toString', '', undefined, ['ES256']]) {
      expect(await verdictOf(() => generateKey(alg as Alg))).toBe('ERR_ALG_UNSUPPORTED')
    }
    for (const modulusLength of [1024, 2047, 2049, 20_000, Number.NaN, '2048']) {
      await expect(generateKey('RS256', { modulusLength: modulusLength as number })).rejects.toThrow(TypeError)
    }
    await expect(generateKey('ES256', { modulusLength: 2048 })).rejects.toThrow(TypeError)
    await expect(generateKey('ES256', { kid: '' })).rejects.toThrow(TypeError)
    await expect(generateKey('ES256', { id: 'x' } as object)).rejects.toThrow(TypeError)
  })
})

describe('toPublicJwk', () => {
  for (const alg of ALGS.filter((name) => !name.startsWith('HS'))) {
    test(`${alg}: what it makes verifies, and holds nothing private`, async () => {
      const publicKey = toPublicJwk(
        privateJwk(alg, { kid: 'k', use: 'sig', key_ops: ['sign'], secret: 'x', ext: true }),
      )
      expect(publicKey).toEqual({ ...publicHalf(privateJwk(alg)), kid: 'k', use: 'sig', key_ops: ['verify'] })
      const token = await node.signCompact('x', node.importSigningKey(privateJwk(alg)))
      await expect(node.verifyCompact(token, node.importVerificationKey(publicKey))).resolves.toBeDefined()
    })
  }

  test('a public key is its own', () => {
    expect(toPublicJwk(publicJwk('ES256'))).toEqual(publicJwk('ES256'))
  })

  test('of nothing else', async () => {
    expect(await verdictOf(() => toPublicJwk(privateJwk('HS256')))).toBe('ERR_KEY_USE')
    for (const jwk of [{}, { kty: 'x' }, { kty: 5 }, { kty: 'EC', crv: 'P-256', x: 'AA' }, { kty: 'toString' }]) {
      expect(await verdictOf(() => toPublicJwk(jwk as Jwk))).toBe('ERR_JWK_INVALID')
    }
    for (const jwk of [null, undefined, 'x', [privateJwk('ES256')]])
      expect(() => toPublicJwk(jwk as never)).toThrow(TypeError)
    const inherited = Object.create(privateJwk('ES256')) as Jwk
    expect(await verdictOf(() => toPublicJwk(inherited))).toBe('ERR_JWK_INVALID')
  })
})

describe('objects of the platform', () => {
  for (const alg of ['RS256', 'ES256', 'ES384', 'EdDSA'] as const) {
    test(`${alg}: a KeyObject, private and public`, () => {
      const jwk = privateJwk(alg, { alg: undefined })
      const key = createPrivateKey({ key: jwk as JsonWebKey, format: 'jwk' })
      expect(jwkFromKeyObject(key)).toEqual(jwk)
      expect(jwkFromKeyObject(createPublicKey(key))).toEqual(publicHalf(jwk))
    })
  }

  test('a secret KeyObject', () => {
    expect(jwkFromKeyObject(createSecretKey(Buffer.from([1, 2, 3])))).toEqual({ kty: 'oct', k: 'AQID' })
  })

  const parameters = {
    HS256: { name: 'HMAC', hash: 'SHA-256' },
    RS256: { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' },
    PS384: { name: 'RSA-PSS', hash: 'SHA-384' },
    ES256: { name: 'ECDSA', namedCurve: 'P-256' },
  } as const
  for (const [alg, algorithm] of Object.entries(parameters) as [Alg, object][]) {
    test(`${alg}: a CryptoKey that can be exported`, async () => {
      const given = privateJwk(alg, { alg: undefined })
      const key = await subtle.importKey('jwk', given as JsonWebKey, algorithm as never, true, ['sign'])
      const jwk = await exportJwk(key)
      expect(jwk).toMatchObject({ ...given, key_ops: ['sign'] })
      const signing = node.importSigningKey(jwk, jwk.alg === undefined ? { alg } : {})
      const token = await node.signCompact('x', signing)
      await expect(node.verifyCompact(token, node.importVerificationKey(publicJwk(alg)))).resolves.toBeDefined()
    })
  }

  test('what cannot be exported, or does not sign', async () => {
    const hidden = await subtle.generateKey({ name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])
    expect(await verdictOf(() => exportJwk(hidden))).toBe('ERR_JWK_INVALID')
    const cipher = await subtle.generateKey({ name: 'AES-GCM', length: 256 }, true, ['encrypt'])
    expect(await verdictOf(() => exportJwk(cipher))).toBe('ERR_ALG_UNSUPPORTED')
  })

  test('nothing is sniffed', async () => {
    for (const given of [undefined, null, 'x', {}, privateJwk('ES256'), new Uint8Array(32), Buffer.alloc(3)]) {
      expect(() => jwkFromKeyObject(given as never)).toThrow(TypeError)
      await expect(exportJwk(given as never)).rejects.toThrow(TypeError)
    }
  })
})

describe('externalSigningKey', () => {
  /** A service that has the key, and answers as `answer` makes it. */
  function service(
    alg: Alg,
    answer: (octets: Buffer) => unknown = (octets) => octets,
  ): (input: Uint8Array) => Promise<never> {
    const key = node.importSigningKey(privateJwk(alg))
    return async (input) => {
      const text = Buffer.from(input).toString('latin1')
      // The service signs any octets; here the compact serialization does it, whose header is that of the token anyway.
      const [header, payload] = text.split('.') as [string, string]
      expect(JSON.parse(Buffer.from(header, 'base64url').toString())).toMatchObject({ alg })
      const token = await node.signCompact(Buffer.from(payload, 'base64url'), key, { kid: 'kms' })
      return answer(Buffer.from(token.split('.')[2] as string, 'base64url')) as never
    }
  }

  for (const alg of ALGS) {
    test(`${alg}: its tokens verify`, async () => {
      const key = externalSigningKey({ alg, kid: 'kms', sign: service(alg) })
      expect([key.alg, key.kid]).toEqual([alg, 'kms'])
      for (const path of PATHS.filter(({ name }) => name !== 'sync')) {
        const token = await path.signJwt({ sub: 'alice' }, key)
        await expect(path.verifyCompact(token, path.importVerificationKey(publicJwk(alg)))).resolves.toBeDefined()
        await expect(path.createSigner({ key })({ sub: 'alice' })).resolves.toContain('.')
      }
    })
  }

  const derOf = (raw: Buffer): Buffer => {
    const halves = [raw.subarray(0, raw.length / 2), raw.subarray(raw.length / 2)].map((half) => {
      const digits = half.subarray(
        Math.max(
          0,
          half.findIndex((octet) => octet !== 0),
        ),
      )
      const content = (digits[0] as number) >= 0x80 ? Buffer.concat([Buffer.alloc(1), digits]) : digits
      return Buffer.concat([Buffer.from([2, content.length]), content])
    })
    const content = Buffer.concat(halves)
    return Buffer.concat([
      Buffer.from(content.length < 128 ? [0x30, content.length] : [0x30, 0x81, content.length]),
      content,
    ])
  }

  for (const alg of ['ES256', 'ES384', 'ES512'] as const) {
    test(`${alg}: a service that answers with DER`, async () => {
      const verifying = node.importVerificationKey(publicJwk(alg))
      for (let round = 0; round < 20; round++) {
        const token = await node.signCompact(
          'x',
          externalSigningKey({ alg, kid: 'kms', format: 'der', sign: service(alg, derOf) }),
        )
        await expect(node.verifyCompact(token, verifying)).resolves.toBeDefined()
      }
      const unsaid = externalSigningKey({ alg, kid: 'kms', sign: service(alg, derOf) })
      await expect(node.signCompact('x', unsaid)).rejects.toMatchObject({ code: 'ERR_SIGN', message: /DER/ })
    })
  }

  const answers: readonly (readonly [title: string, alg: Alg, answer: (octets: Buffer) => unknown, format?: 'der'])[] =
    [
      ['nothing', 'ES256', () => undefined],
      ['text', 'ES256', (octets) => octets.toString('base64url')],
      ['an octet less', 'RS256', (octets) => octets.subarray(1)],
      ['an octet more', 'HS256', (octets) => Buffer.concat([octets, Buffer.alloc(1)])],
      ['zeros', 'ES256', (octets) => Buffer.alloc(octets.length)],
      ['r as large as the order', 'ES384', (octets) => Buffer.alloc(octets.length, 0xff)],
      ['r‖s where DER is said', 'ES256', (octets) => octets, 'der'],
      ['DER with something behind it', 'ES256', (octets) => Buffer.concat([derOf(octets), Buffer.alloc(1)]), 'der'],
      ['DER of a negative number', 'ES256', () => Buffer.from('3006020180020101', 'hex'), 'der'],
      ['DER of zeros', 'ES256', () => Buffer.from('3006020100020100', 'hex'), 'der'],
      ['DER of a larger curve', 'ES256', () => derOf(Buffer.alloc(96, 1)), 'der'],
    ]
  for (const [title, alg, answer, format] of answers) {
    test(`${alg}: a service that answers with ${title}`, async () => {
      const key = externalSigningKey({
        alg,
        kid: 'kms',
        sign: service(alg, answer) as never,
        ...(format && { format }),
      })
      await expect(node.signCompact('x', key)).rejects.toMatchObject({ code: 'ERR_SIGN' })
    })
  }

  test('a service that fails', async () => {
    const cause = new Error('the network is down')
    const key = externalSigningKey({ alg: 'ES256', sign: () => Promise.reject(cause) })
    await expect(node.signCompact('x', key)).rejects.toMatchObject({ code: 'ERR_SIGN', cause })
    const throwing = externalSigningKey({
      alg: 'ES256',
      sign() {
        throw cause
      },
    })
    await expect(node.signCompact('x', throwing)).rejects.toBeInstanceOf(JoseError)
  })

  test('wrong options', () => {
    const sign = async () => new Uint8Array(64)
    for (const options of [
      { alg: 'none', sign },
      { sign },
      { alg: 'ES256' },
      { alg: 'ES256', sign: 'https://kms.example' },
      { alg: 'ES256', sign, format: 'asn1' },
      { alg: 'RS256', sign, format: 'der' },
      { alg: 'RS256', sign, modulusLength: 1024 },
      { alg: 'RS256', sign, modulusLength: 2048.5 },
      { alg: 'ES256', sign, kid: 5 },
      { alg: 'ES256', sign, key: 'x' },
    ]) {
      expect(() => externalSigningKey(options as never), JSON.stringify(options)).toThrow(TypeError)
    }
  })

  for (const path of PATHS.filter(({ name }) => name === 'sync')) {
    test('cannot be used synchronously', async () => {
      const key: SigningKey = externalSigningKey({ alg: 'ES256', sign: service('ES256') })
      await expect(path.signCompact('x', key)).rejects.toThrow(TypeError)
    })
  }
})
