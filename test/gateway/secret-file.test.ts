import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test, vi } from 'vitest'
import {
  type AuthSignerConfig,
  type AuthValidatorConfig,
  createAuthSigner,
  createAuthValidator,
  type Host,
  type JoseError,
} from '../../src/gateway/index.ts'
import { bearer, krakend, makeToken, NOW, SECRET, signerConfig, validatorConfig } from './fixtures.ts'

// RFC 1321 §A.5: the MD5 of this text.
const FILE_KEY = new TextEncoder().encode('message digest')
const FILE_KEY_MD5 = 'f96b697d7cb7938d525a2f31aaf161d0'
const WRAPPED = Buffer.from('a wrapped key').toString('base64')
const SECRET_URL = 'awskms://alias/gateway?region=eu-west-1'
const TOKEN = makeToken({ claims: { exp: NOW + 60 } })
const KEYS = JSON.stringify(krakend.jwks.symmetric)

/** An encrypted key file, made with WebCrypto: nonce, ciphertext, tag. */
async function encrypt(text: string, md5: string = FILE_KEY_MD5): Promise<Uint8Array> {
  const nonce = crypto.getRandomValues(new Uint8Array(12))
  const key = await crypto.subtle.importKey('raw', new TextEncoder().encode(md5), 'AES-GCM', false, ['encrypt'])
  const sealed = await crypto.subtle.encrypt({ name: 'AES-GCM', iv: nonce }, key, new TextEncoder().encode(text))
  return Buffer.concat([nonce, new Uint8Array(sealed)])
}

function host(file: Uint8Array, extra: Host = {}): Host {
  return { readFile: async () => file, unwrapKey: async () => FILE_KEY, ...extra }
}

const secret = { secret_url: SECRET_URL, cypher_key: WRAPPED }

/** Both readers of key files. */
const READERS = [
  {
    block: 'auth/validator',
    open: (options: Host, extra: object = secret): Promise<unknown> =>
      createAuthValidator(validatorConfig({ ...extra }) as AuthValidatorConfig, options),
  },
  {
    block: 'auth/signer',
    open: ({ now: _, ...options }: Host, extra: object = secret): Promise<unknown> =>
      createAuthSigner(signerConfig({ ...extra }) as AuthSignerConfig, options),
  },
] as const

afterEach(() => {
  vi.restoreAllMocks()
})

describe('an encrypted "jwk_local_path"', () => {
  test('opens for the validator, out of a real file, without a warning of its mode', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'countersign-'))
    try {
      const path = join(directory, 'jwk.enc')
      await writeFile(path, await encrypt(KEYS), { mode: 0o644 })
      const log = vi.fn()
      const unwrapKey = vi.fn(async () => FILE_KEY)
      const config = validatorConfig({ ...secret, jwk_local_path: path })
      const validator = await createAuthValidator(config, { unwrapKey, log, now: () => NOW })
      expect(await validator.validate(bearer(TOKEN))).toMatchObject({ ok: true })
      expect(unwrapKey.mock.calls).toEqual([[SECRET_URL, WRAPPED]])
      expect(log).not.toHaveBeenCalled()
    } finally {
      await rm(directory, { recursive: true })
    }
  })

  test('opens for the signer, whose tokens are those of the plain file', async () => {
    const body = { access_token: { sub: 'alice', exp: NOW } }
    const signer = await createAuthSigner(signerConfig(secret), host(await encrypt(KEYS)))
    const plain = await createAuthSigner(signerConfig(), { readFile: async () => Buffer.from(KEYS) })
    const signed = await signer.sign(body)
    expect(signed).toEqual(await plain.sign(body))
    expect(String(signed.access_token).split('.')).toHaveLength(3)
  })

  test.each(['azurekeyvault://keys/a', 'gcpkms://projects/p', 'hashivault://key', 'base64key://c21HYmpt'])(
    'whatever keeper "unwrapKey" asks: %s',
    async (url) => {
      const unwrapKey = vi.fn(async () => FILE_KEY)
      for (const { open } of READERS) {
        await open(host(await encrypt(KEYS), { unwrapKey }), { ...secret, secret_url: url })
      }
      expect(unwrapKey.mock.calls).toEqual(Array(2).fill([url, WRAPPED]))
    },
  )

  test('of a megabyte', async () => {
    const validator = await createAuthValidator(validatorConfig(secret), {
      ...host(await encrypt(KEYS.padEnd(1_000_000))),
      now: () => NOW,
    })
    expect(await validator.validate(bearer(TOKEN))).toMatchObject({ ok: true })
  })
})

/** An error's message and those of its causes. */
function messages(error: unknown): readonly string[] {
  return error instanceof Error ? [error.message, ...messages(error.cause)] : []
}

const LEAKS = [WRAPPED, FILE_KEY_MD5, 'message digest', SECRET, SECRET_URL, '"keys"', 'sim2', SECRET.slice(0, 12)]

async function configError(open: Promise<unknown>): Promise<string> {
  const error: JoseError = await open.then(
    () => Promise.reject(new Error('the file was opened')),
    (reason) => reason,
  )
  expect(error).toMatchObject({ name: 'JoseError', code: 'ERR_CONFIG' })
  for (const message of messages(error)) for (const leak of LEAKS) expect(message).not.toContain(leak)
  return error.message
}

describe.each(READERS)('$block refuses, and says nothing of what is secret', ({ block, open }) => {
  const where = `${block}: the file of "jwk_local_path"`
  const undecipherable = `${where} cannot be decrypted with the key that "unwrapKey" gave`

  test('the wrong key', async () => {
    const unwrapKey = async () => new TextEncoder().encode('abc')
    expect(await configError(open(host(await encrypt(KEYS), { unwrapKey })))).toBe(undecipherable)
  })

  test('a file under the raw key, or under its MD5 in upper case', async () => {
    const rawKey = 'x'.repeat(32)
    const unwrapKey = async () => new TextEncoder().encode(rawKey)
    expect(await configError(open(host(await encrypt(KEYS, rawKey), { unwrapKey })))).toBe(undecipherable)
    expect(await configError(open(host(await encrypt(KEYS, FILE_KEY_MD5.toUpperCase()))))).toBe(undecipherable)
  })

  test('a file that ends too early, at any length', async () => {
    const file = await encrypt(KEYS)
    for (const length of [0, 1, 11, 12, 13, 27, 28, 29, file.length - 16, file.length - 1]) {
      expect(await configError(open(host(file.subarray(0, length))))).toBe(undecipherable)
    }
  })

  test('one more octet, and a flipped bit in the nonce, the ciphertext or the tag', async () => {
    const file = await encrypt(KEYS)
    expect(await configError(open(host(Buffer.concat([file, new Uint8Array(1)]))))).toBe(undecipherable)
    for (const position of [0, 11, 12, 100, file.length - 17, file.length - 16, file.length - 1]) {
      const flipped = Uint8Array.from(file, (octet, index) => (index === position ? octet ^ 1 : octet))
      expect(await configError(open(host(flipped)))).toBe(undecipherable)
    }
  })

  test('a plain file', async () => {
    expect(await configError(open(host(Buffer.from(KEYS))))).toBe(undecipherable)
  })

  test('an encrypted file of which the configuration does not say so', async () => {
    expect(await configError(open(host(await encrypt(KEYS)), {}))).toMatch(where)
  })

  test.each([
    ['what is not JSON', `${KEYS.slice(0, -1)},`],
    ['a secret and no JSON', SECRET],
    ['an array', `[${KEYS}]`],
    ['nothing', ''],
  ])('a file that decrypts to %s', async (_, text) => {
    expect(await configError(open(host(await encrypt(text))))).toMatch(block)
  })

  test('a host without "unwrapKey"', async () => {
    const options: Host = { readFile: async () => encrypt(KEYS) }
    expect(await configError(open(options))).toBe(
      `${where} is encrypted, and only the option "unwrapKey" can ask the keeper at "secret_url" for its key`,
    )
    const base64key = await configError(open(options, { ...secret, secret_url: 'base64key://c21HYmpt' }))
    expect(base64key).toContain('NaCl secretbox')
    expect(base64key).toContain('"unwrapKey"')
    expect(base64key).not.toContain('c21HYmpt')
  })

  test('"unwrapKey" that rejects or throws, with its reason as the cause', async () => {
    const reason = new Error('the keeper is away')
    const throwing = () => {
      throw reason
    }
    for (const unwrapKey of [throwing, () => Promise.reject(reason)]) {
      const options = host(await encrypt(KEYS), { unwrapKey })
      expect(await configError(open(options))).toBe(`${where} is encrypted, and "unwrapKey" failed`)
      await expect(open(options)).rejects.toHaveProperty('cause', reason)
    }
  })

  test('"unwrapKey" that gives no octets', async () => {
    for (const nothing of [new Uint8Array(), undefined, null, 7, {}, '']) {
      const unwrapKey = async () => nothing as Uint8Array
      const message = await configError(open(host(await encrypt(KEYS), { unwrapKey })))
      expect(message).toBe(`${where} is encrypted, and "unwrapKey" gave no key`)
    }
  })

  test('"unwrapKey" that is not a function', async () => {
    const unwrapKey = 'base64' as unknown as NonNullable<Host['unwrapKey']>
    await expect(open(host(await encrypt(KEYS), { unwrapKey }))).rejects.toThrow(TypeError)
  })

  test('a runtime without node:crypto', async () => {
    const { getBuiltinModule } = process
    vi.spyOn(process, 'getBuiltinModule').mockImplementation(((id: string) =>
      id === 'node:crypto' ? undefined : getBuiltinModule(id)) as typeof getBuiltinModule)
    const unwrapKey = vi.fn(async () => FILE_KEY)
    const message = await configError(open(host(await encrypt(KEYS), { unwrapKey })))
    expect(message).toBe(`${where} is encrypted under an MD5, which only node:crypto has`)
    expect(unwrapKey).not.toHaveBeenCalled()
  })

  const remote = { jwk_local_path: undefined, jwk_url: 'https://127.0.0.1:1/' }
  test.each([
    ['"secret_url" without "cypher_key"', { secret_url: SECRET_URL }, '"cypher_key" is missing: "secret_url" needs it'],
    ['"cypher_key" without "secret_url"', { cypher_key: WRAPPED }, '"secret_url" is missing: "cypher_key" needs it'],
    ['both without "jwk_local_path"', { ...secret, ...remote }, '"secret_url" is about an encrypted file'],
  ])('%s', async (_, extra, message) => {
    expect(await configError(open(host(await encrypt(KEYS)), extra))).toMatch(`${block}: ${message}`)
  })
})
