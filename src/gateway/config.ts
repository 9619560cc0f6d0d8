import { JoseError } from '../errors.ts'
import { isJsonObject, own } from '../json.ts'
import { type Alg, findJwa } from '../jwa.ts'
import { parseGoDuration } from './duration.ts'

/** Keys that start with `@`, `$`, `_` or `#` are comments. */
type Comments = { readonly [comment: `${'@' | '$' | '_' | '#'}${string}`]: unknown }

/** Where the keys come from: what `auth/validator` and `auth/signer` have in common. */
export interface KeySetConfig extends Comments {
  /** The one algorithm of every token: HS, RS, ES or PS with 256, 384 or 512, or EdDSA. */
  alg: string
  /** The address of a JWK Set: `https:`, unless `disable_jwk_security`. */
  jwk_url?: string
  /** The path of a file with a JWK Set. Wins over `jwk_url`. */
  jwk_local_path?: string
  /** Allows `http:` for `jwk_url`. Unlike in KrakenD, TLS certificates are verified all the same. */
  disable_jwk_security?: boolean
}

/** KrakenD's `auth/validator` block, as in a `krakend.json`. */
export interface AuthValidatorConfig extends KeySetConfig {
  /** The token's `aud` must hold all of them. */
  audience?: readonly string[]
  /** The token's `iss`. Absent or empty: unchecked. */
  issuer?: string
  /** At least one of them must be in the claim that `roles_key` names. Absent or empty: unchecked. */
  roles?: readonly string[]
  /** Default: `roles`. */
  roles_key?: string
  /** Whether the dots of `roles_key` lead into objects. Keys that start with `http` are never taken apart. */
  roles_key_is_nested?: boolean
  /** By how much clocks may differ, as a Go duration (`1m30s`). Default and minimum: `1s`. */
  leeway?: string
  /** Default: `Authorization`. */
  auth_header_name?: string
  /** The cookie that is read when the header is absent or empty. Default: `access_token`. */
  cookie_key?: string
}

/** KrakenD's `auth/signer` block, as in a `krakend.json`. */
export interface AuthSignerConfig extends KeySetConfig {
  /** The id of the key that signs. */
  kid: string
  /** The fields of the body, each an object, that are replaced by tokens. */
  keys_to_sign: readonly string[]
  /** The header's `typ`. Default: `JWT`. */
  typ?: string
  /** Writes the flattened JSON serialization (RFC 7515 §7.2.2), as a string, instead of the compact one. */
  full?: boolean
  /** In KrakenD's schema; without effect there and here. */
  leeway?: string
}

type Block = 'auth/validator' | 'auth/signer'

export interface KeySetSettings {
  readonly block: Block
  readonly alg: Alg
  readonly location: { readonly path: string } | { readonly url: string; readonly allowInsecure: boolean }
}

export interface ValidatorSettings extends KeySetSettings {
  readonly audience: readonly string[]
  readonly issuer: string | undefined
  readonly roles: readonly string[]
  readonly rolesPath: readonly string[]
  /** Seconds. */
  readonly leeway: number
  readonly headerName: string
  readonly cookieName: string
}

export interface SignerSettings extends KeySetSettings {
  readonly kid: string
  readonly fields: readonly string[]
  readonly typ: string
  readonly full: boolean
}

const SHARED_OPTIONS = ['alg', 'jwk_url', 'jwk_local_path', 'disable_jwk_security', 'leeway']
const VALIDATOR_OPTIONS = [
  ...SHARED_OPTIONS,
  ...['audience', 'issuer', 'roles', 'roles_key', 'roles_key_is_nested', 'auth_header_name', 'cookie_key'],
]
const SIGNER_OPTIONS = [...SHARED_OPTIONS, 'kid', 'keys_to_sign', 'typ', 'full']

/** Options of KrakenD's schema that this version does not have. To ignore one would switch a check off. */
const LATER_OPTIONS = [
  ...['cache', 'cache_duration', 'failed_jwk_key_cooldown', 'key_identify_strategy', 'scopes', 'scopes_key'],
  ...['scopes_matcher', 'propagate_claims', 'propagate_claims_preserve_array', 'jwk_local_ca', 'jwk_fingerprints'],
  ...['cipher_suites', 'secret_url', 'cypher_key', 'operation_debug', 'shared_cache_duration'],
]

export function readValidatorConfig(config: AuthValidatorConfig): ValidatorSettings {
  const read = reader('auth/validator', config, VALIDATOR_OPTIONS)
  const rolesKey = read.string('roles_key') ?? 'roles'
  const nested = (read.boolean('roles_key_is_nested') ?? false) && !rolesKey.startsWith('http')
  return {
    ...readKeySet(read),
    audience: read.strings('audience') ?? [],
    issuer: read.string('issuer'),
    roles: read.strings('roles') ?? [],
    rolesPath: nested ? rolesKey.split('.') : [rolesKey],
    leeway: Math.max(read.duration('leeway') ?? 0, 1),
    headerName: read.string('auth_header_name') ?? 'Authorization',
    cookieName: read.string('cookie_key') ?? 'access_token',
  }
}

export function readSignerConfig(config: AuthSignerConfig): SignerSettings {
  const read = reader('auth/signer', config, SIGNER_OPTIONS)
  read.duration('leeway')
  const fields = read.strings('keys_to_sign') ?? []
  if (fields.length === 0) throw read.error('keys_to_sign', 'is missing or empty: name the fields that are signed')
  if (new Set(fields).size !== fields.length) throw read.error('keys_to_sign', 'names a field twice')
  return {
    ...readKeySet(read),
    kid: read.string('kid') ?? missing(read, 'kid'),
    fields,
    typ: read.string('typ') ?? 'JWT',
    full: read.boolean('full') ?? false,
  }
}

function readKeySet(read: Reader): KeySetSettings {
  const alg = read.string('alg') ?? missing(read, 'alg')
  const jwa = findJwa(alg)
  if (!jwa) throw read.error('alg', 'is not one of HS, RS, ES, PS with 256, 384, 512, or EdDSA')
  const allowInsecure = read.boolean('disable_jwk_security') ?? false
  const path = read.string('jwk_local_path')
  const url = read.string('jwk_url')
  if (url !== undefined) checkUrl(read, url, allowInsecure)
  if (path !== undefined) return { block: read.block, alg: jwa.alg, location: { path } }
  if (url === undefined)
    throw read.error('jwk_url', 'is missing, and so is "jwk_local_path": one must say where the keys are')
  return { block: read.block, alg: jwa.alg, location: { url, allowInsecure } }
}

function checkUrl(read: Reader, url: string, allowInsecure: boolean): void {
  const { protocol, username, password } = URL.canParse(url) ? new URL(url) : new URL('invalid:')
  if (username !== '' || password !== '') throw read.error('jwk_url', 'must not hold a user or a password')
  if (protocol === 'https:' || (protocol === 'http:' && allowInsecure)) return
  throw read.error(
    'jwk_url',
    protocol === 'http:' ? 'is http:, which "disable_jwk_security": true allows' : 'is not an https: address',
  )
}

function missing(read: Reader, option: string): never {
  throw read.error(option, 'is missing')
}

/** Reads the options of one block; each error names the block and the option. */
interface Reader {
  readonly block: Block
  /** Absent or empty: `undefined`, as in KrakenD. */
  string(option: string): string | undefined
  strings(option: string): readonly string[] | undefined
  boolean(option: string): boolean | undefined
  /** A Go duration in seconds, not negative. */
  duration(option: string): number | undefined
  error(option: string, problem: string): JoseError
}

function reader(block: Block, config: object, known: readonly string[]): Reader {
  if (!isJsonObject(config)) throw new JoseError('ERR_CONFIG', `${block}: the configuration is not an object`)
  const error = (option: string, problem: string) => new JoseError('ERR_CONFIG', `${block}: "${option}" ${problem}`)
  for (const option of Object.keys(config)) {
    if (known.includes(option) || /^[@$_#]/.test(option)) continue
    if (LATER_OPTIONS.includes(option)) throw error(option, 'is not supported yet, and is not ignored')
    throw error(option, `is not an option${hint(option, known)}`)
  }
  const typed =
    <T>(is: (value: unknown) => value is T, form: string) =>
    (option: string): T | undefined => {
      const value = own(config, option)
      if (value === undefined || is(value)) return value
      throw error(option, `must be ${form}`)
    }
  const string = typed((value) => typeof value === 'string', 'a string')
  return {
    block,
    error,
    string: (option) => string(option) || undefined,
    strings: typed(isStrings, 'an array of non-empty strings'),
    boolean: typed((value) => typeof value === 'boolean', 'true or false'),
    duration(option) {
      const text = string(option)
      const seconds = text === undefined ? undefined : parseGoDuration(text)
      if (text !== undefined && !(seconds !== undefined && seconds >= 0)) {
        throw error(option, 'must be a duration as Go writes it, such as "1m30s"')
      }
      return seconds
    },
  }
}

function isStrings(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((entry) => typeof entry === 'string' && entry !== '')
}

function hint(option: string, known: readonly string[]): string {
  const [nearest] = [...known, ...LATER_OPTIONS]
    .map((name) => ({ name, distance: editDistance(option.toLowerCase(), name) }))
    .sort((a, b) => a.distance - b.distance)
  return nearest && nearest.distance <= 3 ? `; is "${nearest.name}" meant?` : `; the options are ${known.join(', ')}`
}

/** Levenshtein's. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1]
    for (const [j, other] of [...b].entries()) {
      const substituted = (row[j] as number) + (letter === other ? 0 : 1)
      next.push(Math.min(substituted, (row[j + 1] as number) + 1, (next[j] as number) + 1))
    }
    row = next
  }
  return row[b.length] as number
}
