import { type JsonObject, own } from './json.ts'
import { Refusal } from './refusal.ts'

export interface Policy {
  readonly issuer: string | readonly string[] | null
  readonly audience: string | readonly string[] | null
  readonly subject?: string
  readonly typ?: string
  readonly required?: readonly string[]
  readonly maxAge?: number
  readonly clockTolerance?: number
  /** Seconds. */
  readonly time: number
}

const wrong = (claim: string, rule: string) => new Refusal('ERR_JWT_CLAIM', rule, claim)

/** RFC 7519 §4.1, RFC 8725 §3.11; R17, R18. */
export function checkClaims(claims: JsonObject, policy: Policy, header: JsonObject = {}): void {
  const tolerance = policy.clockTolerance ?? 0
  checkTypes(claims)
  for (const name of policy.required ?? ['exp']) if (!Object.hasOwn(claims, name)) throw wrong(name, 'R18 required')
  if (policy.typ !== undefined && mediaType(own(header, 'typ')) !== mediaType(policy.typ)) throw wrong('typ', 'R18 typ')
  if (policy.issuer !== null && ![policy.issuer].flat().includes(own(claims, 'iss') as string))
    throw wrong('iss', 'R18')
  if (policy.audience !== null) {
    const held = [own(claims, 'aud') ?? []].flat() as string[]
    if (![policy.audience].flat().some((wanted) => held.includes(wanted))) throw wrong('aud', 'R18')
  }
  if (policy.subject !== undefined && own(claims, 'sub') !== policy.subject) throw wrong('sub', 'R18')
  const { exp, nbf, iat } = numbersOf(claims)
  if (nbf !== undefined && policy.time < nbf - tolerance) throw new Refusal('ERR_JWT_NOT_YET_VALID', '§4.1.5', 'nbf')
  if (exp !== undefined && policy.time >= exp + tolerance) throw new Refusal('ERR_JWT_EXPIRED', '§4.1.4', 'exp')
  if (policy.maxAge === undefined) return
  if (iat === undefined) throw wrong('iat', 'R18')
  if (policy.time < iat - tolerance) throw new Refusal('ERR_JWT_NOT_YET_VALID', 'R18', 'iat')
  if (policy.time - iat > policy.maxAge + tolerance) throw new Refusal('ERR_JWT_EXPIRED', 'R18', 'iat')
}

export function checkTypes(claims: JsonObject): void {
  for (const name of ['exp', 'nbf', 'iat', 'iss', 'sub', 'jti', 'aud']) {
    if (!Object.hasOwn(claims, name)) continue
    const value = claims[name]
    const isRight =
      name === 'aud'
        ? [value].flat().every((entry) => typeof entry === 'string')
        : ['exp', 'nbf', 'iat'].includes(name)
          ? typeof value === 'number' && Number.isFinite(value)
          : typeof value === 'string'
    if (!isRight) throw wrong(name, 'R17')
  }
}

/** Once their types have been checked. */
export function numbersOf(claims: JsonObject): Readonly<Record<'exp' | 'nbf' | 'iat', number | undefined>> {
  const numberOf = (name: string) => own(claims, name) as number | undefined
  return { exp: numberOf('exp'), nbf: numberOf('nbf'), iat: numberOf('iat') }
}

function mediaType(typ: unknown): string | undefined {
  if (typeof typ !== 'string') return undefined
  const lower = typ.toLowerCase()
  return lower.startsWith('application/') ? lower.slice('application/'.length) : lower
}
