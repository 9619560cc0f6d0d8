import { checkTypes, numbersOf } from './claims.ts'
import { Lexeme, parseDuration, readLexeme, writeJson } from './go.ts'
import { isObject, type JsonObject, own, parseObject } from './json.ts'
import { type Jws, type Keys, verify } from './jws.ts'
import { Refusal } from './refusal.ts'

// KrakenD's auth/validator with the stricter choices of this project: the order, the boundaries and the headers.

export interface Block {
  readonly issuer?: string
  readonly leeway?: string
  readonly audience?: readonly string[]
  readonly roles?: readonly string[]
  readonly roles_key?: string
  readonly roles_key_is_nested?: boolean
  readonly scopes?: readonly string[]
  readonly scopes_key?: string
  readonly scopes_matcher?: string
  readonly auth_header_name?: string
  readonly cookie_key?: string
  readonly propagate_claims?: readonly (readonly [claim: string, header: string])[]
  readonly propagate_claims_preserve_array?: boolean
}

/** Pairs of a name, in any case, and its values. */
export type Headers = Readonly<Record<string, string | readonly string[]>>

export interface Accepted {
  readonly setHeaders: readonly (readonly [string, string])[]
  readonly removeHeaders: readonly string[]
}

export function validate(headers: Headers, keys: Keys, block: Block, time: number): Accepted {
  const token = findToken(headers, block.auth_header_name || 'Authorization', block.cookie_key || 'access_token')
  if (token === undefined) throw new Refusal('ERR_TOKEN_MISSING', 'no token')
  const jws = verify(token, keys, { maxTokenLength: 16384 })
  const claims = parseObject(jws.payload, 'ERR_JWT_INVALID')
  checkBlock(claims, block, time)
  checkPermissions(claims, block)
  return propagate(jws, block)
}

/** The header in whatever case, else the cookie. */
export function findToken(headers: Headers, headerName: string, cookieName: string): string | undefined {
  const fieldOf = (name: string): string | undefined => {
    for (const [each, value] of Object.entries(headers)) {
      if (each.toLowerCase() === name.toLowerCase()) return typeof value === 'string' ? value : value[0]
    }
    return undefined
  }
  const header = fieldOf(headerName)
  if (header) return /^bearer /i.test(header) ? header.slice('bearer '.length) : header
  for (const pair of (fieldOf('cookie') ?? '').split(';')) {
    const [name, ...rest] = pair.split('=')
    if (rest.length === 0 || name?.trim() !== cookieName) continue
    const value = rest.join('=').trim()
    const isQuoted = value.length > 1 && value.startsWith('"') && value.endsWith('"')
    return (isQuoted ? value.slice(1, -1) : value) || undefined
  }
  return undefined
}

function checkBlock(claims: JsonObject, { issuer, audience, leeway = '' }: Block, time: number): void {
  checkTypes(claims)
  if (issuer && own(claims, 'iss') !== issuer) throw new Refusal('ERR_JWT_CLAIM', 'issuer', 'iss')
  const held = [own(claims, 'aud') ?? []].flat()
  if (!(audience ?? []).every((wanted) => held.includes(wanted))) throw new Refusal('ERR_JWT_CLAIM', 'audience', 'aud')
  const { exp, nbf, iat } = numbersOf(claims)
  const [clock, tolerance] = [Math.round(time * 1000), Math.max(Number(parseDuration(leeway) ?? 0n) / 1e6, 1000)]
  if (nbf !== undefined && nbf * 1000 > clock + tolerance) throw new Refusal('ERR_JWT_NOT_YET_VALID', 'nbf', 'nbf')
  if (exp !== undefined && clock > exp * 1000 + tolerance) throw new Refusal('ERR_JWT_EXPIRED', 'exp', 'exp')
  if (iat !== undefined && iat * 1000 > clock + tolerance) throw new Refusal('ERR_JWT_NOT_YET_VALID', 'iat', 'iat')
}

function checkPermissions(claims: JsonObject, block: Block): void {
  const { roles = [], roles_key = 'roles', scopes = [], scopes_key = '' } = block
  const held = wordsAt(claims, roles_key, block.roles_key_is_nested === true)
  if (roles.length > 0 && !roles.some((role) => held.includes(role))) throw new Refusal('ERR_ROLES', 'roles')
  const granted = wordsAt(claims, scopes_key, true)
  const isGranted = (scope: string) => granted.includes(scope)
  const isEnough = block.scopes_matcher === 'all' ? scopes.every(isGranted) : scopes.some(isGranted)
  if (scopes.length > 0 && !isEnough) throw new Refusal('ERR_SCOPES', 'scopes')
}

function wordsAt(claims: JsonObject, key: string, isNested: boolean): readonly unknown[] {
  const value = isNested ? claimAt(claims, key) : own(claims, key)
  if (Array.isArray(value)) return value
  return typeof value === 'string' ? value.split(' ') : []
}

function claimAt(claims: JsonObject, name: string): unknown {
  let value: unknown = claims
  for (const step of name.startsWith('http') ? [name] : name.split('.')) {
    value = isObject(value) ? own(value, step) : undefined
  }
  return value
}

function propagate({ payload }: Jws, block: Block): Accepted {
  const claims = parseObject(payload, 'ERR_JWT_INVALID', readLexeme)
  const setHeaders: (readonly [string, string])[] = []
  const removeHeaders: string[] = []
  for (const [claim, header] of block.propagate_claims ?? []) {
    const value = claimAt(claims, claim)
    if (isInfinite(value)) throw new Refusal('ERR_JWT_CLAIM', 'header', claim)
    const isSplit = block.propagate_claims_preserve_array === true && Array.isArray(value)
    const texts = isSplit ? value.map(writeEntry) : [writeClaim(value)]
    if (texts.length === 0) removeHeaders.push(header)
    if (texts.some(breaksHeader)) throw new Refusal('ERR_JWT_CLAIM', 'header', claim)
    for (const text of texts) setHeaders.push([header, Buffer.from(text).toString('latin1')])
  }
  const isSet = (header: string) => setHeaders.some(([name]) => name.toLowerCase() === header.toLowerCase())
  return { setHeaders, removeHeaders: removeHeaders.filter((header) => !isSet(header)) }
}

const numberOf = (value: unknown): number | undefined => (value instanceof Lexeme ? Number(value.text) : undefined)

/** Somewhere in it. */
function isInfinite(value: unknown): boolean {
  if (value instanceof Lexeme) return !isWhole(value) && !Number.isFinite(Number(value.text))
  return typeof value === 'object' && value !== null && Object.values(value).some(isInfinite)
}

/** An integer that is written as one: its digits are kept, however many. */
const isWhole = (value: unknown): boolean => value instanceof Lexeme && /^-?[1-9][0-9]*$/.test(value.text)

function writeClaim(value: unknown): string {
  if (value === undefined) return ''
  if (Array.isArray(value)) return value.map(writeEntry).join(',')
  const number = numberOf(value)
  if (number === undefined || isWhole(value)) return writeEntry(value)
  const integer = Math.round(number)
  return Math.abs(number - integer) > 1e-6 ? number.toFixed(6) : BigInt(integer).toString()
}

function writeEntry(value: unknown): string {
  if (typeof value === 'string') return value
  const number = numberOf(value)
  if (number === undefined || isWhole(value)) return writeJson(value)
  return Number.isInteger(number) ? BigInt(number).toString() : String(number)
}

function breaksHeader(text: string): boolean {
  return [...text].some((letter) => (letter < ' ' && letter !== '\t') || letter === '\u007f')
}
