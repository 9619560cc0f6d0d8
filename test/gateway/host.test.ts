import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import {
  type AuthSignerOptions,
  type AuthValidatorOptions,
  createAuthSigner,
  createAuthValidator,
} from '../../src/gateway/index.ts'
import { bearer, fileHost, jsonBytes, keySet, krakend, makeToken, signerConfig, validatorConfig } from './fixtures.ts'

let directory: string

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'countersign-'))
})

afterAll(() => rm(directory, { recursive: true }))

afterEach(() => {
  vi.restoreAllMocks()
})

async function file(content: unknown): Promise<string> {
  const path = join(directory, 'jwk.json')
  await writeFile(path, jsonBytes(content))
  return path
}

/** What both gateway modules do with a key file. */
const BLOCKS = [
  {
    block: 'auth/validator',
    create: (path: string, options?: AuthValidatorOptions): Promise<unknown> =>
      createAuthValidator(validatorConfig({ jwk_local_path: path }), options),
  },
  {
    block: 'auth/signer',
    create: (path: string, options?: AuthSignerOptions): Promise<unknown> =>
      createAuthSigner(signerConfig({ jwk_local_path: path }), options),
  },
] as const

describe.each(BLOCKS)('$block: the file of "jwk_local_path"', ({ block, create }) => {
  const where = `${block}: the file of "jwk_local_path"`

  test("is read with the runtime's node:fs by default", async () => {
    expect(await create(await file(krakend.jwks.symmetric))).toBeDefined()
  })

  test('is read with "readFile", which gets the path as it is configured', async () => {
    const paths: string[] = []
    const readFile = async (path: string) => {
      paths.push(path)
      return jsonBytes(krakend.jwks.symmetric)
    }
    await create('./keys/../jwk.json', { readFile })
    expect(paths).toEqual(['./keys/../jwk.json'])
  })

  test('may be a view into a larger buffer', async () => {
    const bytes = jsonBytes(`xx${JSON.stringify(krakend.jwks.symmetric)}xx`)
    await expect(create('jwk.json', { readFile: async () => bytes.subarray(2, -2) })).resolves.toBeDefined()
  })

  test('in a runtime without node:fs needs "readFile", and the error says so', async () => {
    const path = await file(krakend.jwks.symmetric)
    vi.spyOn(process, 'getBuiltinModule').mockReturnValue(undefined)
    await expect(create(path)).rejects.toMatchObject({
      code: 'ERR_CONFIG',
      message: `${where} needs the option "readFile" in this runtime`,
    })
    await expect(create(path, fileHost())).resolves.toBeDefined()
  })

  test('in a runtime without "process" altogether: the same', async () => {
    const path = await file(krakend.jwks.symmetric)
    vi.stubGlobal('process', undefined)
    const outcome = create(path).catch((error: unknown) => error)
    vi.unstubAllGlobals()
    expect(await outcome).toMatchObject({ code: 'ERR_CONFIG', message: expect.stringContaining('"readFile"') })
  })

  test('missing, or a directory', async () => {
    for (const path of [join(directory, 'missing.json'), directory]) {
      await expect(create(path)).rejects.toMatchObject({
        code: 'ERR_CONFIG',
        message: `${where} cannot be read`,
        cause: expect.any(Error),
      })
    }
  })

  test('"readFile" that throws or rejects', async () => {
    const reason = new Error('no such secret')
    const throwing = () => {
      throw reason
    }
    for (const readFile of [throwing, () => Promise.reject(reason)]) {
      await expect(create('jwk.json', { readFile })).rejects.toMatchObject({ code: 'ERR_CONFIG', cause: reason })
    }
  })

  const [, key] = krakend.jwks.symmetric.keys
  const contents: readonly (readonly [title: string, content: unknown, message: string])[] = [
    ['is empty', '', `${where} is not JSON`],
    ['is not JSON', '{"keys":[', `${where} is not JSON`],
    ['is an array', krakend.jwks.symmetric.keys, `${where} is not a JSON object`],
    ['is null', 'null', `${where} is not a JSON object`],
    ['R11: begins with a byte order mark', `\ufeff${JSON.stringify(keySet())}`, `${where} is not JSON`],
    ['R11: has a member twice', '{"keys":[],"keys":[]}', `${where} has a member twice`],
    ['R11: has a member of a key twice', `{"keys":[{"kid":"a","k\\u0069d":"b"}]}`, `${where} has a member twice`],
    ['is a JWK instead of a set', key, `${block}: "jwk_local_path": a JWK Set is an object`],
    ['has "keys" that are no array', { keys: key }, `${block}: "jwk_local_path": a JWK Set is an object`],
    ['has a key that is no object', { keys: [key, 'key'] }, `${block}: "jwk_local_path": a JWK Set is an object`],
    [
      'R12: has its "keys" in "__proto__"',
      '{"__proto__":{"keys":[]}}',
      `${block}: "jwk_local_path": a JWK Set is an object`,
    ],
  ]
  test.each(contents)('%s', async (_, content, message) => {
    const expected = { code: 'ERR_CONFIG', message: expect.stringContaining(message) }
    await expect(create(await file(content))).rejects.toMatchObject(expected)
    await expect(create('jwk.json', fileHost(content))).rejects.toMatchObject(expected)
  })

  test('is not UTF-8', async () => {
    const readFile = async () => new Uint8Array([0x7b, 0xff, 0x7d])
    await expect(create('jwk.json', { readFile })).rejects.toMatchObject({
      code: 'ERR_CONFIG',
      message: `${where} is not UTF-8`,
    })
  })

  test('R5: the message shows no key', async () => {
    const secret = 'c2hvcnQ'
    const content = keySet({ kty: 'oct', kid: 'sim2', alg: 'HS256', k: secret })
    const outcome = create('jwk.json', fileHost(content)).catch((error: Error) => error.message)
    expect(await outcome).toMatch(new RegExp(`^${block}: .*fewer than the 32 octets`))
    expect(await outcome).not.toContain(secret)
  })

  test.each([
    ['an unknown option', { fetsh: fetch }, 'fetsh'],
    ['"isRevoked", misspelt', { isrevoked: () => false }, 'isrevoked'],
    ['no object', 5, 'object'],
    ['null', null, 'object'],
  ])('R19: options of the host that are wrong are a TypeError: %s', async (_, options, named) => {
    const outcome = create(await file(krakend.jwks.symmetric), options as AuthSignerOptions)
    await expect(outcome).rejects.toThrow(TypeError)
    await expect(outcome).rejects.toThrow(named)
  })
})

describe.each(BLOCKS)('$block: a log that fails', ({ create }) => {
  const failing = () => {
    throw new Error('the log cannot be reached')
  }
  test.each([
    ['throws', failing],
    ['rejects', async () => failing()],
  ])('changes nothing where it %s', async (_, log) => {
    const rejections: unknown[] = []
    const note = (reason: unknown) => rejections.push(reason)
    // No `vi.fn`, which would handle the rejection.
    let calls = 0
    const counting = () => {
      calls++
      return log()
    }
    const path = await file(krakend.jwks.symmetric)
    await chmod(path, 0o644)
    process.on('unhandledRejection', note)
    try {
      await expect(create(path, { log: counting })).resolves.toBeDefined()
      await new Promise((resolve) => setImmediate(resolve))
    } finally {
      process.off('unhandledRejection', note)
    }
    expect(calls).toBe(1)
    expect(rejections).toEqual([])
  })
})

describe('auth/validator: the keys of a file', () => {
  const [encryption, signature] = krakend.jwks.symmetric.keys
  const token = makeToken()

  test('are read once, when the validator is created', async () => {
    const path = await file(krakend.jwks.symmetric)
    const validator = await createAuthValidator(validatorConfig({ jwk_local_path: path }))
    await rm(path)
    for (const _ of [1, 2]) expect(await validator.validate(bearer(token))).toMatchObject({ ok: true })
  })

  const unusable: readonly (readonly [title: string, keys: readonly unknown[], message: string])[] = [
    ['no key at all', [], 'no key of the set can be used'],
    ['R2: keys of other algorithms', [encryption, ...krakend.jwks.public.keys], 'no key of the set can be used'],
    ['R8: a secret beside public keys', [signature, ...krakend.jwks.public.keys], 'no key of the set can be used'],
    ['R8: the same "kid" twice', [signature, signature], 'has the "kid" and the algorithm of one before it'],
  ]
  test.each(unusable)('%s: nothing is served unprotected', async (_, keys, message) => {
    await expect(createAuthValidator(validatorConfig(), fileHost({ keys }))).rejects.toMatchObject({
      code: 'ERR_CONFIG',
      message: expect.stringMatching(new RegExp(`^auth/validator: "jwk_local_path": .*${message}`)),
    })
  })

  test('R19: "now", "fetch" and "isRevoked" must be functions', async () => {
    for (const option of ['now', 'isRevoked'] as const) {
      const options = { ...fileHost(), [option]: 5 } as unknown as AuthValidatorOptions
      await expect(createAuthValidator(validatorConfig(), options)).rejects.toThrow(TypeError)
    }
    const remote = validatorConfig({ jwk_local_path: undefined, jwk_url: 'https://id.example/jwks.json' })
    const options = { fetch: 'fetch' } as unknown as AuthValidatorOptions
    await expect(createAuthValidator(remote, options)).rejects.toThrow(TypeError)
  })
})
