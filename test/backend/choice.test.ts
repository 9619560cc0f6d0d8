import { afterEach, describe, expect, test, vi } from 'vitest'
import { type Backend, publicPart } from '../../src/backend/backend.ts'
import { backend, useBackend } from '../../src/backend/choice.ts'
import { nodeBackend } from '../../src/backend/node.ts'
import { webBackend } from '../../src/backend/web.ts'
import * as library from '../../src/index.ts'
import * as synchronous from '../../src/sync.ts'
import { ALGS, privateJwk, publicJwk } from '../keys.ts'

const node = nodeBackend as Backend

afterEach(() => useBackend(node))

describe('the backend', () => {
  test('is node:crypto, where there is one', () => {
    expect(nodeBackend).toBeDefined()
    expect(backend()).toBe(nodeBackend)
  })

  test('is of the keys that are imported from then on, and no other', async () => {
    const { subtle } = globalThis.crypto
    const jwk = privateJwk('HS256')
    const before = library.importSigningKey(jwk)
    useBackend(webBackend)
    expect(backend()).toBe(webBackend)
    const after = library.importSigningKey(jwk)
    useBackend(node)
    const importKey = vi.spyOn(subtle, 'importKey')
    const token = await library.signCompact('x', before)
    expect(importKey).toHaveBeenCalledTimes(0)
    expect(await library.signCompact('x', after)).toBe(token)
    expect(importKey).toHaveBeenCalledTimes(1)
    importKey.mockRestore()
  })

  test('cannot be chosen through an entry point', () => {
    for (const entry of [library, synchronous]) expect(Object.keys(entry)).not.toContain('useBackend')
  })
})

test.each(ALGS)('R4: the public part of a %s key has no private member', (alg) => {
  const material = privateJwk(alg, { alg: undefined })
  expect(publicPart(material as unknown as Parameters<typeof publicPart>[0])).toEqual(
    publicJwk(alg, { alg: undefined }),
  )
})
