import { ALGORITHMS } from './algorithms.ts'
import { isObject, type JsonObject, own } from './json.ts'
import { importKey, type Key } from './jwk.ts'
import { Refusal } from './refusal.ts'

export interface Selection {
  readonly algorithms?: readonly string[]
  readonly identify?: string
}

interface Entry {
  readonly identity: string | undefined
  readonly keys: readonly Key[]
}

/** RFC 7517 §5; R2, R8, R23. Gives what chooses by a header. */
export function importSet(set: unknown, selection: Selection): (header: JsonObject) => readonly Key[] {
  const jwks = isObject(set) ? own(set, 'keys') : undefined
  if (!Array.isArray(jwks) || !jwks.every(isObject)) throw new Refusal('ERR_JWKS_INVALID', 'RFC 7517 §5')
  const identify = selection.identify ?? 'kid'
  const isMixed = jwks.some((jwk) => own(jwk, 'kty') !== 'oct')
  const entries = jwks.map(
    (jwk): Entry => ({
      identity: identityOf(jwk, identify),
      keys: isMixed && own(jwk, 'kty') === 'oct' ? [] : importEntry(jwk, selection.algorithms),
    }),
  )
  const all = entries.flatMap(({ keys }) => keys)
  for (const { identity, keys } of entries) {
    const namesakes = entries.filter((entry) => identity !== undefined && entry.identity === identity)
    const isTwice = ({ alg }: Key) => namesakes.filter((entry) => entry.keys.some((key) => key.alg === alg)).length > 1
    if (keys.some(isTwice)) throw new Refusal('ERR_JWKS_INVALID', 'R8 twice')
  }
  if (all.length === 0) throw new Refusal('ERR_JWKS_INVALID', 'R23 none')

  return (header) => {
    const alg = header.alg as string
    if (selection.algorithms && !selection.algorithms.includes(alg)) throw new Refusal('ERR_ALG_NOT_ALLOWED', 'R2')
    const identity = identityOf(header, identify)
    const named = entries
      .filter((entry) => identity === undefined || entry.identity === identity)
      .flatMap(({ keys }) => keys)
    if (named.length === 0) throw new Refusal('ERR_KEY_NOT_FOUND', 'kid')
    const fitting = named.filter((key) => key.alg === alg)
    if (fitting.length > 0) return fitting
    throw new Refusal(identity === undefined ? 'ERR_KEY_NOT_FOUND' : 'ERR_ALG_NOT_ALLOWED', 'R2')
  }
}

/** R2: by its own `alg` or its curve; else one key for each algorithm that is allowed and goes with it. */
function importEntry(jwk: JsonObject, algorithms: readonly string[] | undefined): Key[] {
  const declared = own(jwk, 'alg')
  const goesWith = (alg: string) => {
    const algorithm = ALGORITHMS.get(alg)
    if (declared !== undefined) return alg === declared
    return algorithm?.kty === own(jwk, 'kty') && (!algorithm?.crv || algorithm.crv === own(jwk, 'crv'))
  }
  const candidates = algorithms ? [...new Set(algorithms)].filter(goesWith) : [undefined]
  return candidates.flatMap((alg) => {
    try {
      return [importKey(jwk, 'verify', alg === undefined ? {} : { alg })]
    } catch (error) {
      if (error instanceof Refusal) return []
      throw error
    }
  })
}

function identityOf(object: JsonObject, identify: string): string | undefined {
  const parts = (identify === 'kid_x5t' ? ['kid', 'x5t'] : [identify]).map((name) => own(object, name))
  return parts.every((part) => typeof part === 'string') ? JSON.stringify(parts) : undefined
}
