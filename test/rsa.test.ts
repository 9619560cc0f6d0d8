import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { toBigInt } from '../src/ec.ts'
import { importSigningKey, importVerificationKey, type Jwk } from '../src/index.ts'
import { checkRsaPrivate, checkRsaPublic, RSA_PRIVATE_MEMBERS } from '../src/rsa.ts'
import { freshJwk, generateRsaJwk, privateJwk, publicHalf, publicJwk } from './keys.ts'
import { codeOf, PATHS } from './paths.ts'

/** Base64urlUInt (RFC 7518 §2). */
function unsigned(value: bigint): string {
  const hex = value.toString(16)
  return Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex').toString('base64url')
}

const numberOf = (jwk: Jwk, name: string): bigint => toBigInt(Buffer.from(jwk[name] as string, 'base64url'))

/** The code and the reason with which a public key of these numbers is refused. */
async function refusal(n: bigint, e = 65537n): Promise<string> {
  const jwk: Jwk = { kty: 'RSA', alg: 'RS256', n: unsigned(n), e: unsigned(e) }
  const code = await codeOf(() => importVerificationKey(jwk))
  if (code === 'accepted') return code
  try {
    checkRsaPublic({ n, e })
  } catch (error) {
    return `${code}: ${(error as Error).message}`
  }
  return `${code}, but not by checkRsaPublic`
}

const FEW_BITS = 'ERR_JWK_WEAK: the RSA modulus "n" has fewer than 2048 bits'
const MANY_BITS = 'ERR_JWK_INVALID: the RSA modulus "n" has more than 16384 bits'
const EVEN = 'ERR_JWK_INVALID: the RSA modulus "n" is even'
const EXPONENT = 'ERR_JWK_WEAK: the RSA exponent "e" is even or below 3'
const LONG_EXPONENT = 'ERR_JWK_INVALID: the RSA exponent "e" is not below the modulus'
const ROCA = 'ERR_JWK_WEAK: the RSA modulus "n" comes from a broken generator (ROCA, CVE-2017-15361)'

describe('R5: the modulus', () => {
  test.each([
    ['of 1024 bits', 2n ** 1024n - 1n, FEW_BITS],
    ['of 2047 bits', 2n ** 2047n - 1n, FEW_BITS],
    ['of 2048 bits, the least', 2n ** 2047n + 1n, 'accepted'],
    ['of 2048 bits, the greatest', 2n ** 2048n - 1n, 'accepted'],
    ['of 2049 bits', 2n ** 2048n + 1n, 'accepted'],
    ['of 16384 bits, the greatest', 2n ** 16384n - 1n, 'accepted'],
    ['of 16385 bits', 2n ** 16384n + 1n, MANY_BITS],
    ['that is even, of 2048 bits', 2n ** 2048n - 2n, EVEN],
    ['that is even, of 16384 bits', 2n ** 16383n, EVEN],
    ['of 0', 0n, FEW_BITS],
  ])('%s', async (_, n, expected) => expect(await refusal(n)).toBe(expected))

  test('of a generated key of 1024 bits is refused, for signing too', async () => {
    const jwk = generateRsaJwk(1024)
    expect(await codeOf(() => importVerificationKey(publicHalf(jwk), { alg: 'PS256' }))).toBe('ERR_JWK_WEAK')
    expect(await codeOf(() => importSigningKey(jwk, { alg: 'PS256' }))).toBe('ERR_JWK_WEAK')
  })

  test('is refused below 2048 bits whatever allowWeakKey says, which is for HMAC', async () => {
    const jwk = publicJwk('RS256', { n: unsigned(2n ** 2047n - 1n) })
    expect(await codeOf(() => importVerificationKey(jwk, { allowWeakKey: true }))).toBe('ERR_JWK_WEAK')
  })
})

describe('R5: the exponent', () => {
  const n = numberOf(publicJwk('RS256'), 'n')

  test.each([
    ['0', 0n, EXPONENT],
    ['1', 1n, EXPONENT],
    ['2', 2n, EXPONENT],
    ['3', 3n, 'accepted'],
    ['4', 4n, EXPONENT],
    ['17', 17n, 'accepted'],
    ['65536', 65536n, EXPONENT],
    ['65537', 65537n, 'accepted'],
    ['n-2', n - 2n, 'accepted'],
    ['n-1', n - 1n, EXPONENT],
    ['n', n, LONG_EXPONENT],
    ['n+2', n + 2n, LONG_EXPONENT],
  ])('%s', async (_, e, expected) => expect(await refusal(n, e)).toBe(expected))

  test.each(PATHS)('3 signs and verifies on the path $name', async (path) => {
    const jwk = exponentOf3()
    expect(jwk.e).toBe('Aw')
    const token = await path.signCompact('x', path.importSigningKey(jwk, { alg: 'RS256' }))
    const verifying = () => path.verifyCompact(token, path.importVerificationKey(publicHalf(jwk), { alg: 'RS256' }))
    expect(await codeOf(verifying)).toBe('accepted')
  })

  let generated: Jwk | undefined
  const exponentOf3 = (): Jwk => {
    generated ??= generateRsaJwk(2048, 3)
    return generated
  }
})

describe('R5: numbers are written as Base64urlUInt', () => {
  const jwk = privateJwk('RS256')

  test.each(['n', 'e', ...RSA_PRIVATE_MEMBERS])('"%s" with a leading zero octet is refused', async (name) => {
    const padded = unsignedWithZero(numberOf(jwk, name))
    const importing = () => importVerificationKey({ ...jwk, [name]: padded })
    expect(await codeOf(importing)).toBe('ERR_JWK_INVALID')
    expect(importing).toThrow(`"${name}" has a leading zero octet`)
  })

  test.each(['n', 'e', ...RSA_PRIVATE_MEMBERS])('"%s" of another form is refused', async (name) => {
    for (const value of [null, 5, true, [jwk[name]], '', 'A', `${jwk[name]}=`, ` ${jwk[name]}`]) {
      expect(await codeOf(() => importVerificationKey({ ...jwk, [name]: value }))).toBe('ERR_JWK_INVALID')
      expect(await codeOf(() => importSigningKey({ ...jwk, [name]: value }))).toBe('ERR_JWK_INVALID')
    }
  })

  test('an empty number is refused as such, and a single zero octet is the number 0', () => {
    expect(() => importVerificationKey({ ...jwk, e: '' })).toThrow('"e" is empty')
    expect(() => importVerificationKey({ ...jwk, e: 'AA' })).toThrow('exponent "e" is even or below 3')
  })

  test.each(['n', 'e'])('a key without "%s" is refused', async (name) => {
    expect(await codeOf(() => importVerificationKey(publicJwk('RS256', { [name]: undefined })))).toBe('ERR_JWK_INVALID')
  })
})

describe('R5: the private numbers', () => {
  const jwk = privateJwk('RS256')
  const names = ['n', 'e', ...RSA_PRIVATE_MEMBERS] as const
  const numbers = Object.fromEntries(names.map((name) => [name, numberOf(jwk, name)])) as Parameters<
    typeof checkRsaPrivate
  >[0]
  const { n, e, d, p, q, dp, dq, qi } = numbers
  const lambda = ((p - 1n) * (q - 1n)) / greatestCommonDivisor(p - 1n, q - 1n)

  /** Both imports must agree, so that a set with such a key fails where it is configured. */
  const codesWith = async (changes: Partial<typeof numbers>): Promise<string> => {
    const changed = { ...jwk, ...Object.fromEntries(Object.entries(changes).map(([k, v]) => [k, unsigned(v)])) }
    const signing = await codeOf(() => importSigningKey(changed))
    expect(await codeOf(() => importVerificationKey(changed))).toBe(signing)
    return signing
  }

  test('of the generated key are accepted', async () => expect(await codesWith({})).toBe('accepted'))

  test.each([...RSA_PRIVATE_MEMBERS])('"%s" altered is refused', async (name) => {
    for (const value of [numbers[name] ^ 1n, numbers[name] + 2n, numbers[name] ^ (1n << 500n), 0n, 1n]) {
      expect(await codesWith({ [name]: value })).toBe('ERR_JWK_INVALID')
    }
  })

  test.each(RSA_PRIVATE_MEMBERS.filter((name) => name !== 'd'))('a key without "%s" is refused', async (name) => {
    const { [name]: _, ...incomplete } = jwk
    expect(await codeOf(() => importSigningKey(incomplete as Jwk))).toBe('ERR_JWK_INVALID')
    expect(await codeOf(() => importVerificationKey(incomplete as Jwk))).toBe('ERR_JWK_INVALID')
  })

  test('without "d" are a public key, which cannot sign', async () => {
    const { d: _, ...incomplete } = jwk
    expect(await codeOf(() => importSigningKey(incomplete as Jwk))).toBe('ERR_KEY_USE')
    expect(await codeOf(() => importVerificationKey(incomplete as Jwk))).toBe('accepted')
  })

  test('of another key are refused', async () => {
    const other = freshJwk('RS256')
    const mixed = { ...other, n: jwk.n, e: jwk.e }
    expect(await codeOf(() => importSigningKey(mixed))).toBe('ERR_JWK_INVALID')
    expect(await codeOf(() => importVerificationKey(mixed))).toBe('ERR_JWK_INVALID')
  })

  test.each([[[]], [[{ r: 'Aw', d: 'Aw', t: 'Aw' }]], [null], ['']])('"oth" is refused: %j', async (oth) => {
    for (const key of [jwk, publicHalf(jwk)]) {
      expect(await codeOf(() => importVerificationKey({ ...key, oth }))).toBe('ERR_JWK_INVALID')
    }
    expect(await codeOf(() => importSigningKey({ ...jwk, oth }))).toBe('ERR_JWK_INVALID')
  })

  test('d may be taken modulo the least common multiple of p-1 and q-1, or their product (RFC 8017 §3.2)', async () => {
    expect(await codesWith({ d: d % lambda })).toBe('accepted')
    expect(await codesWith({ d: inverse(e, (p - 1n) * (q - 1n)) })).toBe('accepted')
  })

  test.each<[string, Partial<typeof numbers>]>([
    ['d of n or more', { d: (d % lambda) + lambda * (n / lambda + 1n) }],
    ['dp of p-1 or more', { dp: dp + p - 1n }],
    ['dq of q-1 or more', { dq: dq + q - 1n }],
    ['qi of p or more', { qi: qi + p }],
    ['p = 1 and q = n', { p: 1n, q: n }],
    ['q = 1 and p = n', { q: 1n, p: n }],
    ['q = 1 and all others right for p = n', { q: 1n, p: n, d: inverse(e, n - 1n), dp: inverse(e, n - 1n), dq: 0n }],
    ['p = 0', { p: 0n }],
    ['d that is right modulo p-1 only', { d: d + p - 1n, dq: (d + p - 1n) % (q - 1n) }],
    ['d that is right modulo q-1 only', { d: d + q - 1n, dp: (d + q - 1n) % (p - 1n) }],
    ['another exponent e', { e: e + 2n }],
    ['primes of another modulus', { p: p + 2n, qi: inverse(q, p + 2n) }],
    ['p and q exchanged, and nothing else', { p: q, q: p }],
    ['all exchanged but qi', { p: q, q: p, dp: dq, dq: dp }],
  ])('%s: refused', async (_, changes) => expect(await codesWith(changes)).toBe('ERR_JWK_INVALID'))

  test('p may be the smaller prime', async () => {
    expect(await codesWith({ p: q, q: p, dp: dq, dq: dp, qi: inverse(p, q) })).toBe('accepted')
  })

  test('the message holds none of the numbers', () => {
    const message = /^the private RSA numbers do not belong to the public ones$/
    expect(() => checkRsaPrivate({ ...numbers, d: d + 2n })).toThrow(message)
  })
})

describe('R5: the fingerprint of ROCA, CVE-2017-15361', () => {
  const primes = Array.from({ length: 4000 }, (_, index) => index + 2).filter(isPrime)
  const product = (count: number): bigint => primes.slice(0, count).reduce((all, prime) => all * BigInt(prime), 1n)
  const primesToTest = primes.slice(1, 39)

  // The generator's primes are k·M + (65537^a mod M), M the product of the first 39, 71, 126 or 225 primes by the
  // key's size. That p and q be prime is beside the point: what counts is in which subgroups n lies.
  test.each([
    [39, 1024n],
    [71, 1024n],
    [126, 1024n],
    [225, 2048n],
  ])('M of %d primes, factors of %d bits: refused', async (count, bits) => {
    const modulus = product(count)
    const factor = (k: bigint, a: bigint): bigint => (2n ** bits / modulus - k) * modulus + power(65537n, a, modulus)
    for (const a of [1n, 2n, 31337n]) {
      const n = factor(a + 1n, a) * factor(a + 2n, a + 77n)
      expect(n.toString(2).length).toBeGreaterThanOrEqual(Number(bits) * 2 - 1)
      expect(await refusal(n)).toBe(ROCA)
    }
  })

  test('the primes tested are those from 3 to 167', () => expect([primesToTest[0], primesToTest[37]]).toEqual([3, 167]))

  test.each(primesToTest)('modulo %d, n must lie in the subgroup of 65537', async (prime) => {
    const subgroup = new Set<number>()
    for (let member = 1; !subgroup.has(member); member = (member * 65537) % prime) subgroup.add(member)
    const residues = Array.from({ length: prime }, (_, residue) => residue)
    const outside = residues.filter((residue) => !subgroup.has(residue))
    const inside = [...subgroup]
    for (const residue of [inside[0], inside.at(-1)]) expect(await refusal(withResidue(prime, residue))).toBe(ROCA)
    // 0 is never in it; for many of these primes all other residues are.
    for (const residue of [outside[0], outside.at(-1)])
      expect(await refusal(withResidue(prime, residue))).toBe('accepted')
  })

  test('no prime above 167 counts: the generator did not use those for its smallest keys', async () => {
    for (const prime of [173, 179, 181, 191]) {
      for (let residue = 0; residue < prime; residue++) expect(await refusal(withResidue(prime, residue))).toBe(ROCA)
    }
  })

  test('other moduli are not refused: a generated one, and 50 at random', async () => {
    expect(await codeOf(() => importVerificationKey(publicJwk('RS256')))).toBe('accepted')
    for (let round = 0; round < 50; round++) {
      expect(await refusal(2n ** 2047n + (toBigInt(randomBytes(255)) | 1n))).toBe('accepted')
    }
  })

  /** An odd number of 2048 bits that is 1 modulo the primes of the test, except for `prime`. */
  function withResidue(prime: number, residue: number | undefined): bigint {
    const p = BigInt(prime)
    const all = product(39) % p === 0n ? product(39) : product(39) * p
    const others = all / p
    const lift = ((BigInt(residue as number) - 1n + p) * inverse(others % p, p)) % p
    return 1n + others * lift + all * (2n ** 2047n / all + 1n)
  }
})

function unsignedWithZero(value: bigint): string {
  return Buffer.concat([Buffer.of(0), Buffer.from(unsigned(value), 'base64url')]).toString('base64url')
}

function greatestCommonDivisor(a: bigint, b: bigint): bigint {
  return b === 0n ? a : greatestCommonDivisor(b, a % b)
}

/** By the extended algorithm of Euclid. */
function inverse(value: bigint, modulus: bigint): bigint {
  let [rest, next, factor, nextFactor] = [modulus, value % modulus, 0n, 1n]
  while (next !== 0n) {
    const quotient = rest / next
    ;[rest, next] = [next, rest - quotient * next]
    ;[factor, nextFactor] = [nextFactor, factor - quotient * nextFactor]
  }
  return ((factor % modulus) + modulus) % modulus
}

function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n
  for (let rest = exponent, square = base % modulus; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * square) % modulus
    square = (square * square) % modulus
  }
  return result
}

function isPrime(value: number): boolean {
  for (let divisor = 2; divisor * divisor <= value; divisor++) if (value % divisor === 0) return false
  return true
}
