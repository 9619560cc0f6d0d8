import { expect, test } from 'vitest'
import { createAuthSigner, createAuthValidator } from '../../src/gateway/index.ts'
import { createLocalJwks, createRemoteJwks, decodeUnverified, JoseError, type Jwk } from '../../src/index.ts'
import {
  externalSigningKey,
  jwkFromCertificate,
  jwkFromPkcs1,
  jwkFromPkcs8,
  jwkFromSec1,
  jwkFromSecret,
  jwkFromSpki,
} from '../../src/keys/index.ts'
import { builtin } from '../../src/runtime.ts'
import { type ForgeKey, forge, segmentsOf } from '../forge.ts'
import { bearer, fileHost, jsonBytes, signerConfig, validatorConfig } from '../gateway/fixtures.ts'
import { freshJwk, privateJwk } from '../keys.ts'
import { NOW, policyOf, SECRET } from '../verdict.ts'
import { describeAttack } from './attack.ts'

// What a log gets to see of an error, whichever way it writes it, and whatever has caused it. The tokens of the tables are
// looked through in `refusals.test.ts`, and keys in `key-leak.test.ts`.

/** What Node, and those who follow it, print. */
const inspect = builtin<typeof import('node:util')>('node:util')?.inspect

/** Everything that is said about a value: message, stack, causes, members, as text, as JSON, and as Node prints it. */
function everythingSaid(value: unknown, depth = 0): string {
  if (depth > 8 || typeof value !== 'object' || value === null) return String(value)
  const error = value as Partial<Error>
  const members = Reflect.ownKeys(value).map((name) => `${String(name)} ${String(Reflect.get(value, name))}`)
  const printed = [
    inspect?.(value, { depth: Number.POSITIVE_INFINITY, showHidden: true, getters: true }) ?? '',
    toJson(value),
  ]
  const stack = String(error.stack).replace(/^\s+at .*$/gm, '')
  return [
    String(error.message),
    stack,
    ...members,
    ...printed.map(withoutStacks),
    everythingSaid(error.cause, depth + 1),
  ].join('\n')
}

const withoutStacks = (text: string): string => text.replace(/^\s*(\[cause\]: )?.*\n?\s+at .*$/gm, '')

function toJson(value: unknown): string {
  try {
    return JSON.stringify(value) ?? ''
  } catch {
    return ''
  }
}

/** Values that stand nowhere but in a token, a key or a configuration. */
const MARKS = {
  claim: 'mark-of-a-claim-value',
  kid: 'mark-of-a-kid',
  member: 'mark-of-a-member',
  secret: 'bWFyay1vZi1hLXNlY3JldC1tYXJrLW9mLWEtc2VjcmV0',
}

function expectNothing(error: unknown, ...more: readonly string[]): void {
  const said = everythingSaid(error)
  for (const mark of [...Object.values(MARKS), Buffer.from(MARKS.secret, 'base64url').toString(), ...more]) {
    expect(said.includes(mark), `"${mark}" in ${said.slice(0, 300)}`).toBe(false)
  }
}

async function errorOf(run: () => unknown): Promise<unknown> {
  try {
    await run()
  } catch (error) {
    return error
  }
  throw new Error('nothing was refused')
}

/** Of calls that not every platform finds wrong. */
async function errorIfAny(run: () => unknown): Promise<unknown> {
  return Promise.resolve()
    .then(run)
    .then(() => undefined)
    .catch((error: unknown) => error)
}

const KEY: ForgeKey = { kty: 'oct', alg: 'HS256', k: MARKS.secret, kid: MARKS.kid }

function marked(header: object, claims: unknown, key: ForgeKey = KEY): string {
  return forge({ alg: 'HS256', kid: MARKS.kid, ...header }, claims, key)
}

function tracesOf(token: string): string[] {
  const [header, payload, signature] = segmentsOf(token)
  return [header, payload, signature]
    .flatMap((part) => [part.slice(0, 16), part.slice(-16)])
    .filter((text) => text.length > 11)
}

const CLAIMS = { iss: MARKS.claim, sub: MARKS.claim, aud: MARKS.claim, [MARKS.member]: MARKS.claim, exp: NOW + 60 }

const TOKENS: readonly string[] = [
  marked({}, { ...CLAIMS, exp: NOW - 1 }),
  marked({}, { ...CLAIMS, exp: MARKS.claim }),
  marked({}, { ...CLAIMS, nbf: NOW + 1e6 }),
  marked({}, CLAIMS, freshJwk('HS256')),
  marked({ typ: MARKS.claim }, CLAIMS),
  marked({ crit: [MARKS.member], [MARKS.member]: 1 }, CLAIMS),
  marked({ crit: MARKS.member }, CLAIMS),
  forge({ alg: MARKS.claim }, CLAIMS, KEY, 'HS256'),
  forge(`{"alg":"HS256","${MARKS.member}":1,"${MARKS.member}":2}`, CLAIMS, KEY, 'HS256'),
  marked({}, `{"a":"${MARKS.claim}`),
  `${marked({}, CLAIMS)}.${MARKS.claim}`,
  MARKS.claim,
]

describeAttack(41, (path) => {
  test('of tokens, verified and merely looked at', async () => {
    const key = path.importVerificationKey(KEY as Jwk)
    const policy = policyOf({ issuer: 'https://id.example', audience: 'api', subject: 'alice', typ: 'at+jwt' })
    for (const token of TOKENS) {
      expectNothing(await errorOf(() => path.verifyJwt(token, key, policy)), ...tracesOf(token))
      expectNothing(await errorOf(() => path.createVerifier({ ...policy, keys: key })(token)), ...tracesOf(token))
    }
    expectNothing(await errorOf(() => decodeUnverified(MARKS.claim)))
  })

  test('of what was to be signed', async () => {
    const key = path.importSigningKey(SECRET)
    for (const claims of [{ ...CLAIMS, exp: MARKS.claim }, { ...CLAIMS, aud: { a: MARKS.claim } }, MARKS.claim]) {
      expectNothing(await errorOf(() => path.signJwt(claims as never, key)))
    }
    expectNothing(await errorOf(() => path.signJwt({ sub: MARKS.claim }, key, { alg: MARKS.claim })))
    expectNothing(await errorOf(() => path.signJwt({ sub: MARKS.claim }, key, { kid: [MARKS.kid] as never })))
  })

  test('of keys and sets', async () => {
    const wrong: readonly object[] = [
      { ...KEY, alg: MARKS.claim },
      { ...KEY, use: MARKS.claim },
      { ...KEY, key_ops: [MARKS.claim] },
      { ...KEY, kty: MARKS.claim },
      { ...KEY, k: `${MARKS.secret}=` },
      { ...KEY, alg: 'HS512' },
      { ...privateJwk('ES256'), d: MARKS.secret },
      { ...privateJwk('RS256'), d: MARKS.secret },
    ]
    for (const jwk of wrong) {
      const traces = [privateJwk('ES256').d, privateJwk('RS256').p].map((text) => String(text).slice(0, 16))
      expectNothing(await errorOf(() => path.importVerificationKey(jwk as Jwk)), ...traces)
      expectNothing(await errorOf(() => path.importSigningKey(jwk as Jwk)), ...traces)
      expectNothing(await errorOf(() => createLocalJwks({ keys: [jwk as Jwk] })), ...traces)
    }
    expectNothing(await errorOf(() => createLocalJwks({ keys: MARKS.claim } as never)))
  })

  test('of keys in other forms, and of keys that are elsewhere', async () => {
    const body = Buffer.from(MARKS.secret, 'base64url').toString('base64')
    const readers: readonly (readonly [label: string, read: (key: string | Uint8Array) => Jwk])[] = [
      ['PUBLIC KEY', jwkFromSpki],
      ['PRIVATE KEY', jwkFromPkcs8],
      ['RSA PRIVATE KEY', jwkFromPkcs1],
      ['EC PRIVATE KEY', jwkFromSec1],
      ['CERTIFICATE', jwkFromCertificate],
    ]
    for (const [label, read] of readers) {
      const pem = `-----BEGIN ${label}-----\n${body}\n-----END ${label}-----\n`
      for (const wrong of [pem, `${pem}${MARKS.secret}`, MARKS.secret, Buffer.from(MARKS.secret, 'base64url')]) {
        expectNothing(await errorOf(() => read(wrong)), body)
      }
    }
    expectNothing(await errorOf(() => jwkFromSecret(MARKS.secret as never)))
    expectNothing(
      await errorOf(() => path.importSigningKey({ kty: 'AKP', alg: 'ML-DSA-44', priv: MARKS.secret } as Jwk)),
    )
    for (const answer of [MARKS.secret, Buffer.from(MARKS.secret, 'base64url'), null]) {
      const key = externalSigningKey({ alg: 'ES256', sign: () => answer as Uint8Array })
      if (path.name !== 'sync') expectNothing(await errorOf(() => path.signJwt({ sub: MARKS.claim }, key)))
    }
  })

  if (path.name === 'sync') return

  test('of how a key server is asked, though the call is wrong', async () => {
    const headers = [{ authorization: `Bearer\n${MARKS.secret}` }, { authorization: `${MARKS.secret}\u0141` }]
    for (const each of headers) {
      expectNothing(await errorIfAny(() => createRemoteJwks('https://id.example/', { headers: each })))
    }
    for (const address of [`https://user:${MARKS.secret}@id.example/`, `https://a b/?${MARKS.secret}`, MARKS.secret]) {
      expectNothing(await errorIfAny(() => createRemoteJwks(address)))
      expectNothing(await errorIfAny(() => createRemoteJwks({ href: address })))
    }
  })

  test('of what a key server answers', async () => {
    const token = marked({}, CLAIMS)
    const answers: readonly (readonly [body: string, status: number, type: string])[] = [
      [`{"keys":"${MARKS.claim}"}`, 200, 'application/json'],
      [`{"keys":[{"kty":"oct","k":"${MARKS.secret}","kid":"${MARKS.kid}"`, 200, 'application/json'],
      [JSON.stringify({ keys: [KEY] }), 200, 'application/json'],
      [MARKS.secret, 500, 'text/plain'],
      [MARKS.secret, 200, 'text/plain'],
    ]
    for (const [body, status, type] of answers) {
      const fetch = async () => new Response(body, { status, headers: { 'content-type': type } })
      const keys = createRemoteJwks('https://id.example/jwks.json', { fetch })
      expectNothing(await errorOf(() => path.verifyJwt(token, keys, policyOf())), ...tracesOf(token))
    }
  })

  test('of a gateway, in its verdicts, its log and its start', async () => {
    const log: string[] = []
    const host = {
      ...fileHost({ keys: [KEY] }),
      now: () => NOW,
      log: (_: string, message: string) => void log.push(message),
    }
    const config = validatorConfig({
      issuer: 'https://id.example',
      audience: ['api'],
      roles: ['admin'],
      operation_debug: true,
    })
    const validator = await path.use(() => createAuthValidator(config, host))
    for (const token of [...TOKENS, marked({}, { ...CLAIMS, iss: 'https://id.example', aud: 'api' })]) {
      const verdict = await validator.validate(bearer(token))
      expect(verdict.ok).toBe(false)
      expectNothing(verdict, ...tracesOf(token))
      expectNothing((verdict as { error?: unknown }).error, ...tracesOf(token))
    }
    expect(log).toHaveLength(TOKENS.length + 1)
    for (const message of log) expectNothing(message, ...TOKENS.flatMap(tracesOf))

    for (const content of [
      { keys: [{ ...KEY, alg: 'HS512' }] },
      `{"keys":[{"k":"${MARKS.secret}"`,
      { keys: [MARKS.secret] },
    ]) {
      expectNothing(
        await errorOf(() => createAuthValidator(validatorConfig(), { readFile: async () => jsonBytes(content) })),
      )
      expectNothing(await errorOf(() => createAuthSigner(signerConfig(), { readFile: async () => jsonBytes(content) })))
    }
  })

  test('of a gateway that signs', async () => {
    const signer = await path.use(() => createAuthSigner(signerConfig(), fileHost()))
    for (const body of [
      { access_token: { ...CLAIMS, exp: MARKS.claim } },
      { other: MARKS.claim },
      { access_token: MARKS.claim },
    ]) {
      expectNothing(await errorOf(() => signer.sign(body)))
    }
    for (const text of [`{"access_token":{"exp":"${MARKS.claim}"}}`, `{"a":"${MARKS.claim}`, MARKS.claim]) {
      expectNothing(await errorOf(() => signer.signText(text)))
    }
  })
})

describeAttack(41, (path) => {
  test('which these tests would find', () => {
    const traces = tracesOf(marked({}, CLAIMS))
    for (const quoted of [MARKS.claim, MARKS.secret, traces[0], traces[5]]) {
      const errors = [
        new JoseError('ERR_JWT_CLAIM', `bad: ${quoted}`),
        new JoseError('ERR_JWT_CLAIM', 'bad', { cause: new Error(String(quoted)) }),
        Object.assign(new JoseError('ERR_JWT_CLAIM', 'bad'), { token: quoted }),
      ]
      for (const error of errors) expect(() => expectNothing(error, ...traces), path.name).toThrow()
    }
  })
})
