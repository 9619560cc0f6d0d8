/**
 * The sources that are mutated, each with the tests that are there to notice: a mutant that only a test of something else
 * notices, by chance, counts as one that lives. So a mutant costs seconds too, and not the whole suite.
 *
 * @type {readonly { name: string, sources: readonly string[], tests: readonly string[] }[]}
 */
export const CHAPTERS = [
  {
    name: 'base64url',
    sources: ['src/base64url.ts', 'src/buffer.ts'],
    tests: ['test/base64url.test.ts', 'test/buffer.test.ts', 'test/json-utf8.test.ts'],
  },
  {
    name: 'json',
    sources: ['src/json.ts'],
    tests: ['test/json*.test.ts', 'test/signer.test.ts', 'test/token-cache.test.ts'],
  },
  {
    name: 'claims',
    sources: ['src/claims.ts'],
    tests: ['test/claims.test.ts', 'test/jwt.test.ts', 'test/signer.test.ts', 'test/security/{clocks,tables}.test.ts'],
  },
  {
    name: 'jwks',
    sources: ['src/jwks/fetch.ts', 'src/jwks/local.ts', 'src/jwks/refresh.ts', 'src/jwks/remote.ts'],
    tests: ['test/jwks/*.test.ts', 'test/fitting-keys.test.ts', 'test/security/key-sets.test.ts'],
  },
  {
    name: 'gateway',
    sources: [
      'src/gateway/claim.ts',
      'src/gateway/config.ts',
      'src/gateway/decision.ts',
      'src/gateway/denylist.ts',
      'src/gateway/duration.ts',
      'src/gateway/go-json.ts',
      'src/gateway/host.ts',
      'src/gateway/key-source.ts',
      'src/gateway/lexemes.ts',
      'src/gateway/option-reader.ts',
      'src/gateway/propagation.ts',
      'src/gateway/refusal.ts',
      'src/gateway/secret-file.ts',
      'src/gateway/shared-keys.ts',
      'src/gateway/signer.ts',
      'src/gateway/tls-client.ts',
      'src/gateway/tls-config.ts',
      'src/gateway/token-source.ts',
      'src/gateway/validator.ts',
    ],
    // Without those that wait for real seconds.
    tests: ['test/gateway/!(faults|flood).test.ts', 'test/profiles/possession.test.ts'],
  },
  {
    name: 'jwk',
    sources: ['src/jwk.ts'],
    tests: [
      'test/{jwk*,new-algs,thumbprint,key,ec,rsa}.test.ts',
      'test/conformance/*.test.ts',
      'test/security/keys.test.ts',
    ],
  },
  {
    name: 'jws',
    sources: ['src/jws.ts', 'src/header.ts'],
    tests: [
      'test/jws.test.ts',
      'test/header.test.ts',
      'test/segments.test.ts',
      'test/sync.test.ts',
      'test/jwt.test.ts',
      'test/regressions.test.ts',
      'test/security/{keys,tables}.test.ts',
    ],
  },
]
