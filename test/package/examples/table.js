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
