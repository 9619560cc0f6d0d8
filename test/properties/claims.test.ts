import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Claims, type ClaimsPolicy, checkClaims, JoseError } from '../../src/index.ts'
import { NOW } from '../verdict.ts'
import { check } from './check.ts'

const names = fc.constantFrom('a', 'b', 'c')
const times = fc.integer({ min: -100, max: 100 }).map((seconds) => NOW + seconds)
const seconds = fc.nat({ max: 100 })

const claims: fc.Arbitrary<Claims> = fc
  .record(
    {
      iss: names,
      sub: names,
      aud: fc.oneof(names, fc.array(names, { maxLength: 3 })),
      exp: times,
      nbf: times,
      iat: times,
      jti: names,
    },
    { requiredKeys: [] },
  )
  .map((record) => ({ ...record }) as Claims)

const decision = fc.oneof(fc.constant(null), names, fc.array(names, { minLength: 1, maxLength: 3 }))
const required = fc.subarray(['exp', 'nbf', 'iat', 'sub', 'jti', 'aud'])

const policies: fc.Arbitrary<ClaimsPolicy> = fc
  .record(
    { issuer: decision, audience: decision, subject: names, required, maxAge: seconds, clockTolerance: seconds },
    { requiredKeys: ['issuer', 'audience'] },
  )
  .map((record) => ({ ...record, now: () => NOW }) as ClaimsPolicy)

function isAccepted(given: Claims, policy: ClaimsPolicy): boolean {
  try {
    checkClaims(given, policy)
    return true
  } catch (error) {
    if (error instanceof JoseError) return false
    throw error
  }
}

const CLAIM_OF: Readonly<Record<string, string>> = { a: 'nbf', b: 'sub', c: 'jti' }

/** Each makes a policy ask for more, or for as much. */
const TIGHTER: Readonly<Record<string, (policy: ClaimsPolicy, name: string, amount: number) => ClaimsPolicy>> = {
  'one issuer': (policy, name) => ({ ...policy, issuer: among(policy.issuer, name) }),
  'one audience': (policy, name) => ({ ...policy, audience: among(policy.audience, name) }),
  'a subject': (policy, name) => ({ ...policy, subject: policy.subject ?? name }),
  'one more claim': (policy, name) => ({
    ...policy,
    required: [...(policy.required ?? ['exp']), CLAIM_OF[name] as string],
  }),
  'less tolerance': (policy, _, amount) => ({
    ...policy,
    clockTolerance: Math.max(0, (policy.clockTolerance ?? 0) - amount),
  }),
  'a lower age': (policy, _, amount) => ({ ...policy, maxAge: Math.min(policy.maxAge ?? 100, amount) }),
}

/** Of those that were allowed; or this one, where all were. */
function among(allowed: string | readonly string[] | null, name: string): string {
  return allowed === null ? name : ([allowed].flat()[0] as string)
}

describe('R18: a stricter policy never accepts more', () => {
  test.each(Object.entries(TIGHTER))('%s', (_, tighten) => {
    let [accepted, refused] = [0, 0]
    check(
      fc.property(claims, policies, names, seconds, (given, policy, name, amount) => {
        const before = isAccepted(given, policy)
        const after = isAccepted(given, tighten(policy, name, amount))
        expect(after && !before).toBe(false)
        if (after) accepted++
        if (before && !after) refused++
      }),
      800,
    )
    // Neither empty nor without effect.
    expect(accepted).toBeGreaterThan(0)
    expect(refused).toBeGreaterThan(0)
  })

  test('and claims that are taken away satisfy no policy that they did not', () => {
    check(
      fc.property(claims, policies, fc.constantFrom('iss', 'sub', 'aud', 'iat'), (given, policy, name) => {
        const { [name]: _, ...rest } = given
        if (!isAccepted(given, policy)) {
          const isInFuture = name === 'iat' && policy.maxAge === undefined
          if (!isInFuture) expect(isAccepted(rest, policy)).toBe(false)
        }
      }),
      600,
    )
  })
})

describe('time', () => {
  test('only ends what has begun: once too late, always too late', () => {
    check(
      fc.property(claims, policies, seconds, seconds, (given, policy, sooner, later) => {
        const at = (time: number) => isAccepted(given, { ...policy, now: () => NOW + time })
        const [first, second, third] = [0, sooner, sooner + later].map(at)
        // Accepted times are an interval.
        if (first && third) expect(second).toBe(true)
      }),
      600,
    )
  })

  test('is relative: all claims and the clock may be moved together', () => {
    check(
      fc.property(claims, policies, fc.integer({ min: -1_000_000, max: 1_000_000 }), (given, policy, by) => {
        const moved: Claims = { ...given }
        for (const name of ['exp', 'nbf', 'iat'] as const) if (given[name] !== undefined) moved[name] = given[name] + by
        expect(isAccepted(moved, { ...policy, now: () => NOW + by })).toBe(isAccepted(given, policy))
      }),
    )
  })
})
