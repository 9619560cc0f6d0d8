import { describe, expect, test } from 'vitest'
import { type ClaimsPolicy, JoseError, type KeySource, type VerificationKey, type VerifyOptions } from '../src/index.ts'
import type { Alg } from '../src/jwa.ts'
import { privateJwk, publicJwk } from './keys.ts'
import { leastTime } from './least-time.ts'
import { PATHS, type Path } from './paths.ts'

/** The second at which the tokens of the tests are verified. */
export const NOW = 1_700_000_000

export const SECRET = privateJwk('HS256')

export type Policy = Partial<ClaimsPolicy> & VerifyOptions

/** A token and what must become of it, whichever way it goes through the library (R16). */
export interface Case {
  /** The rule that decides. */
  readonly rule: string
  readonly title: string
  /** The row of the catalogue (`security/catalogue.ts`) whose attack it is, if it is one. */
  readonly attack?: number
  /** Not always a string. */
  readonly token: unknown
  /** `accepted`, or the code of the refusal, with the claim at fault behind it where there is one. */
  readonly verdict: string
  /** Default: {@link SECRET} for HS256. */
  readonly keys?: (path: Path) => VerificationKey | KeySource
  /** Default: nothing about the claims is checked. */
  readonly policy?: Policy
  /** Whether only the asynchronous paths can take it. */
  readonly asynchronous?: boolean
}

/** The cases as those of one attack, by its row in the catalogue. */
export function attack<Some extends Case>(row: number, cases: readonly Some[]): Some[] {
  return cases.map((entry) => ({ ...entry, attack: row }))
}

/** What the library makes of something: `accepted`, or code and claim of the refusal. Other errors are thrown on. */
export async function verdictOf(run: () => unknown): Promise<string> {
  try {
    await run()
    return 'accepted'
  } catch (error) {
    if (!(error instanceof JoseError)) throw error
    return error.claim === undefined ? error.code : `${error.code} ${error.claim}`
  }
}

/** The refusal itself. */
export async function refusalOf(run: () => unknown): Promise<JoseError> {
  try {
    await run()
  } catch (error) {
    if (error instanceof JoseError) return error
    throw error
  }
  throw new Error('accepted what should be refused')
}

/** A policy that checks nothing but what is given. */
export function policyOf(policy: Policy = {}): ClaimsPolicy & VerifyOptions {
  return { issuer: null, audience: null, required: [], now: () => NOW, ...policy }
}

const imported = new Map<string, VerificationKey>()

/** The key of `keys.ts` for an algorithm, imported once for each path. */
export function keyOf(alg: Alg, path: Path): VerificationKey {
  const id = `${path.name} ${alg}`
  const key = imported.get(id) ?? path.importVerificationKey(publicJwk(alg))
  imported.set(id, key)
  return key
}

export function keysOf({ keys }: Case, path: Path): VerificationKey | KeySource {
  return keys ? keys(path) : keyOf('HS256', path)
}

export function verifyCase(entry: Case, path: Path): Promise<unknown> {
  return path.verifyJwt(entry.token as string, keysOf(entry, path), policyOf(entry.policy))
}

export function casesOf(path: Path, cases: readonly Case[]): readonly Case[] {
  return path.name === 'sync' ? cases.filter(({ asynchronous }) => !asynchronous) : cases
}

/** One test for each case and path. Those that are attacks are run by `security/tables.test.ts`. */
export function testCases(title: string, cases: readonly Case[]): void {
  runCases(
    title,
    cases.filter(({ attack }) => attack === undefined),
  )
}

export function runCases(title: string, cases: readonly Case[]): void {
  for (const path of PATHS) {
    describe(`${title} (${path.name})`, () => {
      for (const entry of casesOf(path, cases)) {
        test(`${entry.rule}: ${entry.title}: ${entry.verdict}`, async () => {
          expect(await verdictOf(() => verifyCase(entry, path))).toBe(entry.verdict)
        })
      }
    })
  }
}

/** The milliseconds that a verdict takes. */
export const shortest = (run: () => unknown, verdict: string): Promise<number> =>
  leastTime(async () => expect(await verdictOf(run)).toBe(verdict))
