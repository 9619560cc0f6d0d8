import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { importVerificationKey } from '../../src/index.ts'
import type { Alg } from '../../src/jwa.ts'
import { type Authentication, createIdTokenVerifier, type IdTokenOptions } from '../../src/profiles/index.ts'
import { forge } from '../forge.ts'
import { privateJwk, publicJwk } from '../keys.ts'
import { NOW, verdictOf } from '../verdict.ts'
import { onEachBackend } from './backends.ts'

const CLAIMS = { iss: 'https://id.example', sub: 'alice', aud: 'shop', iat: NOW - 10, exp: NOW + 10, nonce: 'n-1' }

function forgeToken(changed: object = {}, header: object = {}, alg: Alg = 'RS256'): string {
  return forge({ alg, ...header }, { ...CLAIMS, ...changed }, privateJwk(alg))
}

function verifierOf(changed: Partial<IdTokenOptions> = {}, alg: Alg = 'RS256') {
  const keys = importVerificationKey(publicJwk(alg))
  return createIdTokenVerifier({ keys, issuer: CLAIMS.iss, clientId: 'shop', now: () => NOW, ...changed })
}

type Row = readonly [title: string, claims: object, authentication: Partial<Authentication>, verdict: string]

const ROWS: readonly Row[] = [
  ['a good one', {}, {}, 'accepted'],
  ['another issuer', { iss: 'https://evil.example' }, {}, 'ERR_JWT_CLAIM iss'],
  ['another client', { aud: 'other' }, {}, 'ERR_JWT_CLAIM aud'],
  ['the client alone, in an array', { aud: ['shop'] }, {}, 'accepted'],
  ['an audience that is not trusted', { aud: ['shop', 'other'], azp: 'shop' }, {}, 'ERR_JWT_CLAIM aud'],
  ['a trusted audience and azp', { aud: ['shop', 'api'], azp: 'shop' }, {}, 'accepted'],
  ['a trusted audience and no azp', { aud: ['shop', 'api'] }, {}, 'ERR_JWT_CLAIM azp'],
  ['a trusted audience alone', { aud: ['api'], azp: 'shop' }, {}, 'ERR_JWT_CLAIM aud'],
  ['the azp of another', { azp: 'other' }, {}, 'ERR_JWT_CLAIM azp'],
  ['an azp that is an array', { azp: ['shop'] }, {}, 'ERR_JWT_CLAIM azp'],
  ['an azp for one audience', { azp: 'shop' }, {}, 'accepted'],
  ['expired', { exp: NOW }, {}, 'ERR_JWT_EXPIRED exp'],
  ['another nonce', { nonce: 'n-2' }, {}, 'ERR_JWT_CLAIM nonce'],
  ['no nonce', { nonce: undefined }, {}, 'ERR_JWT_CLAIM nonce'],
  ['a nonce that is an array', { nonce: ['n-1'] }, {}, 'ERR_JWT_CLAIM nonce'],
  ['no nonce where none was sent', { nonce: undefined }, { nonce: null }, 'accepted'],
  ['a nonce where none was sent', {}, { nonce: null }, 'ERR_JWT_CLAIM nonce'],
  ['a nonce of null where none was sent', { nonce: null }, { nonce: null }, 'ERR_JWT_CLAIM nonce'],
  ['no auth_time where none is asked for', {}, {}, 'accepted'],
  ['no auth_time', {}, { maxAge: 60 }, 'ERR_JWT_CLAIM auth_time'],
  ['an auth_time that is text', { auth_time: String(NOW) }, {}, 'ERR_JWT_CLAIM auth_time'],
  ['as old as it may be', { auth_time: NOW - 60 }, { maxAge: 60 }, 'accepted'],
  ['older', { auth_time: NOW - 61 }, { maxAge: 60 }, 'ERR_JWT_EXPIRED auth_time'],
  ['an auth_time in the future', { auth_time: NOW + 1 }, { maxAge: 60 }, 'ERR_JWT_NOT_YET_VALID auth_time'],
  ['an authentication of just now', { auth_time: NOW }, { maxAge: 0 }, 'accepted'],
  ['an acr that will do', { acr: 'gold' }, { acrValues: ['silver', 'gold'] }, 'accepted'],
  ['another acr', { acr: 'bronze' }, { acrValues: ['silver', 'gold'] }, 'ERR_JWT_CLAIM acr'],
  ['no acr', {}, { acrValues: ['gold'] }, 'ERR_JWT_CLAIM acr'],
  ['an acr that is an array', { acr: ['gold'] }, { acrValues: ['gold'] }, 'ERR_JWT_CLAIM acr'],
  ...['iss', 'sub', 'aud', 'exp', 'iat'].map(
    (name): Row => [`no ${name}`, { [name]: undefined }, {}, `ERR_JWT_CLAIM ${name}`],
  ),
]

const HASHES: readonly (readonly [alg: Alg, hash: string])[] = [
  ...([
    ['HS256', 'sha256'],
    ['RS256', 'sha256'],
    ['PS384', 'sha384'],
    ['ES512', 'sha512'],
    ['EdDSA', 'sha512'],
  ] as const),
]

onEachBackend('createIdTokenVerifier', () => {
  test.each(ROWS)('OpenID Connect Core §3.1.3.7: %s', async (_, claims, authentication, expected) => {
    const verify = verifierOf({ trustedAudiences: ['api'] })
    expect(await verdictOf(() => verify(forgeToken(claims), { nonce: 'n-1', ...authentication }))).toBe(expected)
  })

  test.each([
    ['JWT', 'accepted'],
    ['application/jwt', 'accepted'],
    ['at+jwt', 'ERR_JWT_CLAIM typ'],
    ['logout+jwt', 'ERR_JWT_CLAIM typ'],
    ['dpop+jwt', 'ERR_JWT_CLAIM typ'],
  ])('RFC 8725 §3.11: the type %s: %s', async (typ, expected) => {
    expect(await verdictOf(() => verifierOf()(forgeToken({}, { typ }), { nonce: 'n-1' }))).toBe(expected)
  })

  test('OpenID Connect Core appendix A.4 and A.6: the hashes that it prints', async () => {
    const hashes = { at_hash: '77QmUPtjPfzWtF2AnpK9RQ', c_hash: 'LDktKdoQak3Pk0cnXxCltA' }
    const cameAlong = {
      accessToken: 'jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y',
      code: 'Qcb0Orv1zh30vL1MPRsbm-diHiMwcLyZvn1arpZv-Jxf_11jnpEX3Tgfvk',
    }
    const { claims } = await verifierOf()(forgeToken(hashes), { nonce: 'n-1', ...cameAlong })
    expect(claims).toMatchObject(hashes)
  })

  test.each(HASHES)('%s: at_hash and c_hash are the left half of %s', async (alg, hash) => {
    const verify = verifierOf({}, alg)
    const digest = createHash(hash).update('what came along').digest()
    const half = digest.subarray(0, digest.length / 2).toString('base64url')
    for (const [claim, name] of [
      ['at_hash', 'accessToken'],
      ['c_hash', 'code'],
    ] as const) {
      const authentication = { nonce: 'n-1', [name]: 'what came along' }
      const check = (value: unknown) => verdictOf(() => verify(forgeToken({ [claim]: value }, {}, alg), authentication))
      expect(await check(half)).toBe('accepted')
      expect(await check(digest.toString('base64url'))).toBe(`ERR_JWT_CLAIM ${claim}`)
      expect(await check(digest.subarray(digest.length / 2).toString('base64url'))).toBe(`ERR_JWT_CLAIM ${claim}`)
      expect(await check([half])).toBe(`ERR_JWT_CLAIM ${claim}`)
      expect(await check(undefined)).toBe(`ERR_JWT_CLAIM ${claim}`)
    }
  })
})

describe('what is wrong is said when it is passed', () => {
  test('R19: options', () => {
    const wrong: readonly object[] = [
      ...[
        { issuer: null },
        { issuer: ['https://id.example'] },
        { issuer: undefined },
        { clientId: '' },
        { clientId: undefined },
      ],
      ...[
        { trustedAudiences: 'api' },
        { clockTolerance: Number.NaN },
        { now: 1 },
        { keys: 'secret' },
        { audience: 'shop' },
      ],
    ]
    for (const changed of wrong) expect(() => verifierOf(changed)).toThrow(TypeError)
  })

  test('the authentication', async () => {
    const wrong: readonly unknown[] = [
      ...[
        undefined,
        {},
        { nonce: '' },
        { nonce: 5 },
        { nonce: 'n-1', maxAge: Number.NaN },
        { nonce: 'n-1', maxAge: -1 },
      ],
      ...[
        { nonce: 'n-1', accessToken: '' },
        { nonce: 'n-1', acrValues: 'gold' },
        { nonce: 'n-1', max_age: 5 },
      ],
    ]
    for (const authentication of wrong) {
      await expect(verifierOf()(forgeToken(), authentication as Authentication)).rejects.toThrow(TypeError)
    }
  })

  test('R19: a clock that answers NaN refuses', async () => {
    const verify = verifierOf({ now: () => Number.NaN })
    expect(await verdictOf(() => verify(forgeToken(), { nonce: 'n-1' }))).toBe('ERR_JWT_EXPIRED exp')
  })
})
