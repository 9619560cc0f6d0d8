/** One of the gateway's validators, each at a path of its own and with a key set of its own. */
export interface ValidatorPlan {
  readonly name: string
  readonly alg: 'ES256' | 'RS256' | 'EdDSA'
  /** Seconds. */
  readonly staleIfError: number
  readonly isCached: boolean
  readonly isRevocable: boolean
}

export const VALIDATORS: readonly ValidatorPlan[] = [
  { name: 'strict', alg: 'ES256', staleIfError: 0, isCached: true, isRevocable: true },
  { name: 'stale', alg: 'RS256', staleIfError: 20, isCached: true, isRevocable: false },
  { name: 'plain', alg: 'EdDSA', staleIfError: 0, isCached: false, isRevocable: false },
]

export const ISSUER = 'https://id.example'
export const AUDIENCE = 'https://api.example'
export const ROLE = 'editor'

/** Seconds for which a set is kept: a little longer than an outage, so that some outlast it and some do not. */
export const MAX_AGE = 8
/** Seconds for which the key server is left alone. */
export const COOLDOWN = 1
/** KrakenD's least, and the default: seconds by which clocks may differ. */
export const LEEWAY = 1
export const CACHE_SIZE = 1000

/** What requests are like, and how often each kind comes. */
export const KINDS = {
  'current key': 24,
  'previous key': 8,
  'next key': 3,
  'withdrawn key': 5,
  'key of a bad answer': 3,
  'unknown key': 12,
  'in a cookie': 6,
  'about to expire': 8,
  expired: 4,
  'not yet valid': 4,
  'tampered payload': 4,
  'tampered signature': 4,
  'wrong audience': 4,
  'wrong issuer': 4,
  'wrong algorithm': 4,
  'no token': 2,
  'no role': 6,
  revoked: 8,
} as const

export type Kind = keyof typeof KINDS
export const KIND_NAMES = Object.keys(KINDS) as Kind[]
