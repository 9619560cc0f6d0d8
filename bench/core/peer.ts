import type { Alg } from './algorithms.ts'
import type { TestKey } from './keys.ts'

/** One way to do one thing, ready to be measured. `never` erases the types: each `run` gets what its `prepare` made. */
export interface Operation {
  /** Makes of a token, or of claims, what `run` takes, outside of the measured time. Only the floor needs that. */
  readonly prepare?: (given: never) => unknown
  /** What is measured. It throws, or rejects, where it refuses. */
  readonly run: (operand: never) => unknown
  /** The claims, of what `run` gave; for the check before the measurement. */
  readonly read?: (outcome: never) => unknown
}

export interface VerifyTask {
  readonly alg: Alg
  /** One key, unless it is a set. */
  readonly keys: readonly TestKey[]
  readonly isSet?: boolean
  /** How many verified tokens to remember. Default: none. */
  readonly cacheSize?: number
  /** In characters. */
  readonly maxTokenLength?: number
}

export interface SignTask {
  readonly alg: Alg
  readonly key: TestKey
}

/**
 * A library, in the way that its documentation recommends for speed: keys imported, verifiers prepared. What it does not
 * have it lacks; what it cannot do for a task it refuses with {@link Lacking}.
 */
export interface Peer {
  readonly name: string
  readonly verifySync?: (task: VerifyTask) => Operation
  readonly verify?: (task: VerifyTask) => Operation | Promise<Operation>
  readonly signSync?: (task: SignTask) => Operation
  readonly sign?: (task: SignTask) => Operation | Promise<Operation>
  /** Imports the public key, or the secret. `run` is given a {@link TestKey}. */
  readonly importKey?: () => Operation
  /** Only the signature is checked: the floor. */
  readonly ignoresClaims?: boolean
}

/** The reason why a peer is not in a row. */
export class Lacking extends Error {}

/** The peer that the suite is about, and the bound that no library gets below. */
export const OURS = 'countersign'
export const FLOOR = 'floor'

/** The first key of a task that is not about a set. */
export function onlyKey({ keys, isSet }: VerifyTask): TestKey {
  const [key] = keys
  if (isSet || !key) throw new Lacking('no key sets')
  return key
}
