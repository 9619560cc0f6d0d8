import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { type AuthValidatorOptions, createAuthValidator } from '../../src/gateway/index.ts'
import { type Claims, thumbprint } from '../../src/index.ts'
import {
  certificateThumbprint,
  checkCertificateBinding,
  createCertificateCheck,
  createDpopCheck,
  type DpopCheckOptions,
  dpopChallenge,
  type PossessionCheck,
} from '../../src/profiles/index.ts'
import type { HeadersLike, RequestLike } from '../../src/request.ts'
import vectors from '../../vectors/rfc7515.json' with { type: 'json' }
import { forge } from '../forge.ts'
import { fileHost, makeToken, summary, validatorConfig } from '../gateway/fixtures.ts'
import { privateJwk, publicHalf } from '../keys.ts'
import { NOW, verdictOf } from '../verdict.ts'
import { onEachBackend } from './backends.ts'

const ORIGIN = 'https://api.example'
const SIGNER = privateJwk('ES256')
const JWK = publicHalf(SIGNER)
const JKT = await thumbprint(JWK)
const BOUND = makeToken({ claims: { cnf: { jkt: JKT } } })
const FREE = makeToken({ claims: { sub: 'alice' } })

let proofs = 0

/** A fresh proof for a token, unless something is changed. */
function proofFor(token: string, changed: object = {}): string {
  const ath = createHash('sha256').update(token).digest('base64url')
  const claims = { jti: `id-${proofs++}`, htm: 'GET', htu: `${ORIGIN}/orders`, iat: NOW, ath, ...changed }
  return forge({ typ: 'dpop+jwt', alg: 'ES256', jwk: JWK }, claims, SIGNER)
}

function open(possession: AuthValidatorOptions['possession'], more: AuthValidatorOptions = {}) {
  return createAuthValidator(validatorConfig(), {
    ...fileHost(),
    now: () => NOW,
    ...(possession && { possession }),
    ...more,
  })
}

const dpop = (options: DpopCheckOptions = {}): PossessionCheck =>
  createDpopCheck({ origin: ORIGIN, now: () => NOW, ...options })

function requestOf(headers: HeadersLike, changed: Partial<RequestLike> = {}): RequestLike {
  return { method: 'GET', url: '/orders?page=2', headers, ...changed }
}

/** The verdict in a word. */
async function decide(possession: PossessionCheck | undefined, request: RequestLike, more = {}): Promise<string> {
  const { status, code, claim } = summary(await (await open(possession, more)).validate(request))
  return status === 200 ? 'accepted' : [status, code, claim].filter((part) => part !== undefined).join(' ')
}

onEachBackend('the gateway, with createDpopCheck', () => {
  test('RFC 9449 §7.1: a bound token needs its scheme and its proof', async () => {
    const rows: readonly (readonly [title: string, authorization: string, proof: unknown, verdict: string])[] = [
      ['scheme and proof', `DPoP ${BOUND}`, proofFor(BOUND), 'accepted'],
      ['the scheme in lower case', `dpop ${BOUND}`, proofFor(BOUND), 'accepted'],
      ['a bearer token with a proof', `Bearer ${BOUND}`, proofFor(BOUND), '401 ERR_JWT_CLAIM cnf'],
      ['a bare token with a proof', BOUND, proofFor(BOUND), '401 ERR_JWT_CLAIM cnf'],
      ['no proof', `DPoP ${BOUND}`, undefined, '401 ERR_TOKEN_MISSING'],
      ['an empty proof', `DPoP ${BOUND}`, '', '401 ERR_JWS_INVALID'],
      ['the proof of another token', `DPoP ${BOUND}`, proofFor(FREE), '401 ERR_JWT_CLAIM ath'],
      ['the proof of another method', `DPoP ${BOUND}`, proofFor(BOUND, { htm: 'POST' }), '401 ERR_JWT_CLAIM htm'],
      ['the proof of another address', `DPoP ${BOUND}`, proofFor(BOUND, { htu: ORIGIN }), '401 ERR_JWT_CLAIM htu'],
      ['an old proof', `DPoP ${BOUND}`, proofFor(BOUND, { iat: NOW - 100 }), '401 ERR_JWT_EXPIRED iat'],
      ['two proofs', `DPoP ${BOUND}`, [proofFor(BOUND), proofFor(BOUND)], '401 ERR_JWS_INVALID'],
      ['two proofs in one', `DPoP ${BOUND}`, `${proofFor(BOUND)}, ${proofFor(BOUND)}`, '401 ERR_JWS_INVALID'],
      ['a token that is not bound, as a bearer', `Bearer ${FREE}`, undefined, 'accepted'],
      ['a token that is not bound, with a proof', `DPoP ${FREE}`, proofFor(FREE), '401 ERR_JWT_CLAIM cnf'],
    ]
    for (const [title, authorization, proof, expected] of rows) {
      const headers = { authorization, dpop: proof } as HeadersLike
      expect(await decide(dpop(), requestOf(headers)), title).toBe(expected)
    }
  })

  test('a bound token in a cookie comes without the scheme', async () => {
    const headers = { cookie: `access_token=${BOUND}`, dpop: proofFor(BOUND) }
    expect(await decide(dpop(), requestOf(headers))).toBe('401 ERR_JWT_CLAIM cnf')
  })

  test('where it is required no bearer token passes', async () => {
    expect(await decide(dpop({ required: true }), requestOf({ authorization: `Bearer ${FREE}` }))).toBe(
      '401 ERR_JWT_CLAIM cnf',
    )
    const headers = { authorization: `DPoP ${BOUND}`, dpop: proofFor(BOUND) }
    expect(await decide(dpop({ required: true }), requestOf(headers))).toBe('accepted')
  })

  test('a proof counts once, though the token is remembered', async () => {
    const validator = await open(dpop(), { tokenCache: { maxSize: 10 } })
    const request = requestOf({ authorization: `DPoP ${BOUND}`, dpop: proofFor(BOUND) })
    expect(summary(await validator.validate(request))).toEqual({ status: 200 })
    expect(summary(await validator.validate(request))).toEqual({ status: 401, code: 'ERR_JWT_CLAIM', claim: 'jti' })
    const next = requestOf({ authorization: `DPoP ${BOUND}`, dpop: proofFor(BOUND) })
    expect(summary(await validator.validate(next))).toEqual({ status: 200 })
  })

  test('that the store fails is not the fault of the client', async () => {
    const replayStore = { add: () => Promise.reject(new Error('down')) }
    const validator = await open(dpop({ replayStore }))
    const verdict = await validator.validate(requestOf({ authorization: `DPoP ${BOUND}`, dpop: proofFor(BOUND) }))
    expect(verdict).toMatchObject({ ok: false, status: 401, code: 'ERR_REVOKED', retriable: true })
  })

  test('requests of Fetch', async () => {
    const headers = { authorization: `DPoP ${BOUND}`, dpop: proofFor(BOUND) }
    expect(await decide(createDpopCheck({ now: () => NOW }), new Request(`${ORIGIN}/orders?a#b`, { headers }))).toBe(
      'accepted',
    )
  })
})

describe('the address of a request', () => {
  const rows: readonly (readonly [
    url: string | undefined,
    htu: string,
    origin: string | undefined,
    verdict: string,
  ])[] = [
    ['/orders', `${ORIGIN}/orders`, ORIGIN, 'accepted'],
    ['/', ORIGIN, ORIGIN, 'accepted'],
    ['http://10.0.0.1:8080/orders?a', `${ORIGIN}/orders`, ORIGIN, 'accepted'],
    ['http://10.0.0.1:8080', `${ORIGIN}/`, ORIGIN, 'accepted'],
    ['http://10.0.0.1:8080?a', `${ORIGIN}/`, ORIGIN, 'accepted'],
    ['//evil.example/orders', 'https://evil.example/orders', ORIGIN, '401 ERR_JWT_CLAIM htu'],
    ['//evil.example/orders', `${ORIGIN}//evil.example/orders`, ORIGIN, 'accepted'],
    ['@evil.example/', 'https://evil.example/', ORIGIN, '401 ERR_JWT_CLAIM htu'],
    ['/a\\b', `${ORIGIN}/a/b`, ORIGIN, '401 ERR_JWT_CLAIM htu'],
    [`${ORIGIN}/orders`, `${ORIGIN}/orders`, undefined, 'accepted'],
    // Without an origin a path does not say which server was meant: the fault is the gateway's, and nobody passes.
    ['/orders', `${ORIGIN}/orders`, undefined, '401 ERR_JWT_INVALID'],
    [undefined, `${ORIGIN}/orders`, ORIGIN, '401 ERR_JWT_INVALID'],
  ]
  test.each(rows)('%s, and "htu" %s, of %s: %s', async (url, htu, origin, expected) => {
    const check = createDpopCheck({ now: () => NOW, ...(origin && { origin }) })
    const headers = { authorization: `DPoP ${BOUND}`, dpop: proofFor(BOUND, { htu }) }
    expect(await decide(check, requestOf(headers, { url }))).toBe(expected)
  })

  test('a request without a method does not pass', async () => {
    const headers = { authorization: `DPoP ${BOUND}`, dpop: proofFor(BOUND) }
    expect(await decide(dpop(), requestOf(headers, { method: undefined }))).toBe('401 ERR_JWT_INVALID')
  })
})

test('without the option a gateway takes no scheme but Bearer', async () => {
  expect(await decide(undefined, requestOf({ authorization: `DPoP ${FREE}` }))).toBe('401 ERR_BASE64URL')
  const certificates = createCertificateCheck({ thumbprint: () => undefined })
  expect(await decide(certificates, requestOf({ authorization: `DPoP ${FREE}` }))).toBe('401 ERR_BASE64URL')
})

test('what a client is told (RFC 9449 §7.1, §9)', async () => {
  const challengeOf = async (check: PossessionCheck, headers: HeadersLike, options = {}) => {
    const verdict = await (await open(check)).validate(requestOf(headers))
    if (verdict.ok) throw new Error('accepted what should be refused')
    return dpopChallenge(verdict.error, options)
  }
  const headersOf = (changed = {}) => ({ authorization: `DPoP ${BOUND}`, dpop: proofFor(BOUND, changed) })
  expect(await challengeOf(dpop({ isNonce: () => false }), headersOf())).toBe('DPoP error="use_dpop_nonce"')
  for (const changed of [{ htm: 'PUT' }, { htu: ORIGIN }, { ath: 'other' }]) {
    expect(await challengeOf(dpop(), headersOf(changed))).toBe('DPoP error="invalid_dpop_proof"')
  }
  const spoilt = [
    ...[proofFor(BOUND, { iat: NOW - 100 }), proofFor(BOUND, { jti: 5 }), 'x.y.z', ''],
    ...[forge({ typ: 'JWT', alg: 'ES256', jwk: JWK }, {}, SIGNER), `${proofFor(BOUND).slice(0, -4)}AAAA`],
  ]
  for (const proof of spoilt) {
    const headers = { authorization: `DPoP ${BOUND}`, dpop: proof }
    expect(await challengeOf(dpop(), headers)).toBe('DPoP error="invalid_dpop_proof"')
  }
  const replayed = { authorization: `DPoP ${BOUND}`, dpop: proofFor(BOUND) }
  const check = dpop()
  expect(await decide(check, requestOf(replayed))).toBe('accepted')
  expect(await challengeOf(check, replayed)).toBe('DPoP error="invalid_dpop_proof"')
  const elsewhere = makeToken({ claims: { cnf: { jkt: 'another' } } })
  const foreign = { authorization: `DPoP ${elsewhere}`, dpop: proofFor(elsewhere) }
  expect(await challengeOf(dpop(), foreign)).toBe('DPoP error="invalid_token"')
  expect(await challengeOf(dpop(), { authorization: `Bearer ${BOUND}` })).toBe('DPoP error="invalid_token"')
  expect(await challengeOf(dpop(), {})).toBe('DPoP')
  const options = { realm: 'the api', algorithms: ['ES256', 'PS256'] }
  expect(await challengeOf(dpop(), {}, options)).toBe('DPoP realm="the api", algs="ES256 PS256"')
  for (const realm of ['a"b', 'a\\b', 'a\r\nb', '\u00e9']) {
    await expect(challengeOf(dpop(), {}, { realm })).rejects.toThrow(TypeError)
  }
})

onEachBackend('certificates', () => {
  test('RFC 8705 §3.1: the thumbprint is the SHA-256 of the DER', async () => {
    // The chain that RFC 7515 appendix B prints.
    const { cases } = vectors
    const found = cases.find(({ id }) => id === 'B') as { x5c: string[]; 'x5t#S256': string[] }
    const der = new Uint8Array(Buffer.from(found.x5c[0] as string, 'base64'))
    expect(await certificateThumbprint(der)).toBe(found['x5t#S256'][0])
    await expect(certificateThumbprint('pem' as never)).rejects.toThrow(TypeError)
  })
})

describe('checkCertificateBinding', () => {
  const rows: readonly (readonly [cnf: unknown, verdict: string])[] = [
    [{ 'x5t#S256': 'print' }, 'accepted'],
    [{ 'x5t#S256': 'other' }, 'ERR_JWT_CLAIM cnf'],
    [{ 'x5t#S256': ['print'] }, 'ERR_JWT_CLAIM cnf'],
    [{ 'x5t#S256': null }, 'ERR_JWT_CLAIM cnf'],
    [{ jkt: 'print' }, 'ERR_JWT_CLAIM cnf'],
    [['print'], 'ERR_JWT_CLAIM cnf'],
    [null, 'ERR_JWT_CLAIM cnf'],
  ]
  test.each(rows)('%j: %s', async (cnf, expected) => {
    expect(await verdictOf(() => checkCertificateBinding({ cnf } as Claims, 'print'))).toBe(expected)
  })

  test('a token that is not bound, and a thumbprint that is none', async () => {
    expect(await verdictOf(() => checkCertificateBinding({}, 'print'))).toBe('ERR_JWT_CLAIM cnf')
    for (const thumbprint of ['', undefined, null]) {
      expect(() => checkCertificateBinding({ cnf: { 'x5t#S256': thumbprint } }, thumbprint as never)).toThrow(TypeError)
    }
  })
})

describe('the gateway, with createCertificateCheck', () => {
  const bound = makeToken({ claims: { cnf: { 'x5t#S256': 'print' } } })
  const rows: readonly (readonly [
    title: string,
    token: string,
    presented: unknown,
    required: boolean,
    verdict: string,
  ])[] = [
    ['its certificate', bound, 'print', false, 'accepted'],
    ['its certificate, later', bound, async () => 'print', false, 'accepted'],
    ['another certificate', bound, 'other', false, '401 ERR_JWT_CLAIM cnf'],
    ['no certificate', bound, undefined, false, '401 ERR_JWT_CLAIM cnf'],
    ['an empty thumbprint', bound, '', false, '401 ERR_JWT_CLAIM cnf'],
    ['a thumbprint that cannot be had', bound, () => Promise.reject(new Error('down')), false, '401 ERR_JWT_INVALID'],
    ['a token that is not bound', FREE, 'print', false, 'accepted'],
    ['a token that is not bound, where it must be', FREE, 'print', true, '401 ERR_JWT_CLAIM cnf'],
  ]
  test.each(rows)('%s', async (_, token, presented, required, expected) => {
    const check = createCertificateCheck({
      thumbprint: typeof presented === 'function' ? (presented as () => string) : () => presented as string,
      required,
    })
    expect(await decide(check, requestOf({ authorization: `Bearer ${token}` }))).toBe(expected)
  })

  test('beside proofs: a token that is bound twice needs both', async () => {
    const token = makeToken({ claims: { cnf: { jkt: JKT, 'x5t#S256': 'print' } } })
    const verdictFor = async (presented: string) => {
      const checks = [createCertificateCheck({ thumbprint: () => presented }), dpop()]
      const headers = { authorization: `DPoP ${token}`, dpop: proofFor(token) }
      return summary(await (await open(checks)).validate(requestOf(headers))).status
    }
    expect(await verdictFor('print')).toBe(200)
    expect(await verdictFor('other')).toBe(401)
  })
})

test('R19: wrong options', async () => {
  for (const options of [
    { origin: 'api.example' },
    { origin: `${ORIGIN}/` },
    { origin: `${ORIGIN}/a` },
    { origin: 5 },
    { required: 1 },
    { url: 1 },
  ]) {
    expect(() => createDpopCheck(options as DpopCheckOptions)).toThrow(TypeError)
  }
  for (const options of [{}, { thumbprint: 'print' }, { thumbprint: () => 'x', required: 'no' }, { print: 1 }]) {
    expect(() => createCertificateCheck(options as never)).toThrow(TypeError)
  }
  for (const possession of [null, {}, true, [undefined], [dpop(), {}]]) {
    await expect(open(undefined, { possession: possession as never })).rejects.toThrow(TypeError)
  }
})
