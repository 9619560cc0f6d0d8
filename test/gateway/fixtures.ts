import { createHmac } from 'node:crypto'
import { afterAll, beforeAll, expect } from 'vitest'
import type { Backend } from '../../src/backend/backend.ts'
import { useBackend } from '../../src/backend/choice.ts'
import { nodeBackend } from '../../src/backend/node.ts'
import { webBackend } from '../../src/backend/web.ts'
import type { AuthSignerConfig, AuthValidatorConfig, HeadersLike, Verdict } from '../../src/gateway/index.ts'
import { JoseError, type Jwk } from '../../src/index.ts'
import vectors from '../../vectors/krakend.json' with { type: 'json' }

/** The scenario of KrakenD's playground: its keys, bodies, configuration and tokens. */
export const krakend = vectors

/** Key "sim2" of the playground, which signs with HS256. */
export const SECRET = vectors.jwks.symmetric.keys[1]?.k as string

/** R16: what is tested on one backend is tested on both, where there are two. */
export const BACKENDS: readonly { readonly name: string; readonly backend: Backend }[] = [
  ...(nodeBackend ? [{ name: 'node:crypto', backend: nodeBackend }] : []),
  { name: 'WebCrypto', backend: webBackend },
]

/** In a `describe`: the keys of its tests are imported into this backend. */
export function onBackend(backend: Backend): void {
  beforeAll(() => useBackend(backend))
  afterAll(() => useBackend(nodeBackend ?? webBackend))
}

// ---- tokens, made without the library ----

/** Any fixed moment, in seconds. */
export const NOW = 1_800_000_000

export interface TokenParts {
  header?: Readonly<Record<string, unknown>>
  claims?: Readonly<Record<string, unknown>> | string
  secret?: string
}

/** A token under HS256 and key "sim2", unless its parts say otherwise. */
export function makeToken({ header, claims = {}, secret = SECRET }: TokenParts = {}): string {
  const payload = typeof claims === 'string' ? claims : JSON.stringify(claims)
  const input = `${encode(JSON.stringify({ alg: 'HS256', kid: 'sim2', ...header }))}.${encode(payload)}`
  return `${input}.${hs256(input, secret)}`
}

export function encode(text: string): string {
  return Buffer.from(text).toString('base64url')
}

export function hs256(input: string, secret: string = SECRET): string {
  return createHmac('sha256', Buffer.from(secret, 'base64url')).update(input).digest('base64url')
}

/** The JSON text of a segment of a compact token. */
export function segment(token: string, index: 0 | 1): string {
  return Buffer.from(token.split('.')[index] as string, 'base64url').toString()
}

export function bearer(token: string): { headers: HeadersLike } {
  return { headers: { authorization: `Bearer ${token}` } }
}

// ---- configuration and host ----

/** The playground's keys, in a file that `readFile` of {@link fileHost} gives. */
export function validatorConfig(extra: Readonly<Record<string, unknown>> = {}): AuthValidatorConfig {
  return { alg: 'HS256', jwk_local_path: 'jwk.json', ...extra } as AuthValidatorConfig
}

export function signerConfig(extra: Readonly<Record<string, unknown>> = {}): AuthSignerConfig {
  const config = { alg: 'HS256', kid: 'sim2', keys_to_sign: ['access_token'], jwk_local_path: 'jwk.json', ...extra }
  return config as AuthSignerConfig
}

/** A host with one file, of this content. */
export function fileHost(content: unknown = vectors.jwks.symmetric): {
  readFile: (path: string) => Promise<Uint8Array>
} {
  return { readFile: async () => jsonBytes(content) }
}

export function jsonBytes(content: unknown): Uint8Array {
  return new TextEncoder().encode(typeof content === 'string' ? content : JSON.stringify(content))
}

export function keySet(...keys: readonly Jwk[]): { keys: readonly Jwk[] } {
  return { keys }
}

// ---- outcomes ----

/** The message of an ERR_CONFIG; anything else fails the test. */
export function problem(run: () => unknown): string {
  try {
    run()
  } catch (error) {
    expect(error).toBeInstanceOf(JoseError)
    expect((error as JoseError).code).toBe('ERR_CONFIG')
    return (error as JoseError).message
  }
  throw new Error('the configuration was accepted')
}

/** What a gateway acts on: the status and code of a refusal, and the claim at fault. */
export function summary(verdict: Verdict): { status: number; code?: string; claim?: string } {
  if (verdict.ok) return { status: 200 }
  const { status, code, error } = verdict
  return { status, code, ...(error.claim !== undefined && { claim: error.claim }) }
}
