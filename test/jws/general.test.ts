import { describe, expect, test } from 'vitest'
import { importSigningKey, JoseError, type KeySource, type VerificationKey } from '../../src/index.ts'
import type { Alg } from '../../src/jwa.ts'
import { type GeneralJws, signGeneral, type VerifyGeneralOptions, verifyGeneral } from '../../src/jws/index.ts'
import { segment } from '../forge.ts'
import { freshJwk, privateJwk } from '../keys.ts'
import { ASYNCHRONOUS_PATHS } from '../paths.ts'
import { keyOf, SECRET, verdictOf } from '../verdict.ts'
import { forgeSignature, keysOf, OCTETS, PAYLOAD, TEXT } from './forms.ts'

const HEADER = { alg: 'HS256' }
const HS256 = forgeSignature(HEADER, PAYLOAD)
const HS512 = forgeSignature({ alg: 'HS512' }, PAYLOAD, undefined, 'HS512')
const ES256 = forgeSignature({ alg: 'ES256' }, PAYLOAD, undefined, 'ES256')
const RAW = { alg: 'HS256', b64: false, crit: ['b64'] }

/** Over another payload: of the right form, and wrong. */
const WRONG = forgeSignature(HEADER, segment('sold for 13'))
const UNKNOWN = { ...HS256, protected: segment({ alg: 'XX256' }), signature: 'AAAA' }
const EXTENDED = forgeSignature({ ...HEADER, crit: ['y'], y: 1 }, PAYLOAD)
const UNPROTECTED_CRIT = { ...HS512, header: { crit: ['x'], x: 1 } }

/** So many signatures, each another. */
function many(count: number): object[] {
  return Array.from({ length: count }, (_, n) => forgeSignature({ ...HEADER, n }, PAYLOAD))
}

/** What it is, the signatures, and what becomes of it where any signature is enough, and where all must verify. */
const ROWS: readonly (readonly [title: string, signatures: unknown, any: string, all: string])[] = [
  ['one', [HS256], 'accepted', 'accepted'],
  ['two', [HS256, ES256], 'accepted', 'accepted'],
  ['one that is wrong', [WRONG], 'ERR_JWS_SIGNATURE', 'ERR_JWS_SIGNATURE'],
  ['the first is wrong', [WRONG, ES256], 'accepted', 'ERR_JWS_SIGNATURE'],
  ['the second is wrong', [ES256, WRONG], 'accepted', 'ERR_JWS_SIGNATURE'],
  ['the first is of an unknown algorithm', [UNKNOWN, HS256], 'accepted', 'ERR_ALG_UNSUPPORTED'],
  ['the first has an unknown extension', [EXTENDED, ES256], 'accepted', 'ERR_CRIT'],
  ['the first is of a key that nobody has', [HS512, HS256], 'accepted', 'ERR_ALG_NOT_ALLOWED'],
  ['none can be verified', [UNKNOWN, HS512], 'ERR_ALG_UNSUPPORTED', 'ERR_ALG_UNSUPPORTED'],
  ['none can be verified but one, which is wrong', [UNKNOWN, WRONG], 'ERR_JWS_SIGNATURE', 'ERR_ALG_UNSUPPORTED'],
  ['sixteen', many(16), 'accepted', 'ERR_JWS_INVALID'],
  ['seventeen', many(17), 'ERR_JWS_INVALID', 'ERR_JWS_INVALID'],
  ['none', [], 'ERR_JWS_INVALID', 'ERR_JWS_INVALID'],
  ['null', null, 'ERR_JWS_INVALID', 'ERR_JWS_INVALID'],
  ['an object', { 0: HS256, length: 1 }, 'ERR_JWS_INVALID', 'ERR_JWS_INVALID'],
  ['the same twice', [HS256, HS256], 'ERR_JWS_INVALID', 'ERR_JWS_INVALID'],
  [
    'the same twice, with another header',
    [HS256, { ...HS256, header: { a: 1 } }],
    'ERR_JWS_INVALID',
    'ERR_JWS_INVALID',
  ],
  ['two of one key', [HS256, forgeSignature({ ...HEADER, n: 1 }, PAYLOAD)], 'accepted', 'ERR_JWS_INVALID'],
  ['a second that is no object', [HS256, 'x'], 'ERR_JWS_INVALID', 'ERR_JWS_INVALID'],
  ['a second that is null', [HS256, null], 'ERR_JWS_INVALID', 'ERR_JWS_INVALID'],
  ['a second that is empty', [HS256, { ...ES256, signature: '' }], 'ERR_JWS_INVALID', 'ERR_JWS_INVALID'],
  ['a second without alg', [HS256, { signature: 'AAAA' }], 'ERR_JWS_INVALID', 'ERR_JWS_INVALID'],
  [
    'a second that is padded',
    [HS256, { ...ES256, signature: `${ES256.signature}==` }],
    'ERR_BASE64URL',
    'ERR_BASE64URL',
  ],
  ['a second with crit unprotected', [HS256, UNPROTECTED_CRIT], 'ERR_CRIT', 'ERR_CRIT'],
  [
    'a second with an empty crit',
    [HS256, { ...ES256, protected: segment({ alg: 'ES256', crit: [] }) }],
    'ERR_CRIT',
    'ERR_CRIT',
  ],
  ['two that differ about b64', [HS256, forgeSignature(RAW, PAYLOAD)], 'ERR_JWS_INVALID', 'ERR_JWS_INVALID'],
  [
    'two that differ about b64, one unknown',
    [HS256, { ...UNKNOWN, protected: segment({ ...RAW, alg: 'XX' }) }],
    'ERR_JWS_INVALID',
    'ERR_JWS_INVALID',
  ],
]

for (const path of ASYNCHRONOUS_PATHS) {
  describe(`general (${path.name})`, () => {
    const keys = keysOf(path, 'HS256', 'ES256')

    for (const [title, signatures, any, all] of ROWS) {
      for (const [demanded, verdict] of [
        ['any', any],
        ['all', all],
      ] as const) {
        test(`${title}: ${demanded}: ${verdict}`, async () => {
          const jws = { payload: PAYLOAD, signatures } as GeneralJws
          const verify = (form: string | GeneralJws) =>
            verdictOf(() => verifyGeneral(form, keys, { require: demanded }))
          expect(await verify(jws)).toBe(verdict)
          expect(await verify(JSON.stringify(jws))).toBe(verdict)
        })
      }
    }

    test('what several keys sign verifies, and tells which key verified what', async () => {
      const algs = ['HS256', 'ES256', 'PS256'] as const
      const signers = algs.map((alg) => ({
        key: path.importSigningKey(privateJwk(alg)),
        unprotectedHeader: { by: alg },
      }))
      const jws = await signGeneral(TEXT, signers)
      const { payload, signatures } = await verifyGeneral(jws, keysOf(path, ...algs), { require: 'all' })
      expect(payload).toEqual(OCTETS)
      expect(signatures).toEqual(
        algs.map((alg) => ({ header: { alg }, unprotectedHeader: { by: alg }, key: keyOf(alg, path) })),
      )
      const anyway = await verifyGeneral(jws, keyOf('PS256', path))
      expect(anyway.signatures.map(({ key }) => key.alg)).toEqual(['PS256'])
    })

    test('one owner is one signer, whatever the algorithm, the id and the object of the key', async () => {
      const rows: readonly (readonly [alg: Alg, another: Alg, kid?: string])[] = [
        ['RS256', 'PS256'],
        ['EdDSA', 'Ed25519'],
        ['ES256', 'ES256', 'another'],
        ['HS256', 'HS256', 'another'],
      ]
      for (const [alg, another, kid] of rows) {
        const jwks = [privateJwk(alg), privateJwk(another, kid === undefined ? {} : { kid })]
        const jws = await signGeneral(
          TEXT,
          jwks.map((jwk, n) => ({ key: path.importSigningKey(jwk), header: { n } })),
        )
        const source: KeySource = ({ alg: named, kid: id }) =>
          jwks.filter((jwk) => jwk.alg === named && jwk.kid === id).map((jwk) => path.importVerificationKey(jwk))
        expect((await verifyGeneral(jws, source)).signatures).toHaveLength(1)
        const all = await verdictOf(() => verifyGeneral(jws, source, { require: 'all' }))
        expect(all, `${alg} and ${another}`).toBe('ERR_JWS_INVALID')
      }
    })

    test('a payload as it is, and one that is detached', async () => {
      const signers = (['HS256', 'ES256'] as const).map((alg) => ({ key: path.importSigningKey(privateJwk(alg)) }))
      const all = { require: 'all' } as const
      const raw = await signGeneral('$.02', signers, { unencoded: true })
      expect(raw.payload).toBe('$.02')
      expect((await verifyGeneral(raw, keys, all)).payload).toEqual(new TextEncoder().encode('$.02'))
      const octets = Uint8Array.of(0xff, 0)
      const detached = await signGeneral(octets, signers, { detached: true, unencoded: true })
      expect(Object.keys(detached)).toEqual(['signatures'])
      expect((await verifyGeneral(detached, keys, { ...all, payload: octets })).payload).toEqual(octets)
      expect(await verdictOf(() => verifyGeneral(detached, keys, all))).toBe('ERR_JWS_INVALID')
      expect(await verdictOf(() => verifyGeneral(raw, keys, { payload: '$.02' }))).toBe('ERR_JWS_INVALID')
    })

    test('members of a flattened one are refused', async () => {
      const jws = { payload: PAYLOAD, signatures: [HS256] }
      for (const more of [{ signature: HS256.signature }, { protected: HS256.protected }, { header: {} }]) {
        expect(await verdictOf(() => verifyGeneral({ ...jws, ...more }, keys))).toBe('ERR_JWS_INVALID')
      }
    })

    test('R8, R25: of each signature no more than four keys are tried', async () => {
      const fresh = () => path.importVerificationKey(freshJwk('HS256'))
      const others = Array.from({ length: 4 }, fresh)
      const verify = (source: readonly VerificationKey[]) =>
        verdictOf(() => verifyGeneral({ payload: PAYLOAD, signatures: [HS256] }, () => source))
      expect(await verify([...others.slice(1), keyOf('HS256', path)])).toBe('accepted')
      expect(await verify([...others, keyOf('HS256', path)])).toBe('ERR_KEY_NOT_FOUND')
    })

    test('a key source that fails is not passed over', async () => {
      const down: KeySource = async ({ alg }) => {
        if (alg === 'ES256') throw new JoseError('ERR_JWKS_UNAVAILABLE', 'down')
        return keys()
      }
      const verify = (...signatures: (typeof HS256)[]) =>
        verdictOf(() => verifyGeneral({ payload: PAYLOAD, signatures }, down))
      expect(await verify(ES256, HS256)).toBe('ERR_JWKS_UNAVAILABLE')
      expect(await verify(HS256, ES256)).toBe('accepted')
      await expect(verifyGeneral({ payload: PAYLOAD, signatures: [HS256] }, () => ['secret'] as never)).rejects.toThrow(
        TypeError,
      )
    })
  })
}

const KEY = importSigningKey(SECRET)

describe('signGeneral', () => {
  test('R20: refuses to sign twice the same', async () => {
    expect(await verdictOf(() => signGeneral(TEXT, [{ key: KEY }, { key: KEY }]))).toBe('ERR_SIGN')
    expect(await verdictOf(() => signGeneral(TEXT, [{ key: KEY }, { key: KEY, header: { n: 1 } }]))).toBe('accepted')
  })

  test('R19: refuses wrong signers and options', async () => {
    for (const signers of [[], Array(17).fill({ key: KEY }), { key: KEY }, undefined, [KEY], [undefined]]) {
      await expect(signGeneral(TEXT, signers as never)).rejects.toThrow(TypeError)
    }
    const jws = { payload: PAYLOAD, signatures: [HS256] }
    for (const options of [{ require: 'both' }, { require: 1 }, { signatures: 1 }, { maxTokenLength: 0 }]) {
      await expect(verifyGeneral(jws, () => [], options as VerifyGeneralOptions)).rejects.toThrow(TypeError)
    }
  })
})
