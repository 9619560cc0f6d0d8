import { createPublicKey, type JsonWebKey } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { Jwk } from '../../src/index.ts'
import {
  jwkFromCertificate,
  jwkFromPkcs1,
  jwkFromPkcs8,
  jwkFromSec1,
  jwkFromSecret,
  jwkFromSpki,
  type PemOrDer,
} from '../../src/keys/index.ts'
import { goodToken } from '../cases/keys.ts'
import { forge, segment } from '../forge.ts'
import { publicJwk } from '../keys.ts'
import { keyOf, policyOf, SECRET, verdictOf } from '../verdict.ts'
import { describeAttack, testEach } from './attack.ts'
import { titleOf } from './catalogue.ts'

// Keys in the forms of files are read by who says which form it is. Nothing is tried, and nothing else is a secret.

const READERS = { jwkFromSpki, jwkFromPkcs8, jwkFromPkcs1, jwkFromSec1, jwkFromCertificate }

const ALGS = ['RS256', 'PS256', 'ES256', 'ES512', 'EdDSA'] as const

function pemOf(alg: (typeof ALGS)[number]): string {
  const key = createPublicKey({ key: publicJwk(alg) as JsonWebKey, format: 'jwk' })
  return key.export({ type: 'spki', format: 'pem' }) as string
}

const PEM = pemOf('RS256')

const NO_SPKI: readonly (readonly [title: string, given: unknown])[] = [
  ['nothing', ''],
  ['a secret', 'secret-secret-secret-secret-secret'],
  ['the text of a JWK', JSON.stringify(SECRET)],
  ['a space before it', ` ${PEM}`],
  ['a zero-width space before it', `\u200b${PEM}`],
  ['a byte order mark before it', `\ufeff${PEM}`],
  ['a line before it', `kid: 1\n${PEM}`],
  ['a letter behind it', `${PEM}x`],
  ['two of them', `${PEM}${PEM}`],
  ['no end', PEM.slice(0, PEM.indexOf('-----END'))],
  ['no lines', PEM.replaceAll('\n', '')],
  ['its label in small letters', PEM.replaceAll('PUBLIC KEY', 'public key')],
  ['another label', PEM.replaceAll('PUBLIC KEY', 'RSA PUBLIC KEY')],
  ['two labels', PEM.replace('END PUBLIC KEY', 'END PRIVATE KEY')],
  ['base64url between its lines', PEM.replace('\nMII', '\n-II')],
  ['an octet behind its DER', Buffer.concat([derOf(PEM), Buffer.alloc(1)])],
  ['its DER cut short', derOf(PEM).subarray(0, -1)],
  ['no octets', new Uint8Array()],
  ['the PEM as octets', Buffer.from(PEM)],
  ['an array with the PEM', [PEM]],
  ['a String object', new String(PEM)],
  ['null', null],
  ['undefined', undefined],
]

function derOf(pem: string): Buffer {
  return Buffer.from(pem.split('\n').slice(1, -2).join(''), 'base64')
}

describe(titleOf(5), () => {
  testEach(NO_SPKI, async (given) => {
    for (const read of Object.values(READERS)) {
      const verdict = await verdictOf(() => read(given as PemOrDer)).catch((error: unknown) => error)
      expect(verdict === 'ERR_JWK_INVALID' || verdict instanceof TypeError).toBe(true)
    }
  })

  test('a public key is read by the reader of public keys alone', async () => {
    for (const [name, read] of Object.entries(READERS)) {
      for (const form of [PEM, new Uint8Array(derOf(PEM))]) {
        expect(await verdictOf(() => read(form)), name).toBe(name === 'jwkFromSpki' ? 'accepted' : 'ERR_JWK_INVALID')
      }
    }
  })

  test('a text is no secret', () => {
    for (const text of [PEM, 'secret-secret-secret-secret-secret', '', new String('secret'), null, undefined]) {
      expect(() => jwkFromSecret(text as never)).toThrow(TypeError)
    }
  })
})

describe(titleOf(4), () => {
  testEach<Uint8Array>(
    ALGS.flatMap((alg): [string, Uint8Array][] => [
      [`the octets of a PEM for ${alg} are no secret`, Buffer.from(pemOf(alg))],
      [`nor after white space, for ${alg}`, Buffer.from(` \r\n\ufeff${pemOf(alg)}`)],
      [`nor those of its DER, for ${alg}`, derOf(pemOf(alg))],
      [`nor those of its JWK, for ${alg}`, Buffer.from(` ${JSON.stringify(publicJwk(alg), null, 2)}`)],
      [`nor those of a set, for ${alg}`, Buffer.from(JSON.stringify({ keys: [publicJwk(alg)] }))],
    ]),
    async (octets) => expect(await verdictOf(() => jwkFromSecret(octets))).toBe('ERR_JWK_INVALID'),
  )

  test('what only begins like a DER may be one', () => {
    for (const octets of [
      Buffer.alloc(32, 0x30),
      derOf(PEM).subarray(0, -1),
      Buffer.concat([derOf(PEM), Buffer.alloc(1)]),
    ]) {
      expect(jwkFromSecret(octets)).toEqual({ kty: 'oct', k: octets.toString('base64url') })
    }
  })
})

describeAttack(4, (path) => {
  testEach(
    ALGS.map((alg) => [`the PEM of a key for ${alg} is a key for it, and no secret`, alg] as const),
    async (alg) => {
      const jwk: Jwk = jwkFromSpki(pemOf(alg))
      const key = path.importVerificationKey(jwk, { alg })
      expect(await verdictOf(() => path.verifyJwt(goodToken(alg), key, policyOf()))).toBe('accepted')
      for (const mac of ['HS256', 'HS384', 'HS512'] as const) {
        expect(await verdictOf(() => path.importVerificationKey(jwk, { alg: mac }))).toBe('ERR_JWK_INVALID')
        const forged = forge({ alg: mac }, { sub: 'mallory' }, { kty: 'oct', k: segment(pemOf(alg)) })
        expect(await verdictOf(() => path.verifyJwt(forged, key, policyOf()))).toBe('ERR_ALG_NOT_ALLOWED')
        expect(await verdictOf(() => path.verifyJwt(forged, keyOf(alg, path), policyOf()))).toBe('ERR_ALG_NOT_ALLOWED')
      }
    },
  )
})
