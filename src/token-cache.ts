import { deepFreeze, isJsonObject } from './json.ts'
import type { VerifiedJwt } from './jwt.ts'
import type { VerificationKey } from './key.ts'
import { numberOption, ownOptions } from './options.ts'

/** An opt-in memory of tokens that have been verified (R24). */
export interface CacheOptions {
  /** The most tokens that are remembered, at least 2. Each takes its own length and that of its claims. */
  maxSize: number
}

/**
 * Tokens that have been accepted, by their whole text. What can change must be looked at again on each hit: the keys, by
 * {@link TokenCache.isCurrent}, and the claims' times, by whoever asks. Failures are never remembered.
 */
export class TokenCache<Token extends { readonly key: VerificationKey }> {
  // Two generations: when the young one is full it becomes the old one, and what was in that and not asked for is forgotten.
  #young = new Map<string, Entry<Token>>()
  #old = new Map<string, Entry<Token>>()
  readonly #generationSize: number

  constructor({ maxSize }: CacheOptions) {
    this.#generationSize = Math.floor(maxSize / 2)
  }

  /** The number of tokens that are remembered; one that stands in both generations counts twice. */
  get size(): number {
    return this.#young.size + this.#old.size
  }

  get(text: string): Token | undefined {
    const place = placeOf(text)
    const young = this.#young.get(place)
    if (young && young.text === text) return young.token
    const old = this.#old.get(place)
    return old && old.text === text ? this.add(text, old.token) : undefined
  }

  add(text: string, token: Token): Token {
    if (this.#young.size >= this.#generationSize) {
      this.#old = this.#young
      this.#young = new Map()
    }
    this.#young.set(placeOf(text), { text, token })
    return token
  }

  /** Whether the key that has verified a token is among those that its source gives now. If not, nothing here is trusted. */
  isCurrent(token: Token, keys: readonly VerificationKey[]): boolean {
    if (Array.isArray(keys) && keys.includes(token.key)) return true
    this.#young.clear()
    this.#old.clear()
    return false
  }
}

interface Entry<Token> {
  readonly text: string
  readonly token: Token
}

/** Where a token is looked for: the end of its signature is as good as random, and a tenth of the text to hash. */
function placeOf(text: string): string {
  return typeof text === 'string' ? text.slice(-32) : ''
}

/** Checks the option once (R19). */
export function compileCache<Token extends { readonly key: VerificationKey }>(
  name: string,
  options: CacheOptions | undefined,
): TokenCache<Token> | undefined {
  if (options === undefined) return undefined
  if (!isJsonObject(options)) throw new TypeError(`option "${name}" must be an object with "maxSize"`)
  const { maxSize } = ownOptions(options, CACHE_OPTIONS)
  return new TokenCache({ maxSize: numberOption(`${name}.maxSize`, maxSize ?? Number.NaN, 0, 2) })
}

const CACHE_OPTIONS = new Set(['maxSize'])

/** Several callers are handed the same claims, so none can change them. */
export function freezeJwt({ header, claims, key }: VerifiedJwt): Readonly<VerifiedJwt> {
  return Object.freeze({ header, claims: deepFreeze(claims), key })
}
