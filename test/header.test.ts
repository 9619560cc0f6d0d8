import { afterEach, describe, expect, test } from 'vitest'
import { parseHeader } from '../src/header.ts'
import { decodeUnverified, type JoseHeader } from '../src/index.ts'
import { ALG, CRIT_FORM, EXTENSIONS, JSON_FORM, MEMBER_TYPES, REGISTERED_NAMES } from './cases/header.ts'
import { forge, segment, segmentsOf } from './forge.ts'
import { PATHS } from './paths.ts'
import { type Case, policyOf, SECRET, testCases, verdictOf } from './verdict.ts'
import { importWithoutNode } from './without-node.ts'

testCases('the JSON of a header', JSON_FORM)

describe('looking at a header is as strict about its form', () => {
  for (const { rule, title, token, verdict } of [...JSON_FORM, ...MEMBER_TYPES, ...CRIT_FORM]) {
    test(`${rule}: ${title}: ${verdict}`, async () => {
      expect(await verdictOf(() => decodeUnverified(token as string))).toBe(verdict)
    })
  }
})

describe('looking at a header is not about what is supported', () => {
  const refused = EXTENSIONS.filter(({ verdict, title }) => verdict !== 'accepted' && !title.includes('unencoded'))
  const unsupported = ALG.filter(({ verdict }) => verdict === 'ERR_ALG_UNSUPPORTED')
  for (const { rule, title, token } of [...refused, ...unsupported]) {
    test(`${rule}: ${title}: can be looked at`, () => {
      expect(decodeUnverified(token as string)).toMatchObject({ header: { alg: expect.any(String) }, verified: false })
    })
  }
})

describe('R12: what others put on Object.prototype is not in a header', () => {
  const names = ['alg', 'kid', 'crit', 'b64', 'typ']

  afterEach(() => {
    for (const name of names) Reflect.deleteProperty(Object.prototype, name)
  })

  function pollute(name: string, value: unknown): void {
    Object.defineProperty(Object.prototype, name, { value, configurable: true, enumerable: false, writable: true })
  }

  const rows: readonly (readonly [name: string, value: unknown, header: string, verdict: string])[] = [
    ['alg', 'HS256', '{"n":1}', 'ERR_JWS_INVALID'],
    ['kid', 5, '{"n":2,"alg":"HS256"}', 'accepted'],
    ['crit', ['x'], '{"n":3,"alg":"HS256"}', 'accepted'],
    ['crit', [], '{"n":4,"alg":"HS256"}', 'accepted'],
    ['b64', false, '{"n":5,"alg":"HS256"}', 'accepted'],
    ['typ', 'at+jwt', '{"n":6,"alg":"HS256"}', 'ERR_JWT_CLAIM typ'],
  ]
  for (const [name, value, header, verdict] of rows) {
    test(`Object.prototype.${name} = ${JSON.stringify(value)} and ${header}: ${verdict}`, async () => {
      const token = forge(header, {}, SECRET, 'HS256')
      for (const path of PATHS) {
        const key = path.importVerificationKey(SECRET)
        const policy = policyOf(name === 'typ' ? { typ: 'at+jwt' } : {})
        pollute(name, value)
        const verified = verdictOf(() => path.verifyJwt(token, key, policy))
        expect(await verified.finally(() => Reflect.deleteProperty(Object.prototype, name))).toBe(verdict)
      }
    })
  }
})

describe('R13: the option "crit"', () => {
  for (const name of REGISTERED_NAMES) {
    test(`cannot hold the registered "${name}"`, async () => {
      const token = forge({ alg: 'HS256' }, {}, SECRET)
      for (const path of PATHS) {
        const keys = path.importVerificationKey(SECRET)
        const policy = policyOf({ crit: ['x', name] })
        expect(() => path.createVerifier({ ...policy, keys })).toThrow(TypeError)
        await expect(path.verifyJwt(token, keys, policy)).rejects.toThrow(TypeError)
        await expect(path.verifyCompact(token, keys, { crit: [name] })).rejects.toThrow(`"${name}"`)
      }
    })
  }

  test('can hold "b64", which changes nothing', async () => {
    const token = forge({ alg: 'HS256', b64: true, crit: ['b64'] }, {}, SECRET)
    for (const path of PATHS) {
      const keys = path.importVerificationKey(SECRET)
      const { header } = await path.verifyCompact(token, keys, { crit: ['b64'] })
      expect(header).toEqual({ alg: 'HS256', b64: true, crit: ['b64'] })
    }
  })

  test('decides for each verifier alone, though headers are remembered', async () => {
    for (const [order, path] of PATHS.flatMap((each) => [
      ['strict first', each] as const,
      ['lenient first', each] as const,
    ])) {
      const header = { alg: 'HS256', kid: `${order} ${path.name}`, ext: 1, crit: ['ext'] }
      const token = forge(header, {}, SECRET)
      const keys = path.importVerificationKey(SECRET)
      const strict = path.createVerifier({ ...policyOf(), keys })
      const lenient = path.createVerifier({ ...policyOf({ crit: ['ext'] }), keys })
      const both = order === 'strict first' ? [strict, lenient] : [lenient, strict]
      for (const verify of [...both, ...both]) {
        expect(await verdictOf(() => verify(token))).toBe(verify === strict ? 'ERR_CRIT' : 'accepted')
      }
    }
  })
})

describe('remembered headers', () => {
  test('R11: before there is any, an empty header is as bad as later', async () => {
    const anew = await importWithoutNode(() => import('../src/index.ts'))
    const key = anew.importVerificationKey(SECRET)
    const refusal = { name: 'JoseError', code: 'ERR_JWS_INVALID', message: 'the header is not JSON' }
    expect(() => anew.decodeUnverified('..')).toThrow(expect.objectContaining(refusal))
    await expect(anew.verifyCompact(forge('', {}, SECRET, 'HS256'), key)).rejects.toMatchObject(refusal)
    await anew.verifyCompact(forge({ alg: 'HS256' }, {}, SECRET), key)
    expect(() => anew.decodeUnverified('..')).toThrow(expect.objectContaining(refusal))
  })

  test('R13: an "alg" that is looked at first is not supported afterwards', async () => {
    const token = forge({ alg: 'none', kid: 'looked at' }, {}, SECRET, 'HS256')
    decodeUnverified(token)
    for (const path of PATHS) {
      const key = path.importVerificationKey(SECRET)
      expect(await verdictOf(() => path.verifyJwt(token, key, policyOf()))).toBe('ERR_ALG_UNSUPPORTED')
    }
  })

  test('R11: a header that is refused once is refused again', async () => {
    const again: readonly Case[] = JSON_FORM.filter(({ verdict }) => verdict !== 'accepted').slice(0, 10)
    for (const { token, verdict } of [...again, ...again]) {
      expect(await verdictOf(() => decodeUnverified(token as string))).toBe(verdict)
    }
  })

  test('are frozen at every depth, so that no caller changes what the next one gets', async () => {
    const header = { alg: 'HS256', ext: { list: [{ a: 1 }] }, crit: ['ext'] }
    const token = forge(header, {}, SECRET)
    for (const path of PATHS) {
      const key = path.importVerificationKey(SECRET)
      const first = await path.verifyJwt(token, key, policyOf({ crit: ['ext'] }))
      const ext = first.header.ext as { list: { a: number }[] }
      expect(() => Object.assign(first.header, { alg: 'none' })).toThrow(TypeError)
      expect(Reflect.deleteProperty(first.header, 'crit')).toBe(false)
      expect(() => (first.header.crit as string[]).push('more')).toThrow(TypeError)
      expect(() => ext.list.push({ a: 2 })).toThrow(TypeError)
      expect(() => Object.assign(ext.list[0] as object, { a: 2 })).toThrow(TypeError)
      expect((await path.verifyJwt(token, key, policyOf({ crit: ['ext'] }))).header).toEqual(header)
    }
  })

  test('are each their own when they come by turns, whatever comes in between', async () => {
    const tokens = ['one', 'two', 'too long to be remembered '.repeat(50)].map((kid) =>
      forge({ alg: 'HS256', kid, typ: kid }, {}, SECRET),
    )
    const [first] = tokens as [string]
    const [encoded] = segmentsOf(first)
    const refused: readonly (readonly [token: string, verdict: string])[] = [
      [forge({ alg: 'none' }, {}, SECRET, 'HS256'), 'ERR_ALG_UNSUPPORTED'],
      [forge({ alg: 'HS256', x: 1, crit: ['x'] }, {}, SECRET), 'ERR_CRIT'],
      [forge('{"alg":"HS256","alg":"HS256"}', {}, SECRET, 'HS256'), 'ERR_JWS_INVALID'],
      [first.replace(encoded, `${encoded}=`), 'ERR_BASE64URL'],
      [first.replace(encoded, encoded.slice(0, -4)), 'ERR_JWS_INVALID'],
      [first.replace(encoded, ''), 'ERR_JWS_INVALID'],
    ]
    for (const path of PATHS) {
      const key = path.importVerificationKey(SECRET)
      for (const [bad, verdict] of refused) {
        for (const token of [...tokens, ...tokens]) {
          const { header } = await path.verifyJwt(token, key, policyOf())
          expect(header).toEqual(JSON.parse(Buffer.from(segmentsOf(token)[0], 'base64url').toString()))
          expect(await verdictOf(() => path.verifyJwt(bad, key, policyOf()))).toBe(verdict)
          expect((await path.verifyJwt(token, key, policyOf())).header).toEqual(header)
        }
      }
    }
  })

  test('R13: pass none of what one verifier allows on to the next, by turns with another header', async () => {
    const strange = forge({ alg: 'HS256', turn: 1, crit: ['turn'] }, {}, SECRET)
    const plain = forge({ alg: 'HS256', turn: 1 }, {}, SECRET)
    for (const path of PATHS) {
      const keys = path.importVerificationKey(SECRET)
      const verifiers = [[], ['turn'], ['other'], ['other', 'turn']].map((crit) => ({
        verify: path.createVerifier({ ...policyOf({ crit }), keys }),
        verdict: crit.includes('turn') ? 'accepted' : 'ERR_CRIT',
      }))
      for (const { verify, verdict } of [...verifiers, ...verifiers.reverse()]) {
        expect(await verdictOf(() => verify(strange))).toBe(verdict)
        expect(await verdictOf(() => verify(strange))).toBe(verdict)
        expect(await verdictOf(() => verify(plain))).toBe('accepted')
        decodeUnverified(strange)
        expect(await verdictOf(() => verify(strange))).toBe(verdict)
      }
    }
  })

  // Seconds in Deno, whose node:crypto is slow, when other suites run beside.
  test('may be more than are kept', async () => {
    // Only the quick ones: a header is parsed before anything is verified.
    const quick = PATHS.filter(({ name }) => name !== 'web')
    const tokens = Array.from({ length: quick.length > 0 ? 17_000 : 0 }, (_, index) =>
      forge({ alg: 'HS256', kid: `many ${index}` }, {}, SECRET),
    )
    for (const path of quick) {
      const key = path.importVerificationKey(SECRET)
      const verify = path.createVerifier({ ...policyOf(), keys: key })
      for (const round of [1, 2]) {
        const headers = await Promise.all(tokens.map(async (token) => (await verify(token)).header.kid))
        expect(headers, `round ${round}`).toHaveLength(tokens.length)
        expect(
          headers.filter((kid, index) => kid !== `many ${index}`),
          `round ${round}`,
        ).toEqual([])
      }
    }
  }, 20_000)

  test('R25: are at most 16384, however many come', () => {
    let count = 0
    const other = () => parseHeader(segment({ alg: 'HS256', kid: `bounded ${count++}` }))
    /** How many others it takes until a header is forgotten; it is then remembered anew. */
    const others = (): number => {
      const encoded = segment({ alg: 'HS256', kid: 'bounded' })
      const remembered = parseHeader(encoded)
      const start = count
      while (count - start < 40_000) {
        other()
        if (parseHeader(encoded) !== remembered) break
      }
      return count - start
    }
    expect(others()).toBeLessThanOrEqual(16384)
    // The map now holds the header that made it full, and ours: 16382 more fit in, and the next one empties it.
    expect(others()).toBe(16383)
  })

  test('R25: are short; long ones are read anew', () => {
    const encoded = (length: number) => segment({ alg: 'HS256', kid: 'k'.repeat(length) })
    expect(encoded(168)).toHaveLength(256)
    expect(parseHeader(encoded(168))).toBe(parseHeader(encoded(168)))
    expect(encoded(169).length).toBeGreaterThan(256)
    expect(parseHeader(encoded(169))).not.toBe(parseHeader(encoded(169)))
    expect(parseHeader(encoded(169))).toEqual({ alg: 'HS256', kid: 'k'.repeat(169) } satisfies JoseHeader)
  })
})

describe('R25: a header of its own limit', () => {
  const token = (length: number) => forge({ alg: 'HS256', kid: 'k'.repeat(length) }, {}, SECRET)

  test('of 16384 characters is read, where the token has no limit', async () => {
    expect(token(12264).indexOf('.')).toBe(16384)
    for (const path of PATHS) {
      const { header } = await path.verifyCompact(token(12264), path.importVerificationKey(SECRET))
      expect(header.kid).toHaveLength(12264)
    }
  })

  test('R20: is signed up to it, and no further', async () => {
    for (const path of PATHS) {
      const sign = (length: number) => path.signCompact('', path.importSigningKey(SECRET), { kid: 'k'.repeat(length) })
      expect((await sign(12264)).indexOf('.')).toBe(16384)
      expect(await verdictOf(() => sign(12265))).toBe('ERR_SIGN')
    }
  })

  test('that is longer is refused', async () => {
    expect(token(12265).indexOf('.')).toBe(16386)
    for (const path of PATHS) {
      const key = path.importVerificationKey(SECRET)
      expect(await verdictOf(() => path.verifyCompact(token(12265), key))).toBe('ERR_JWS_INVALID')
    }
  })
})

describe('signing a header', () => {
  const circular: Record<string, unknown> = {}
  circular.self = circular
  const refused: readonly (readonly [rule: string, title: string, header: unknown, code: string])[] = [
    ['R1', 'alg "none"', { alg: 'none' }, 'ERR_SIGN'],
    ['R20', "another key's alg", { alg: 'HS512' }, 'ERR_SIGN'],
    ['R20', 'longer than any that is verified', { x: 'x'.repeat(12_300) }, 'ERR_SIGN'],
    ['R20', 'alg in another case', { alg: 'hs256' }, 'ERR_SIGN'],
    ['R20', 'alg in an array', { alg: ['HS256'] }, 'ERR_SIGN'],
    ['R20', 'alg in an object', { alg: { toString: () => 'HS256' } }, 'ERR_SIGN'],
    ['R20', 'alg undefined', { alg: undefined }, 'ERR_SIGN'],
    ['R20', 'alg null', { alg: null }, 'ERR_SIGN'],
    ...['kid', 'typ', 'cty', 'x5t', 'x5t#S256'].flatMap((name) =>
      [5, null, ['x'], {}, true].map(
        (value) => ['R20', `${name} ${JSON.stringify(value)}`, { [name]: value }, 'ERR_SIGN'] as const,
      ),
    ),
    ['R20', 'crit that nobody implements', { x: 1, crit: ['x'] }, 'ERR_CRIT'],
    ['R20', 'crit that is implemented in part', { x: 1, b64: true, crit: ['b64', 'x'] }, 'ERR_CRIT'],
    ['R20', 'crit, empty', { crit: [] }, 'ERR_CRIT'],
    ['R20', 'crit, registered', { typ: 'JWT', crit: ['typ'] }, 'ERR_CRIT'],
    ['R20', 'crit, absent', { crit: ['b64'] }, 'ERR_CRIT'],
    ['R20', 'crit, twice', { b64: true, crit: ['b64', 'b64'] }, 'ERR_CRIT'],
    ['R20', 'crit null', { crit: null }, 'ERR_CRIT'],
    ...[false, 'true', 0, null].flatMap((b64) => [
      ['R20', `b64 ${JSON.stringify(b64)}`, { b64 }, 'ERR_CRIT'] as const,
      ['R20', `b64 ${JSON.stringify(b64)} in crit`, { b64, crit: ['b64'] }, 'ERR_CRIT'] as const,
    ]),
    ['R20', 'a BigInt', { x: 5n }, 'ERR_SIGN'],
    ['R20', 'what holds itself', circular, 'ERR_SIGN'],
    [
      'R20',
      'what is nested too deeply to be read again',
      { x: JSON.parse(`${'['.repeat(64)}${']'.repeat(64)}`) },
      'ERR_SIGN',
    ],
  ]

  for (const path of PATHS) {
    const key = path.importSigningKey(SECRET)
    for (const [rule, title, header, code] of refused) {
      test(`${rule}: ${path.name}: refuses ${title}`, async () => {
        const parameters = header as object
        expect(await verdictOf(() => path.signCompact('text', key, parameters))).toBe(code)
        expect(await verdictOf(() => path.signJwt({}, key, parameters))).toBe(code)
        expect(await verdictOf(() => path.createSigner({ key, header: parameters }))).toBe(code)
      })
    }

    for (const header of [null, 'typ', [], 5, true]) {
      test(`R19: ${path.name}: takes ${JSON.stringify(header)} for a mistake of the programmer`, async () => {
        const parameters = header as unknown as object
        await expect(path.signCompact('text', key, parameters)).rejects.toThrow(TypeError)
        await expect(path.signJwt({}, key, parameters)).rejects.toThrow(TypeError)
        expect(() => path.createSigner({ key, header: parameters })).toThrow(TypeError)
      })
    }

    test(`R20: ${path.name}: writes alg, kid and then the rest, and signs what it would accept`, async () => {
      const named = path.importSigningKey({ ...SECRET, kid: 'k1' })
      const rows: readonly (readonly [key: typeof key, header: object | undefined, written: string])[] = [
        [key, undefined, '{"alg":"HS256"}'],
        [key, {}, '{"alg":"HS256"}'],
        [named, undefined, '{"alg":"HS256","kid":"k1"}'],
        [named, { typ: 'JWT', alg: 'HS256' }, '{"alg":"HS256","kid":"k1","typ":"JWT"}'],
        [named, { kid: 'k2', cty: 'x' }, '{"alg":"HS256","kid":"k2","cty":"x"}'],
        [key, { typ: 'é€😀' }, '{"alg":"HS256","typ":"é€😀"}'],
        [key, { b64: true, crit: ['b64'] }, '{"alg":"HS256","b64":true,"crit":["b64"]}'],
      ]
      for (const [signingKey, header, written] of rows) {
        const tokens = [
          await path.signCompact('{}', signingKey, header),
          await path.signJwt({}, signingKey, header),
          await path.createSigner({ key: signingKey, ...(header && { header }) })({}),
        ]
        for (const token of tokens) expect(token).toBe(forge(written, '{}', SECRET))
        const verified = await path.verifyJwt(tokens[0] as string, path.importVerificationKey(SECRET), policyOf())
        expect(verified.header).toEqual(JSON.parse(written))
      }
    })

    test(`R3: ${path.name}: signs with a SigningKey and nothing else`, async () => {
      const noKeys = [
        'secret',
        '',
        undefined,
        null,
        {},
        [],
        SECRET,
        Buffer.alloc(32),
        path.importVerificationKey(SECRET),
        [key],
      ]
      for (const noKey of noKeys) {
        const notKey = noKey as unknown as typeof key
        await expect(path.signCompact('text', notKey)).rejects.toThrow(TypeError)
        await expect(path.signJwt({}, notKey)).rejects.toThrow(TypeError)
        expect(() => path.createSigner({ key: notKey })).toThrow(TypeError)
      }
    })
  }
})
