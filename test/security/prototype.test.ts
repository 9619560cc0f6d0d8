import { constants, createPrivateKey, sign } from 'node:crypto'
import { expect, test } from 'vitest'
import { JoseError, type VerificationKey } from '../../src/index.ts'
import type { Alg } from '../../src/jwa.ts'
import { verifyFlattened, verifyGeneral } from '../../src/jws/index.ts'
import { createIdTokenVerifier, type IdTokenOptions } from '../../src/profiles/index.ts'
import { forge, segment } from '../forge.ts'
import { forgeSignature, PAYLOAD } from '../jws/forms.ts'
import { privateJwk } from '../keys.ts'
import { ASYNCHRONOUS_PATHS, PATHS } from '../paths.ts'
import { keyOf, NOW, verdictOf } from '../verdict.ts'
import { describeOn, testEach } from './attack.ts'
import { polluted } from './polluted.ts'

// R12 once more: options that only some verifiers have, and those that the platform looks for on its own keys.

describeOn(ASYNCHRONOUS_PATHS, 26, (path) => {
  const key = keyOf('HS256', path)
  const extended = forgeSignature({ alg: 'HS256', crit: ['ext'], ext: 1 }, PAYLOAD)
  const flattened = { payload: PAYLOAD, ...extended }
  const general = { payload: PAYLOAD, signatures: [extended] }

  const CLAIMS = { iss: 'https://id.example', sub: 'alice', aud: 'shop', iat: NOW - 10, exp: NOW + 10 }
  const idToken = (claims: object) => {
    const options: IdTokenOptions = { keys: key, issuer: CLAIMS.iss, clientId: 'shop', now: () => NOW }
    const token = forge({ alg: 'HS256' }, { ...CLAIMS, ...claims }, privateJwk('HS256'))
    return createIdTokenVerifier(options)(token, { nonce: null })
  }

  testEach<readonly [pollution: object, verify: () => Promise<unknown>, verdict: string]>(
    [
      ['"crit" of a flattened serialization', [{ crit: ['ext'] }, () => verifyFlattened(flattened, key), 'ERR_CRIT']],
      ['"crit" beside options', [{ crit: ['ext'] }, () => verifyFlattened(flattened, key, {}), 'ERR_CRIT']],
      ['"crit" of a general serialization', [{ crit: ['ext'] }, () => verifyGeneral(general, key), 'ERR_CRIT']],
      ['"payload" of a serialization', [{ payload: 'x' }, () => verifyFlattened(extended, key), 'ERR_JWS_INVALID']],
      [
        '"clockTolerance" of an ID token',
        [{ clockTolerance: 1e9 }, () => idToken({ exp: NOW - 5 }), 'ERR_JWT_EXPIRED exp'],
      ],
      [
        '"trustedAudiences" of an ID token',
        [{ trustedAudiences: ['evil'] }, () => idToken({ aud: ['shop', 'evil'], azp: 'shop' }), 'ERR_JWT_CLAIM aud'],
      ],
    ],
    async ([pollution, verify, verdict]) => {
      expect(await verdictOf(verify)).toBe(verdict)
      expect(await polluted(pollution, () => verdictOf(verify))).toBe(verdict)
    },
  )
})

describeOn(PATHS, 14, (path) => {
  const rsa = createPrivateKey({ key: { ...privateJwk('RS256') }, format: 'jwk' })
  const signPss = (alg: Alg, saltLength: number): string => {
    const input = `${segment({ alg })}.${segment({ sub: 'bob' })}`
    const options = { key: rsa, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength }
    return `${input}.${sign('sha256', Buffer.from(input), options).toString('base64url')}`
  }
  const verify = (token: string, key: VerificationKey) =>
    verdictOf(() => path.verifyJwt(token, key, { issuer: null, audience: null, required: [], now: () => NOW }))

  const POLLUTIONS: readonly object[] = [
    { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 },
    ...[{ padding: constants.RSA_NO_PADDING }, { padding: 'x' }, { saltLength: 64 }, { saltLength: 'x' }],
    ...[{ dsaEncoding: 'ieee-p1363' }, { dsaEncoding: 'x' }, { key: 'x' }, { context: new Uint8Array(1) }],
  ]
  testEach(
    (['RS256', 'PS256', 'ES256', 'EdDSA'] as const).flatMap((alg) =>
      POLLUTIONS.map((pollution) => [`${alg} in spite of ${JSON.stringify(pollution)}`, { alg, pollution }] as const),
    ),
    async ({ alg, pollution }) => {
      const [good, key] = [forge({ alg }, { sub: 'bob' }, privateJwk(alg)), keyOf(alg, path)]
      // WebCrypto gets the key on first use.
      expect(await verify(good, key)).toBe('accepted')
      expect(await polluted(pollution, () => verify(good, key))).toBe('accepted')
    },
  )

  test('a signature of RSA-PSS is none of PKCS#1, and its salt has one length', async () => {
    for (const [alg, saltLength] of [
      ['RS256', 32],
      ['PS256', 64],
    ] as const) {
      const [token, key] = [signPss(alg, saltLength), keyOf(alg, path)]
      expect(await verify(token, key)).toBe('ERR_JWS_SIGNATURE')
      for (const pollution of POLLUTIONS) {
        expect(await polluted(pollution, () => verify(token, key))).toBe('ERR_JWS_SIGNATURE')
      }
    }
  })
})

test('R12: an error has only what it was given', async () => {
  const error = await polluted({ cause: 'c', claim: 'exp', status: 200 }, async () => new JoseError('ERR_SIGN', 'x'))
  expect(Object.keys(error)).toEqual(['code'])
  expect(Object.hasOwn(error, 'cause')).toBe(false)
})
