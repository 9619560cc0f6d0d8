// What the old and the new snippet below each heading of a guide must have in common: an expression that follows each. KrakenD's
// snippets are JSON, which its expressions know as `config`.

export interface Pair {
  readonly old: string
  readonly ours: string
}

const VERIFIES: Pair = { old: 'payload', ours: 'claims' }
const LOOKS: Pair = { old: 'payload', ours: 'payload' }
const REASON: Pair = { old: 'reason', ours: 'reason' }

/** Each side's token, as the other reads it. */
const signs = (reader: string, key = 'publicJwk'): Pair => ({
  old: `await byOurs(signed, ${key})`,
  ours: `await ${reader}(signed, ${key})`,
})

export const GUIDES: Readonly<Record<string, Readonly<Record<string, Pair>>>> = {
  'from-jose': {
    'Verify with a remote key set': VERIFIES,
    'Verify with one key': VERIFIES,
    Sign: { old: 'await byOurs(signed)', ours: 'await byJose(signed)' },
    'Read a key from PEM': VERIFIES,
    'Sign any payload': {
      old: 'String((await verifyCompact(jws, importVerificationKey(publicJwk))).payload)',
      ours: "String((await compactVerify(jws, await importJWK(publicJwk, 'ES256'))).payload)",
    },
    'Sign as JSON': {
      old: 'String((await verifyFlattened(jws as FlattenedJws, importVerificationKey(publicJwk))).payload)',
      ours: "String((await flattenedVerify(jws as FlattenedJWS, await importJWK(publicJwk, 'ES256'))).payload)",
    },
    'Make a key': { old: '[privateKey, publicKey].map(shape)', ours: '[privateKey, publicKey].map(shape)' },
    'Ask what went wrong': REASON,
  },
  'from-jsonwebtoken': {
    'Verify with a secret': VERIFIES,
    'Sign with a secret': signs('byJsonwebtoken', 'secretJwk'),
    'Verify with a public key': VERIFIES,
    'Sign with a private key': signs('byJsonwebtoken'),
    'Choose the key by its id': VERIFIES,
    'Look without verifying': LOOKS,
    'Ask what went wrong': REASON,
  },
  'from-fast-jwt': {
    'Verify with a secret': VERIFIES,
    'Sign with a secret': signs('byFastJwt', 'secretJwk'),
    'Verify with a public key, and remember tokens': VERIFIES,
    'Sign with a private key': signs('byFastJwt'),
    'Choose the key by its id': VERIFIES,
    'Look without verifying': LOOKS,
    'Ask what went wrong': REASON,
  },
  'from-aws-jwt-verify': {
    'Verify with keys behind an address': VERIFIES,
    'Verify with keys that you have': VERIFIES,
    'An access token of Cognito': VERIFIES,
    'A check of your own': VERIFIES,
    'Look without verifying': LOOKS,
    'Ask what went wrong': REASON,
  },
  'from-krakend': {
    'A validator': {
      old: '[await statuses(await createAuthValidator(config)), requests.map((each) => each.status), requests.at(-1)?.status]',
      ours: '[await statuses(validator), await statuses(validator), status]',
    },
    'A signer': {
      old: '[await (await createAuthSigner(config)).sign(body), { ...signedByKrakend, exp: body.exp }]',
      ours: '[answer, answer]',
    },
  },
}

/** Where an expression's names come from, unless the snippet imports them itself. */
export const SOURCES: Readonly<Record<string, readonly string[]>> = {
  '../guides/given.ts': [
    ...['body', 'cognitoToken', 'expired', 'jwks', 'privateJwk', 'privatePem', 'publicJwk', 'publicPem', 'publicPems'],
    ...['request', 'requests', 'secret', 'secretJwk', 'signedByKrakend', 'token', 'tokenOfSecret'],
  ],
  '../guides/read.ts': ['byFastJwt', 'byJose', 'byJsonwebtoken', 'byOurs', 'shape', 'statuses'],
  countersign: ['importVerificationKey', 'verifyCompact'],
  'countersign/gateway': ['createAuthSigner', 'createAuthValidator'],
  'countersign/jws': ['type FlattenedJws', 'verifyFlattened'],
  jose: ['compactVerify', 'type FlattenedJWS', 'flattenedVerify', 'importJWK'],
}
