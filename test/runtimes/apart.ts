// What not every runtime can run. Everything else runs everywhere, except that a test that uses a module of Node where
// there is none is set apart when it does (`portable/absent.ts`).

/** What tests need beyond ECMAScript, WebCrypto and Fetch. */
export type Need =
  | 'vitest' // what no bundle can do, in any runtime
  | 'node:crypto' // behind the library, and with it `countersign/sync` and the gateway's TLS
  | 'KeyObject' // node:crypto as Node has it, in the tests themselves
  | 'own options' // what node:crypto takes for options of a key are the key's own members
  | 'one node:crypto' // what tests watch is what the library uses, or it uses none
  | 'node:crypto alone' // the library chooses it for everything, where it is
  | 'PSS keys' // node:crypto takes keys that carry the parameters of RSA-PSS
  | 'equal PSS keys' // and compares them
  | 'patience' // seconds of waiting, which the oldest and the newest Node have for all
  | 'servers' // of node:http and node:tls
  | 'process' // the events, warnings and built-in modules of a Node process, to be watched and replaced
  | 'secure contexts' // a TLS server that changes its certificate
  | 'OpenSSL' // a TLS server that BoringSSL does not have
  | 'TLS options' // the suites, and the errors, of Node's TLS client
  | 'one request' // a fetch that does not ask again when a connection breaks
  | 'P-521 by ECDH'
  | 'any modulus' // RSA of 16384 bits, and public exponents of any size
  | 'late points' // takes a public key of Ed25519 that is no point, and fails to verify
  | 'cookies' // a Request that may carry any header
  | 'shallow JSON' // JSON.stringify gives up at some depth

export interface Apart {
  readonly file: string
  /** Which tests of the file; all, and then the file is not even loaded, where it is missing. */
  readonly test?: RegExp
  readonly needs: Need
  readonly why: string
}

const VITEST: readonly Apart[] = [
  { file: 'floor-plan.test.ts', needs: 'vitest', why: 'reads the sources, and says nothing about a runtime' },
  { file: 'security/catalogue.test.ts', needs: 'vitest', why: 'reads SECURITY.md, and says nothing about a runtime' },
  { file: 'jsr.test.ts', needs: 'vitest', why: 'compares two manifests, and says nothing about a runtime' },
  { file: 'security/sources.test.ts', needs: 'vitest', why: 'reads the sources, and says nothing about a runtime' },
  {
    file: 'backend/hmac.test.ts',
    test: /latin1Write|first MAC of the process/,
    needs: 'vitest',
    why: 'imports a module anew, with built-in modules of its own',
  },
  { file: 'buffer.test.ts', needs: 'vitest', why: 'imports a module anew, with built-in modules of its own' },
  { file: 'runtime.test.ts', needs: 'vitest', why: 'plays in Node the runtimes that are real here' },
]

const SYNCHRONOUS: readonly Apart[] = [
  { file: 'backend/choice.test.ts', needs: 'node:crypto', why: 'chooses between two backends' },
  { file: 'backend/thread.test.ts', needs: 'node:crypto', why: 'chooses between two backends' },
  { file: 'index.test.ts', needs: 'node:crypto', why: 'compares the entry points, countersign/sync among them' },
  { file: 'sync.test.ts', needs: 'node:crypto', why: 'is about countersign/sync' },
  { file: 'regressions.test.ts', test: /^sync:/, needs: 'node:crypto', why: 'is about countersign/sync' },
  { file: 'gateway/secret-file.test.ts', needs: 'node:crypto', why: 'encrypted files take MD5, which WebCrypto lacks' },
  {
    file: 'gateway/options.test.ts',
    test: /^(jwk_fingerprints|cipher_suites) .*: created$/,
    needs: 'node:crypto',
    why: "needs Node's TLS",
  },
]

const NODE_CRYPTO = "looks into Node's own crypto"

const KEY_OBJECTS: readonly Apart[] = [
  { file: 'backend/der.test.ts', needs: 'KeyObject', why: NODE_CRYPTO },
  { file: 'backend/der.test.ts', needs: 'PSS keys', why: 'node:crypto refuses keys with the parameters of RSA-PSS' },
  { file: 'backend/hmac.test.ts', needs: 'KeyObject', why: NODE_CRYPTO },
  { file: 'properties/der.test.ts', test: /node:crypto verifies/, needs: 'KeyObject', why: NODE_CRYPTO },
  { file: 'backend/node.test.ts', needs: 'KeyObject', why: NODE_CRYPTO },
  {
    file: 'security/prototype.test.ts',
    test: /\((?:node|sync)\) > (?:RS|PS|ES|Ed|a signature)/,
    needs: 'own options',
    why: 'node:crypto looks for options in the prototype of objects of its own',
  },
  { file: 'key.test.ts', test: /^R14: .* attack 12/, needs: 'one node:crypto', why: NODE_CRYPTO },
]

const FILES: readonly Apart[] = [
  { file: 'key-forms/forms.test.ts', needs: 'KeyObject', why: 'has node:crypto write keys' },
  {
    file: 'key-forms/forms.test.ts',
    needs: 'PSS keys',
    why: 'node:crypto refuses keys with the parameters of RSA-PSS',
  },
  {
    file: 'key-forms/forms.test.ts',
    needs: 'equal PSS keys',
    why: 'node:crypto makes no RSA-PSS keys with parameters',
  },
  { file: 'key-forms/made.test.ts', test: /KeyObject|nothing is sniffed/, needs: 'KeyObject', why: NODE_CRYPTO },
]

const PROGRAMS: readonly Apart[] = [
  { file: 'key-forms/openssl.test.ts', needs: 'vitest', why: 'runs processes of openssl' },
  { file: 'key-forms/generated.test.ts', needs: 'vitest', why: "runs a process of Node; it is Node's alone" },
]

const CLI: readonly Apart[] = ['keys', 'tokens', 'usage'].map((name) => ({
  file: `cli/${name}.test.ts`,
  needs: 'vitest',
  why: "runs processes of Node; it is Node's alone",
}))

const SERVERS: readonly Apart[] = [
  { file: 'gateway/faults.test.ts', needs: 'servers', why: 'needs servers of node:tls, and certificates' },
  { file: 'gateway/tls.test.ts', needs: 'servers', why: 'needs servers of node:tls, and certificates' },
  { file: 'gateway/tls-transfer.test.ts', needs: 'servers', why: 'needs servers of node:tls, and certificates' },
]

const PATIENCE: readonly Apart[] = ['gateway/faults.test.ts', 'gateway/flood.test.ts'].map((file) => ({
  file,
  needs: 'patience',
  why: 'waits for seconds, in the oldest and the newest Node alone',
}))

const PROCESS: readonly Apart[] = [
  { file: 'regressions.test.ts', test: /^sync:/, needs: 'process', why: 'watches unhandledRejection' },
  {
    file: 'gateway/validator-verdict.test.ts',
    test: /log that is asynchronous/,
    needs: 'process',
    why: 'watches unhandledRejection',
  },
  { file: 'jwks/refresh.test.ts', test: /unhandled rejection/, needs: 'process', why: 'watches unhandledRejection' },
]

const COMPARED: readonly Apart[] = [
  {
    file: 'security/refusals.test.ts',
    test: /^R16: every path/,
    needs: 'node:crypto',
    why: 'compares the paths, and there is one',
  },
  {
    file: 'segments.test.ts',
    test: /the premise: the MAC|: node verifies/,
    needs: 'node:crypto',
    why: 'is about the codec of node:crypto',
  },
  {
    file: 'backend/choice.test.ts',
    test: /is node:crypto, where/,
    needs: 'node:crypto alone',
    why: 'the library mixes the two backends here',
  },
  {
    file: 'key.test.ts',
    test: /attack 12: ES(384|512) > r /,
    needs: 'node:crypto alone',
    why: 'the library mixes the two backends here',
  },
]

/** Where platforms differ, and the library cannot help it. */
const PLATFORMS: readonly Apart[] = [
  { file: 'jwt.test.ts', test: /nested too deeply/, needs: 'shallow JSON', why: 'JSON.stringify knows no depth here' },
  { file: 'gateway/validator.test.ts', test: /cookie/, needs: 'cookies', why: 'a Request here keeps no Cookie header' },
  ...['jwks/fetch.test.ts', 'jwks/remote-age.test.ts', 'gateway/validator-keys.test.ts'].map((file) => ({
    file,
    test: /no connection: |a broken connection|a connection that is closed/,
    needs: 'one request' as const,
    why: "counts requests, and the runtime's fetch asks again when a connection breaks",
  })),
  {
    file: 'ec.test.ts',
    test: /^P-521 .*(node:crypto|with d =)/,
    needs: 'P-521 by ECDH',
    why: 'compares with its ECDH',
  },
  {
    file: 'rsa.test.ts',
    test: /16384 bits|exponent > n-2/,
    needs: 'any modulus',
    why: 'the platform has narrower limits',
  },
  {
    file: 'jwk-octets.test.ts',
    test: /(node|sync) > .* x that is no point/,
    needs: 'late points',
    why: 'is refused earlier, with ERR_JWK_INVALID',
  },
  {
    file: 'backend/der.test.ts',
    test: /^R14: RSA-PSS keys .* written/,
    needs: 'equal PSS keys',
    why: 'node:crypto does not find such keys equal',
  },
  {
    file: 'gateway/faults.test.ts',
    test: / TLS, /,
    needs: 'secure contexts',
    why: 'changes the certificate of a server',
  },
  {
    file: 'gateway/tls.test.ts',
    test: /beside the chain|public key nobody can read|knows 0x003c|which OpenSSL knows/,
    needs: 'OpenSSL',
    why: 'its server cannot be set up on BoringSSL',
  },
  {
    file: 'gateway/tls.test.ts',
    test: /expired is refused, even|beside the chain/,
    needs: 'TLS options',
    why: 'rustls has errors and chains of its own',
  },
  {
    file: 'gateway/tls.test.ts',
    test: /cipher.suite/,
    needs: 'TLS options',
    why: 'Deno does not heed which cipher suites are allowed, so naming some is a configuration error there',
  },
  {
    file: 'gateway/options.test.ts',
    test: /^cipher_suites .*: created$/,
    needs: 'TLS options',
    why: 'Deno does not heed which cipher suites are allowed, so naming some is a configuration error there',
  },
]

export const APART: readonly Apart[] = [
  ...VITEST,
  ...SYNCHRONOUS,
  ...KEY_OBJECTS,
  ...FILES,
  ...PROGRAMS,
  ...CLI,
  ...SERVERS,
  ...PATIENCE,
  ...PROCESS,
  ...COMPARED,
  ...PLATFORMS,
]
