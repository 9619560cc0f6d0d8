import { describe, expect, test } from 'vitest'
import { importSigningKey, importVerificationKey } from '../src/index.ts'
import { ALGS, privateJwk, publicJwk } from './keys.ts'
import { codeOf } from './paths.ts'

// R6 (RFC 7517 §4.2, §4.3): what a JWK says that it is for.

const OK = 'accepted'
const USE = 'ERR_KEY_USE'
const INVALID = 'ERR_JWK_INVALID'

type Members = Readonly<Record<string, unknown>>

/** What the import of a private JWK with these members gives, for signing and for verifying. */
const MATRIX: readonly (readonly [members: Members, signing: string, verifying: string])[] = [
  [{}, OK, OK],
  [{ use: 'sig' }, OK, OK],
  [{ use: 'enc' }, USE, USE],
  [{ use: 'SIG' }, USE, USE],
  [{ use: '' }, USE, USE],
  [{ use: 'signature' }, USE, USE],
  [{ use: null }, INVALID, INVALID],
  [{ use: 5 }, INVALID, INVALID],
  [{ use: true }, INVALID, INVALID],
  [{ use: ['sig'] }, INVALID, INVALID],

  [{ key_ops: ['sign'] }, OK, USE],
  [{ key_ops: ['verify'] }, USE, OK],
  [{ key_ops: ['sign', 'verify'] }, OK, OK],
  [{ key_ops: ['verify', 'sign'] }, OK, OK],
  [{ key_ops: ['sign'], use: 'sig' }, OK, USE],
  [{ key_ops: ['verify'], use: 'sig' }, USE, OK],
  [{ key_ops: ['sign', 'verify'], use: 'sig' }, OK, OK],
  [{ key_ops: [] }, USE, USE],
  [{ key_ops: ['Sign', 'VERIFY'] }, USE, USE],
  [{ key_ops: [''] }, USE, USE],
  [{ key_ops: ['deriveBits'] }, USE, USE],
  [{ key_ops: ['sign', 'verify', 'x'] }, OK, OK],
  [{ key_ops: ['sign', 'verify', 'x'], use: 'sig' }, OK, OK],
  [{ key_ops: ['sign', 'verify'], use: 'enc' }, USE, USE],

  [{ key_ops: ['sign', 'sign'] }, INVALID, INVALID],
  [{ key_ops: ['verify', 'sign', 'verify'] }, INVALID, INVALID],
  [{ key_ops: ['sign', 'verify', 'x', 'x'] }, INVALID, INVALID],
  [{ key_ops: 'sign' }, INVALID, INVALID],
  [{ key_ops: 'verify' }, INVALID, INVALID],
  [{ key_ops: null }, INVALID, INVALID],
  [{ key_ops: true }, INVALID, INVALID],
  [{ key_ops: { 0: 'sign', 1: 'verify', length: 2 } }, INVALID, INVALID],
  [{ key_ops: [['sign'], ['verify']] }, INVALID, INVALID],
  [{ key_ops: ['sign', 'verify', null] }, INVALID, INVALID],
  [{ key_ops: ['sign', 'verify', 5] }, INVALID, INVALID],
  [{ key_ops: new Set(['sign', 'verify']) }, INVALID, INVALID],

  ...['encrypt', 'decrypt', 'wrapKey', 'unwrapKey', 'deriveKey', 'deriveBits'].flatMap((operation) => [
    [{ key_ops: ['sign', 'verify', operation] }, OK, OK] as const,
    [{ key_ops: ['sign', 'verify', operation], use: 'sig' }, INVALID, INVALID] as const,
    [{ key_ops: [operation], use: 'sig' }, INVALID, INVALID] as const,
  ]),
]

const rows = MATRIX.map(([members, signing, verifying]) => ({ name: inspect(members), members, signing, verifying }))

describe.each(rows)('attack 19: $name', ({ members, signing, verifying }) => {
  test.each(['HS256', 'RS256', 'ES256', 'EdDSA'] as const)(`R6: %s, signing: ${signing}`, async (alg) => {
    expect(await codeOf(() => importSigningKey(privateJwk(alg, members)))).toBe(signing)
  })

  test.each(['HS256', 'PS256', 'ES256', 'EdDSA'] as const)(`R6: %s, verifying: ${verifying}`, async (alg) => {
    expect(await codeOf(() => importVerificationKey(privateJwk(alg, members)))).toBe(verifying)
    expect(await codeOf(() => importVerificationKey(publicJwk(alg, members)))).toBe(verifying)
  })
})

describe.each(ALGS)('R6: %s', (alg) => {
  test('a key whose key_ops has both sign and verify imports for both', () => {
    const jwk = privateJwk(alg, { key_ops: ['sign', 'verify'] })
    expect(importSigningKey(jwk).alg).toBe(alg)
    expect(importVerificationKey(jwk).alg).toBe(alg)
  })

  test('a key for one of them is refused for the other, and the message names what is missing', () => {
    const forSigning = privateJwk(alg, { key_ops: ['sign'] })
    const forVerifying = privateJwk(alg, { key_ops: ['verify'] })
    expect(() => importVerificationKey(forSigning)).toThrow('the "key_ops" of the JWK lack "verify"')
    expect(() => importSigningKey(forVerifying)).toThrow('the "key_ops" of the JWK lack "sign"')
  })

  test('a key for encryption is refused for both', async () => {
    expect(await codeOf(() => importSigningKey(privateJwk(alg, { use: 'enc' })))).toBe(USE)
    expect(await codeOf(() => importVerificationKey(publicJwk(alg, { use: 'enc' })))).toBe(USE)
  })
})

function inspect(members: Members): string {
  return JSON.stringify(members, (_, value) => (value instanceof Set ? { set: [...value] } : value))
}
