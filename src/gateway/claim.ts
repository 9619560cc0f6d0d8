import type { Claims } from '../claims.ts'
import { isJsonObject, own } from '../json.ts'

/** The path that the name of a claim stands for: dots lead into objects, except in names that are addresses. */
export function pathOf(claim: string): readonly string[] {
  return claim.startsWith('http') ? [claim] : claim.split('.')
}

/** The value at the end of a path through objects, or `undefined`. */
export function claimAt(claims: Claims, path: readonly string[]): unknown {
  return path.reduce<unknown>((value, name) => (isJsonObject(value) ? own(value, name) : undefined), claims)
}

/** Roles and scopes: an array of strings, or a string of words. */
export function wordsOf(claim: unknown): readonly unknown[] {
  if (typeof claim === 'string') return claim.split(' ')
  return Array.isArray(claim) ? claim : []
}
