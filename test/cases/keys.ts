import { createHmac, createPublicKey, type JsonWebKey } from 'node:crypto'
import { createLocalJwks, type Jwk, type VerificationKey } from '../../src/index.ts'
import type { Alg } from '../../src/jwa.ts'
import { changeSignature, flipSignatureBit, forge, segment, segmentsOf } from '../forge.ts'
import { ALGS, freshJwk, privateJwk, publicJwk } from '../keys.ts'
import type { Path } from '../paths.ts'
import { attack, type Case, keyOf, SECRET } from '../verdict.ts'

const CLAIMS = { sub: 'alice' }

/** A good token for each algorithm. */
const TOKENS = new Map(ALGS.map((alg) => [alg, forge({ alg }, CLAIMS, privateJwk(alg))]))

export function goodToken(alg: Alg): string {
  return TOKENS.get(alg) as string
}

function keyFor(alg: Alg): (path: Path) => VerificationKey {
  return (path) => keyOf(alg, path)
}

export const GOOD: readonly Case[] = ALGS.map((alg) => ({
  rule: 'R2',
  title: `a token of ${alg}`,
  token: goodToken(alg),
  keys: keyFor(alg),
  verdict: 'accepted',
}))

/** R2: every algorithm against the keys of every other one, the keys of the same curve and size included. */
export const OTHER_ALGORITHMS: readonly Case[] = attack(
  18,
  ALGS.flatMap((alg) =>
    ALGS.filter((other) => other !== alg).map((other) => ({
      rule: 'R2',
      title: `a token of ${alg} for a key of ${other}`,
      token: goodToken(alg),
      keys: keyFor(other),
      verdict: 'ERR_ALG_NOT_ALLOWED',
    })),
  ),
)

/** R4: MACs with what an attacker knows of a public key as their secret. */
export const CONFUSIONS: readonly Case[] = attack(
  4,
  (['RS256', 'PS256', 'ES256', 'EdDSA'] as const).flatMap((alg) =>
    publicTexts(alg).flatMap(([title, secret]) =>
      ['HS256', 'HS384', 'HS512'].map((mac) => {
        const input = `${segment({ alg: mac })}.${segment(CLAIMS)}`
        const signature = createHmac(`sha${mac.slice(2)}`, secret)
          .update(input)
          .digest('base64url')
        return {
          rule: 'R4',
          title: `${mac} with the ${title} of a key of ${alg} as its secret`,
          token: `${input}.${signature}`,
          keys: keyFor(alg),
          verdict: 'ERR_ALG_NOT_ALLOWED',
        }
      }),
    ),
  ),
)

function publicTexts(alg: Alg): [title: string, secret: string | Uint8Array][] {
  const jwk = publicJwk(alg)
  const key = createPublicKey({ key: jwk as JsonWebKey, format: 'jwk' })
  const pem = key.export({ type: 'spki', format: 'pem' }) as string
  const number = String(jwk.n ?? jwk.x)
  return [
    ['PEM', pem],
    ['PEM without its last line feed', pem.trimEnd()],
    ['SPKI', key.export({ type: 'spki', format: 'der' })],
    ['JWK', JSON.stringify(jwk)],
    ['number in base64url', number],
    ['number', Buffer.from(number, 'base64url')],
  ]
}

/** A key of nobody we know; one for all algorithms of RSA, which is slow to generate. */
const STRANGERS = new Map<string, Jwk>()

function strangersJwk(alg: Alg): Jwk {
  const { kty } = publicJwk(alg)
  const jwk = (kty === 'RSA' && STRANGERS.get(kty)) || freshJwk(alg)
  STRANGERS.set(kty, jwk)
  return { ...jwk, alg }
}

/** Everything that is not the signature of this very input. */
export const SIGNATURES: readonly Case[] = ALGS.flatMap((alg) => {
  const token = goodToken(alg)
  const [header, payload, signature] = segmentsOf(token)
  const { length } = Buffer.from(signature, 'base64url')
  // Rows of the catalogue: lengths are another attack on RSA than on the rest.
  const wrongLength = publicJwk(alg).kty === 'RSA' ? 15 : 13
  const forgeries: [rule: string, title: string, token: string, attack?: number][] = [
    ['R9', 'no signature', `${header}.${payload}.`, 2],
    ['R11', 'another payload', `${header}.${segment({ sub: 'mallory' })}.${signature}`],
    ['R11', 'a payload that is no JSON', `${header}.${segment('{')}.${signature}`],
    ['R11', 'a payload that is no object', `${header}.${segment('[]')}.${signature}`],
    ['R11', 'a payload that is not UTF-8', `${header}.${segment(Uint8Array.of(0xff))}.${signature}`],
    ['R11', 'an expired payload', `${header}.${segment({ exp: 1 })}.${signature}`],
    ['R2', 'another header', `${segment({ alg, typ: 'JWT' })}.${payload}.${signature}`],
    ['R2', 'the same header, written otherwise', `${segment(` {"alg":"${alg}"}`)}.${payload}.${signature}`],
    ['R2', 'the signature of another key', forge({ alg }, CLAIMS, strangersJwk(alg))],
    ['R14', 'the first bit of an octet turned over', flipSignatureBit(token, 0)],
    ['R14', 'a bit in the middle turned over', flipSignatureBit(token, length >> 1)],
    ['R14', 'the last bit turned over', flipSignatureBit(token, length - 1)],
    ['R14', 'an octet less', changeSignature(token, (octets) => octets.subarray(1)), wrongLength],
    ['R14', 'an octet less at its end', changeSignature(token, (octets) => octets.subarray(0, -1)), wrongLength],
    [
      'R14',
      'a zero octet more',
      changeSignature(token, (octets) => Buffer.concat([octets, Buffer.alloc(1)])),
      wrongLength,
    ],
    [
      'R14',
      'a zero octet before',
      changeSignature(token, (octets) => Buffer.concat([Buffer.alloc(1), octets])),
      wrongLength,
    ],
    ['R14', 'nothing but zeros', changeSignature(token, (octets) => Buffer.alloc(octets.length)), 12],
    ['R14', 'the signature twice', changeSignature(token, (octets) => Buffer.concat([octets, octets])), wrongLength],
  ]
  return forgeries.map(([rule, title, forged, row]) => ({
    rule,
    ...(row !== undefined && { attack: row }),
    title: `${alg}, ${title}`,
    token: forged,
    keys: keyFor(alg),
    verdict: 'ERR_JWS_SIGNATURE',
  }))
})

/** R7: the attacker's key, in the header of a token that it verifies. */
const ATTACKER = freshJwk('ES256')
const { d: _, ...ATTACKER_PUBLIC } = ATTACKER
const ATTACKER_URL = 'https://attacker.example/jwks.json'

const KEYS_IN_HEADERS = [
  { jwk: ATTACKER_PUBLIC },
  { jwk: ATTACKER_PUBLIC, kid: 'k1' },
  { jku: ATTACKER_URL },
  { jku: ATTACKER_URL, kid: 'k1' },
  { x5u: ATTACKER_URL },
  {
    x5c: [
      createPublicKey({ key: ATTACKER_PUBLIC as JsonWebKey, format: 'jwk' })
        .export({ type: 'spki', format: 'der' })
        .toString('base64'),
    ],
  },
  { jwk: ATTACKER_PUBLIC, jku: ATTACKER_URL, x5u: ATTACKER_URL, x5c: ['MII='], kid: 'attacker' },
]

export const HEADER_KEYS: readonly Case[] = attack(
  7,
  KEYS_IN_HEADERS.flatMap((members) => {
    const title = Object.keys(members).join(', ')
    const token = forge({ alg: 'ES256', ...members }, CLAIMS, ATTACKER)
    const set = { keys: [publicJwk('ES256', { kid: 'k1' })] }
    return [
      {
        rule: 'R7',
        title: `${title} in the header, one key`,
        token,
        keys: keyFor('ES256'),
        verdict: 'ERR_JWS_SIGNATURE',
      },
      {
        rule: 'R7',
        title: `${title} in the header, a set`,
        token,
        keys: (path: Path) => path.use(() => createLocalJwks(set)),
        verdict: members.kid === 'attacker' ? 'ERR_KEY_NOT_FOUND' : 'ERR_JWS_SIGNATURE',
      },
    ]
  }),
)

/** R8: five keys of one algorithm; the first four are tried. */
const FIVE = Array.from({ length: 5 }, () => freshJwk('HS256'))

export const TRIES: readonly Case[] = [...FIVE, SECRET].map((jwk, index) => ({
  rule: 'R8',
  title: index === 5 ? 'a token of none of five keys' : `a token of key ${index + 1} of five`,
  token: forge({ alg: 'HS256' }, CLAIMS, jwk),
  keys: (path) => {
    const keys = FIVE.map((entry) => path.importVerificationKey(entry))
    return () => keys
  },
  verdict: index < 4 ? 'accepted' : 'ERR_KEY_NOT_FOUND',
}))

/** R8: keys of other algorithms do not count as tries. */
export const FITTING_TRIES: readonly Case[] = [
  {
    rule: 'R8',
    title: 'four fitting keys behind five of another algorithm',
    token: forge({ alg: 'HS256' }, CLAIMS, FIVE[3] as (typeof FIVE)[number]),
    keys: (path) => {
      const others = FIVE.map(() => path.importVerificationKey(freshJwk('HS512')))
      const keys = [...others, ...FIVE.slice(0, 4).map((entry) => path.importVerificationKey(entry))]
      return () => keys
    },
    verdict: 'accepted',
  },
  {
    rule: 'R8',
    title: 'a token of none of four keys',
    token: forge({ alg: 'HS256' }, CLAIMS, SECRET),
    keys: (path) => {
      const keys = FIVE.slice(0, 4).map((entry) => path.importVerificationKey(entry))
      return () => keys
    },
    verdict: 'ERR_JWS_SIGNATURE',
  },
]

/** R3: key sources that know no key. */
export const NO_KEYS: readonly Case[] = attack(
  3,
  [undefined, null, []].flatMap((answer) =>
    [false, true].map((asynchronous) => ({
      rule: 'R3',
      title: `a key source that answers with ${JSON.stringify(answer)}${asynchronous ? ', as a promise' : ''}`,
      token: goodToken('HS256'),
      keys: () => () => (asynchronous ? Promise.resolve(answer) : answer) as never,
      verdict: 'ERR_KEY_NOT_FOUND',
      asynchronous,
    })),
  ),
)
