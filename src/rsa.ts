import { JoseError } from './errors.ts'

/** The numbers of an RSA key (RFC 7518 §6.3). */
export type RsaNumbers<Name extends string> = Readonly<Record<Name, bigint>>

/** R5: a modulus of 2048 to 16384 bits that no known weak generator made, and an odd exponent from 3 on. */
export function checkRsaPublic({ n, e }: RsaNumbers<'n' | 'e'>): void {
  const bits = n.toString(2).length
  if (bits < 2048) throw new JoseError('ERR_JWK_WEAK', 'the RSA modulus "n" has fewer than 2048 bits')
  if (bits > 16384) throw new JoseError('ERR_JWK_INVALID', 'the RSA modulus "n" has more than 16384 bits')
  if (n % 2n === 0n) throw new JoseError('ERR_JWK_INVALID', 'the RSA modulus "n" is even')
  if (e < 3n || e % 2n === 0n) throw new JoseError('ERR_JWK_WEAK', 'the RSA exponent "e" is even or below 3')
  if (e >= n) throw new JoseError('ERR_JWK_INVALID', 'the RSA exponent "e" is not below the modulus')
  if (hasRocaFingerprint(n)) {
    throw new JoseError('ERR_JWK_WEAK', 'the RSA modulus "n" comes from a broken generator (ROCA, CVE-2017-15361)')
  }
}

/** R5: the private numbers belong to the public ones (RFC 8017 §3.2). */
export function checkRsaPrivate({ n, e, d, p, q, dp, dq, qi }: RsaNumbers<RsaPrivateName>): void {
  const belongs =
    p > 1n &&
    q > 1n &&
    p * q === n &&
    d > 0n &&
    d < n &&
    (e * d) % (p - 1n) === 1n &&
    (e * d) % (q - 1n) === 1n &&
    dp === d % (p - 1n) &&
    dq === d % (q - 1n) &&
    qi < p &&
    (qi * q) % p === 1n
  if (!belongs) throw new JoseError('ERR_JWK_INVALID', 'the private RSA numbers do not belong to the public ones')
}

export const RSA_PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi'] as const
type RsaPrivateName = 'n' | 'e' | (typeof RSA_PRIVATE_MEMBERS)[number]

/** From 3 to 167. */
const ROCA_PRIMES = Array.from({ length: 83 }, (_, index) => 2 * index + 3)
  .filter((odd, _, odds) => !odds.some((divisor) => divisor < odd && odd % divisor === 0))
  .map(BigInt)

/**
 * Whether n looks like k·M + (65537^a mod M), M the product of these primes: then n mod p lies in the subgroup that
 * 65537 generates modulo every p (Nemec et al., "The Return of Coppersmith's Attack", §2.2). Chance alone: 2^-27.
 */
function hasRocaFingerprint(n: bigint): boolean {
  return ROCA_PRIMES.every((p) => {
    const residue = n % p
    let power = 1n
    do {
      if (power === residue) return true
      power = (power * 65537n) % p
    } while (power !== 1n)
    return false
  })
}
