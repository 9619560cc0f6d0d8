import { randomUUID } from 'node:crypto'
import type { Claims } from '../claims.ts'
import type { Alg } from '../jwa.ts'
import { importSigningKey } from '../jwk.ts'
import { createSigner } from '../signer.ts'
import { type Command, type Given, WrongUse } from './command.ts'
import { checkAlg, parseObject, readArgument, readKey, secondsOf, usable } from './input.ts'

export const sign: Command = {
  summary: 'sign claims as a JWT',
  usage: '[CLAIMS]',
  options: {
    key: { value: 'FILE', help: 'the private or secret key: a JWK, a JWK Set, or PEM' },
    kid: { value: 'KID', help: 'which key of a set' },
    alg: { value: 'ALG', help: 'the algorithm, where the key does not say it' },
    issuer: { value: 'ISS', help: 'adds "iss"' },
    subject: { value: 'SUB', help: 'adds "sub"' },
    audience: { value: 'AUD', multiple: true, help: 'adds "aud"; may be there several times' },
    'expires-in': { value: 'TIME', help: 'adds "exp": seconds from now, or 15m, 1h30m' },
    'not-before': { value: 'TIME', help: 'adds "nbf": seconds from now, or 15m, 1h30m' },
    'issued-at': { help: 'adds "iat"' },
    'jwt-id': { help: 'adds a "jti" of its own' },
    typ: { value: 'TYP', help: 'the header\'s "typ", such as at+jwt' },
  },
  examples: [
    'sign --key key.json --issuer https://id.example --expires-in 5m \'{"sub":"alice"}\'',
    'sign --key key.pem --alg RS256 < claims.json',
  ],

  async run(given) {
    const path = given.text('key')
    if (path === undefined) throw new WrongUse('--key is missing')
    const alg = given.text('alg') as Alg | undefined
    const jwk = await usable(path, () => readKey('--key', path, given.text('kid')))
    checkAlg(path, [jwk], alg)
    const key = await usable(path, () => importSigningKey(jwk, alg === undefined ? {} : { alg }))
    const computed = await usable('the options', () =>
      createSigner({ key, ...headerOf(given), claims: claimsOf(given), ...computedClaimsOf(given) }),
    )
    const token = await computed(parseObject("the claims' text", await readClaims(given)) as Claims)
    return { human: token, json: { token } }
  },
}

/** Claims may be missing where options give some. */
async function readClaims(given: Given): Promise<string> {
  const isEmpty = given.positionals.length === 0 && process.stdin.isTTY
  return isEmpty && Object.keys(claimsOf(given)).length > 0 ? '{}' : readArgument("claims' text", given)
}

function headerOf({ text }: Given): { header?: { typ: string } } {
  const typ = text('typ')
  return typ === undefined ? {} : { header: { typ } }
}

function claimsOf({ text, texts }: Given): Claims {
  const audience = texts('audience')
  const claims = {
    iss: text('issuer'),
    sub: text('subject'),
    aud: audience?.length === 1 ? audience[0] : audience,
  }
  return Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== undefined))
}

function computedClaimsOf(given: Given): object {
  const computed = {
    issuedAt: given.has('issued-at') || undefined,
    expiresIn: secondsOf('expires-in', given),
    notBefore: secondsOf('not-before', given),
    jwtId: given.has('jwt-id') ? randomUUID : undefined,
  }
  return Object.fromEntries(Object.entries(computed).filter(([, value]) => value !== undefined))
}
