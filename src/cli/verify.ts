import type { JoseError } from '../errors.ts'
import type { Alg } from '../jwa.ts'
import { createLocalJwks } from '../jwks/local.ts'
import { createRemoteJwks } from '../jwks/remote.ts'
import type { KeySource } from '../jws.ts'
import { systemClock } from '../options.ts'
import { createVerifier, type VerifierOptions } from '../verifier.ts'
import { type Command, type Given, WrongUse } from './command.ts'
import { checkAlg, readArgument, readKeys, secondsOf, usable } from './input.ts'
import { dateOf, listOf, toJson } from './output.ts'

export const verify: Command = {
  summary: 'verify a JWT and check its claims',
  usage: '[TOKEN]',
  options: {
    key: { value: 'FILE', help: 'the key or keys: a JWK, a JWK Set, or PEM' },
    'jwks-url': { value: 'URL', help: 'the address of a JWK Set, instead of --key' },
    alg: { value: 'ALG', multiple: true, help: 'the algorithms, where the keys do not say them' },
    issuer: { value: 'ISS', multiple: true, help: 'what "iss" must be; any of several' },
    'any-issuer': { help: 'leaves the issuer unchecked' },
    audience: { value: 'AUD', multiple: true, help: 'what "aud" must hold; any of several' },
    'any-audience': { help: 'leaves the audience unchecked' },
    subject: { value: 'SUB', help: 'what "sub" must be' },
    typ: { value: 'TYP', help: 'what the header\'s "typ" must be' },
    required: { value: 'CLAIM', multiple: true, help: 'claims that must be there, beside "exp"' },
    'without-exp': { help: 'takes tokens that never expire' },
    'max-age': { value: 'TIME', help: 'the most seconds since "iat", or 15m, 1h30m' },
    'clock-tolerance': { value: 'TIME', help: 'seconds by which clocks may differ' },
    now: { value: 'SECONDS', help: 'the time, in seconds since the epoch, instead of the clock' },
  },
  examples: [
    'verify --key jwks.json --issuer https://id.example --audience https://api.example < token.txt',
    'verify --jwks-url https://id.example/jwks.json --issuer https://id.example --any-audience eyJhbGciOi...',
  ],

  async run(given) {
    const now = timeOf('now', given)
    const keys = await openKeys(given)
    const check = await usable('the options', () => createVerifier({ keys, ...policyOf(given, now) }))
    const { header, claims, key } = await check(await readArgument('token', given))
    const signer = key.kid === undefined ? key.alg : `${key.alg}, key ${toJson(key.kid)}`
    return {
      human: [
        `valid: signed by ${signer}`,
        ...(now === undefined ? [] : [`judged at ${dateOf(now) ?? 'a time beyond the calendar'}`]),
        listOf('header', header),
        listOf('claims', claims, now ?? systemClock()),
      ].join('\n'),
      json: { valid: true, header, claims, key: { alg: key.alg, ...(key.kid !== undefined && { kid: key.kid }) } },
    }
  },
}

/** Seconds since the epoch, and no duration: as long after the epoch nothing has expired. */
function timeOf(name: string, { text }: Given): number | undefined {
  const written = text(name)
  if (written === undefined) return undefined
  const time = /^\d+(\.\d+)?$/.test(written) ? Number(written) : Number.NaN
  if (!Number.isFinite(time)) throw new WrongUse(`--${name} takes seconds since the epoch`)
  return time
}

/** R19: what is not checked has to be said. */
function policyOf(given: Given, now: number | undefined): Omit<VerifierOptions, 'keys'> {
  const { text, texts, has } = given
  const required = texts('required') ?? []
  const further = {
    subject: text('subject'),
    typ: text('typ'),
    maxAge: secondsOf('max-age', given),
    clockTolerance: secondsOf('clock-tolerance', given),
    now: now === undefined ? undefined : () => now,
  }
  return {
    issuer: decisionOf('issuer', given),
    audience: decisionOf('audience', given),
    required: has('without-exp') ? required : [...required, 'exp'],
    ...Object.fromEntries(Object.entries(further).filter(([, value]) => value !== undefined)),
  }
}

function decisionOf(name: 'issuer' | 'audience', { texts, has }: Given): readonly string[] | null {
  const values = texts(name)
  if (values && has(`any-${name}`)) throw new WrongUse(`--${name} and --any-${name} contradict each other`)
  if (values) return values
  if (has(`any-${name}`)) return null
  throw new WrongUse(`--${name} is missing; --any-${name} leaves it unchecked`)
}

async function openKeys({ text, texts }: Given): Promise<KeySource> {
  const path = text('key')
  const url = text('jwks-url')
  const algorithms = texts('alg') as readonly Alg[] | undefined
  const options = algorithms ? { algorithms } : {}
  if ((path === undefined) === (url === undefined)) throw new WrongUse('one of --key and --jwks-url must be there')
  if (path === undefined) return usable('--jwks-url', () => createRemoteJwks(addressOf(url as string), options))
  const keys = await usable(path, () => readKeys('--key', path))
  checkAlg(path, keys, algorithms)
  return usable(path, () => createLocalJwks({ keys: [...keys] }, options))
}

/** The library's own messages name options that are not here. */
function addressOf(url: string): string {
  const { protocol, username, password } = URL.canParse(url) ? new URL(url) : {}
  if (protocol !== 'https:') throw new WrongUse('--jwks-url takes an address that begins with https:')
  if (username !== '' || password !== '') throw new WrongUse('--jwks-url takes no address with a user or a password')
  return url
}

/** What a program is told of a refusal. */
export function refusalOf({ code, message, claim }: JoseError): object {
  return { valid: false, code, message, ...(claim !== undefined && { claim }) }
}
