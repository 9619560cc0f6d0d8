import { execFileSync } from 'node:child_process'
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
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
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

// Each form that files have, written by node:crypto and by openssl, and read here.

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
    test(`RSASSA-PSS with the parameters of ${alg} is for that alone`, { timeout: 60_000 }, async () => {
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
    })
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
})

describe('what openssl writes', () => {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-openssl-'))
  afterAll(() => rmSync(folder, { recursive: true }))
  const openssl = (...args: readonly string[]): string =>
    execFileSync('openssl', args, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
  const read = (name: string): string => readFileSync(join(folder, name), 'utf8')

  const MADE: readonly (readonly [alg: Alg, ...args: string[]])[] = [
    ['RS256', '-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:2048'],
    ['ES256', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256'],
    ['ES384', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-384'],
    ['ES512', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-521'],
    ['EdDSA', '-algorithm', 'ED25519'],
  ]
  beforeAll(() => {
    for (const [alg, ...args] of MADE) {
      openssl('genpkey', ...args, '-out', `${alg}.pem`)
      openssl('pkey', '-in', `${alg}.pem`, '-pubout', '-out', `${alg}.pub`)
    }
  }, 60_000)

  for (const [alg] of MADE) {
    test(`${alg}: openssl signs, and we verify; and the other way round`, async () => {
      const [privateKey, publicKey] = [jwkFromPkcs8(read(`${alg}.pem`)), jwkFromSpki(read(`${alg}.pub`))]
      expect(publicHalf(privateKey)).toEqual(publicKey)
      const options = alg === 'RS256' ? { alg } : {}
      for (const path of PATHS) {
        const verifying = path.importVerificationKey(publicKey, options)
        const token = await path.signCompact('signed by us', path.importSigningKey(privateKey, options))
        const [header, payload, signature] = token.split('.') as [string, string, string]
        writeFileSync(join(folder, 'input'), `${header}.${payload}`)
        writeFileSync(join(folder, 'signature'), forOpenssl(alg, Buffer.from(signature, 'base64url')))
        const raw = alg === 'EdDSA' ? ['-rawin'] : ['-rawin', '-digest', `sha${alg.slice(2)}`]
        const files = ['-in', 'input', ...raw]
        const verified = ['pkeyutl', '-verify', '-pubin', '-inkey', `${alg}.pub`, '-sigfile', 'signature', ...files]
        expect(openssl(...verified)).toContain('Verified Successfully')

        openssl('pkeyutl', '-sign', '-inkey', `${alg}.pem`, '-out', 'signature', ...files)
        const theirs = fromOpenssl(alg, readFileSync(join(folder, 'signature'))).toString('base64url')
        await expect(path.verifyCompact(`${header}.${payload}.${theirs}`, verifying)).resolves.toBeDefined()
      }
    })
  }

  for (const [title, read_, args, source] of [
    ['traditional RSA', jwkFromPkcs1, ['rsa', '-traditional'], 'RS256'],
    ['SEC 1, behind no parameters', jwkFromSec1, ['ec'], 'ES256'],
  ] as const) {
    test(title, () => {
      openssl(...args, '-in', `${source}.pem`, '-out', 'old.pem')
      expect(read_(read('old.pem'))).toEqual(jwkFromPkcs8(read(`${source}.pem`)))
    })
  }

  test('encrypted keys are said to be', () => {
    openssl('pkcs8', '-topk8', '-in', 'ES256.pem', '-passout', 'pass:secret', '-out', 'encrypted.pem')
    openssl('rsa', '-traditional', '-aes128', '-passout', 'pass:secret', '-in', 'RS256.pem', '-out', 'old.pem')
    expect(() => jwkFromPkcs8(read('encrypted.pem'))).toThrow(/encrypted/)
    expect(() => jwkFromPkcs1(read('old.pem'))).toThrow(/encrypted/)
  })

  test('compressed points, and curves that JWS does not have', () => {
    openssl('ec', '-in', 'ES256.pem', '-pubout', '-conv_form', 'compressed', '-out', 'compressed.pub')
    expect(() => jwkFromSpki(read('compressed.pub'))).toThrow(/compressed/)
    openssl('genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:secp256k1', '-out', 'k1.pem')
    expect(() => jwkFromPkcs8(read('k1.pem'))).toThrow(/curve/)
    openssl('genpkey', '-algorithm', 'X25519', '-out', 'x.pem')
    expect(() => jwkFromPkcs8(read('x.pem'))).toThrow(/algorithm/)
  })
})

/** ECDSA there is DER. */
function forOpenssl(alg: Alg, raw: Buffer): Buffer {
  if (!alg.startsWith('ES')) return raw
  const halves = [raw.subarray(0, raw.length / 2), raw.subarray(raw.length / 2)]
  const integers = halves.map((half) => {
    const digits = half.subarray(half.findIndex((octet) => octet !== 0))
    const content = (digits[0] as number) >= 0x80 ? Buffer.concat([Buffer.alloc(1), digits]) : digits
    return Buffer.concat([Buffer.from([2, content.length]), content])
  })
  const content = Buffer.concat(integers)
  return Buffer.concat([
    Buffer.from(content.length < 128 ? [0x30, content.length] : [0x30, 0x81, content.length]),
    content,
  ])
}

function fromOpenssl(alg: Alg, signature: Buffer): Buffer {
  if (!alg.startsWith('ES')) return signature
  const size = { ES256: 32, ES384: 48, ES512: 66 }[alg as 'ES256']
  let offset = signature[1] === 0x81 ? 3 : 2
  const halves = [0, 1].map(() => {
    const length = signature[offset + 1] as number
    const content = signature.subarray(offset + 2, offset + 2 + length)
    offset += 2 + length
    return Buffer.concat([Buffer.alloc(size), content]).subarray(-size)
  })
  return Buffer.concat(halves)
}

test('the signatures of the platform verify under keys that were read', () => {
  const jwk = jwkFromSpki(written('ES256', SPKI, 'pem'))
  const octets = sign('sha256', Buffer.from('x'), { key: keyObject('ES256', true), dsaEncoding: 'ieee-p1363' })
  const key = createPublicKey({ key: jwk as JsonWebKey, format: 'jwk' })
  expect(verify('sha256', Buffer.from('x'), { key, dsaEncoding: 'ieee-p1363' }, octets)).toBe(true)
})
