import { expect } from 'vitest'
import { createLocalJwks, type ImportOptions, type Jwk, type VerificationKey } from '../../src/index.ts'
import type { Alg } from '../../src/jwa.ts'
import { goodToken } from '../cases/keys.ts'
import { type ForgeKey, forge } from '../forge.ts'
import { freshJwk, privateJwk, publicJwk } from '../keys.ts'
import type { Path } from '../paths.ts'
import { keyOf, policyOf, SECRET, verdictOf } from '../verdict.ts'
import { describeAttack, testEach } from './attack.ts'

// What must not become a key, on whichever path.

type Row = readonly [title: string, given: unknown]

const OCTETS = new Uint8Array(32).fill(7)

function octetsOf(length: number): string {
  return Buffer.alloc(length, 7).toString('base64url')
}

/** The code with which a JWK is refused, for verifying and for signing alike. */
async function importVerdicts(path: Path, jwk: unknown, options?: ImportOptions): Promise<string[]> {
  return [
    await verdictOf(() => path.importVerificationKey(jwk as Jwk, options)),
    // WebCrypto tells by the first signature whether the parts of a key belong together.
    await verdictOf(() => path.signCompact('x', path.importSigningKey(jwk as Jwk, options))),
  ]
}

const NO_KEYS: readonly Row[] = [
  ['undefined', undefined],
  ['null', null],
  ['an empty string', ''],
  ['zero', 0],
  ['false', false],
  ['an empty object', {}],
  ['an array without keys', []],
  ['an array of a key that is none', [undefined]],
]

describeAttack(3, (path) => {
  testEach(NO_KEYS, async (given, title) => {
    const verify = () => path.verifyJwt(goodToken('HS256'), given as VerificationKey, policyOf())
    await expect(verify(), title).rejects.toThrow(TypeError)
    expect(() => path.createVerifier({ ...policyOf(), keys: given as VerificationKey })).toThrow(TypeError)
  })

  const answers: readonly Row[] = NO_KEYS.filter(([title]) => title !== 'an array without keys')
  testEach(
    answers.map(([title, answer]) => [`${title} from a key source`, answer]),
    async (answer) => {
      const verdict = await path
        .verifyJwt(goodToken('HS256'), () => answer as never, policyOf())
        .catch((error) => error)
      expect(verdict).toBeInstanceOf(Error)
      expect(verdict).toHaveProperty(answer === undefined || answer === null ? 'code' : 'message')
    },
  )
})

describeAttack(4, (path) => {
  const publicKeys = (['RS256', 'PS384', 'ES256', 'ES512', 'EdDSA'] as const).map((alg) => publicJwk(alg))
  testEach(
    publicKeys.flatMap(({ alg, ...jwk }) =>
      (['HS256', 'HS384', 'HS512'] as const).map((mac) => [`${alg} imported as ${mac}`, { jwk, mac }] as const),
    ),
    async ({ jwk, mac }) => {
      expect(await importVerdicts(path, jwk, { alg: mac })).toEqual(['ERR_JWK_INVALID', 'ERR_JWK_INVALID'])
      expect(await importVerdicts(path, { ...jwk, alg: mac })).toEqual(['ERR_JWK_INVALID', 'ERR_JWK_INVALID'])
      // Nor does an added secret make it symmetric.
      const mixed = { ...jwk, alg: mac, k: octetsOf(64) }
      expect(await importVerdicts(path, mixed)).toEqual(['ERR_JWK_INVALID', 'ERR_JWK_INVALID'])
    },
  )

  testEach([['a set that allows both, with the MAC under the modulus', undefined]], async () => {
    const jwk = publicJwk('RS256', { alg: undefined, kid: 'k' })
    const keys = path.use(() => createLocalJwks({ keys: [jwk] }, { algorithms: ['RS256', 'HS256'] }))
    const secrets = [String(jwk.n), JSON.stringify(jwk)].map((text) => Buffer.from(text).toString('base64url'))
    for (const k of [...secrets, String(jwk.n)]) {
      const token = forge({ alg: 'HS256', kid: 'k' }, {}, { kty: 'oct', k })
      expect(await verdictOf(() => path.verifyJwt(token, keys, policyOf()))).toBe('ERR_ALG_NOT_ALLOWED')
    }
  })
})

const PEM = `-----BEGIN PUBLIC KEY-----\n${Buffer.alloc(91, 7).toString('base64')}\n-----END PUBLIC KEY-----\n`

describeAttack(5, (path) => {
  const strings: readonly Row[] = [
    ['a secret', 'secret-secret-secret-secret-secret'],
    ['a PEM', PEM],
    ['a PEM behind a space', ` ${PEM}`],
    ['a PEM behind a zero-width space', `\u200b${PEM}`],
    ['a PEM behind a byte order mark', `\ufeff${PEM}`],
    ['the text of a JWK', JSON.stringify(SECRET)],
    ['a String object', new String('secret-secret-secret-secret-secret')],
    ['octets', OCTETS],
    ['an ArrayBuffer', OCTETS.buffer],
    ['a list with a JWK', [SECRET]],
  ]
  testEach(strings, async (given) => {
    const uses: readonly (() => unknown)[] = [
      () => path.importVerificationKey(given as Jwk, { alg: 'HS256' }),
      () => path.importSigningKey(given as Jwk, { alg: 'HS256' }),
      () => path.verifyJwt(goodToken('HS256'), given as VerificationKey, policyOf()),
    ]
    for (const use of uses) {
      const error = await Promise.resolve()
        .then(use)
        .catch((reason: unknown) => reason)
      // A wrong call, or an object that is no JWK: never a key.
      expect(error instanceof TypeError || (error as { code?: string }).code === 'ERR_JWK_INVALID').toBe(true)
    }
  })
})

describeAttack(6, (path) => {
  const lengths = { HS256: 32, HS384: 48, HS512: 64 }
  testEach(
    Object.entries(lengths).flatMap(([alg, length]) =>
      [0, 1, 8, 16, length - 1, length].map(
        (octets) => [`${octets} octets for ${alg}`, { alg, length, octets }] as const,
      ),
    ),
    async ({ alg, length, octets }) => {
      const jwk = { kty: 'oct', alg, k: octetsOf(octets) }
      const verdict = octets < length ? 'ERR_JWK_WEAK' : 'accepted'
      expect(await importVerdicts(path, jwk)).toEqual([verdict, verdict])
      const forgiven = octets === 0 ? 'ERR_JWK_WEAK' : 'accepted'
      expect(await importVerdicts(path, jwk, { allowWeakKey: true })).toEqual([forgiven, forgiven])
    },
  )
})

describeAttack(16, (path) => {
  const good = publicJwk('RS256')
  const octets = (length: number) => Buffer.alloc(length, 0xff).toString('base64url')
  const rows: readonly (readonly [title: string, members: Partial<Jwk>, code: string])[] = [
    ['1024 bits', { n: octets(128) }, 'ERR_JWK_WEAK'],
    ['2047 bits', { n: Buffer.from([0x7f, ...Buffer.alloc(255, 0xff)]).toString('base64url') }, 'ERR_JWK_WEAK'],
    ['16392 bits', { n: octets(2049) }, 'ERR_JWK_INVALID'],
    [
      'an even modulus',
      { n: Buffer.from([...Buffer.alloc(255, 0xff), 0xfe]).toString('base64url') },
      'ERR_JWK_INVALID',
    ],
    ['e = 1', { e: 'AQ' }, 'ERR_JWK_WEAK'],
    ['e = 2', { e: 'Ag' }, 'ERR_JWK_WEAK'],
    ['e = 65536', { e: 'AQAA' }, 'ERR_JWK_WEAK'],
    ['e = 0', { e: 'AA' }, 'ERR_JWK_WEAK'],
    ['an empty e', { e: '' }, 'ERR_JWK_INVALID'],
    ['a leading zero octet of e', { e: 'AAEAAQ' }, 'ERR_JWK_INVALID'],
    ['a modulus with the ROCA fingerprint', { n: rocaModulus() }, 'ERR_JWK_WEAK'],
  ]
  testEach(
    rows.map(([title, members, code]) => [title, { members, code }] as const),
    async ({ members, code }) => {
      for (const alg of ['RS256', 'PS512'] as const) {
        expect(await verdictOf(() => path.importVerificationKey({ ...good, alg, ...members }))).toBe(code)
      }
    },
  )

  testEach([['e = 1, with the encoded message as the signature', undefined]], async () => {
    // With that exponent a signature is its own message: anyone could write it.
    const jwk = { ...good, e: 'AQ' }
    expect(await verdictOf(() => createLocalJwks({ keys: [{ ...jwk, kid: 'k' }] }))).toBe('ERR_JWKS_INVALID')
  })
})

/** 2048 bits that are a power of 65537 modulo every prime from 2 to 167, by the Chinese remainder theorem: 1 is. */
function rocaModulus(): string {
  const primes = Array.from({ length: 166 }, (_, index) => index + 2).filter((number, _, all) =>
    all.every((other) => other >= number || number % other !== 0),
  )
  const product = primes.reduce((product, prime) => product * BigInt(prime), 1n)
  const n = (2n ** 2047n / product + 1n) * product + 1n
  return Buffer.from(n.toString(16), 'hex').toString('base64url')
}

describeAttack(17, (path) => {
  const curves = [
    ['ES256', 32],
    ['ES384', 48],
    ['ES512', 66],
  ] as const
  for (const [alg, size] of curves) {
    const good = publicJwk(alg)
    const point = (name: string) => Buffer.from(String(good[name]), 'base64url')
    const flipped = point('y')
    flipped[size - 1] = (flipped[size - 1] as number) ^ 1
    const short = point('x').subarray(1)
    const rows: readonly (readonly [title: string, members: Readonly<Record<string, unknown>>])[] = [
      ['y xor 1', { y: flipped.toString('base64url') }],
      ['a coordinate without its first octet', { x: short.toString('base64url') }],
      ['a zero octet before a coordinate', { x: Buffer.concat([Buffer.alloc(1), point('x')]).toString('base64url') }],
      ['the origin', { x: octetsOf(size).replace(/./g, 'A'), y: octetsOf(size).replace(/./g, 'A') }],
      ['coordinates exchanged', { x: String(good.y), y: String(good.x) }],
      ['coordinates above the prime', { x: Buffer.alloc(size, 0xff).toString('base64url') }],
      ['no y', { y: undefined }],
      ['another curve', { crv: alg === 'ES256' ? 'P-384' : 'P-256', alg: undefined }],
    ]
    testEach(
      rows.map(([title, members]) => [`${alg}: ${title}`, members] as const),
      async (members) => {
        const jwk = Object.fromEntries(
          Object.entries({ ...good, ...members }).filter(([, value]) => value !== undefined),
        )
        expect(await verdictOf(() => path.importVerificationKey(jwk as Jwk))).toBe('ERR_JWK_INVALID')
      },
    )
  }

  // Little-endian: 0, 1, p-1, p, p+1, the two of order 8, and some with the sign of x set.
  const smallOrder = [
    '00'.repeat(32),
    `01${'00'.repeat(31)}`,
    `ec${'ff'.repeat(30)}7f`,
    `ed${'ff'.repeat(30)}7f`,
    `ee${'ff'.repeat(30)}7f`,
    '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
    'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
    `01${'00'.repeat(30)}80`,
    `ed${'ff'.repeat(31)}`,
    '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85',
  ]
  testEach(
    smallOrder.map((hex) => [`Ed25519: a point of small order: ${hex}`, hex] as const),
    async (hex) => {
      const jwk = { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(hex, 'hex').toString('base64url') }
      expect(await verdictOf(() => path.importVerificationKey(jwk))).toBe('ERR_JWK_WEAK')
    },
  )
})

describeAttack(18, (path) => {
  const jwks: readonly (readonly [title: string, jwk: ForgeKey, alg: Alg])[] = [
    ['ES256 for P-384', publicJwk('ES384', { alg: undefined }), 'ES256'],
    ['ES512 for P-256', publicJwk('ES256', { alg: undefined }), 'ES512'],
    ['ES256 for RSA', publicJwk('RS256', { alg: undefined }), 'ES256'],
    ['RS256 for P-256', publicJwk('ES256', { alg: undefined }), 'RS256'],
    ['EdDSA for P-256', publicJwk('ES256', { alg: undefined }), 'EdDSA'],
    ['HS256 for Ed25519', publicJwk('EdDSA', { alg: undefined }), 'HS256'],
    ['ES256 for secp256k1', { ...publicJwk('ES256', { alg: undefined }), crv: 'secp256k1' }, 'ES256'],
    ['EdDSA for X25519', { ...publicJwk('EdDSA', { alg: undefined }), crv: 'X25519' }, 'EdDSA'],
  ]
  testEach(
    jwks.map(([title, jwk, alg]) => [title, { jwk: jwk as Jwk, alg }] as const),
    async ({ jwk, alg }) => {
      expect(await verdictOf(() => path.importVerificationKey(jwk, { alg }))).toBe('ERR_JWK_INVALID')
      expect(await verdictOf(() => path.importVerificationKey({ ...jwk, alg }))).toBe('ERR_JWK_INVALID')
    },
  )
})

describeAttack(19, (path) => {
  const members: readonly (readonly [title: string, members: object, verifying: string, signing: string])[] = [
    ['"use": "enc"', { use: 'enc' }, 'ERR_KEY_USE', 'ERR_KEY_USE'],
    ['"use": "SIG"', { use: 'SIG' }, 'ERR_KEY_USE', 'ERR_KEY_USE'],
    ['"use": ["sig"]', { use: ['sig'] }, 'ERR_JWK_INVALID', 'ERR_JWK_INVALID'],
    ['"key_ops": ["sign"]', { key_ops: ['sign'] }, 'ERR_KEY_USE', 'accepted'],
    ['"key_ops": ["verify"]', { key_ops: ['verify'] }, 'accepted', 'ERR_KEY_USE'],
    ['"key_ops": both', { key_ops: ['sign', 'verify'] }, 'accepted', 'accepted'],
    ['"key_ops": none', { key_ops: [] }, 'ERR_KEY_USE', 'ERR_KEY_USE'],
    ['"key_ops": ["encrypt"]', { key_ops: ['encrypt'] }, 'ERR_KEY_USE', 'ERR_KEY_USE'],
    ['"key_ops": "verify"', { key_ops: 'verify' }, 'ERR_JWK_INVALID', 'ERR_JWK_INVALID'],
    ['"key_ops" twice', { key_ops: ['verify', 'verify'] }, 'ERR_JWK_INVALID', 'ERR_JWK_INVALID'],
    [
      '"key_ops" against "use"',
      { use: 'sig', key_ops: ['verify', 'sign', 'encrypt'] },
      'ERR_JWK_INVALID',
      'ERR_JWK_INVALID',
    ],
    ['another "alg"', { alg: 'none' }, 'ERR_ALG_UNSUPPORTED', 'ERR_ALG_UNSUPPORTED'],
  ]
  for (const alg of ['HS256', 'RS256', 'PS256', 'ES256', 'EdDSA'] as const) {
    testEach(
      members.map(([title, change, ...verdicts]) => [`${alg}: ${title}`, { change, verdicts }] as const),
      async ({ change, verdicts }) => {
        expect(await importVerdicts(path, { ...privateJwk(alg), ...change })).toEqual(verdicts)
      },
    )
  }

  testEach([['RS256 for a key whose "alg" is PS256', undefined]], async () => {
    const key = keyOf('PS256', path)
    expect(await verdictOf(() => path.verifyJwt(goodToken('RS256'), key, policyOf()))).toBe('ERR_ALG_NOT_ALLOWED')
    const refused = () => path.importVerificationKey(publicJwk('PS256'), { alg: 'RS256' })
    expect(await verdictOf(refused)).toBe('ERR_ALG_NOT_ALLOWED')
  })

  testEach([['a public key does not sign', undefined]], async () => {
    for (const alg of ['RS256', 'PS256', 'ES256', 'EdDSA'] as const) {
      expect(await verdictOf(() => path.importSigningKey(publicJwk(alg)))).toBe('ERR_KEY_USE')
    }
  })

  testEach([['private parts of another key', undefined]], async () => {
    for (const alg of ['ES256', 'EdDSA'] as const) {
      const mixed = { ...privateJwk(alg), d: freshJwk(alg).d }
      expect((await importVerdicts(path, mixed))[1]).toBe('ERR_JWK_INVALID')
    }
  })
})
