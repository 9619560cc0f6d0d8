import { describe, expect, test } from 'vitest'
import { importSigningKey, importVerificationKey } from '../src/index.ts'
import { freshJwk, privateJwk, publicJwk } from './keys.ts'
import { codeOf, PATHS, type Path } from './paths.ts'

// The members whose length in octets the algorithm says: secrets (RFC 7518 §3.2) and Ed25519 keys (RFC 8037 §2).

const secret = (length: number): string => Buffer.alloc(length, 0xa5).toString('base64url')

const IMPORTS = [
  { name: 'importSigningKey', importKey: importSigningKey },
  { name: 'importVerificationKey', importKey: importVerificationKey },
]

const HMACS = [
  { alg: 'HS256', length: 32 },
  { alg: 'HS384', length: 48 },
  { alg: 'HS512', length: 64 },
] as const

describe.each(IMPORTS)('$name', ({ importKey }) => {
  describe.each(HMACS)('R5, attack 6: the secret of $alg', ({ alg, length }) => {
    const code = (octets: number, allowWeakKey?: boolean) =>
      codeOf(() =>
        importKey(privateJwk(alg, { k: secret(octets) }), allowWeakKey === undefined ? {} : { allowWeakKey }),
      )

    test('as long as the hash is accepted, and a longer one', async () => {
      expect(await code(length)).toBe('accepted')
      expect(await code(length + 1)).toBe('accepted')
      expect(await code(1000)).toBe('accepted')
    })

    test('one octet shorter is refused', async () => {
      expect(await code(length - 1)).toBe('ERR_JWK_WEAK')
      expect(await code(length - 1, false)).toBe('ERR_JWK_WEAK')
      expect(() => importKey(privateJwk(alg, { k: secret(length - 1) }))).toThrow(
        `the secret "k" has fewer than the ${length} octets that ${alg} needs`,
      )
    })

    test('of 8 octets, or of one, is refused', async () => {
      expect([await code(8), await code(1)]).toEqual(['ERR_JWK_WEAK', 'ERR_JWK_WEAK'])
    })

    test('shorter than the hash is accepted with allowWeakKey', async () => {
      expect([await code(length - 1, true), await code(1, true)]).toEqual(['accepted', 'accepted'])
    })

    test.each([['true'], [1], [null]])('R19: allowWeakKey %j is a TypeError that names it', (allowWeakKey) => {
      const importing = () => importKey(privateJwk(alg), { allowWeakKey: allowWeakKey as never })
      expect(importing).toThrow(TypeError)
      expect(importing).toThrow('"allowWeakKey"')
    })

    test('is never empty, not even with allowWeakKey', async () => {
      expect([await code(0), await code(0, true)]).toEqual(['ERR_JWK_WEAK', 'ERR_JWK_WEAK'])
      const importing = () => importKey(privateJwk(alg, { k: '' }), { allowWeakKey: true })
      expect(importing).toThrow('the secret "k" is empty')
    })

    test.each([[undefined], [null], [5], [['AAAA']], [{}]])('that is %j is refused', async (k) => {
      const importing = () => importKey(privateJwk(alg, { k }), { allowWeakKey: true })
      expect(await codeOf(importing)).toBe('ERR_JWK_INVALID')
      expect(importing).toThrow('"k" is missing or not a string')
    })

    test.each([
      ['padding', (k: string) => `${k}=`],
      ['a line feed', (k: string) => `${k}\n`],
      ['the standard alphabet', (k: string) => k.replace(/^./, '+')],
      ['a length of 1 modulo 4', () => 'A'.repeat(129)],
      ['unused bits', () => `${'A'.repeat(129)}B`],
    ])('R10: with %s is refused', async (_, change) => {
      const importing = () => importKey(privateJwk(alg, { k: change(secret(length)) }), { allowWeakKey: true })
      expect(await codeOf(importing)).toBe('ERR_JWK_INVALID')
      expect(importing).toThrow('"k" is not canonical base64url')
    })
  })

  describe.each(['EdDSA', 'Ed25519'] as const)('R5: the key of %s', (alg) => {
    const octets = (name: string): Buffer => Buffer.from(privateJwk(alg)[name] as string, 'base64url')

    test.each(['x', 'd'])(
      'with "%s" one octet shorter is refused, and the message says why that may be',
      async (name) => {
        const importing = () => importKey(privateJwk(alg, { [name]: octets(name).subarray(1).toString('base64url') }))
        expect(await codeOf(importing)).toBe('ERR_JWK_INVALID')
        expect(importing).toThrow(`"${name}" has 31 octets where 32 are due; some libraries drop leading zero octets`)
      },
    )

    test.each(['x', 'd'])('with "%s" one octet longer is refused', async (name) => {
      const longer = Buffer.concat([Buffer.of(0), octets(name)]).toString('base64url')
      const importing = () => importKey(privateJwk(alg, { [name]: longer }))
      expect(await codeOf(importing)).toBe('ERR_JWK_INVALID')
      expect(importing).toThrow(new RegExp(`"${name}" has 33 octets where 32 are due$`))
    })

    test.each(['x', 'd'])('with "%s" of another form is refused', async (name) => {
      for (const value of [null, 5, '', 'A', [privateJwk(alg)[name]], `${privateJwk(alg)[name]}=`]) {
        expect(await codeOf(() => importKey(privateJwk(alg, { [name]: value })))).toBe('ERR_JWK_INVALID')
      }
    })

    test('without "x" is refused', async () => {
      expect(await codeOf(() => importKey(privateJwk(alg, { x: undefined })))).toBe('ERR_JWK_INVALID')
    })
  })
})

describe.each(PATHS)('on the path $name', (path) => {
  test.each(HMACS)(
    'R5: $alg takes a secret of one octet with allowWeakKey, and of more than a block',
    async ({ alg }) => {
      for (const length of [1, 129, 1000]) {
        const jwk = privateJwk(alg, { k: secret(length) })
        const token = await path.signCompact('x', path.importSigningKey(jwk, { allowWeakKey: true }))
        for (const other of PATHS) {
          const key = other.importVerificationKey(jwk, { allowWeakKey: true })
          expect(await codeOf(() => other.verifyCompact(token, key))).toBe('accepted')
        }
      }
    },
  )

  test.each(['EdDSA', 'Ed25519'] as const)('R5: %s with the d of another key is refused', async (alg) => {
    const foreign = freshJwk(alg)
    for (const jwk of [privateJwk(alg, { d: foreign.d }), privateJwk(alg, { x: foreign.x })]) {
      expect(await codeOf(() => path.signCompact('x', path.importSigningKey(jwk)))).toBe('ERR_JWK_INVALID')
      if (path.name !== 'web') expect(await codeOf(() => path.importSigningKey(jwk))).toBe('ERR_JWK_INVALID')
    }
  })

  test.each(['EdDSA', 'Ed25519'] as const)('R5: %s with an x that is no point verifies nothing', async (alg) => {
    const token = await path.signCompact('x', path.importSigningKey(privateJwk(alg)))
    // y = 2 has no x on the curve.
    const x = Buffer.from([2, ...new Uint8Array(31)]).toString('base64url')
    const verifying = () => path.verifyCompact(token, path.importVerificationKey(publicJwk(alg, { x })))
    expect(await codeOf(verifying)).toBe('ERR_JWS_SIGNATURE')
  })
})

test('R5: on WebCrypto the d of another key is refused by each signature, not by the first alone', async () => {
  const web = PATHS.find(({ name }) => name === 'web') as Path
  const key = web.importSigningKey(privateJwk('EdDSA', { d: freshJwk('EdDSA').d }))
  expect(await codeOf(() => web.signCompact('x', key))).toBe('ERR_JWK_INVALID')
  expect(await codeOf(() => web.signCompact('x', key))).toBe('ERR_JWK_INVALID')
})
