import { JoseError } from '../../src/index.ts'
import { Refusal } from './reference/refusal.ts'
import type { Observation } from './target.ts'

/** The library's answer, at once. Anything thrown but a JoseError is a fault. */
export function verdictOf(run: () => unknown): string {
  try {
    return accepted(run())
  } catch (error) {
    return refused(error)
  }
}

/** The library's answer, when it comes. */
export async function verdictSoon(run: () => unknown): Promise<string> {
  try {
    return accepted(await run())
  } catch (error) {
    return refused(error)
  }
}

export function referenceOf(run: () => unknown): NonNullable<Observation['reference']> {
  try {
    return { verdict: accepted(run()), rule: '' }
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return { verdict: withClaim(error.code, error.claim), rule: error.rule }
  }
}

/** Of others only whether they accept, and why not. */
export async function peerVerdict(run: () => unknown): Promise<string> {
  try {
    return accepted(await run())
  } catch (error) {
    return `refused: ${(error as Error).message}`
  }
}

function accepted(value: unknown): string {
  return `accepted ${typeof value === 'string' ? value : (JSON.stringify(value) ?? '')}`
}

function refused(error: unknown): string {
  if (error instanceof JoseError) return withClaim(error.code, error.claim)
  return `THROWN ${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}`
}

function withClaim(code: string, claim: string | undefined): string {
  return claim === undefined ? code : `${code} ${claim}`
}
