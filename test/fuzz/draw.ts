import { type Random, seeded } from '../random.ts'

/** Where the choices of one input come from. */
export interface Draw {
  /** From 0 on, below the given number; 0 where there is none. */
  readonly below: Random
  /** True once in so many times. */
  once(times: number): boolean
  pick<T>(list: readonly T[]): T
  /** So many of them at most, each drawn anew. */
  some<T>(most: number, draw: () => T): T[]
  octets(length: number): Buffer
}

/** The choices of the input with this index, which do not depend on those before it. */
export function drawOf(seed: number, index: number): Draw {
  const random = seeded(Math.imul(seed ^ 0x5bd1e995, 0x9e3779b1) ^ Math.imul(index + 1, 0x85ebca6b))
  const below = (limit: number): number => (limit < 2 ? 0 : random(limit))
  const pick = <T>(list: readonly T[]): T => list[below(list.length)] as T
  return {
    below,
    pick,
    once: (times) => below(times) === 0,
    some: (most, draw) => Array.from({ length: below(most + 1) }, draw),
    octets: (length) => Buffer.from(Array.from({ length }, () => below(256))),
  }
}
