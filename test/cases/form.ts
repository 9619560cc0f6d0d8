import { forge, seal, segment, segmentsOf } from '../forge.ts'
import { attack, type Case, SECRET } from '../verdict.ts'

// R9: what is a token at all. R10: what is a segment.

const GOOD = forge({ alg: 'HS256' }, { sub: 'alice' }, SECRET)
const [HEADER, PAYLOAD, SIGNATURE] = segmentsOf(GOOD)

/** What looks like a token to those who call methods of it or turn it into a string. */
export const NOT_STRINGS: readonly (readonly [title: string, token: unknown])[] = [
  ['an array with a token', [GOOD]],
  ['a String object', new String(GOOD)],
  ['an object with toString', { toString: () => GOOD }],
  ['an object with the methods of a string', Object.setPrototypeOf({ length: GOOD.length }, String.prototype)],
  ['octets', Buffer.from(GOOD)],
  ['a number', 5],
  ['true', true],
  ['null', null],
  ['undefined', undefined],
  ['the flattened JSON serialization as an object', { protected: HEADER, payload: PAYLOAD, signature: SIGNATURE }],
]

const FLATTENED = JSON.stringify({ protected: HEADER, payload: PAYLOAD, signature: SIGNATURE })
// CVE-2022-39227: JSON to one parser, a compact token to another.
const POLYGLOT = `{"${HEADER}":"","x":".${PAYLOAD}.","protected":"${HEADER}","payload":"${PAYLOAD}","signature":"${SIGNATURE}"}`

export const FORM: readonly Case[] = [
  { rule: 'R9', title: 'three good segments', token: GOOD, verdict: 'accepted' },
  ...attack(
    22,
    NOT_STRINGS.map(([title, token]) => ({ rule: 'R9', title, token, verdict: 'ERR_JWS_INVALID' })),
  ),
  ...attack(
    2,
    invalid('R9', [
      ['nothing', ''],
      ['one segment', HEADER],
      ['two segments (stripped signature)', `${HEADER}.${PAYLOAD}`],
      ['two segments, with the signature', `${HEADER}.${SIGNATURE}`],
    ]),
  ),
  ...attack(
    21,
    invalid('R9', [
      ['a fourth segment', `${GOOD}.x`],
      ['a fourth, empty segment', `${GOOD}.`],
      ['an empty segment before the others', `.${GOOD}`],
      ['two dots and no more', '..'],
      ['an empty header', `.${PAYLOAD}.${SIGNATURE}`],
      ['five million dots', '.'.repeat(5_000_000), { maxTokenLength: 10_000_000 }],
      ['five million dots after a token', GOOD + '.'.repeat(5_000_000), { maxTokenLength: 10_000_000 }],
    ]),
  ),
  ...attack(
    37,
    invalid('R9', [
      ['five segments (JWE)', `${segment({ alg: 'dir', enc: 'A256GCM' })}..${PAYLOAD}.${PAYLOAD}.${SIGNATURE}`],
    ]),
  ),
  ...attack(38, [
    ...invalid('R9', [
      ['the flattened JSON serialization', FLATTENED],
      ['the general JSON serialization', JSON.stringify({ payload: PAYLOAD, signatures: [{ protected: HEADER }] })],
    ]),
    { rule: 'R9', title: 'JSON with a compact token in it', token: POLYGLOT, verdict: 'ERR_BASE64URL' },
  ]),
  ...attack(2, [
    { rule: 'R14', title: 'an empty signature', token: `${HEADER}.${PAYLOAD}.`, verdict: 'ERR_JWS_SIGNATURE' },
  ]),
  {
    rule: 'R11',
    title: 'an empty payload, signed',
    token: seal(`${HEADER}.`, SECRET, 'HS256'),
    verdict: 'ERR_JWT_INVALID',
  },
]

function invalid(rule: string, rows: readonly (readonly [string, string, Case['policy']?])[]): Case[] {
  return rows.map(([title, token, policy = {}]) => ({ rule, title, token, policy, verdict: 'ERR_JWS_INVALID' }))
}

// ---- R9: the length ----

/** A good token of exactly so many characters, which must not be 1 modulo 4 behind header and signature. */
export function tokenOfLength(length: number): string {
  const header = segment({ alg: 'HS256' })
  const payloadLength = length - header.length - SIGNATURE.length - 2
  const octets = Math.floor((payloadLength * 3) / 4)
  const token = seal(`${header}.${segment(`{"x":"${'y'.repeat(octets - 8)}"}`)}`, SECRET, 'HS256')
  if (token.length !== length) throw new Error(`no token has ${length} characters`)
  return token
}

export const LENGTH: readonly Case[] = [
  { rule: 'R9', title: '16384 characters by default', token: tokenOfLength(16384), verdict: 'accepted' },
  { rule: 'R9', title: '16385 characters by default', token: tokenOfLength(16385), verdict: 'ERR_JWS_INVALID' },
  {
    rule: 'R9',
    title: '16385 characters where they are allowed',
    token: tokenOfLength(16385),
    policy: { maxTokenLength: 16385 },
    verdict: 'accepted',
  },
  {
    rule: 'R9',
    title: 'exactly as many characters as allowed',
    token: GOOD,
    policy: { maxTokenLength: GOOD.length },
    verdict: 'accepted',
  },
  {
    rule: 'R9',
    title: 'one character more than allowed',
    token: GOOD,
    policy: { maxTokenLength: GOOD.length - 1 },
    verdict: 'ERR_JWS_INVALID',
  },
]

// ---- R10: malleable base64url ----

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/** Other texts that careless decoders take for the same octets, and texts that are none. */
const VARIANTS: readonly (readonly [title: string, change: (text: string) => string])[] = [
  ['padding', (text) => text + '='.repeat(4 - (text.length % 4))],
  ['one "=" too many', (text) => `${text}====`],
  ['"+" for "-"', (text) => text.replace('-', '+')],
  ['"/" for "_"', (text) => text.replace('_', '/')],
  ['a line feed behind it', (text) => `${text}\n`],
  ['a line feed before it', (text) => `\n${text}`],
  ['a space within it', (text) => `${text.slice(0, 4)} ${text.slice(4)}`],
  ['a carriage return within it', (text) => `${text.slice(0, 4)}\r${text.slice(4)}`],
  ['a tab behind it', (text) => `${text}\t`],
  ['a zero octet behind it', (text) => `${text}\0`],
  ['a no-break space behind it', (text) => `${text}\u00a0`],
  ['a zero-width space before it', (text) => `\u200b${text}`],
  ['a byte order mark before it', (text) => `\ufeff${text}`],
  ['U+0141 for "A"', (text) => text.replace('A', '\u0141')],
  ['U+FF21 for "A"', (text) => text.replace('A', '\uff21')],
  ['the lowest unused bit set', (text) => setUnusedBits(text, 1)],
  ['the highest unused bit set', (text) => setUnusedBits(text, text.length % 4 === 2 ? 8 : 2)],
  ['a length of 1 modulo 4', (text) => text + 'A'.repeat((5 - (text.length % 4)) % 4)],
  ['a percent sign', (text) => `${text}%41`],
]

/** A token each of whose segments has the letters and the unused bits that the variants change. */
export const MALLEABLE = holding(0, (count) => {
  const payload = `   {"sub":"???>>>","n":${count}} `
  return forge(
    holding(2, (spaces) => `   {${' '.repeat(spaces)}"alg":"HS256","kid":"???>>>"}`),
    payload,
    SECRET,
  )
})

export const BASE64URL: readonly Case[] = attack(
  20,
  ['header', 'payload', 'signature'].flatMap((name, index) =>
    VARIANTS.map(([title, change]) => {
      const segments = segmentsOf(MALLEABLE)
      const changed = segments.map((text, place) => (place === index ? change(text) : text))
      const input = changed.slice(0, 2).join('.')
      return {
        rule: 'R10',
        title: `${title} in the ${name}`,
        // Signed as it stands, so that nothing but the form of the text is wrong.
        token: index === 2 ? changed.join('.') : seal(input, SECRET, 'HS256'),
        verdict: 'ERR_BASE64URL',
      }
    }),
  ),
)

function setUnusedBits(text: string, bits: number): string {
  const last = ALPHABET.indexOf(text.slice(-1))
  return text.slice(0, -1) + ALPHABET.charAt(last | bits)
}

/** The first text of a row that, in base64url, has an "A", a "-", a "_" and unused bits in each segment. */
function holding(start: number, make: (count: number) => string): string {
  for (let count = start; count < start + 1000; count++) {
    const text = make(count)
    const segments = text.includes('.') ? segmentsOf(text) : [segment(text)]
    if (segments.every((part) => /^(?=.*A)(?=.*-)(?=.*_)/.test(part) && part.length % 4 > 1)) return text
  }
  throw new Error('there is no such text')
}
