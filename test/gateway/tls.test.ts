import { getCiphers, type TlsOptions } from 'node:tls'
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { readValidatorConfig } from '../../src/gateway/config.ts'
import { type AuthValidatorOptions, createAuthValidator } from '../../src/gateway/index.ts'
import { type Certificate, chain, issue, unknownSpki } from './certificates.ts'
import { type FaultServer, startFaultServer } from './fault-server.ts'
import { bearer, makeToken, NOW, validatorConfig } from './fixtures.ts'

const TOKEN = makeToken({ claims: { exp: NOW + 60 } })
const LOOPBACK = ['127.0.0.1', 'localhost']
const ACCEPTED = { ok: true }
const UNAVAILABLE = { ok: false, status: 401, code: 'ERR_JWKS_UNAVAILABLE', retriable: true }

let root: Certificate
let intermediate: Certificate
let leaf: Certificate
let stranger: Certificate

beforeAll(() => {
  root = issue('Test root', { isAuthority: true })
  intermediate = issue('Test intermediate', { issuer: root, isAuthority: true })
  leaf = issue('Test server', { issuer: intermediate, hosts: LOOPBACK })
  stranger = issue('Stranger', { isAuthority: true, hosts: LOOPBACK })
})

const servers: FaultServer[] = []

afterEach(async () => {
  vi.unstubAllEnvs()
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
  await Promise.all(servers.splice(0).map((server) => server.stop()))
})

async function serve(options: TlsOptions = {}): Promise<FaultServer> {
  const server = await startFaultServer({ ...chain(leaf, intermediate), ...options })
  servers.push(server)
  return server
}

type Extra = Readonly<Record<string, unknown>>

/** A validator whose CA file holds the root, unless the options say otherwise. */
function open({ url }: { url: string }, extra: Extra = {}, options: AuthValidatorOptions = {}) {
  const config = { jwk_local_path: undefined, jwk_url: url, jwk_local_ca: 'ca.pem', ...extra }
  const readFile = async () => Buffer.from(root.pem)
  return createAuthValidator(validatorConfig(config), { now: () => NOW, readFile, ...options })
}

async function verdictOf(server: FaultServer, extra: Extra = {}, options: AuthValidatorOptions = {}) {
  return (await open(server, extra, options)).validate(bearer(TOKEN))
}

describe('the certificate of the key server', () => {
  test.each([
    ['alone', {}],
    ['with "disable_jwk_security"', { disable_jwk_security: true }],
    ['with the right pin', () => ({ jwk_fingerprints: [leaf.pin] })],
    ['with a cipher suite', { cipher_suites: [0xc02b] }],
  ])('of an unknown authority is refused: without "jwk_local_ca", %s', async (_, extra) => {
    const server = await serve()
    const further = typeof extra === 'function' ? extra() : extra
    expect(await verdictOf(server, { jwk_local_ca: undefined, ...further })).toMatchObject(UNAVAILABLE)
    expect(server.requests).toBe(0)
  })

  test('of an authority in "jwk_local_ca" is accepted, for each download', async () => {
    const server = await serve()
    const validator = await open(server)
    for (let count = 1; count <= 3; count++) {
      expect(await validator.validate(bearer(TOKEN))).toMatchObject(ACCEPTED)
      expect(server.requests).toBe(count)
    }
  })

  test('"jwk_local_ca" may hold several certificates, and text between them', async () => {
    const pem = `# one\n${stranger.pem}\r\n# two\n${root.pem}`
    expect(await verdictOf(await serve(), {}, { readFile: async () => Buffer.from(pem) })).toMatchObject(ACCEPTED)
  })

  test('of an authority that is not the one in "jwk_local_ca" is refused', async () => {
    const readFile = async () => Buffer.from(stranger.pem)
    expect(await verdictOf(await serve(), { disable_jwk_security: true }, { readFile })).toMatchObject(UNAVAILABLE)
  })

  test('for another host is refused, even with the right pin', async () => {
    const other = issue('Other', { issuer: intermediate, hosts: ['10.0.0.1', 'other.example'] })
    const server = await serve(chain(other, intermediate))
    for (const extra of [{}, { jwk_fingerprints: [other.pin] }]) {
      const verdict = await verdictOf(server, extra)
      expect(verdict).toMatchObject(UNAVAILABLE)
      expect(verdict).toHaveProperty('error.cause.code', 'ERR_TLS_CERT_ALTNAME_INVALID')
    }
    expect(server.requests).toBe(0)
  })

  test('that has expired is refused, even with the right pin', async () => {
    const old = issue('Old', { issuer: intermediate, hosts: LOOPBACK, notAfter: -1 })
    const verdict = await verdictOf(await serve(chain(old, intermediate)), { jwk_fingerprints: [old.pin] })
    expect(verdict).toMatchObject(UNAVAILABLE)
    expect(verdict).toHaveProperty('error.cause.code', 'CERT_HAS_EXPIRED')
  })

  test('is verified whatever NODE_TLS_REJECT_UNAUTHORIZED says', async () => {
    vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0')
    const server = await serve()
    const readFile = async () => Buffer.from(stranger.pem)
    expect(await verdictOf(server, {}, { readFile })).toMatchObject(UNAVAILABLE)
    expect(await verdictOf(server)).toMatchObject(ACCEPTED)
  })
})

describe('"jwk_fingerprints"', () => {
  const forms: readonly (readonly [form: string, write: (pin: string) => string])[] = [
    ['base64', (pin) => pin],
    ['base64 without padding', (pin) => pin.replace('=', '')],
    ['base64url', (pin) => Buffer.from(pin, 'base64').toString('base64url')],
    ['base64url with padding', (pin) => `${Buffer.from(pin, 'base64').toString('base64url')}=`],
  ]

  test.each(forms)('the pin of the leaf, the intermediate or the root, in %s', async (_, write) => {
    const server = await serve()
    for (const { pin } of [leaf, intermediate, root]) {
      expect(await verdictOf(server, { jwk_fingerprints: [write(pin)] })).toMatchObject(ACCEPTED)
    }
  })

  test('both alphabets, where they differ', async () => {
    let server = leaf
    while (!/\+.*\/|\/.*\+/.test(server.pin)) server = issue('Test server', { issuer: intermediate, hosts: LOOPBACK })
    const running = await serve(chain(server, intermediate))
    for (const [, write] of forms) {
      expect(await verdictOf(running, { jwk_fingerprints: [write(server.pin)] })).toMatchObject(ACCEPTED)
    }
  })

  test.each(['TLSv1.2', 'TLSv1.3'] as const)('are checked for each download, over %s', async (version) => {
    const server = await serve({ minVersion: version, maxVersion: version })
    for (const { pin } of [leaf, intermediate, root]) {
      const validator = await open(server, { jwk_fingerprints: [pin] })
      for (let count = 0; count < 3; count++) expect(await validator.validate(bearer(TOKEN))).toMatchObject(ACCEPTED)
    }
    expect(await verdictOf(server, { jwk_fingerprints: [stranger.pin] })).toMatchObject(UNAVAILABLE)
  })

  test('one of several is enough', async () => {
    const pins = [stranger.pin, intermediate.pin]
    expect(await verdictOf(await serve(), { jwk_fingerprints: pins })).toMatchObject(ACCEPTED)
  })

  test('none that fits: refused, and no answer is read', async () => {
    const server = await serve()
    const verdict = await verdictOf(server, { jwk_fingerprints: [stranger.pin] })
    expect(verdict).toMatchObject(UNAVAILABLE)
    expect(verdict).toHaveProperty('error.cause.message', expect.stringContaining('"jwk_fingerprints"'))
    await vi.waitFor(() => expect(server.connections).toBe(0), { timeout: 3000 })
  })

  test('a certificate that is sent beside the chain does not count', async () => {
    const server = await serve(chain(leaf, stranger, intermediate))
    expect(await verdictOf(server, { jwk_fingerprints: [stranger.pin] })).toMatchObject(UNAVAILABLE)
    expect(await verdictOf(server, { jwk_fingerprints: [intermediate.pin] })).toMatchObject(ACCEPTED)
  })

  test("nor does one that has the issuer's name and has signed nothing", async () => {
    const direct = issue('Direct', { issuer: root, hosts: LOOPBACK })
    const forged = issue(root.subject, { isAuthority: true })
    const server = await serve(chain(direct, forged))
    expect(await verdictOf(server)).toMatchObject(ACCEPTED)
    expect(await verdictOf(server, { jwk_fingerprints: [forged.pin] })).toMatchObject(UNAVAILABLE)
  })

  test('nor does one whose public key nobody can read, which harms nobody', async () => {
    const direct = issue('Direct', { issuer: root, hosts: LOOPBACK })
    const strange = issue(root.subject, { isAuthority: true, spki: unknownSpki() })
    const server = await serve({ ...chain(direct, strange), ciphers: 'DEFAULT@SECLEVEL=0' })
    expect(await verdictOf(server, { jwk_fingerprints: [strange.pin] })).toMatchObject(UNAVAILABLE)
  })
})

describe('"cipher_suites"', () => {
  const ECDHE_ECDSA_AES128_GCM = 0xc02b
  const ECDHE_ECDSA_AES256_GCM = 0xc02c
  const AES_256_GCM_OF_TLS_1_3 = 0x1302
  const oneSuite: TlsOptions = { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES128-GCM-SHA256' }

  test('one that the server has', async () => {
    const server = await serve(oneSuite)
    for (const suites of [[ECDHE_ECDSA_AES128_GCM], [ECDHE_ECDSA_AES256_GCM, ECDHE_ECDSA_AES128_GCM]]) {
      expect(await verdictOf(server, { cipher_suites: suites })).toMatchObject(ACCEPTED)
    }
  })

  test.each([
    ['TLS 1.2', [ECDHE_ECDSA_AES256_GCM]],
    ['TLS 1.3', [AES_256_GCM_OF_TLS_1_3]],
  ])('only one of %s that the server does not have', async (_, suites) => {
    const server = await serve(oneSuite)
    expect(await verdictOf(server, { cipher_suites: suites })).toMatchObject(UNAVAILABLE)
    expect(server.requests).toBe(0)
  })

  const always = ['TLS_AES_128_GCM_SHA256', 'TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256']
  test.each(always)('those of TLS 1.3 are always on: %s', async (one) => {
    const server = await serve({ minVersion: 'TLSv1.3', ciphers: one })
    for (const suites of [[ECDHE_ECDSA_AES128_GCM], [AES_256_GCM_OF_TLS_1_3]]) {
      expect(await verdictOf(server, { cipher_suites: suites })).toMatchObject(ACCEPTED)
    }
  })

  const cbc = ['002f', '0035', '003c', 'c009', 'c00a', 'c013', 'c014', 'c023', 'c027']
  const aead = ['009c', '009d', 'c02b', 'c02c', 'c02f', 'c030', 'cca8', 'cca9']
  test.each([...cbc, ...aead])('OpenSSL knows 0x%s', async (suite) => {
    const server = await serve({ minVersion: 'TLSv1.3' })
    expect(await verdictOf(server, { cipher_suites: [Number.parseInt(suite, 16)] })).toMatchObject(ACCEPTED)
  })
})

describe('a configuration that is refused', () => {
  const unused = { url: 'https://127.0.0.1:1/jwks.json' }
  const pem = (text: string) => ({ readFile: async () => Buffer.from(text) })
  const authority = issue('Authority', { isAuthority: true })
  const broken = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----'

  test.each([
    ['nothing', ''],
    ['text', 'not a certificate'],
    ['a broken certificate', broken],
    ['a broken certificate after a good one', `${authority.pem}\n${broken}`],
    ['a certificate without its end', authority.pem.slice(0, -10)],
    ['a private key', authority.keyPem],
  ])('a CA file that holds %s', async (_, text) => {
    await expect(open(unused, {}, pem(text))).rejects.toMatchObject({
      code: 'ERR_CONFIG',
      message: 'auth/validator: the file of "jwk_local_ca" holds no certificate in PEM',
      cause: expect.any(Error),
    })
  })

  test('"cipher_suites" in Deno, which would pass over them', async () => {
    vi.stubGlobal('Deno', {})
    await expect(open(unused, { cipher_suites: [0xc02b] }, pem(authority.pem))).rejects.toMatchObject({
      code: 'ERR_CONFIG',
      message: 'auth/validator: "cipher_suites" cannot be kept in Deno',
    })
    await expect(open(unused, {}, pem(authority.pem))).resolves.toBeDefined()
  })

  test.each([
    ['jwk_fingerprints', 'a pin of 31 octets', { jwk_fingerprints: ['A'.repeat(42)] }],
    ['jwk_fingerprints', 'a pin in hexadecimal', { jwk_fingerprints: ['ab'.repeat(32)] }],
    ['jwk_fingerprints', 'a pin with padding in it', { jwk_fingerprints: [`${'A'.repeat(20)}=${'A'.repeat(23)}`] }],
    ['jwk_fingerprints', 'a pin with a prefix', { jwk_fingerprints: [`sha256/${'A'.repeat(43)}=`] }],
    ['cipher_suites', 'an unknown number', { cipher_suites: [0xc02b, 0xffff] }],
    ['cipher_suites', 'RC4, which nobody has any more', { cipher_suites: [5] }],
    ['jwk_url', 'http:, to which TLS options cannot apply', { jwk_url: 'http://[::1]/', disable_jwk_security: true }],
  ])('"%s": %s', async (option, _, extra) => {
    await expect(open(unused, extra, pem(authority.pem))).rejects.toMatchObject({
      code: 'ERR_CONFIG',
      message: expect.stringContaining(`auth/validator: "${option}" `),
    })
  })

  test('a CA file that is not there', async () => {
    const config = validatorConfig({ jwk_local_path: undefined, jwk_url: unused.url, jwk_local_ca: 'no/such/ca.pem' })
    await expect(createAuthValidator(config)).rejects.toMatchObject({
      code: 'ERR_CONFIG',
      message: 'auth/validator: the file of "jwk_local_ca" cannot be read',
    })
  })

  test.each([
    ['jwk_local_ca', {}],
    ['jwk_fingerprints', { jwk_local_ca: undefined, jwk_fingerprints: ['A'.repeat(43)] }],
    ['cipher_suites', { jwk_local_ca: undefined, cipher_suites: [0xc02b] }],
  ])('%s in a runtime without node:https', async (option, extra) => {
    const { getBuiltinModule } = process
    vi.spyOn(process, 'getBuiltinModule').mockImplementation(((id: string) =>
      id === 'node:https' ? undefined : getBuiltinModule(id)) as typeof getBuiltinModule)
    await expect(open(unused, extra, pem(authority.pem))).rejects.toMatchObject({
      code: 'ERR_CONFIG',
      message: expect.stringMatching(new RegExp(`"${option}".* need Node's TLS`)),
    })
  })
})

test.each([
  [0x002f, 'AES128-SHA'],
  [0x0035, 'AES256-SHA'],
  [0x003c, 'AES128-SHA256'],
  [0x009c, 'AES128-GCM-SHA256'],
  [0x009d, 'AES256-GCM-SHA384'],
  [0xc009, 'ECDHE-ECDSA-AES128-SHA'],
  [0xc00a, 'ECDHE-ECDSA-AES256-SHA'],
  [0xc013, 'ECDHE-RSA-AES128-SHA'],
  [0xc014, 'ECDHE-RSA-AES256-SHA'],
  [0xc023, 'ECDHE-ECDSA-AES128-SHA256'],
  [0xc027, 'ECDHE-RSA-AES128-SHA256'],
  [0xc02b, 'ECDHE-ECDSA-AES128-GCM-SHA256'],
  [0xc02c, 'ECDHE-ECDSA-AES256-GCM-SHA384'],
  [0xc02f, 'ECDHE-RSA-AES128-GCM-SHA256'],
  [0xc030, 'ECDHE-RSA-AES256-GCM-SHA384'],
  [0xcca8, 'ECDHE-RSA-CHACHA20-POLY1305'],
  [0xcca9, 'ECDHE-ECDSA-CHACHA20-POLY1305'],
  [0x1301, 'TLS_AES_128_GCM_SHA256'],
  [0x1302, 'TLS_AES_256_GCM_SHA384'],
  [0x1303, 'TLS_CHACHA20_POLY1305_SHA256'],
])('cipher suite %i is %s, which OpenSSL knows', (number, name) => {
  const location = { jwk_local_path: undefined, jwk_url: 'https://id.example/jwks.json' }
  const { location: read } = readValidatorConfig(validatorConfig({ ...location, cipher_suites: [number] }))
  expect(read).toMatchObject({ tls: { ciphers: [name] } })
  expect(getCiphers()).toContain(name.toLowerCase())
})
