import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import * as gateway from '../src/gateway/index.ts'
import * as main from '../src/index.ts'
import * as jws from '../src/jws/index.ts'
import * as keys from '../src/keys/index.ts'
import * as profiles from '../src/profiles/index.ts'
import * as sync from '../src/sync.ts'

/** What each subpath of the package exports, to the last name: more is a promise, less breaks one. */
const EXPORTS: readonly (readonly [subpath: string, module: object, names: readonly string[]])[] = [
  [
    'countersign',
    main,
    [
      'JoseError',
      'checkClaims',
      'createLocalJwks',
      'createRemoteJwks',
      'createSigner',
      'createVerifier',
      'decodeBase64url',
      'decodeUnverified',
      'encodeBase64url',
      'importSigningKey',
      'importVerificationKey',
      'signCompact',
      'signJwt',
      'thumbprint',
      'verifyCompact',
      'verifyJwt',
    ],
  ],
  [
    'countersign/sync',
    sync,
    ['createSignerSync', 'createVerifierSync', 'signCompactSync', 'signJwtSync', 'verifyCompactSync', 'verifyJwtSync'],
  ],
  [
    'countersign/jws',
    jws,
    [
      'JoseError',
      'signDetached',
      'signFlattened',
      'signGeneral',
      'signUnencoded',
      'verifyDetached',
      'verifyFlattened',
      'verifyGeneral',
      'verifyUnencoded',
    ],
  ],
  [
    'countersign/profiles',
    profiles,
    [
      'JoseError',
      'accessTokenChecks',
      'certificateThumbprint',
      'checkCertificateBinding',
      'createAccessTokenVerifier',
      'createCertificateCheck',
      'createDpopCheck',
      'createDpopVerifier',
      'createIdTokenVerifier',
      'createReplayStore',
      'dpopChallenge',
    ],
  ],
  [
    'countersign/gateway',
    gateway,
    [
      'JoseError',
      'createAuthSigner',
      'createAuthValidator',
      'createDenylist',
      'createSharedKeys',
      'describeRefusal',
      'fillTemplate',
    ],
  ],
  [
    'countersign/keys',
    keys,
    [
      'certificateThumbprints',
      'exportJwk',
      'externalSigningKey',
      'generateKey',
      'importSigningCryptoKey',
      'importVerificationCryptoKey',
      'jwkFromCertificate',
      'jwkFromKeyObject',
      'jwkFromPkcs1',
      'jwkFromPkcs8',
      'jwkFromSec1',
      'jwkFromSecret',
      'jwkFromSpki',
      'thumbprintUri',
      'toPublicJwk',
    ],
  ],
]

describe('exports', () => {
  for (const [subpath, module, names] of EXPORTS) {
    test(`of ${subpath}`, () => {
      expect(Object.keys(module).sort()).toEqual(names)
      for (const value of Object.values(module)) expect(value).toBeTypeOf('function')
    })
  }

  test('every entry point throws the errors of the main one', () => {
    for (const { JoseError } of [jws, profiles, gateway]) expect(JoseError).toBe(main.JoseError)
  })

  test('the package has these subpaths and no others', () => {
    const { exports } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
      exports: object
    }
    expect(Object.keys(exports)).toEqual([
      ...EXPORTS.map(([subpath]) => subpath.replace(/^countersign/, '.')),
      './package.json',
    ])
  })
})
