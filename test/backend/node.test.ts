import crypto from 'node:crypto'
import { afterEach, describe, expect, test, vi } from 'vitest'
import type { Backend, KeyMaterial } from '../../src/backend/backend.ts'
import { nodeBackend } from '../../src/backend/node.ts'
import { type Alg, findJwa, type Jwa } from '../../src/jwa.ts'
import { ALGS, freshJwk, privateJwk, publicJwk } from '../keys.ts'
import { codeOf } from '../paths.ts'

const backend = nodeBackend as Backend
const DATA = 'eyJhbGciOiJub25lIn0.e30'
const OCTETS = Buffer.from(DATA)

const rowOf = (alg: Alg): Jwa => findJwa(alg) as Jwa
const verifierOf = (alg: Alg) =>
  backend.verificationHandle(rowOf(alg), publicJwk(alg, { alg: undefined }) as KeyMaterial) as Required<
    ReturnType<Backend['verificationHandle']>
  >
const signerOf = (alg: Alg) =>
  backend.signingHandle(rowOf(alg), privateJwk(alg, { alg: undefined }) as KeyMaterial) as Required<
    ReturnType<Backend['signingHandle']>
  >
const octetsOf = (signature: string): Buffer => Buffer.from(signature, 'base64url')
const textOf = (signature: Uint8Array): string => Buffer.from(signature).toString('base64url')

const publicKeyOf = (alg: Alg) => crypto.createPublicKey({ key: { ...publicJwk(alg) }, format: 'jwk' })
const privateKeyOf = (alg: Alg) => crypto.createPrivateKey({ key: { ...privateJwk(alg) }, format: 'jwk' })

const PSS = [
  { alg: 'PS256', twin: 'RS256', digest: 'sha256', salt: 32, longest: 222 },
  { alg: 'PS384', twin: 'RS384', digest: 'sha384', salt: 48, longest: 206 },
  { alg: 'PS512', twin: 'RS512', digest: 'sha512', salt: 64, longest: 190 },
] as const

const pss = (key: crypto.KeyObject, saltLength: number) => ({
  key,
  padding: crypto.constants.RSA_PKCS1_PSS_PADDING,
  saltLength,
})

afterEach(() => {
  vi.restoreAllMocks()
})

describe.each(ALGS)('%s', (alg) => {
  test('R16: the asynchronous and the synchronous way give the same', async () => {
    const [signer, verifier] = [signerOf(alg), verifierOf(alg)]
    for (const signature of [await signer.sign(DATA), signer.signSync(DATA)]) {
      const changed = textOf(octetsOf(signature).map((octet, index) => (index === 7 ? octet ^ 1 : octet)))
      for (const [input, text, expected] of [
        [DATA, signature, true],
        [`${DATA}x`, signature, false],
        [DATA, changed, false],
      ] as const) {
        expect(await verifier.verify(input, text)).toBe(expected)
        expect(verifier.verifySync(input, text)).toBe(expected)
      }
    }
  })

  test('R16: text and its octets have the same signature', async () => {
    const [signer, verifier] = [signerOf(alg), verifierOf(alg)]
    expect(await verifier.verify(OCTETS, await signer.sign(DATA))).toBe(true)
    expect(await verifier.verify(DATA, await signer.sign(OCTETS))).toBe(true)
    expect(verifier.verifySync(OCTETS, signer.signSync(DATA))).toBe(true)
  })

  test('long operations go to the thread pool, short ones answer at once, and of those between the first of a turn does', async () => {
    const [signer, verifier] = [signerOf(alg), verifierOf(alg)]
    const { signingTime, verifyingTime } = rowOf(alg)
    const onPool = (time: number) => [time > 200, time >= 40, time >= 40]
    for (const _ of ['one turn', 'the next']) {
      const signatures = [1, 2, 3].map(() => signer.sign(DATA))
      expect(signatures.map((each) => each instanceof Promise)).toEqual(onPool(signingTime))
      await undefined
      const [one, two, three] = (await Promise.all(signatures)) as [string, string, string]
      const verdicts = [one, two, three].map((each) => verifier.verify(DATA, each))
      expect(verdicts.map((each) => each instanceof Promise)).toEqual(onPool(verifyingTime))
      expect(await Promise.all(verdicts)).toEqual([true, true, true])
    }
    expect(typeof signer.signSync(DATA)).toBe('string')
  })

  test('R16: in crowds, each gets its own verdict', async () => {
    const [signer, verifier] = [signerOf(alg), verifierOf(alg)]
    const inputs = Array.from({ length: 12 }, (_, index) => `${DATA}${index}`)
    const signatures = await Promise.all(inputs.map((input) => signer.sign(input)))
    const verdictsOf = (shift: number) =>
      Promise.all(inputs.map((input, index) => verifier.verify(input, signatures[(index + shift) % 12] as string)))
    expect(await verdictsOf(0)).toEqual(inputs.map(() => true))
    expect(await verdictsOf(1)).toEqual(inputs.map(() => false))
  })

  test('R4: the private members of a JWK do not reach the key that verifies', () => {
    const create = vi.spyOn(crypto, 'createPublicKey')
    backend.verificationHandle(rowOf(alg), privateJwk(alg, { alg: undefined }) as KeyMaterial)
    const jwks = create.mock.calls.map(([input]) => (input as { key: object }).key).filter((key) => 'kty' in key)
    expect(jwks.length).toBe(rowOf(alg).kty === 'oct' ? 0 : 1)
    for (const jwk of jwks) {
      for (const name of ['d', 'p', 'q', 'dp', 'dq', 'qi', 'k']) expect(Object.hasOwn(jwk, name), name).toBe(false)
    }
  })

  test('a key that node:crypto does not take is refused, with the cause', async () => {
    const cause = new Error('no')
    const refuse = () => {
      throw cause
    }
    vi.spyOn(crypto, 'createPublicKey').mockImplementation(refuse)
    vi.spyOn(crypto, 'createPrivateKey').mockImplementation(refuse)
    const expected = rowOf(alg).kty === 'oct' ? 'accepted' : 'ERR_JWK_INVALID'
    expect(await codeOf(() => verifierOf(alg))).toBe(expected)
    expect(await codeOf(() => signerOf(alg))).toBe(expected)
  })
})

test('the cause of a refusal is that of node:crypto', () => {
  const material = { ...privateJwk('ES256', { alg: undefined }), d: freshJwk('ES256').d } as unknown as KeyMaterial
  expect(() => backend.signingHandle(rowOf('ES256'), material)).toThrow(
    expect.objectContaining({ name: 'JoseError', code: 'ERR_JWK_INVALID' }),
  )
  const cause = new Error('no')
  vi.spyOn(crypto, 'createPublicKey').mockImplementation(() => {
    throw cause
  })
  expect(() => verifierOf('ES256')).toThrow(expect.objectContaining({ cause }))
})

test.each(['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'] as const)(
  'R5: the d of another %s key is refused, though the platform takes it',
  async (alg) => {
    const foreign = crypto.createPrivateKey({ key: { ...freshJwk(alg) }, format: 'jwk' })
    vi.spyOn(crypto, 'createPrivateKey').mockReturnValue(foreign)
    expect(await codeOf(() => signerOf(alg))).toBe('ERR_JWK_INVALID')
    expect(() => signerOf(alg)).toThrow('the private part does not belong to the public key')
  },
)

describe.each(['HS256', 'HS384', 'HS512'] as const)('%s', (alg) => {
  test('is HMAC', async () => {
    const mac = crypto.createHmac(`sha${alg.slice(2)}`, octetsOf(publicJwk(alg).k as string))
    expect(await signerOf(alg).sign(DATA)).toBe(mac.update(DATA).digest('base64url'))
  })

  test('R15: is compared in constant time: each letter is looked at, in order, whichever is wrong', () => {
    const verifier = verifierOf(alg)
    const mac = signerOf(alg).signSync(DATA)
    const every = Array.from(mac, (_, index) => index)
    const { charCodeAt } = String.prototype
    /** The verdict, and the places at which letters have been looked at meanwhile. */
    function watch(signature: string): { valid: boolean; seen: number[] } {
      const seen: number[] = []
      vi.spyOn(String.prototype, 'charCodeAt').mockImplementation(function (this: string, index) {
        seen.push(index)
        return charCodeAt.call(this, index)
      })
      const valid = verifier.verifySync(DATA, signature)
      vi.restoreAllMocks()
      return { valid, seen }
    }
    // Of the one and of the other.
    const twice = every.flatMap((index) => [index, index])
    expect(watch(mac)).toEqual({ valid: true, seen: twice })
    for (const place of every) {
      for (const bit of [1, 0x20, 0x100, 0x8000]) {
        const letter = String.fromCharCode(mac.charCodeAt(place) ^ bit)
        const changed = mac.slice(0, place) + letter + mac.slice(place + 1)
        expect(watch(changed), `${bit} at ${place}`).toEqual({ valid: false, seen: twice })
      }
    }
  })
})

describe.each(PSS)('R14, attack 14: $alg', ({ alg, twin, digest, salt, longest }) => {
  test('signs with a salt as long as the hash, and with no other', async () => {
    for (const signature of [await signerOf(alg).sign(DATA), signerOf(alg).signSync(DATA)]) {
      const holds = (length: number) =>
        crypto.verify(digest, OCTETS, pss(publicKeyOf(alg), length), octetsOf(signature))
      expect(holds(salt)).toBe(true)
      for (const length of [0, 20, salt - 1, salt + 1, longest]) expect(holds(length), String(length)).toBe(false)
    }
  })

  test('takes a salt as long as the hash, and no other', async () => {
    for (const length of [salt, 0, 20, salt - 1, salt + 1, longest]) {
      const signature = textOf(crypto.sign(digest, OCTETS, pss(privateKeyOf(alg), length)))
      expect(await verifierOf(alg).verify(DATA, signature), String(length)).toBe(length === salt)
      expect(verifierOf(alg).verifySync(DATA, signature), String(length)).toBe(length === salt)
    }
  })

  test('takes no other hash', () => {
    for (const { digest: other } of PSS.filter((row) => row.alg !== alg)) {
      const signature = textOf(crypto.sign(other, OCTETS, pss(privateKeyOf(alg), salt)))
      expect(verifierOf(alg).verifySync(DATA, signature), other).toBe(false)
    }
  })

  test(`is not taken for ${twin}, nor the other way round`, () => {
    const [probabilistic, deterministic] = [signerOf(alg).signSync(DATA), signerOf(twin).signSync(DATA)]
    expect(verifierOf(twin).verifySync(DATA, probabilistic)).toBe(false)
    expect(verifierOf(alg).verifySync(DATA, deterministic)).toBe(false)
    expect(verifierOf(twin).verifySync(DATA, deterministic)).toBe(true)
  })

  test('gives its parameters as options where the platform refuses keys that carry them', async () => {
    const { createPublicKey, createPrivateKey } = crypto
    const refuse = (input: unknown): void => {
      if (typeof input === 'object' && input !== null && 'type' in input) throw new Error('unsupported algorithm')
    }
    vi.spyOn(crypto, 'createPublicKey').mockImplementation((input) => {
      refuse(input)
      return createPublicKey(input)
    })
    vi.spyOn(crypto, 'createPrivateKey').mockImplementation((input) => {
      refuse(input)
      return createPrivateKey(input)
    })
    const [signer, verifier] = [signerOf(alg), verifierOf(alg)]
    for (const signature of [await signer.sign(DATA), signer.signSync(DATA)]) {
      expect(crypto.verify(digest, OCTETS, pss(publicKeyOf(alg), salt), octetsOf(signature))).toBe(true)
      expect(verifier.verifySync(DATA, signature)).toBe(true)
    }
    for (const length of [0, 20, longest]) {
      const signature = textOf(crypto.sign(digest, OCTETS, pss(privateKeyOf(alg), length)))
      expect(verifier.verifySync(DATA, signature)).toBe(false)
    }
  })
})

describe('the thread pool', () => {
  const failure = new Error('out of entropy')
  type Callback = (error: Error) => void
  const fail = (...args: readonly unknown[]): void => (args.at(-1) as Callback)(failure)

  test.each(['RS256', 'PS256', 'ES384', 'ES512'] as const)('rejects when %s cannot sign', async (alg) => {
    const signer = signerOf(alg)
    vi.spyOn(crypto, 'sign').mockImplementation(fail as typeof crypto.sign)
    await expect(signer.sign(DATA)).rejects.toBe(failure)
  })

  test.each(['ES384', 'ES512'] as const)('rejects when %s cannot verify', async (alg) => {
    const verifier = verifierOf(alg)
    vi.spyOn(crypto, 'verify').mockImplementation(fail as typeof crypto.verify)
    await expect(
      verifier.verify(DATA, textOf(new Uint8Array(rowOf(alg).signatureLength as number).fill(1))),
    ).rejects.toBe(failure)
  })
})

test.each([
  ['SHA-256', 'sha256'],
  ['SHA-384', 'sha384'],
  ['SHA-512', 'sha512'],
] as const)('%s digests are those of node:crypto, in octets of their own', async (hash, native) => {
  const digest = await backend.digest(hash, OCTETS)
  expect(Buffer.from(digest).equals(crypto.createHash(native).update(DATA).digest())).toBe(true)
  expect(Object.getPrototypeOf(digest)).toBe(Uint8Array.prototype)
  expect(digest.buffer.byteLength).toBe(digest.length)
})
