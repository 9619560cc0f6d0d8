import {
  constants,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type JsonWebKey,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { Alg, Jwk } from '../../src/index.ts'
import {
  jwkFromCertificate,
  jwkFromPkcs1,
  jwkFromPkcs8,
  jwkFromSec1,
  jwkFromSecret,
  jwkFromSpki,
} from '../../src/keys/index.ts'
import { issue } from '../gateway/certificates.ts'
import { privateJwk, publicHalf } from '../keys.ts'
import { PATHS } from '../paths.ts'

// Each form that files have, written by node:crypto and read here.

type Reader = (key: string | Uint8Array) => Jwk

interface Form {
  readonly title: string
  readonly read: Reader
  readonly type: 'pkcs1' | 'pkcs8' | 'sec1' | 'spki'
  readonly isPrivate: boolean
}

const SPKI: Form = { title: 'SPKI', read: jwkFromSpki, type: 'spki', isPrivate: false }
const PKCS8: Form = { title: 'PKCS#8', read: jwkFromPkcs8, type: 'pkcs8', isPrivate: true }
const SEC1: Form = { title: 'SEC 1', read: jwkFromSec1, type: 'sec1', isPrivate: true }
const PKCS1_PUBLIC: Form = { title: 'PKCS#1, public', read: jwkFromPkcs1, type: 'pkcs1', isPrivate: false }
const PKCS1_PRIVATE: Form = { title: 'PKCS#1, private', read: jwkFromPkcs1, type: 'pkcs1', isPrivate: true }

const KEYS: readonly (readonly [alg: Alg, forms: readonly Form[]])[] = [
  ['RS256', [SPKI, PKCS8, PKCS1_PUBLIC, PKCS1_PRIVATE]],
  ['ES256', [SPKI, PKCS8, SEC1]],
  ['ES384', [SPKI, PKCS8, SEC1]],
  ['ES512', [SPKI, PKCS8, SEC1]],
  ['EdDSA', [SPKI, PKCS8]],
]

function keyObject(alg: Alg, isPrivate: boolean): KeyObject {
  const key = createPrivateKey({ key: privateJwk(alg, { alg: undefined }) as JsonWebKey, format: 'jwk' })
  return isPrivate ? key : createPublicKey(key)
}

function written(alg: Alg, { type, isPrivate }: Form, format: 'pem' | 'der'): string | Buffer {
  return keyObject(alg, isPrivate).export({ type, format } as never) as string | Buffer
}

describe('what node:crypto writes', () => {
  for (const [alg, forms] of KEYS) {
    for (const form of forms) {
      for (const format of ['pem', 'der'] as const) {
        test(`${alg}: ${form.title}, ${format}`, () => {
          const expected = privateJwk(alg, { alg: undefined })
          expect(form.read(written(alg, form, format))).toEqual(form.isPrivate ? expected : publicHalf(expected))
        })
      }

      for (const path of PATHS) {
        test(`${alg}: ${form.title} signs or verifies (${path.name})`, async () => {
          const jwk = form.read(written(alg, form, 'pem'))
          const options = jwk.kty === 'RSA' ? { alg } : {}
          const input = 'eyJhbGciOiJub25lIn0.e30'
          const signer = path.importSigningKey({ ...privateJwk(alg) })
          const token = await path.signCompact(input, form.isPrivate ? path.importSigningKey(jwk, options) : signer)
          await expect(path.verifyCompact(token, path.importVerificationKey(jwk, options))).resolves.toBeDefined()
        })
      }
    }
  }

  for (const [alg, hash, saltLength] of [
    ['PS256', 'sha256', 32],
    ['PS384', 'sha384', 48],
    ['PS512', 'sha512', 64],
  ] as const) {
    test(`RSASSA-PSS with the parameters of ${alg} is for that alone`, async () => {
      const options = { modulusLength: 2048, hashAlgorithm: hash, mgf1HashAlgorithm: hash, saltLength } as const
      const pair = generateKeyPairSync('rsa-pss', options as never) as unknown as {
        publicKey: KeyObject
        privateKey: KeyObject
      }
      const [spki, pkcs8] = [
        jwkFromSpki(pair.publicKey.export({ type: 'spki', format: 'pem' }) as string),
        jwkFromPkcs8(pair.privateKey.export({ type: 'pkcs8', format: 'der' })),
      ]
      expect(spki).toMatchObject({ kty: 'RSA', alg })
      expect(pkcs8).toMatchObject({ ...spki, alg })
      for (const path of PATHS) {
        const token = await path.signCompact('x', path.importSigningKey(pkcs8))
        const octets = Buffer.from(token.split('.')[2] as string, 'base64url')
        const signed = Buffer.from(token.slice(0, token.lastIndexOf('.')))
        const padding = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength }
        expect(verify(hash, signed, { key: pair.publicKey, ...padding }, octets)).toBe(true)
        await expect(path.verifyCompact(token, path.importVerificationKey(spki))).resolves.toBeDefined()
      }
    }, 60_000)
  }

  test('other parameters of RSASSA-PSS, and none', () => {
    for (const options of [
      { hashAlgorithm: 'sha256', mgf1HashAlgorithm: 'sha256', saltLength: 20 },
      { hashAlgorithm: 'sha256', mgf1HashAlgorithm: 'sha512', saltLength: 32 },
      { hashAlgorithm: 'sha1', mgf1HashAlgorithm: 'sha1', saltLength: 20 },
      {},
    ]) {
      const { publicKey } = generateKeyPairSync('rsa-pss', { modulusLength: 1024, ...options } as never) as unknown as {
        publicKey: KeyObject
      }
      const pem = publicKey.export({ type: 'spki', format: 'pem' }) as string
      expect(() => jwkFromSpki(pem)).toThrow(expect.objectContaining({ code: 'ERR_JWK_INVALID' }))
    }
  })

  test('the key of a certificate', () => {
    const { pem, privateKey } = issue('id.example')
    const expected = publicHalf(privateKey.export({ format: 'jwk' }) as Jwk)
    expect(jwkFromCertificate(pem)).toEqual(expected)
    expect(jwkFromCertificate(Buffer.from(pem.split('\n').slice(1, -2).join(''), 'base64'))).toEqual(expected)
  })

  test('a secret is its octets', () => {
    expect(jwkFromSecret(Uint8Array.of(1, 2, 255))).toEqual({ kty: 'oct', k: 'AQL_' })
    expect(() => jwkFromSecret('secret' as never)).toThrow(TypeError)
  })

  test('R4: the file of a public key is none, whatever its form', () => {
    const key = keyObject('RS256', false)
    const files = [
      key.export({ type: 'pkcs1', format: 'pem' }),
      key.export({ type: 'pkcs1', format: 'der' }),
      key.export({ type: 'spki', format: 'der' }),
      issue('id.example').pem,
      Buffer.from(issue('id.example').pem.split('\n').slice(1, -2).join(''), 'base64'),
    ]
    for (const file of files) {
      expect(() => jwkFromSecret(Buffer.from(file))).toThrow(expect.objectContaining({ code: 'ERR_JWK_INVALID' }))
    }
  })
})

test('the signatures of the platform verify under keys that were read', () => {
  const jwk = jwkFromSpki(written('ES256', SPKI, 'pem'))
  const octets = sign('sha256', Buffer.from('x'), { key: keyObject('ES256', true), dsaEncoding: 'ieee-p1363' })
  const key = createPublicKey({ key: jwk as JsonWebKey, format: 'jwk' })
  expect(verify('sha256', Buffer.from('x'), { key, dsaEncoding: 'ieee-p1363' }, octets)).toBe(true)
})
