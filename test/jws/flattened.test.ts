import { describe, expect, test } from 'vitest'
import { createLocalJwks, importSigningKey, verifyCompact, verifyJwt } from '../../src/index.ts'
import { type FlattenedJws, type JwsSigner, signFlattened, verifyFlattened } from '../../src/jws/index.ts'
import { segment } from '../forge.ts'
import { ALGS, privateJwk, publicJwk } from '../keys.ts'
import { ASYNCHRONOUS_PATHS } from '../paths.ts'
import { keyOf, policyOf, SECRET, verdictOf } from '../verdict.ts'
import { forgeSignature, OCTETS, PAYLOAD, TEXT } from './forms.ts'

const HEADER = { alg: 'HS256' }
const GOOD = { payload: PAYLOAD, ...forgeSignature(HEADER, PAYLOAD) }
const RAW = { alg: 'HS256', b64: false, crit: ['b64'] }

/** Rule, what it is, the JWS, and what becomes of it. */
type Row = readonly [rule: string, title: string, jws: unknown, verdict: string]

const FORMS: readonly Row[] = [
  ['R9', 'a good one', GOOD, 'accepted'],
  ['R9', 'members that nobody knows', { ...GOOD, more: 1 }, 'accepted'],
  ['R9', 'an empty payload', { payload: '', ...forgeSignature(HEADER, '') }, 'accepted'],
  ['R9', 'no payload', { ...forgeSignature(HEADER, PAYLOAD) }, 'ERR_JWS_INVALID'],
  ['R9', 'a payload of null', { ...GOOD, payload: null }, 'ERR_JWS_INVALID'],
  ['R9', 'a payload that is an object', { ...GOOD, payload: { text: PAYLOAD } }, 'ERR_JWS_INVALID'],
  ['R9', 'an array', [GOOD], 'ERR_JWS_INVALID'],
  ['R9', 'a number', 5, 'ERR_JWS_INVALID'],
  ['R9', 'null', null, 'ERR_JWS_INVALID'],
  [
    'R9',
    'signatures beside the signature',
    { ...GOOD, signatures: [forgeSignature(HEADER, PAYLOAD)] },
    'ERR_JWS_INVALID',
  ],
  ['R9', 'signatures of null beside the signature', { ...GOOD, signatures: null }, 'ERR_JWS_INVALID'],
  ['R9', 'no signature', { payload: PAYLOAD, protected: GOOD.protected }, 'ERR_JWS_INVALID'],
  ['R9', 'an empty signature', { ...GOOD, signature: '' }, 'ERR_JWS_INVALID'],
  ['R9', 'a signature that is a number', { ...GOOD, signature: 1 }, 'ERR_JWS_INVALID'],
  ['R9', 'a protected header that is an object', { ...GOOD, protected: HEADER }, 'ERR_JWS_INVALID'],
  ['R9', 'an empty protected header', { ...GOOD, protected: '' }, 'ERR_JWS_INVALID'],
  ['R9', 'an empty unprotected header', { ...GOOD, header: {} }, 'ERR_JWS_INVALID'],
  ['R9', 'an unprotected header that is text', { ...GOOD, header: segment({ kid: 'a' }) }, 'ERR_JWS_INVALID'],
  ['R9', 'an unprotected header that is an array', { ...GOOD, header: ['kid'] }, 'ERR_JWS_INVALID'],
  ['R9', 'an unprotected header of null', { ...GOOD, header: null }, 'ERR_JWS_INVALID'],
  ['R10', 'padding in the signature', { ...GOOD, signature: `${GOOD.signature}=` }, 'ERR_BASE64URL'],
  ['R10', 'a space in the payload', { ...GOOD, payload: `${PAYLOAD} ` }, 'ERR_BASE64URL'],
  ['R10', 'padding in the payload, signed', { payload: 'YQ==', ...forgeSignature(HEADER, 'YQ==') }, 'ERR_BASE64URL'],
  ['R10', 'padding in the protected header', { ...GOOD, protected: `${GOOD.protected}=` }, 'ERR_BASE64URL'],
  ['R14', 'a signature that is too short', { ...GOOD, signature: GOOD.signature.slice(0, 40) }, 'ERR_JWS_SIGNATURE'],
  ['R14', 'another payload', { ...GOOD, payload: segment('sold for 13') }, 'ERR_JWS_SIGNATURE'],
  ['R14', 'another protected header', { ...GOOD, protected: segment({ alg: 'HS256', typ: 'a' }) }, 'ERR_JWS_SIGNATURE'],
]

const HEADERS: readonly Row[] = (
  [
    ['R2', 'alg that is not protected', undefined, { alg: 'HS256' }, 'accepted'],
    ['R2', 'alg that is not protected, beside what is', { typ: 'a' }, { alg: 'HS256' }, 'accepted'],
    ['R11', 'alg in both headers', HEADER, { alg: 'HS256' }, 'ERR_JWS_INVALID'],
    ['R11', 'another name in both headers', { ...HEADER, kid: 'a' }, { kid: 'a' }, 'ERR_JWS_INVALID'],
    [
      'R12',
      '__proto__ in both headers',
      '{"alg":"HS256","__proto__":1}',
      JSON.parse('{"__proto__":1}'),
      'ERR_JWS_INVALID',
    ],
    [
      'R12',
      'alg in an object named __proto__',
      undefined,
      JSON.parse('{"__proto__":{"alg":"HS256"}}'),
      'ERR_JWS_INVALID',
    ],
    ['R1', 'no alg in either', { typ: 'a' }, { kid: 'a' }, 'ERR_JWS_INVALID'],
    ['R1', 'none, not protected', undefined, { alg: 'none' }, 'ERR_ALG_UNSUPPORTED'],
    ['R1', 'an alg that is an array', undefined, { alg: ['HS256'] }, 'ERR_JWS_INVALID'],
    ['R2', 'the alg of another key, not protected', undefined, { alg: 'HS512' }, 'ERR_ALG_NOT_ALLOWED'],
    ['R11', 'a kid that is a number, not protected', HEADER, { kid: 5 }, 'ERR_JWS_INVALID'],
    ['R11', 'a member twice in the protected header', '{"alg":"HS256","alg":"HS256"}', undefined, 'ERR_JWS_INVALID'],
    ['R11', 'a protected header that is no object', '["alg"]', undefined, 'ERR_JWS_INVALID'],
    ['R13', 'crit that is not protected', HEADER, { crit: ['x'], x: 1 }, 'ERR_CRIT'],
    ['R13', 'empty crit that is not protected', HEADER, { crit: [] }, 'ERR_CRIT'],
    ['R13', 'crit that names what is not protected', { ...HEADER, crit: ['x'] }, { x: 1 }, 'ERR_CRIT'],
    ['R13', 'crit that names what nobody understands', { ...HEADER, crit: ['y'], y: 1 }, undefined, 'ERR_CRIT'],
    ['R13', 'crit that names what the caller understands', { ...HEADER, crit: ['x'], x: 1 }, undefined, 'accepted'],
    ['R13', 'crit that names alg, which is not protected', { crit: ['alg'] }, { alg: 'HS256' }, 'ERR_CRIT'],
    ['R13', 'b64 that is not protected', HEADER, { b64: true }, 'ERR_CRIT'],
    ['R13', 'b64 of false that is not protected', { ...HEADER, crit: ['b64'] }, { b64: false }, 'ERR_CRIT'],
    ['R13', 'b64 of true', { ...HEADER, b64: true }, undefined, 'accepted'],
    ['R13', 'b64 of false and no crit', { ...HEADER, b64: false }, undefined, 'ERR_CRIT'],
    ['R13', 'b64 of null', { ...HEADER, b64: null, crit: ['b64'] }, undefined, 'ERR_CRIT'],
    ['R13', 'b64 of 0', { ...HEADER, b64: 0, crit: ['b64'] }, undefined, 'ERR_CRIT'],
  ] as const
).map(([rule, title, header, unprotected, verdict]) => [
  rule,
  title,
  { payload: PAYLOAD, ...forgeSignature(header, PAYLOAD, unprotected) },
  verdict,
])

const UNENCODED: readonly Row[] = [
  ['R10', 'a payload as it is', { payload: '$.02', ...forgeSignature(RAW, '$.02') }, 'accepted'],
  [
    'R10',
    'a payload as it is, signed encoded',
    { payload: TEXT, ...forgeSignature(RAW, PAYLOAD) },
    'ERR_JWS_SIGNATURE',
  ],
  [
    'R10',
    'an encoded payload, signed as it is',
    { payload: PAYLOAD, ...forgeSignature(HEADER, TEXT) },
    'ERR_JWS_SIGNATURE',
  ],
  ['R11', 'half a character', { payload: '\ud800', ...forgeSignature(RAW, '\xef\xbf\xbd') }, 'ERR_JWS_INVALID'],
  [
    'R11',
    'what half a character would be taken for',
    { payload: '\ufffd', ...forgeSignature(RAW, '\xef\xbf\xbd') },
    'accepted',
  ],
]

for (const path of ASYNCHRONOUS_PATHS) {
  describe(`flattened (${path.name})`, () => {
    const options = { crit: ['x'] }
    for (const [rule, title, jws, verdict] of [...FORMS, ...HEADERS, ...UNENCODED]) {
      test(`${rule}: ${title}: ${verdict}`, async () => {
        const verify = (form: unknown) =>
          verdictOf(() => verifyFlattened(form as string, keyOf('HS256', path), options))
        expect(await verify(JSON.stringify(jws))).toBe(verdict)
        expect(await verify(jws)).toBe(verdict)
      })
    }

    test.each(ALGS)('%s: what is signed verifies, and says what was protected', async (alg) => {
      const key = path.importSigningKey(privateJwk(alg, { kid: 'k' }))
      const signer = { key, header: { typ: 'note' }, unprotectedHeader: { remark: { seen: [1] } } }
      const jws = await signFlattened(TEXT, signer)
      const verifier = path.importVerificationKey(publicJwk(alg))
      expect(await verifyFlattened(jws, verifier)).toEqual({
        payload: OCTETS,
        header: { alg, kid: 'k', typ: 'note' },
        unprotectedHeader: { remark: { seen: [1] } },
        key: verifier,
      })
      // The unprotected header is nobody's word: it changes, and the signature does not care.
      const changed = { ...jws, header: { remark: 'forged' } }
      expect((await verifyFlattened(changed, verifier)).unprotectedHeader).toEqual({ remark: 'forged' })
    })

    test('an unprotected kid chooses among the keys of a set', async () => {
      const keys = path.use(() =>
        createLocalJwks({ keys: [publicJwk('ES256', { kid: 'a' }), publicJwk('ES384', { kid: 'b' })] }),
      )
      const good = { payload: PAYLOAD, ...forgeSignature({ alg: 'ES384' }, PAYLOAD, { kid: 'b' }, 'ES384') }
      expect((await verifyFlattened(good, keys)).key.alg).toBe('ES384')
      expect(await verdictOf(() => verifyFlattened({ ...good, header: { kid: 'c' } }, keys))).toBe('ERR_KEY_NOT_FOUND')
    })

    test('a detached payload is given, or is there, and never both', async () => {
      const key = keyOf('HS256', path)
      const { payload, ...detached } = GOOD
      for (const given of [TEXT, OCTETS]) {
        expect((await verifyFlattened(detached, key, { payload: given })).payload).toEqual(OCTETS)
      }
      expect(await verdictOf(() => verifyFlattened(detached, key, { payload: 'sold for 13' }))).toBe(
        'ERR_JWS_SIGNATURE',
      )
      expect(await verdictOf(() => verifyFlattened(GOOD, key, { payload: TEXT }))).toBe('ERR_JWS_INVALID')
      expect(await verdictOf(() => verifyFlattened({ ...GOOD, payload: '' }, key, { payload: TEXT }))).toBe(
        'ERR_JWS_INVALID',
      )
    })
  })
}

const KEY = importSigningKey(SECRET)

describe('signFlattened', () => {
  test('writes the forms of RFC 7797', async () => {
    const sign = (payload: string | Uint8Array, options: object) => signFlattened(payload, { key: KEY }, options)
    expect(await sign('$.02', { unencoded: true })).toEqual({ payload: '$.02', ...forgeSignature(RAW, '$.02') })
    expect(await sign('\u00e9', { unencoded: true })).toEqual({ payload: '\u00e9', ...forgeSignature(RAW, '\xc3\xa9') })
    expect(await sign(TEXT, { detached: true })).toEqual(forgeSignature(HEADER, PAYLOAD))
    const octets = Uint8Array.of(0xff, 0xfe)
    expect(await sign(octets, { detached: true, unencoded: true })).toEqual(forgeSignature(RAW, '\xff\xfe'))
    expect(await verdictOf(() => sign(octets, { unencoded: true }))).toBe('ERR_SIGN')
  })

  const refused: readonly (readonly [title: string, signer: Omit<JwsSigner, 'key'>, code: string])[] = [
    ['alg in the unprotected header', { unprotectedHeader: { alg: 'HS256' } }, 'ERR_SIGN'],
    ['a name in both headers', { header: { typ: 'a' }, unprotectedHeader: { typ: 'a' } }, 'ERR_SIGN'],
    ['crit in the unprotected header', { unprotectedHeader: { crit: ['x'], x: 1 } }, 'ERR_CRIT'],
    ['b64 in the unprotected header', { unprotectedHeader: { b64: true } }, 'ERR_CRIT'],
    ['crit that names what is not implemented', { header: { crit: ['x'], x: 1 } }, 'ERR_CRIT'],
    ['b64 without the option', { header: { b64: false, crit: ['b64'] } }, 'ERR_CRIT'],
    ['the alg of another key', { header: { alg: 'HS512' } }, 'ERR_SIGN'],
    ['a kid that is a number, unprotected', { unprotectedHeader: { kid: 5 as unknown as string } }, 'ERR_SIGN'],
    ['NaN in the unprotected header', { unprotectedHeader: { n: Number.NaN } }, 'ERR_SIGN'],
  ]
  for (const [title, signer, code] of refused) {
    test(`R20: refuses ${title}`, async () => {
      expect(await verdictOf(() => signFlattened(TEXT, { key: KEY, ...signer }))).toBe(code)
    })
  }

  test('R20: refuses to leave out what crit names, beside b64', async () => {
    for (const crit of [['x'], [], 'b64', ['b64', 'b64'], null]) {
      const header = { crit: crit as string[], x: 1 }
      const verdict = await verdictOf(() => signFlattened(TEXT, { key: KEY, header }, { unencoded: true }))
      expect(verdict, JSON.stringify(crit)).toBe(crit?.length === 0 ? 'accepted' : 'ERR_CRIT')
    }
  })

  test('R3, R19: refuses wrong keys, payloads and options', async () => {
    const wrong: readonly (() => Promise<unknown>)[] = [
      () => signFlattened(TEXT, { key: 'secret' as never }),
      () => signFlattened(TEXT, KEY as never),
      () => signFlattened(5 as never, { key: KEY }),
      () => signFlattened(TEXT, { key: KEY, unprotected: {} } as never),
      () => signFlattened(TEXT, { key: KEY, header: 'alg' as never }, { unencoded: true }),
      () => signFlattened(TEXT, { key: KEY, unprotectedHeader: [] as never }),
      () => signFlattened(TEXT, { key: KEY }, { detached: 1 as never }),
      () => signFlattened(TEXT, { key: KEY }, { b64: false } as never),
      () => verifyFlattened(GOOD, 'secret' as never),
      () => verifyFlattened(GOOD, () => [], { payloads: TEXT } as never),
      () => verifyFlattened(GOOD, () => [], { crit: ['alg'] }),
    ]
    for (const run of wrong) await expect(run()).rejects.toThrow(TypeError)
  })
})

describe('a flattened JWS as text or as an object', () => {
  const [path] = ASYNCHRONOUS_PATHS
  const key = keyOf('HS256', path as (typeof ASYNCHRONOUS_PATHS)[number])
  const verify = (jws: unknown, options = {}) => verdictOf(() => verifyFlattened(jws as FlattenedJws, key, options))

  test('R11: a member twice, bad JSON and depth are refused', async () => {
    const text = JSON.stringify(GOOD)
    expect(await verify(text.replace('{', `{"payload":"${PAYLOAD}",`))).toBe('ERR_JWS_INVALID')
    expect(await verify(text.replace('{', '{"more":{"a":1,"a":1},'))).toBe('ERR_JWS_INVALID')
    expect(await verify(`${text}x`)).toBe('ERR_JWS_INVALID')
    expect(await verify(`\ufeff${text}`)).toBe('ERR_JWS_INVALID')
    expect(await verify(text.replace('{', `{"more":${'['.repeat(80)}${']'.repeat(80)},`))).toBe('ERR_JWS_INVALID')
    expect(await verify(` ${text}\n`)).toBe('accepted')
  })

  test('R9: neither is longer than allowed', async () => {
    const maxTokenLength = JSON.stringify(GOOD).length
    for (const jws of [JSON.stringify(GOOD), GOOD]) {
      expect(await verify(jws, { maxTokenLength })).toBe('accepted')
      expect(await verify(jws, { maxTokenLength: maxTokenLength - 1 })).toBe('ERR_JWS_INVALID')
    }
  })

  test('R12: only what is its own counts, and each member is read once', async () => {
    expect(await verify(Object.create(GOOD))).toBe('ERR_JWS_INVALID')
    let reads = 0
    const shifting = {
      ...GOOD,
      get payload() {
        return reads++ === 0 ? PAYLOAD : segment('sold for 13')
      },
    }
    expect((await verifyFlattened(shifting, key)).payload).toEqual(OCTETS)
    expect(reads).toBe(1)
  })

  test('an object that cannot be sent is refused', async () => {
    const cycle: Record<string, unknown> = { ...GOOD }
    cycle.more = cycle
    expect(await verify(cycle)).toBe('ERR_JWS_INVALID')
    expect(await verify({ ...GOOD, toJSON: () => undefined })).toBe('ERR_JWS_INVALID')
    expect(await verify({ ...GOOD, more: 1n })).toBe('ERR_JWS_INVALID')
  })

  test('what is handed out is frozen, or the own copy of the caller', async () => {
    const verified = await verifyFlattened({ ...GOOD, header: { a: { b: [1] } } }, key)
    expect(Object.isFrozen(verified.header)).toBe(true)
    expect(Object.isFrozen(verified.unprotectedHeader.a)).toBe(true)
    expect(verified.payload.buffer.byteLength).toBe(OCTETS.length)
  })

  test('no JWT and no compact JWS can come so', async () => {
    for (const jws of [JSON.stringify(GOOD), GOOD]) {
      expect(await verdictOf(() => verifyCompact(jws as string, key))).toBe('ERR_JWS_INVALID')
      expect(await verdictOf(() => verifyJwt(jws as string, key, policyOf()))).toBe('ERR_JWS_INVALID')
    }
  })
})
