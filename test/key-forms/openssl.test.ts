import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Alg } from '../../src/index.ts'
import { jwkFromPkcs1, jwkFromPkcs8, jwkFromSec1, jwkFromSpki } from '../../src/keys/index.ts'
import { publicHalf } from '../keys.ts'
import { PATHS } from '../paths.ts'

const isInstalled = spawnSync('openssl', ['version']).status === 0

describe.skipIf(!isInstalled)('what openssl writes (needs openssl)', () => {
  let folder: string
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
    folder = mkdtempSync(join(tmpdir(), 'countersign-openssl-'))
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
