// How each example is run: what it takes as given, what follows it, and what the two print. One that cannot
// run by itself says why in `notRun`. Each is compiled, whether it runs or not.

export const EXAMPLES = {
  'README: Countersign': {
    given: "import { token } from './given.js'",
    prints: 'hello, alice',
  },
  'README: A gateway': {
    notRun: 'it listens at a fixed port; newcomer.js sends requests to it, at another',
  },
  'README: The life of a token': {
    given: "import './given.js'",
    afterwards: "console.log(Object.values(body).map((token) => String(token).split('.').length))",
    prints: '[ 3, 3 ]',
  },
  'README: The API in short': {
    given: "import './given.js'",
    afterwards: "console.log(token.split('.').length)",
    prints: '3',
  },
  '@example of signJwt': {
    given: "import { signJwt } from 'countersign'\nimport { signingKey as key } from './given.js'",
    afterwards: "console.log(token.split('.').length)",
    prints: '3',
  },
  '@example of verifyJwt': {
    given: "import { verifyJwt } from 'countersign'\nimport { verificationKey as key, token } from './given.js'",
    afterwards: 'console.log(claims.sub)',
    prints: 'alice',
  },
  '@example of signFlattened': {
    given: "import { signFlattened } from 'countersign/jws'\nimport { signingKey as key } from './given.js'",
    afterwards: 'console.log(Object.keys(jws))',
    prints: "[ 'payload', 'protected', 'header', 'signature' ]",
  },
  '@example of signGeneral': {
    given:
      "import { signGeneral } from 'countersign/jws'\nimport { signingKey as oldKey, newKey } from './given.js'\nconst document = 'text'",
    afterwards: 'console.log(jws.signatures.length)',
    prints: '2',
  },
  '@example of verifyGeneral': {
    given:
      "import { signGeneral, verifyGeneral } from 'countersign/jws'\nimport { signingKey, verificationKey as keys } from './given.js'\nconst text = JSON.stringify(await signGeneral('text', [{ key: signingKey }]))",
    afterwards: 'console.log(payload.length, signatures.length)',
    prints: '4 1',
  },
  '@example of signDetached': {
    given:
      "import { signDetached } from 'countersign/jws'\nimport { signingKey as key } from './given.js'\nconst body = 'text'",
    afterwards: "console.log(jws.split('.')[1] === '')",
    prints: 'true',
  },
  '@example of createAccessTokenVerifier': {
    given:
      "import { signJwt } from 'countersign'\nimport { createAccessTokenVerifier } from 'countersign/profiles'\nimport { accessClaims, signingKey, verificationKey as keys } from './given.js'\nconst token = await signJwt(accessClaims, signingKey, { typ: 'at+jwt' })",
    afterwards: 'console.log(claims.client_id)',
    prints: 'shop',
  },
  '@example of accessTokenChecks': {
    given:
      "import { signJwt } from 'countersign'\nimport { createAuthValidator } from 'countersign/gateway'\nimport { accessTokenChecks } from 'countersign/profiles'\nimport { accessClaims, signingKey } from './given.js'\nconst config = { alg: 'RS256' as const, jwk_url: 'https://id.example/jwks.json' }\nconst isRevoked = () => false",
    afterwards:
      "const authorization = 'Bearer ' + (await signJwt(accessClaims, signingKey, { typ: 'at+jwt' }))\nconsole.log((await validator.validate({ headers: { authorization } })).ok)",
    prints: 'true',
  },
  '@example of createIdTokenVerifier': {
    given:
      "import { signJwt } from 'countersign'\nimport { createIdTokenVerifier } from 'countersign/profiles'\nimport { accessClaims, signingKey, verificationKey as keys } from './given.js'\nconst session = { nonce: 'n' }\nconst accessToken = 'jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y'\nconst idToken = await signJwt({ ...accessClaims, aud: 'my-client', nonce: 'n', at_hash: '77QmUPtjPfzWtF2AnpK9RQ' }, signingKey)",
    afterwards: 'console.log(claims.sub)',
    prints: 'alice',
  },
  '@example of createDpopVerifier': {
    given:
      "import { createSigner, importSigningKey } from 'countersign'\nimport { createDpopVerifier } from 'countersign/profiles'\nimport { proofJwk } from './given.js'\nconst { d, ...jwk } = proofJwk\nconst sign = createSigner({ key: importSigningKey(proofJwk), header: { typ: 'dpop+jwt', jwk }, issuedAt: true })\nconst proof = await sign({ jti: 'one', htm: 'POST', htu: 'https://id.example/token' })",
    afterwards: 'console.log(thumbprint.length)',
    prints: '43',
  },
  '@example of createDpopCheck': {
    given:
      "import { createAuthValidator } from 'countersign/gateway'\nimport { accessTokenChecks, createDpopCheck } from 'countersign/profiles'\nimport { request } from './given.js'\nconst config = { alg: 'RS256' as const, jwk_url: 'https://id.example/jwks.json' }",
    afterwards:
      'const verdict = await validator.validate(request)\nconsole.log(verdict.ok ? verdict.claims : verdict.error.claim)',
    prints: 'typ',
  },
  '@example of dpopChallenge': {
    given:
      "import { JoseError } from 'countersign'\nimport { dpopChallenge } from 'countersign/profiles'\nconst verdict = { error: new JoseError('ERR_JWT_CLAIM', '', { claim: 'nonce' }) }\nconst response = { setHeader: (name: string, value: string) => console.log(name, value) }",
    prints: 'www-authenticate DPoP error="use_dpop_nonce", algs="ES256"',
  },
  '@example of createSigner': {
    given: "import { createSigner } from 'countersign'\nimport { signingKey as key } from './given.js'",
    afterwards: "console.log(token.split('.').length)",
    prints: '3',
  },
  '@example of createVerifier': {
    given: "import { createVerifier } from 'countersign'\nimport { verificationKey as keys, token } from './given.js'",
    afterwards: 'console.log(claims.sub)',
    prints: 'alice',
  },
  '@example of createRemoteJwks': {
    given: "import { createRemoteJwks, createVerifier } from 'countersign'\nimport { token } from './given.js'",
    afterwards: 'console.log((await verify(token)).claims.sub)',
    prints: 'alice',
  },
  'README: Keys in other forms': {
    given: "import './given.js'",
    afterwards: 'console.log(key.alg, set.keys.length)',
    prints: 'RS256 1',
  },
  '@example of jwkFromSpki': {
    given:
      "import { importVerificationKey } from 'countersign'\nimport { jwkFromSpki } from 'countersign/keys'\nimport { pem } from './given.js'",
    afterwards: 'console.log(key.alg)',
    prints: 'RS256',
  },
  '@example of jwkFromPkcs8': {
    given:
      "import { importSigningKey } from 'countersign'\nimport { jwkFromPkcs8 } from 'countersign/keys'\nimport { privatePem as pem } from './given.js'",
    afterwards: 'console.log(key.alg)',
    prints: 'RS256',
  },
  '@example of generateKey': {
    given: "import { generateKey, toPublicJwk } from 'countersign/keys'",
    afterwards: 'console.log(set.keys[0]?.kid, set.keys[0]?.d)',
    prints: 'main undefined',
  },
  '@example of externalSigningKey': {
    given:
      "import { signJwt } from 'countersign'\nimport { externalSigningKey } from 'countersign/keys'\nimport { kms } from './given.js'",
    afterwards: "console.log(token.split('.').length)",
    prints: '3',
  },
  '@example of createAuthValidator': {
    given: "import { createAuthValidator } from 'countersign/gateway'\nimport { request } from './given.js'",
    afterwards: 'console.log(verdict.claims.sub)',
    prints: 'alice',
  },
  '@example of createAuthSigner': {
    given: "import { createAuthSigner } from 'countersign/gateway'\nimport './given.js'",
    afterwards: "console.log(String(answer.access_token).split('.').length)",
    prints: '3',
  },
  '@example of fillTemplate': {
    given: "import { fillTemplate } from 'countersign/gateway'\nconst verdict = { claims: { sub: 'alice' } }",
    afterwards: 'console.log(address)',
    prints: '/users/alice/orders',
  },
}
