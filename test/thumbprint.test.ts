import { createHash } from 'node:crypto'
import { afterEach, describe, expect, test } from 'vitest'
import { useBackend } from '../src/backend/choice.ts'
import { nodeBackend } from '../src/backend/node.ts'
import { webBackend } from '../src/backend/web.ts'
import { type Hash, type Jwk, thumbprint } from '../src/index.ts'
import vectors from '../vectors/rfc7638.json' with { type: 'json' }
import { ALGS, privateJwk, publicJwk } from './keys.ts'
import { codeOf } from './paths.ts'

const REQUIRED: Readonly<Record<string, readonly string[]>> = {
  oct: ['k', 'kty'],
  RSA: ['e', 'kty', 'n'],
  EC: ['crv', 'kty', 'x', 'y'],
  OKP: ['crv', 'kty', 'x'],
}

const BACKENDS = [
  ...(nodeBackend ? [{ name: 'node', backend: nodeBackend }] : []),
  { name: 'web', backend: webBackend },
]

describe.each(BACKENDS)('RFC 7638 thumbprints on the backend $name', ({ backend }) => {
  afterEach(() => useBackend(nodeBackend ?? webBackend))

  const compute = (jwk: Jwk, hash?: Hash): Promise<string> => {
    useBackend(backend)
    return thumbprint(jwk, hash)
  }

  test.each(vectors.cases)('$id: $title', async ({ jwk, hash, thumbprint: expected }) => {
    expect(await compute(jwk, hash as Hash)).toBe(expected)
  })

  test.each(ALGS)('%s: of the required members in their order, public and private alike', async (alg) => {
    const jwk = publicJwk(alg)
    const canonical = JSON.stringify(jwk, REQUIRED[jwk.kty] as string[])
    for (const [hash, native] of [
      ['SHA-256', 'sha256'],
      ['SHA-384', 'sha384'],
      ['SHA-512', 'sha512'],
    ] as const) {
      const expected = createHash(native).update(canonical).digest('base64url')
      expect(await compute(jwk, hash)).toBe(expected)
      expect(await compute(privateJwk(alg, { kid: 'k', use: 'enc' }), hash)).toBe(expected)
    }
    expect(await compute(jwk)).toBe(await compute(jwk, 'SHA-256'))
  })
})

test.each([['sha256'], ['SHA-1'], ['MD5'], [''], [null], [5]])('R19: the hash %j is a TypeError', async (hash) => {
  await expect(thumbprint(publicJwk('ES256'), hash as Hash)).rejects.toThrow(TypeError)
})

test.each(ALGS)('%s: a missing or inherited member is refused', async (alg) => {
  const jwk = publicJwk(alg)
  for (const name of REQUIRED[jwk.kty] ?? []) {
    const { [name]: value, ...others } = jwk
    expect(await codeOf(() => thumbprint(others as Jwk)), name).toBe('ERR_JWK_INVALID')
    const inheriting = Object.assign(Object.create({ [name]: value }), others)
    expect(await codeOf(() => thumbprint(inheriting)), name).toBe('ERR_JWK_INVALID')
    expect(await codeOf(() => thumbprint({ ...jwk, [name]: 5 } as Jwk)), name).toBe('ERR_JWK_INVALID')
  }
})

test.each([['DSA'], ['__proto__'], ['']])('the type %j is refused', async (kty) => {
  expect(await codeOf(() => thumbprint({ ...publicJwk('ES256'), kty }))).toBe('ERR_JWK_INVALID')
})

test.each([[undefined], [null], ['{}'], [[]]])('%j instead of a JWK is a TypeError', async (value) => {
  await expect(thumbprint(value as unknown as Jwk)).rejects.toThrow(TypeError)
})
