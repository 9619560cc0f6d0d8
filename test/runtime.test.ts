import { createHash } from 'node:crypto'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import { builtin, NodeBuffer } from '../src/runtime.ts'
import { ALGS, privateJwk, publicJwk } from './keys.ts'
import { importWithoutNode } from './without-node.ts'

describe('Node built-ins', () => {
  test('are those of the process, in Node', async () => {
    expect(builtin('node:crypto')).toBe((await import('node:crypto')).default)
    expect(NodeBuffer).toBe(Buffer)
  })

  test.each([
    ['no process', undefined],
    ['a process without getBuiltinModule', {}],
    ['a getBuiltinModule that has no such module', { getBuiltinModule: () => undefined }],
  ])('are undefined where there is %s', (_, process) => {
    vi.stubGlobal('process', process)
    const found = builtin('node:crypto')
    vi.unstubAllGlobals()
    expect(found).toBeUndefined()
  })
})

describe('without node:crypto', () => {
  let library: typeof import('../src/index.ts')

  beforeAll(async () => {
    library = await importWithoutNode(() => import('../src/index.ts'))
  })

  test('the backend is WebCrypto', async () => {
    const { choice, web, node } = await importWithoutNode(async () => ({
      choice: await import('../src/backend/choice.ts'),
      web: await import('../src/backend/web.ts'),
      node: await import('../src/backend/node.ts'),
    }))
    expect(node.nodeBackend).toBeUndefined()
    expect(choice.backend()).toBe(web.webBackend)
  })

  test.each(ALGS)('%s tokens are signed and verified, also across the backends', async (alg) => {
    const ordinary = await import('../src/index.ts')
    const token = await library.signCompact('payload', library.importSigningKey(privateJwk(alg)))
    for (const { verifyCompact, importVerificationKey } of [library, ordinary]) {
      const { payload } = await verifyCompact(token, importVerificationKey(publicJwk(alg)))
      expect(new TextDecoder().decode(payload)).toBe('payload')
    }
    const [header, , signature] = token.split('.')
    const forged = `${header}.${library.encodeBase64url(Buffer.from('another'))}.${signature}`
    const verifying = library.verifyCompact(forged, library.importVerificationKey(publicJwk(alg)))
    await expect(verifying).rejects.toMatchObject({ name: 'JoseError', code: 'ERR_JWS_SIGNATURE' })
  })

  test('base64url works by hand', () => {
    const octets = Uint8Array.from({ length: 257 }, (_, index) => index)
    const text = library.encodeBase64url(octets)
    expect(text).toBe(Buffer.from(octets).toString('base64url'))
    expect(library.decodeBase64url(text)).toEqual(octets)
    expect(Object.getPrototypeOf(library.decodeBase64url(text))).toBe(Uint8Array.prototype)
    expect(() => library.decodeBase64url(`${text}=`)).toThrow(expect.objectContaining({ code: 'ERR_BASE64URL' }))
    expect(() => library.encodeBase64url([1] as unknown as Uint8Array)).toThrow(TypeError)
  })

  test('thumbprints come from WebCrypto', async () => {
    const { kty, crv, x, y } = publicJwk('ES256')
    const canonical = JSON.stringify({ crv, kty, x, y })
    const digest = createHash('sha256').update(canonical).digest('base64url')
    expect(await library.thumbprint({ kty, crv, x, y } as Parameters<typeof library.thumbprint>[0])).toBe(digest)
  })

  test('countersign/sync throws when it is imported, and says why', async () => {
    const importing = importWithoutNode(() => import('../src/sync.ts'))
    await expect(importing).rejects.toThrow(/countersign\/sync needs node:crypto/)
  })

  test('the ordinary modules are back afterwards', async () => {
    expect((await import('../src/backend/node.ts')).nodeBackend).toBeDefined()
    expect(await import('../src/sync.ts')).toHaveProperty('signJwtSync')
  })
})
