import crypto from 'node:crypto'
import { afterEach, describe, expect, test, vi } from 'vitest'
import type { SigningInput } from '../../src/backend/backend.ts'
import { createMac, digestName, hashTwice, type Mac, useHmac } from '../../src/backend/hmac.ts'
import { findJwa, type Jwa } from '../../src/jwa.ts'
import { seeded } from '../random.ts'
import { importWithBuiltins } from '../without-node.ts'

type NodeCrypto = typeof crypto
type Way = (crypto: NodeCrypto, jwa: Jwa, secret: Uint8Array) => Mac

const ALGS = (['HS256', 'HS384', 'HS512'] as const).map((alg) => findJwa(alg) as Jwa)
const WAYS: readonly { readonly name: string; readonly way: Way }[] = [
  { name: 'the platform', way: useHmac },
  { name: 'two hashes', way: hashTwice },
]

/** What {@link hashTwice} puts together in its work buffer: a block of the key, and the input. */
const WORK = 8192
const SHORTS = Array.from({ length: 301 }, (_, length) => length)

const random = seeded(20260802)
const octets = (length: number): Uint8Array => Uint8Array.from({ length }, () => random(256))
/** Not only ASCII, since nothing but ASCII gets this far. */
const latin1 = (length: number): string => Buffer.from(octets(length)).toString('latin1')

function expected(jwa: Jwa, secret: Uint8Array, input: SigningInput): string {
  const data = typeof input === 'string' ? Buffer.from(input, 'latin1') : input
  return crypto.createHmac(digestName(jwa.hash), secret).update(data).digest('base64url')
}

/** The inputs whose MACs are not those of node's own HMAC. */
function wrongOf(mac: Mac, jwa: Jwa, secret: Uint8Array, inputs: readonly SigningInput[]): unknown[] {
  return inputs.filter((input) => mac(input) !== expected(jwa, secret, input)).map((input) => input.length)
}

afterEach(() => vi.restoreAllMocks())

test.each(ALGS)(
  '$alg: the block of the hash is that of node: a key of it is not hashed, and a longer one is',
  (jwa) => {
    const { blockLength, hash } = jwa
    const long = octets(blockLength + 1)
    const hashed = crypto.createHash(digestName(hash)).update(long).digest()
    expect(expected(jwa, long, 'x')).toBe(expected(jwa, hashed, 'x'))
    expect(expected(jwa, long.subarray(1), 'x')).not.toBe(expected(jwa, hashed, 'x'))
  },
)

describe.each(WAYS)('HMAC by $name', ({ way }) => {
  describe.each(ALGS)('$alg is that of node:crypto', (jwa) => {
    const { blockLength } = jwa
    const secret = octets(blockLength / 2)

    test('for keys of 1 to 200 octets', () => {
      const inputs = ['', 'x', latin1(blockLength - 1), latin1(blockLength), latin1(1000)]
      for (let length = 1; length <= 200; length++) {
        const key = octets(length)
        expect(wrongOf(way(crypto, jwa, key), jwa, key, inputs), `key of ${length}`).toEqual([])
      }
    })

    test('for keys of zeros and of ones, and those that end in zeros', () => {
      for (const length of [1, blockLength - 1, blockLength, blockLength + 1]) {
        for (const key of [new Uint8Array(length), new Uint8Array(length).fill(0xff), octets(length).fill(0, 1)]) {
          expect(wrongOf(way(crypto, jwa, key), jwa, key, ['', 'text'])).toEqual([])
        }
      }
    })

    test('for inputs of 0 to 300 letters, and as many octets', () => {
      const mac = way(crypto, jwa, secret)
      expect(wrongOf(mac, jwa, secret, SHORTS.map(latin1))).toEqual([])
      expect(wrongOf(mac, jwa, secret, SHORTS.map(octets))).toEqual([])
      expect(wrongOf(mac, jwa, secret, [...SHORTS].reverse().map(latin1))).toEqual([])
    })

    test('around the limit of the work buffer, and far beyond it', () => {
      const limit = WORK - blockLength
      const lengths = [-2, -1, 0, 1, 2].map((difference) => limit + difference)
      lengths.push(WORK - 1, WORK, WORK + 1, 2 * WORK, 100_000)
      const mac = way(crypto, jwa, secret)
      for (const make of [latin1, octets]) {
        const inputs = lengths.map((length): SigningInput => make(length))
        // Back and forth, so that each comes behind a shorter and behind a longer one.
        expect(wrongOf(mac, jwa, secret, [...inputs, ...[...inputs].reverse(), ...inputs])).toEqual([])
      }
    })

    test('for octets in a view, of which only what it shows counts', () => {
      const around = octets(100)
      const mac = way(crypto, jwa, secret)
      for (const view of [around.subarray(7, 60), Buffer.from(around.buffer, 3, 20), new Uint8Array(0)]) {
        expect(wrongOf(mac, jwa, secret, [view])).toEqual([])
      }
    })

    test('for each code unit up to 255; those above it are taken for their low octet, so they must not get here', () => {
      const mac = way(crypto, jwa, secret)
      const units = Array.from({ length: 256 }, (_, unit) => String.fromCharCode(unit))
      expect(wrongOf(mac, jwa, secret, [...units, units.join('')])).toEqual([])
      expect(mac('e30.\u0141')).toBe(mac('e30.A'))
    })

    test('for a key that is changed, or wiped, after the import', () => {
      for (const length of [1, blockLength, blockLength + 1]) {
        const key = octets(length)
        const copy = Uint8Array.from(key)
        const mac = way(crypto, jwa, key)
        key.fill(0)
        for (const input of ['x', latin1(9000)]) expect(mac(input)).toBe(expected(jwa, copy, input))
      }
    })
  })

  test('takes keys in any order: each MAC is that of its own key', () => {
    // Also of the same key twice, of one key for two algorithms, and of keys that share their first octets.
    const shared = octets(64)
    const secrets = [shared, shared, Uint8Array.from(shared), shared.subarray(0, 32), octets(200), octets(1)]
    const keys = ALGS.flatMap((jwa) => secrets.map((secret) => ({ jwa, secret, mac: way(crypto, jwa, secret) })))
    const lengths = [0, 1, 63, 64, 65, 500, 8063, 8064, 8065, 8128, 8129, 9000]
    const wrong: string[] = []
    for (let round = 0; round < 3000; round++) {
      const { jwa, secret, mac } = keys[random(keys.length)] as (typeof keys)[number]
      const length = lengths[random(round % 10 === 0 ? lengths.length : 6)] as number
      const input = random(5) === 0 ? octets(length) : latin1(length)
      if (mac(input) !== expected(jwa, secret, input)) wrong.push(`${jwa.alg}, ${secret.length}, ${length}`)
    }
    expect(wrong).toEqual([])
  })

  test('takes two keys by turns, with long inputs and octets in between', () => {
    const [jwa] = ALGS as [Jwa]
    const [one, two] = [octets(32), octets(32)]
    const [first, second] = [way(crypto, jwa, one), way(crypto, jwa, two)]
    const inputs = ['a.b', latin1(9000), 'a.b', octets(20), latin1(8128), 'c.d', latin1(8129), 'a.b']
    for (const input of inputs) {
      for (const [mac, secret] of [
        [first, one],
        [second, two],
        [second, two],
        [first, one],
      ] as const) {
        expect(mac(input)).toBe(expected(jwa, secret, input))
      }
    }
  })
})

describe('the way of a runtime', () => {
  const [jwa] = ALGS as [Jwa]
  const secret = octets(32)
  const long = 'x'.repeat(WORK)

  test('is two hashes where crypto.hash is there, and the platform only for what is long, or octets', () => {
    const [hash, hmac] = [vi.spyOn(crypto, 'hash'), vi.spyOn(crypto, 'createHmac')]
    const mac = createMac(crypto, jwa, secret)
    mac('x'.repeat(WORK - jwa.blockLength))
    expect([hash.mock.calls.length, hmac.mock.calls.length]).toEqual([2, 0])
    mac('x'.repeat(WORK - jwa.blockLength + 1))
    mac(octets(3))
    expect([hash.mock.calls.length, hmac.mock.calls.length]).toEqual([2, 2])
  })

  test.each([
    ['is not a member', (({ hash, ...others }) => others)({ ...crypto })],
    ['is undefined', { ...crypto, hash: undefined }],
  ])('is the platform where crypto.hash %s, as before Node 20.12', (_, older) => {
    const hmac = vi.fn(crypto.createHmac)
    const mac = createMac({ ...older, createHmac: hmac } as unknown as NodeCrypto, jwa, secret)
    const inputs = ['', 'x', long, octets(3)]
    expect(inputs.map(mac)).toEqual(inputs.map((input) => expected(jwa, secret, input)))
    expect(hmac).toHaveBeenCalledTimes(inputs.length)
  })

  test('is right from the first MAC of the process on, whichever key is first', async () => {
    for (const count of [1, 2, 3]) {
      const builtins = { 'node:buffer': { Buffer } }
      const { hashTwice: anew } = await importWithBuiltins(builtins, () => import('../../src/backend/hmac.ts'))
      const keys = Array.from({ length: 3 }, () => octets(32))
      const macs = keys.map((key) => anew(crypto, jwa, key))
      const order = Array.from({ length: 30 }, (_, index) => (index < count ? 0 : random(3)))
      const made = order.map((key) => (macs[key] as Mac)('text'))
      expect(made).toEqual(order.map((key) => expected(jwa, keys[key] as Uint8Array, 'text')))
    }
  })

  test('of Buffers without latin1Write is the same', async () => {
    // As the module sees them when it is loaded: everything else of Buffer is there.
    const older = { Buffer: Object.create(Buffer, { prototype: { value: {} } }) as unknown }
    const { hashTwice: anew } = await importWithBuiltins(
      { 'node:buffer': older },
      () => import('../../src/backend/hmac.ts'),
    )
    const write = vi.spyOn(Buffer.prototype, 'write')
    expect(wrongOf(anew(crypto, jwa, secret), jwa, secret, SHORTS.map(latin1))).toEqual([])
    expect(write).toHaveBeenCalledTimes(2 * SHORTS.length)
  })
})
