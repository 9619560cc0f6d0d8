import { expect } from 'vitest'
import { backend, useBackend } from '../../src/backend/choice.ts'
import { encodeGoJson } from '../../src/gateway/go-json.ts'
import {
  type AuthSignerConfig,
  type AuthValidatorConfig,
  createAuthSigner,
  createAuthValidator,
  type Host,
} from '../../src/gateway/index.ts'
import { type Claims, createLocalJwks, decodeUnverified, type Jwk, type JwkSet } from '../../src/index.ts'
import { codeOf, PATHS, type Path } from '../paths.ts'
import type { Plan } from './plan.ts'
import { KRAKEND_FILE, readVectors } from './vectors.ts'

// The gateway's functions are asynchronous, so the synchronous path makes and checks the same tokens with the core.

interface Scenario {
  readonly jwks: Readonly<Record<'private' | 'public' | 'symmetric', JwkSet>>
  readonly token_backend_response: Readonly<Record<string, unknown>>
  readonly signer_config: AuthSignerConfig & { readonly jwk_local_path: string }
  readonly validator_config: AuthValidatorConfig & { readonly jwk_url: string }
  readonly nested_roles_validator_config: AuthValidatorConfig & { readonly jwk_url: string }
  readonly signed: Readonly<Record<string, string>>
  readonly requests: readonly Request[]
}

interface Request {
  readonly authorization: string
  readonly status: number
  readonly why: string
}

const SCENARIO = readVectors(KRAKEND_FILE) as Scenario
const {
  jwks,
  token_backend_response: body,
  signer_config: signerConfig,
  validator_config: validatorConfig,
  nested_roles_validator_config: nestedConfig,
  signed,
  requests,
} = SCENARIO

/** The code behind each status of the requests, in their order; `accepted` behind 200. */
const REQUEST_CODES = ['ERR_ROLES', 'ERR_BASE64URL', 'accepted']

/** Seconds: the "exp" of the signed tokens. */
const EXPIRY = 1735689600

const GATEWAY_PATHS = PATHS.filter(({ name }) => name !== 'sync')

export const KRAKEND_PLANS: readonly Plan[] = [
  plan('signer', 'auth/signer signs the fields of the answer', GATEWAY_PATHS, checkSigner),
  ...Object.keys(signed).map((field) =>
    plan(`signed.${field}`, 'the token of KrakenD, byte for byte', PATHS, (path) => checkToken(field, path)),
  ),
  ...requests.map((request, index) =>
    plan(`requests.${index}`, `${request.status}: ${request.why}`, PATHS, (path) =>
      checkRequest(request, REQUEST_CODES[index] as string, path),
    ),
  ),
  plan('exp.0', 'one second after "exp" the token still counts', GATEWAY_PATHS, (path) =>
    checkExpiry(EXPIRY + 1, 200, path),
  ),
  plan('exp.1', 'a millisecond later it does not', GATEWAY_PATHS, (path) => checkExpiry(EXPIRY + 1.001, 401, path)),
  plan('nested.0', 'a role inside an object', GATEWAY_PATHS, (path) =>
    checkNestedRoles(['user', 'moderator'], 200, path),
  ),
  plan('nested.1', 'another role inside it', GATEWAY_PATHS, (path) => checkNestedRoles(['user'], 403, path)),
]

function plan(id: string, title: string, paths: readonly Path[], check: (path: Path) => Promise<void>): Plan {
  const runs = paths.map((path) => ({ on: path.name, check: () => check(path) }))
  const asynchronous = paths === GATEWAY_PATHS ? 'the gateway is asynchronous' : undefined
  return { name: `KrakenD ${id}`, rfc: 'KrakenD', title, runs, asynchronous }
}

async function checkSigner(path: Path): Promise<void> {
  const answer = await onBackendOf(path, async () => (await createAuthSigner(signerConfig, host())).sign({ ...body }))
  expect(answer).toEqual({ ...body, ...signed })
}

async function checkToken(field: string, path: Path): Promise<void> {
  const { kid, alg } = signerConfig
  const jwk = jwks.symmetric.keys.find((entry) => entry.kid === kid) as Jwk
  const token = await path.signCompact(encodeGoJson(body[field]), path.importSigningKey(jwk), { typ: 'JWT' })
  expect(token).toBe(signed[field])
  const { claims, header } = await verifyWithCore(token, path)
  expect(claims).toEqual(body[field])
  expect(header).toEqual({ alg, kid, typ: 'JWT' })
}

async function checkRequest(request: Request, code: string, path: Path): Promise<void> {
  const token = request.authorization.replace('bearer ', '')
  // Roles are the gateway's affair: for the core a token without them is good.
  expect(await codeOf(() => verifyWithCore(token, path))).toBe(code === 'ERR_ROLES' ? 'accepted' : code)
  if (path.name === 'sync') return

  const verdict = await validate(validatorConfig, request.authorization, EXPIRY, path)
  expect(verdict).toMatchObject(
    request.status === 200
      ? { ok: true, claims: JSON.parse(Buffer.from(decodeUnverified(token).payload).toString()) }
      : { ok: false, status: request.status, code, retriable: false },
  )
}

async function checkExpiry(time: number, status: number, path: Path): Promise<void> {
  const verdict = await validate(validatorConfig, `Bearer ${signed.access_token}`, time, path)
  expect(verdict).toMatchObject(
    status === 200 ? { ok: true, claims: body.access_token } : { ok: false, status, code: 'ERR_JWT_EXPIRED' },
  )
}

async function checkNestedRoles(roles: string[], status: number, path: Path): Promise<void> {
  const jwk = jwks.private.keys.find((entry) => entry.alg === nestedConfig.alg) as Jwk
  const claims: Claims = { aud: 'playground', exp: EXPIRY, realm_access: { roles } }
  const token = await path.signJwt(claims, path.importSigningKey(jwk))
  const verdict = await validate(nestedConfig, `Bearer ${token}`, EXPIRY, path)
  expect(verdict).toMatchObject(status === 200 ? { ok: true, claims } : { ok: false, status, code: 'ERR_ROLES' })
}

function verifyWithCore(token: string, path: Path) {
  const source = path.use(() => createLocalJwks(jwks.symmetric, { algorithms: ['HS256'] }))
  const { issuer = null, audience = null } = validatorConfig
  return path.verifyJwt(token, source, { issuer, audience, now: () => EXPIRY - 1 })
}

function validate(config: AuthValidatorConfig, authorization: string, time: number, path: Path) {
  return onBackendOf(path, async () => {
    const validator = await createAuthValidator(config, host(time))
    return validator.validate({ headers: { authorization } })
  })
}

async function onBackendOf<T>(path: Path, run: () => Promise<T>): Promise<T> {
  const before = backend()
  useBackend(path.use(backend))
  try {
    return await run()
  } finally {
    useBackend(before)
  }
}

/** Has the key sets where the configurations say that they are. */
function host(time = EXPIRY): Host {
  const urls = new Map([
    [validatorConfig.jwk_url, jwks.symmetric],
    [nestedConfig.jwk_url, jwks.public],
  ])
  const files = new Map([[signerConfig.jwk_local_path, jwks.symmetric]])
  return {
    fetch: async (url) => Response.json(urls.get(String(url))),
    readFile: async (path) => new TextEncoder().encode(JSON.stringify(files.get(path))),
    now: () => time,
  }
}
