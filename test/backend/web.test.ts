import { constants, createHash, createPrivateKey, sign } from 'node:crypto'
import { afterEach, describe, expect, test, vi } from 'vitest'
import type { Backend, KeyMaterial } from '../../src/backend/backend.ts'
import { nodeBackend } from '../../src/backend/node.ts'
import { webBackend } from '../../src/backend/web.ts'
import { type Alg, findJwa, type Jwa } from '../../src/jwa.ts'
import { ALGS, freshJwk, privateJwk, publicJwk } from '../keys.ts'
import { codeOf } from '../paths.ts'

const { subtle } = globalThis.crypto
const DATA = 'eyJhbGciOiJub25lIn0.e30'
const OCTETS = Buffer.from(DATA)

const rowOf = (alg: Alg): Jwa => findJwa(alg) as Jwa
const verifierOf = (alg: Alg, backend: Backend = webBackend) =>
  backend.verificationHandle(rowOf(alg), privateJwk(alg, { alg: undefined }) as KeyMaterial)
const signerOf = (alg: Alg, backend: Backend = webBackend) =>
  backend.signingHandle(rowOf(alg), privateJwk(alg, { alg: undefined }) as KeyMaterial)
const textOf = (signature: Uint8Array): string => Buffer.from(signature).toString('base64url')
/** Of a form that every algorithm takes: as long as it must be, and of ECDSA neither half is 0, and each is below n. */
const signatureFor = (alg: Alg): string => textOf(new Uint8Array(rowOf(alg).signatureLength ?? 256).fill(1))
const codes = async (alg: Alg): Promise<string[]> => [
  await codeOf(() => signerOf(alg).sign(DATA)),
  await codeOf(() => verifierOf(alg).verify(DATA, signatureFor(alg))),
]

afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
})

test('what fails once is tried again', async () => {
  const signature = (await signerOf('HS256').sign(DATA)) as string
  const verifier = verifierOf('HS256')
  vi.spyOn(subtle, 'importKey').mockRejectedValueOnce(new Error('the platform is not well'))
  await expect(verifier.verify(DATA, signature)).rejects.toMatchObject({ code: 'ERR_JWK_INVALID' })
  expect(await verifier.verify(DATA, signature)).toBe(true)
})

describe.each(ALGS)('%s', (alg) => {
  test('R16: what one backend signs, the other verifies', async () => {
    const node = nodeBackend as Backend
    for (const [signing, verifying] of [
      [webBackend, webBackend],
      [webBackend, node],
      [node, webBackend],
    ] as const) {
      for (const input of [DATA, OCTETS]) {
        const signature = await signerOf(alg, signing).sign(input)
        expect(await verifierOf(alg, verifying).verify(DATA, signature)).toBe(true)
        expect(await verifierOf(alg, verifying).verify(OCTETS, signature)).toBe(true)
        expect(await verifierOf(alg, verifying).verify(`${DATA}x`, signature)).toBe(false)
        const octets = Buffer.from(signature, 'base64url')
        const changed = octets.map((octet, index) => (index === 7 ? octet ^ 4 : octet))
        expect(await verifierOf(alg, verifying).verify(DATA, textOf(changed))).toBe(false)
      }
    }
  })

  test('has no synchronous way', () => {
    expect(verifierOf(alg).verifySync).toBeUndefined()
    expect(signerOf(alg).signSync).toBeUndefined()
  })

  test('R4: the key that verifies is imported once, on first use, for that alone and without private members', async () => {
    const signature = await signerOf(alg).sign(DATA)
    const importKey = vi.spyOn(subtle, 'importKey')
    const verifier = verifierOf(alg)
    expect(importKey).not.toHaveBeenCalled()
    expect(await Promise.all([1, 2].map(() => verifier.verify(DATA, signature)))).toEqual([true, true])
    expect(importKey).toHaveBeenCalledTimes(1)
    const [format, material, , extractable, usages] = importKey.mock.calls[0] as unknown[]
    expect([extractable, usages]).toEqual([false, ['verify']])
    if (rowOf(alg).kty !== 'oct') {
      expect(format).toBe('jwk')
      for (const name of ['d', 'p', 'q', 'dp', 'dq', 'qi']) expect(material).not.toHaveProperty(name)
    }
  })

  test('the key that signs is imported once, on first use, for that alone', async () => {
    const importKey = vi.spyOn(subtle, 'importKey')
    const signer = signerOf(alg)
    expect(importKey).not.toHaveBeenCalled()
    await Promise.all([signer.sign(DATA), signer.sign(DATA)])
    const calls = (importKey.mock.calls as unknown[][]).map(([, , , extractable, usages]) => [extractable, usages])
    expect(calls.filter(([, usages]) => (usages as string[]).includes('sign'))).toEqual([[false, ['sign']]])
    // The public half, to see that the private one belongs to it; not for RSA, where the numbers say it.
    const probed = ['EC', 'OKP'].includes(rowOf(alg).kty)
    expect(calls.filter(([, usages]) => (usages as string[]).includes('verify')).length).toBe(probed ? 1 : 0)
  })

  test('is unsupported where the platform says so', async () => {
    const cause = new DOMException('no such algorithm', 'NotSupportedError')
    vi.spyOn(subtle, 'importKey').mockRejectedValue(cause)
    expect(await codes(alg)).toEqual(['ERR_ALG_UNSUPPORTED', 'ERR_ALG_UNSUPPORTED'])
    await expect(verifierOf(alg).verify(DATA, signatureFor(alg))).rejects.toMatchObject({
      cause,
      message: `this runtime's WebCrypto does not have ${alg}`,
    })
  })

  test.each([new DOMException('no', 'DataError'), new TypeError('no')])(
    'is refused where its key is: %s',
    async (cause) => {
      vi.spyOn(subtle, 'importKey').mockRejectedValue(cause)
      expect(await codes(alg)).toEqual(['ERR_JWK_INVALID', 'ERR_JWK_INVALID'])
      await expect(verifierOf(alg).verify(DATA, signatureFor(alg))).rejects.toMatchObject({ cause })
    },
  )

  test.each([undefined, {}])('needs WebCrypto, and says so, where globalThis.crypto is %j', async (crypto) => {
    vi.stubGlobal('crypto', crypto)
    expect(await codes(alg)).toEqual(['ERR_ALG_UNSUPPORTED', 'ERR_ALG_UNSUPPORTED'])
    const message = 'WebCrypto is missing: a secure context is needed'
    await expect(verifierOf(alg).verify(DATA, signatureFor(alg))).rejects.toMatchObject({ message })
  })
})

test.each(['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'] as const)(
  'R5: the d of another %s key is refused, though the platform takes it',
  async (alg) => {
    const { importKey } = subtle
    const foreign = freshJwk(alg, { alg: undefined })
    vi.spyOn(subtle, 'importKey').mockImplementation(((...args: unknown[]) => {
      const [format, , ...others] = args
      const signing = (args[4] as string[]).includes('sign')
      return Reflect.apply(importKey, subtle, signing ? [format, foreign, ...others] : args)
    }) as typeof importKey)
    const signing = () => signerOf(alg).sign(DATA)
    expect(await codeOf(signing)).toBe('ERR_JWK_INVALID')
    await expect(signing()).rejects.toThrow('the private part does not belong to the public key')
  },
)

describe.each([
  { alg: 'PS256', digest: 'sha256', salt: 32, longest: 222 },
  { alg: 'PS384', digest: 'sha384', salt: 48, longest: 206 },
  { alg: 'PS512', digest: 'sha512', salt: 64, longest: 190 },
] as const)('R14, attack 14: $alg', ({ alg, digest, salt, longest }) => {
  const key = createPrivateKey({ key: { ...privateJwk(alg) }, format: 'jwk' })

  test('takes a salt as long as the hash, and no other', async () => {
    for (const saltLength of [salt, 0, 20, salt - 1, salt + 1, longest]) {
      const signature = sign(digest, OCTETS, { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength })
      expect(await verifierOf(alg).verify(DATA, textOf(signature)), String(saltLength)).toBe(saltLength === salt)
    }
  })

  test('is not PKCS#1 v1.5', async () => {
    expect(await verifierOf(alg).verify(DATA, textOf(sign(digest, OCTETS, key)))).toBe(false)
  })
})

test.each([
  ['SHA-256', 'sha256'],
  ['SHA-384', 'sha384'],
  ['SHA-512', 'sha512'],
] as const)('%s digests are those of node:crypto', async (hash, native) => {
  const expected = createHash(native).update(DATA).digest('hex')
  expect(Buffer.from(await webBackend.digest(hash, OCTETS)).toString('hex')).toBe(expected)
})

test('a public JWK is what a private one verifies with', async () => {
  for (const alg of ALGS) {
    const handle = webBackend.verificationHandle(rowOf(alg), publicJwk(alg, { alg: undefined }) as KeyMaterial)
    expect(await handle.verify(DATA, await signerOf(alg).sign(DATA)), alg).toBe(true)
  }
})
