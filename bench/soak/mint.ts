import { createHmac, randomBytes, sign } from 'node:crypto'
import type { IssuerKey, KeyRing } from './key-ring.ts'
import type { Shot } from './questions.ts'
import type { Random } from './random.ts'
import { AUDIENCE, ISSUER, KIND_NAMES, type Kind, ROLE, type ValidatorPlan } from './scenario.ts'

/** What is true of a token, by which the oracle judges. */
export interface Facts {
  readonly kind: Kind
  readonly plan: ValidatorPlan
  /** Absent: the request carries no token. */
  readonly token?: {
    readonly alg: string
    readonly kid: string
    /** The number of the key that has signed it; absent where nobody has signed what it holds. */
    readonly signer?: number
    readonly claims: TokenClaims
  }
}

export interface TokenClaims {
  readonly iss: string
  readonly aud: string
  readonly jti: string
  readonly iat: number
  readonly nbf: number
  readonly exp: number
  readonly roles: readonly string[]
}

/** One request of each kind, as of this moment of the validators' clock. */
export function mintShots(
  plan: ValidatorPlan,
  ring: KeyRing,
  now: number,
  random: Random,
  nextId: () => number,
): { shot: Shot; facts: Facts }[] {
  return KIND_NAMES.map((kind) => {
    const id = nextId()
    const minted = mint(kind, plan, ring, now, random, id)
    const { facts, compact } = minted
    const headers: Record<string, string> =
      compact === undefined
        ? {}
        : kind === 'in a cookie'
          ? { cookie: `theme=dark; access_token=${compact}` }
          : { authorization: `Bearer ${compact}` }
    return { shot: { id, validator: plan.name, kind, headers }, facts }
  })
}

function mint(kind: Kind, plan: ValidatorPlan, ring: KeyRing, now: number, random: Random, id: number) {
  if (kind === 'no token') return { facts: { kind, plan }, compact: undefined }
  const key = keyOf(kind, ring)
  const kid = kind === 'unknown key' ? randomBytes(9).toString('base64url') : key.kid
  const claims = claimsOf(kind, now, random, id)
  const alg = kind === 'wrong algorithm' ? random.pick(['HS256', otherAlg(plan)]) : plan.alg
  const input = `${encode({ alg, kid, typ: 'JWT' })}.${encode(claims)}`
  const signature = alg === 'HS256' ? confuse(input, key) : signInput(plan.alg, input, key)
  const signer = kind.startsWith('tampered') ? {} : { signer: key.serial }
  const facts: Facts = { kind, plan, token: { alg, kid, claims, ...signer } }
  return { facts, compact: tamper(kind, input, signature, claims) }
}

function keyOf(kind: Kind, { next, previous, withdrawn, rogue, current }: KeyRing): IssuerKey {
  if (kind === 'previous key') return previous
  if (kind === 'next key') return next
  if (kind === 'withdrawn key') return withdrawn
  return kind === 'key of a bad answer' ? rogue : current
}

function claimsOf(kind: Kind, now: number, random: Random, id: number): TokenClaims {
  const issued = now - random.between(0, 10)
  const good = {
    iss: ISSUER,
    aud: AUDIENCE,
    jti: `${kind === 'revoked' ? 'revoked' : 'token'}-${id}`,
    iat: issued,
    nbf: issued,
    exp: now + random.between(60, 300),
    roles: ['reader', ROLE],
  }
  switch (kind) {
    case 'about to expire':
      // While it is in use, and in the cache.
      return { ...good, exp: now + random.between(-0.5, 4) }
    case 'expired':
      return { ...good, iat: now - 600, nbf: now - 600, exp: now - random.between(1.1, 300) }
    case 'not yet valid':
      // Some of these ripen while they are in use.
      return { ...good, nbf: now + random.between(2, 20) }
    case 'wrong audience':
      return { ...good, aud: 'https://other.example' }
    case 'wrong issuer':
      return { ...good, iss: `${ISSUER}/` }
    case 'no role':
      return { ...good, roles: ['reader'] }
    default:
      return good
  }
}

function tamper(kind: Kind, input: string, signature: string, claims: TokenClaims): string {
  if (kind === 'tampered payload') {
    const header = input.slice(0, input.indexOf('.'))
    return `${header}.${encode({ ...claims, sub: 'somebody else' })}.${signature}`
  }
  if (kind !== 'tampered signature') return `${input}.${signature}`
  // Another octet in the middle, so that it is canonical base64url as before.
  const middle = signature.length >> 1
  const other = signature[middle] === 'A' ? 'B' : 'A'
  return `${input}.${signature.slice(0, middle)}${other}${signature.slice(middle + 1)}`
}

function otherAlg({ alg }: ValidatorPlan): string {
  return { ES256: 'ES384', RS256: 'PS256', EdDSA: 'ES256' }[alg]
}

/** The public key as the secret of a MAC. */
function confuse(input: string, { publicKey }: IssuerKey): string {
  const secret = publicKey.export({ type: 'spki', format: 'pem' })
  return createHmac('sha256', secret).update(input).digest('base64url')
}

function signInput(alg: ValidatorPlan['alg'], input: string, { privateKey }: IssuerKey): string {
  const hash = alg === 'EdDSA' ? null : 'sha256'
  return sign(hash, Buffer.from(input), { key: privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64url')
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}
