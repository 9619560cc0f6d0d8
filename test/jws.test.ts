import { describe, expect, test } from 'vitest'
import { decodeUnverified, type JoseHeader, type KeySource, type VerificationKey, verifyCompact } from '../src/index.ts'
import { BASE64URL, FORM, MALLEABLE, NOT_STRINGS, tokenOfLength } from './cases/form.ts'
import { FITTING_TRIES, GOOD, goodToken, SIGNATURES, TRIES } from './cases/keys.ts'
import { forge, seal, segment, segmentsOf } from './forge.ts'
import { ALGS, privateJwk, publicJwk } from './keys.ts'
import { PATHS, type Path } from './paths.ts'
import { keysOf, policyOf, refusalOf, SECRET, shortest, testCases, verdictOf } from './verdict.ts'

testCases('the form of a token', FORM)
testCases('good tokens', GOOD)
testCases('signatures', SIGNATURES)
testCases('several keys', [...TRIES, ...FITTING_TRIES])

test('R9: two segments are too few, and five are told what they are', async () => {
  const key = (PATHS[0] as Path).importVerificationKey(SECRET)
  const [header, payload, signature] = segmentsOf(goodToken('HS256'))
  const messageOf = async (token: string) => (await refusalOf(() => verifyCompact(token, key))).message
  expect(await messageOf(`${header}.${payload}`)).toContain('does not have three segments')
  expect(await messageOf(`${header}..${payload}.${payload}.${signature}`)).toContain('JWE')
})

test('R10: each variant of a segment differs from the segment', () => {
  expect(BASE64URL.map(({ token }) => token)).not.toContain(MALLEABLE)
  expect(new Set(BASE64URL.map(({ token }) => token)).size).toBe(BASE64URL.length)
})

const BAD_OPTIONS: readonly (readonly [title: string, options: unknown])[] = [
  ['null for the options', null],
  ['a string for the options', 'crit'],
  ['an option of verifyJwt', { issuer: null }],
  ['a misspelt option', { maxTokenlength: 5 }],
  ...[Number.NaN, Number.POSITIVE_INFINITY, 0, 0.5, -1, '100', null, [100], 5n].map(
    (value) => [`maxTokenLength ${String(value)}`, { maxTokenLength: value }] as const,
  ),
  ...['x', null, {}, 5, [''], [5], [null], [['x']], new Set(['x'])].map(
    (value) => [`crit ${JSON.stringify(value)}`, { crit: value }] as const,
  ),
]

describe('verifyCompact', () => {
  for (const path of PATHS) {
    describe(path.name, () => {
      const key = path.importVerificationKey(SECRET)

      for (const alg of ALGS) {
        test(`gives header, octets and key of a token of ${alg}`, async () => {
          const payload = Uint8Array.from({ length: 300 }, (_, index) => index)
          const header = { alg, kid: 'k1', ext: [1] }
          const verificationKey = path.importVerificationKey(publicJwk(alg, { kid: 'k1' }))
          const verified = await path.verifyCompact(forge(header, payload, privateJwk(alg)), verificationKey)
          expect(verified.header).toEqual(header)
          expect([...verified.payload]).toEqual([...payload])
          expect(verified.payload.constructor).toBe(Uint8Array)
          expect(verified.key).toBe(verificationKey)
        })
      }

      test('hands out octets that nobody else holds', async () => {
        const token = forge({ alg: 'HS256' }, 'text', SECRET)
        const first = await path.verifyCompact(token, key)
        expect(first.payload.buffer.byteLength).toBe(4)
        first.payload.fill(0)
        expect(Buffer.from((await path.verifyCompact(token, key)).payload).toString()).toBe('text')
      })

      test('R9: has no limit of its own, and takes one', async () => {
        const token = tokenOfLength(100_000)
        expect(await verdictOf(() => path.verifyCompact(token, key))).toBe('accepted')
        expect(await verdictOf(() => path.verifyCompact(token, key, { maxTokenLength: 100_000 }))).toBe('accepted')
        expect(await verdictOf(() => path.verifyCompact(token, key, { maxTokenLength: 99_999 }))).toBe(
          'ERR_JWS_INVALID',
        )
      })

      for (const [title, token] of NOT_STRINGS) {
        test(`R9: ${title} is no token`, async () => {
          expect(await verdictOf(() => path.verifyCompact(token as string, key))).toBe('ERR_JWS_INVALID')
        })
      }

      test('R25: five million dots are refused at once', async () => {
        for (const token of ['.'.repeat(5_000_000), `${goodToken('HS256')}${'.'.repeat(5_000_000)}`]) {
          expect(await shortest(() => path.verifyCompact(token, key), 'ERR_JWS_INVALID')).toBeLessThan(10)
        }
      })

      test('R11: does not look into the payload', async () => {
        for (const payload of ['', '{', '[]', Uint8Array.of(0xff), '{"a":1,"a":1}', '{"exp":1}']) {
          expect(await verdictOf(() => path.verifyCompact(forge({ alg: 'HS256' }, payload, SECRET), key))).toBe(
            'accepted',
          )
        }
      })

      for (const [title, options] of BAD_OPTIONS) {
        test(`R19: ${title} is a mistake of the programmer`, async () => {
          const verified = path.verifyCompact(goodToken('HS256'), key, options as object)
          await expect(verified).rejects.toThrow(TypeError)
          if (options instanceof Object) await expect(verified).rejects.toThrow(`"${Object.keys(options)[0]}"`)
        })
      }
    })
  }
})

function isNothing(value: unknown): boolean {
  return value === undefined || value === null || (Array.isArray(value) && value.length === 0)
}

/** What is a good answer of a key source, or becomes one. */
function isKeys(value: unknown, key: VerificationKey): boolean {
  return value instanceof Promise || (Array.isArray(value) && value.every((entry) => entry === key))
}

describe('keys', () => {
  const token = goodToken('HS256')
  const jwk = SECRET
  const noKeys: readonly (readonly [title: string, keys: unknown])[] = [
    ['a string', 'secret'],
    ['an empty string', ''],
    ['a PEM', '-----BEGIN PUBLIC KEY-----\nMII=\n-----END PUBLIC KEY-----'],
    ['a PEM with a space before it', ' -----BEGIN PUBLIC KEY-----'],
    ['a Buffer', Buffer.from(String(jwk.k), 'base64url')],
    ['an empty Buffer', Buffer.alloc(0)],
    ['undefined', undefined],
    ['null', null],
    ['false', false],
    ['0', 0],
    ['an empty object', {}],
    ['an empty array', []],
    ['a JWK', jwk],
    ['a JWK Set', { keys: [jwk] }],
    ['an array with a JWK', [jwk]],
    ['what looks like a key', { alg: 'HS256', kid: undefined, verify: () => true }],
  ]

  for (const path of PATHS) {
    describe(path.name, () => {
      const key = path.importVerificationKey(jwk)
      const unlikely: typeof noKeys = [
        ...noKeys,
        ['an array with a key', [key]],
        ['a promise of a key', Promise.resolve(key)],
        ['a SigningKey', path.importSigningKey(jwk)],
        ['an object on top of a key', Object.create(key)],
        ['a copy of a key', { ...key }],
      ]

      for (const [title, keys] of unlikely) {
        test(`R3: ${title} is no key`, async () => {
          const notKeys = keys as VerificationKey
          await expect(path.verifyCompact(token, notKeys)).rejects.toThrow(TypeError)
          await expect(path.verifyJwt(token, notKeys, policyOf())).rejects.toThrow(TypeError)
          expect(() => path.createVerifier({ ...policyOf(), keys: notKeys })).toThrow(TypeError)
        })
      }

      const answers: typeof noKeys = [
        ...unlikely,
        ['a key', key],
        ['a key among others', [key, jwk]],
        ['a Set', new Set([key])],
      ]
      for (const [title, answer] of answers.filter(([, value]) => !isNothing(value) && !isKeys(value, key))) {
        test(`R3: a key source must not answer with ${title}`, async () => {
          await expect(path.verifyCompact(token, (() => answer) as unknown as KeySource)).rejects.toThrow(TypeError)
        })
      }

      test('R3: a key source that throws is not overruled', async () => {
        const failure = new RangeError('of my own')
        const source = () => {
          throw failure
        }
        await expect(path.verifyCompact(token, source)).rejects.toBe(failure)
      })

      test('R7: a key source gets the header, frozen, and is asked once, with no header that is wrong', async () => {
        const asked: JoseHeader[] = []
        const source: KeySource = (header) => {
          asked.push(header)
          return [key]
        }
        await path.verifyCompact(forge({ alg: 'HS256', kid: 'asked' }, {}, jwk), source)
        expect(asked).toEqual([{ alg: 'HS256', kid: 'asked' }])
        expect(Object.isFrozen(asked[0])).toBe(true)
        const [header, payload, signature] = segmentsOf(token)
        for (const bad of [
          `${header}=.${payload}.${signature}`,
          `.${payload}.${signature}`,
          `${header}.${payload}.${signature}.`,
          `${header}.${payload}`,
        ]) {
          await expect(path.verifyCompact(bad, source)).rejects.toThrow()
        }
        await expect(path.verifyCompact(forge({ alg: 'none' }, {}, jwk, 'HS256'), source)).rejects.toThrow()
        await expect(path.verifyCompact(forge({ alg: 'HS256', crit: ['x'] }, {}, jwk), source)).rejects.toThrow()
        expect(asked).toHaveLength(1)
      })

      test('R10: a key source is asked before payload and signature are looked at, which are refused even so', async () => {
        const [header, payload, signature] = segmentsOf(token)
        const others = [path.importVerificationKey(publicJwk('HS512')), path.importVerificationKey(publicJwk('ES256'))]
        const many = [1, 2, 3, 4, 5].map((octet) =>
          path.importVerificationKey(privateJwk('HS256', { k: segment(Buffer.alloc(32, octet)) })),
        )
        const answers: readonly (readonly [keys: readonly VerificationKey[], verdict: string])[] = [
          [[key], 'ERR_BASE64URL'],
          [[...others, key], 'ERR_BASE64URL'],
          [many, 'ERR_BASE64URL'],
          [others, 'ERR_ALG_NOT_ALLOWED'],
          [[], 'ERR_KEY_NOT_FOUND'],
        ]
        for (const bad of [
          `${header}.${payload}=.${signature}`,
          `${header}.${payload}.${signature}=`,
          `${header}.${payload}!.${signature}`,
          `${header}.${payload}.+${signature.slice(1)}`,
          seal(`${header}.${payload}=`, jwk, 'HS256'),
        ]) {
          for (const [keys, verdict] of answers) {
            const asked: JoseHeader[] = []
            const source: KeySource = (each) => {
              asked.push(each)
              return keys
            }
            expect(await verdictOf(() => path.verifyCompact(bad, source)), bad).toBe(verdict)
            expect(await verdictOf(() => path.verifyJwt(bad, source, policyOf())), bad).toBe(verdict)
            expect(asked).toEqual([{ alg: 'HS256' }, { alg: 'HS256' }])
          }
        }
      })

      test('R8: of several keys, the one that verifies is told', async () => {
        const other = path.importVerificationKey(
          privateJwk('HS256', { k: segment('another secret of 32 octets, no less') }),
        )
        const { key: used } = await path.verifyCompact(token, () => [other, key])
        expect(used).toBe(key)
      })

      test('R8: a token that more than four keys fit is told to name its key', async () => {
        const entry = TRIES[5] as (typeof TRIES)[number]
        const refusal = await refusalOf(() => path.verifyCompact(entry.token as string, keysOf(entry, path)))
        expect(refusal.code).toBe('ERR_KEY_NOT_FOUND')
        expect(refusal.message).toContain('"kid"')
      })
    })
  }

  test('a key source may answer with a promise, which may be refused', async () => {
    for (const path of PATHS.filter(({ name }) => name !== 'sync')) {
      const key = path.importVerificationKey(jwk)
      expect((await path.verifyCompact(token, async () => [key])).key).toBe(key)
      const failure = new RangeError('of my own')
      await expect(path.verifyCompact(token, () => Promise.reject(failure))).rejects.toBe(failure)
      await expect(path.verifyCompact(token, async () => 'secret' as never)).rejects.toThrow(TypeError)
    }
  })
})

describe('decodeUnverified', () => {
  test('gives header and octets, and says that nobody has verified them', () => {
    const decoded = decodeUnverified(forge({ alg: 'HS256', kid: 'k1' }, 'text', SECRET))
    expect(Object.keys(decoded).sort()).toEqual(['header', 'payload', 'verified'])
    expect(decoded).toMatchObject({ header: { alg: 'HS256', kid: 'k1' }, verified: false })
    expect(Buffer.from(decoded.payload).toString()).toBe('text')
    expect(decoded.payload.buffer.byteLength).toBe(4)
    expect(Object.isFrozen(decoded.header)).toBe(true)
  })

  for (const alg of ['none', 'nOnE', 'foo', 'HS256']) {
    test(`R1: shows a token of "${alg}", signed or not`, () => {
      for (const signature of ['', 'AAAA']) {
        const token = `${segment({ alg })}.${segment('[]')}.${signature}`
        expect(decodeUnverified(token)).toMatchObject({ header: { alg }, verified: false })
      }
    })
  }

  for (const { rule, title, token, verdict } of [...FORM, ...BASE64URL]) {
    const expected = verdict === 'ERR_JWT_INVALID' || verdict === 'ERR_JWS_SIGNATURE' ? 'accepted' : verdict
    test(`${rule}: is as strict about the form: ${title}: ${expected}`, async () => {
      expect(await verdictOf(() => decodeUnverified(token as string))).toBe(expected)
    })
  }
})

/** R20 is about the header here; `jwt.test.ts` has the claims. */
describe('signCompact', () => {
  const contents: readonly (readonly [title: string, payload: string | Uint8Array])[] = [
    ['text', 'text'],
    ['text that is not ASCII', 'é€😀\u0000'],
    ['nothing', ''],
    ['octets', Uint8Array.of(0, 0xff, 0x80)],
    ['no octets', new Uint8Array()],
    ['a view of octets', new Uint8Array([9, 1, 2, 9]).subarray(1, 3)],
    ['a Buffer', Buffer.from('text')],
  ]

  function roundTrip(path: Path, payload: string | Uint8Array) {
    const signed = path.signCompact(payload, path.importSigningKey(SECRET), { typ: 'x' })
    return signed.then((token) => path.verifyCompact(token, path.importVerificationKey(SECRET)))
  }

  for (const path of PATHS) {
    for (const [title, payload] of contents) {
      test(`${path.name}: signs ${title}`, async () => {
        expect(Buffer.from((await roundTrip(path, payload)).payload)).toEqual(Buffer.from(payload))
      })
    }

    for (const payload of [undefined, null, 5, {}, [1], new ArrayBuffer(1), new Uint16Array(1), new String('text')]) {
      test(`${path.name}: does not sign ${Object.prototype.toString.call(payload)}`, async () => {
        await expect(roundTrip(path, payload as string)).rejects.toThrow(TypeError)
      })
    }

    test(`${path.name}: does not sign half a character, which would be U+FFFD`, async () => {
      for (const payload of ['\ud83d', 'a\ude00', '\ude00\ud83d']) {
        expect(await verdictOf(() => path.signCompact(payload, path.importSigningKey(SECRET)))).toBe('ERR_SIGN')
      }
    })

    test(`${path.name}: makes, where the algorithm is deterministic, the very token that others make`, async () => {
      for (const alg of ['HS256', 'HS384', 'HS512', 'RS256', 'RS384', 'RS512', 'EdDSA', 'Ed25519'] as const) {
        const token = await path.signCompact('text', path.importSigningKey(privateJwk(alg)))
        expect(token).toBe(forge({ alg }, 'text', privateJwk(alg)))
      }
    })
  }
})
