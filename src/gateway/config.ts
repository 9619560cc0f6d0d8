import { type Alg, findJwa } from '../jwa.ts'
import { KEY_IDENTITIES, type KeyIdentity } from '../jwks/local.ts'
import { pathOf } from './claim.ts'
import { type Block, type OptionReader, readOptions } from './option-reader.ts'
import { readTlsConfig, type TlsSettings } from './tls-config.ts'

/** Keys that start with `@`, `$`, `_` or `#` are comments. */
type Comments = { readonly [comment: `${'@' | '$' | '_' | '#'}${string}`]: unknown }

/** Where the keys come from: what `auth/validator` and `auth/signer` have in common. */
export interface KeySetConfig extends Comments {
  /**
   * The one algorithm of every token, by its exact name: HS, RS, ES or PS with 256, 384 or 512, EdDSA, Ed25519, Ed448, or
   * ML-DSA-44, -65 or -87. Tokens that say EdDSA and tokens that say Ed25519 need a block each.
   */
  alg: string
  /** The address of a JWK Set: `https:`, unless `disable_jwk_security`. */
  jwk_url?: string
  /** The path of a file with a JWK Set. Wins over `jwk_url`. */
  jwk_local_path?: string
  /** Allows `http:` for `jwk_url`. Unlike in KrakenD, that changes nothing about how TLS certificates are verified. */
  disable_jwk_security?: boolean
  /** The path of a PEM file with certificate authorities for `jwk_url`, beside Node's bundled ones. Needs Node's TLS. */
  jwk_local_ca?: string
  /** SHA-256 of a public key (SPKI) in the verified chain of `jwk_url`, in base64: one must fit. Needs Node's TLS. */
  jwk_fingerprints?: readonly string[]
  /** Cipher suites for TLS 1.2, by their IANA numbers. Those of TLS 1.3 are always on. Needs Node's TLS. */
  cipher_suites?: readonly number[]
  /** The keeper of the key of an encrypted `jwk_local_path`, such as `awskms://…`: see the host's `unwrapKey`. */
  secret_url?: string
  /** The wrapped key of an encrypted `jwk_local_path`, in base64. */
  cypher_key?: string
}

/** KrakenD's `auth/validator` block, as in a `krakend.json`. */
export interface AuthValidatorConfig extends KeySetConfig {
  /** Keeps the set of `jwk_url`. Default: it is downloaded for each request. */
  cache?: boolean
  /** Seconds for which the set is kept. 0 or absent: 900. */
  cache_duration?: number
  /** How long the key server is left alone after an unknown key id, as a Go duration of at least `1s`. Default: `10s`. */
  failed_jwk_key_cooldown?: string
  /** By which member of the header and of the JWK the key is found. Default: `kid`. */
  key_identify_strategy?: KeyIdentity
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
  /** Must be in the claim that `scopes_key` names, as `scopes_matcher` says. */
  scopes?: readonly string[]
  /** Mandatory with `scopes`. Dots lead into objects, except in keys that start with `http`. */
  scopes_key?: string
  /** Whether one of the scopes is enough. Default: `any`. */
  scopes_matcher?: 'any' | 'all'
  /** By how much clocks may differ, as a Go duration (`1m30s`). Default and minimum: `1s`. */
  leeway?: string
  /** Default: `Authorization`. */
  auth_header_name?: string
  /** The cookie that is read when the header is absent or empty. Default: `access_token`. */
  cookie_key?: string
  /** Pairs of a claim and the header in which it goes to the backend. */
  propagate_claims?: readonly (readonly [claim: string, header: string])[]
  /** Whether an array claim goes as one header value for each element. */
  propagate_claims_preserve_array?: boolean
  /** Logs the reason of every refusal, at the level `debug`. */
  operation_debug?: boolean
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

export interface KeySetSettings {
  readonly block: Block
  readonly alg: Alg
  readonly location: FileLocation | UrlLocation
}

export interface FileLocation {
  readonly path: string
  /** How the file is encrypted, if it is. */
  readonly secret: { readonly url: string; readonly wrappedKey: string } | undefined
}

export interface UrlLocation {
  readonly url: string
  readonly allowInsecure: boolean
  readonly tls: TlsSettings | undefined
}

export interface ValidatorSettings extends KeySetSettings {
  /** Seconds. */
  readonly cache: { readonly maxAge: number; readonly cooldown: number }
  readonly identify: KeyIdentity
  readonly audience: readonly string[]
  readonly issuer: string | undefined
  readonly roles: readonly string[]
  readonly rolesPath: readonly string[]
  readonly scopes: readonly string[]
  readonly scopesPath: readonly string[]
  readonly allScopes: boolean
  /** Seconds. */
  readonly leeway: number
  readonly headerName: string
  readonly cookieName: string
  readonly propagation: readonly { readonly path: readonly string[]; readonly header: string }[]
  readonly preserveArrays: boolean
  readonly debug: boolean
}

export interface SignerSettings extends KeySetSettings {
  readonly kid: string
  readonly fields: readonly string[]
  readonly typ: string
  readonly full: boolean
}

const KEY_SET_OPTIONS = [
  ...['alg', 'jwk_url', 'jwk_local_path', 'disable_jwk_security', 'jwk_local_ca', 'jwk_fingerprints', 'cipher_suites'],
  ...['secret_url', 'cypher_key', 'leeway'],
]
const VALIDATOR_OPTIONS = [
  ...KEY_SET_OPTIONS,
  ...['cache', 'cache_duration', 'failed_jwk_key_cooldown', 'key_identify_strategy', 'audience', 'issuer', 'roles'],
  ...['roles_key', 'roles_key_is_nested', 'scopes', 'scopes_key', 'scopes_matcher', 'auth_header_name', 'cookie_key'],
  ...['propagate_claims', 'propagate_claims_preserve_array', 'operation_debug'],
]
const SIGNER_OPTIONS = [...KEY_SET_OPTIONS, 'kid', 'keys_to_sign', 'typ', 'full']

export function readValidatorConfig(config: AuthValidatorConfig): ValidatorSettings {
  const read = readOptions('auth/validator', config, VALIDATOR_OPTIONS)
  const keySet = readKeySet(read)
  const rolesKey = read.string('roles_key') ?? 'roles'
  const scopes = read.strings('scopes') ?? []
  const scopesKey = read.string('scopes_key')
  if (scopes.length > 0 && scopesKey === undefined) {
    throw read.error('scopes_key', 'is missing: without it "scopes" would check nothing')
  }
  return {
    ...keySet,
    cache: readCache(read, keySet.location),
    identify: read.oneOf('key_identify_strategy', KEY_IDENTITIES) ?? 'kid',
    audience: read.strings('audience') ?? [],
    issuer: read.string('issuer'),
    roles: read.strings('roles') ?? [],
    rolesPath: read.boolean('roles_key_is_nested') ? pathOf(rolesKey) : [rolesKey],
    scopes,
    scopesPath: pathOf(scopesKey ?? ''),
    allScopes: read.oneOf('scopes_matcher', ['any', 'all']) === 'all',
    leeway: Math.max(read.duration('leeway') ?? 0, 1),
    headerName: headerName(read, 'auth_header_name', read.string('auth_header_name') ?? 'Authorization'),
    cookieName: read.string('cookie_key') ?? 'access_token',
    propagation: (read.pairs('propagate_claims') ?? []).map(([claim, header]) => ({
      path: pathOf(claim),
      header: headerName(read, 'propagate_claims', header),
    })),
    preserveArrays: read.boolean('propagate_claims_preserve_array'),
    debug: read.boolean('operation_debug'),
  }
}

export function readSignerConfig(config: AuthSignerConfig): SignerSettings {
  const read = readOptions('auth/signer', config, SIGNER_OPTIONS)
  read.duration('leeway')
  const fields = read.strings('keys_to_sign') ?? []
  if (fields.length === 0) throw read.error('keys_to_sign', 'is missing or empty: name the fields that are signed')
  if (new Set(fields).size !== fields.length) throw read.error('keys_to_sign', 'names a field twice')
  return {
    ...readKeySet(read),
    kid: read.mandatory('kid'),
    fields,
    typ: read.string('typ') ?? 'JWT',
    full: read.boolean('full'),
  }
}

const ALG_PROBLEM = 'is not one of HS, RS, ES, PS with 256, 384, 512, EdDSA, Ed25519, Ed448, or ML-DSA-44, -65, -87'

function readKeySet(read: OptionReader): KeySetSettings {
  const jwa = findJwa(read.mandatory('alg'))
  if (!jwa) throw read.error('alg', ALG_PROBLEM)
  const allowInsecure = read.boolean('disable_jwk_security')
  const tls = readTlsConfig(read)
  const path = read.string('jwk_local_path')
  const url = read.string('jwk_url')
  if (url !== undefined) checkUrl(read, url, allowInsecure)
  const secret = readSecret(read, path)
  if (path !== undefined) return { block: read.block, alg: jwa.alg, location: { path, secret } }
  if (url === undefined) {
    throw read.error('jwk_url', 'is missing, and so is "jwk_local_path": one must say where the keys are')
  }
  if (tls && !url.startsWith('https:')) throw read.error('jwk_url', 'is http:, to which TLS options cannot apply')
  return { block: read.block, alg: jwa.alg, location: { url, allowInsecure, tls } }
}

function checkUrl(read: OptionReader, url: string, allowInsecure: boolean): void {
  const { protocol, username, password } = URL.canParse(url) ? new URL(url) : new URL('invalid:')
  if (username !== '' || password !== '') throw read.error('jwk_url', 'must not hold a user or a password')
  if (protocol === 'https:' || (protocol === 'http:' && allowInsecure)) return
  throw read.error(
    'jwk_url',
    protocol === 'http:' ? 'is http:, which "disable_jwk_security": true allows' : 'is not an https: address',
  )
}

function readSecret(read: OptionReader, path: string | undefined): FileLocation['secret'] {
  const url = read.string('secret_url')
  const wrappedKey = read.string('cypher_key')
  if (url === undefined && wrappedKey === undefined) return undefined
  if (url === undefined) throw read.error('secret_url', 'is missing: "cypher_key" needs it')
  if (wrappedKey === undefined) throw read.error('cypher_key', 'is missing: "secret_url" needs it')
  if (path === undefined) throw read.error('secret_url', 'is about an encrypted file, and there is no "jwk_local_path"')
  return { url, wrappedKey }
}

const DEFAULT_CACHE_DURATION = 900
const DEFAULT_COOLDOWN = 10

function readCache(read: OptionReader, location: KeySetSettings['location']): ValidatorSettings['cache'] {
  const isCached = read.boolean('cache')
  const duration = read.integer('cache_duration') || DEFAULT_CACHE_DURATION
  const cooldown = read.duration('failed_jwk_key_cooldown') ?? 0
  if (isCached && 'path' in location) throw read.error('cache', 'is about "jwk_url", but the keys are in a local file')
  return { maxAge: isCached ? duration : 0, cooldown: cooldown >= 1 ? cooldown : DEFAULT_COOLDOWN }
}

/** RFC 9110 §5.1. */
function headerName(read: OptionReader, option: string, name: string): string {
  if (!/^[!#$%&'*+.^_`|~\dA-Za-z-]+$/.test(name)) throw read.error(option, 'holds what cannot be the name of a header')
  return name
}
