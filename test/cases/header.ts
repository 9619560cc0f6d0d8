import { forge, seal, segment } from '../forge.ts'
import { attack, type Case, type Policy, SECRET } from '../verdict.ts'

/** A token with this text or these octets as its header, and a good HS256 signature. */
function headed(header: string | Uint8Array): string {
  return forge(header, { sub: 'alice' }, SECRET, 'HS256')
}

function rows(
  rule: string,
  verdict: string,
  headers: readonly (readonly [title: string, header: string | Uint8Array])[],
  policy: Policy = {},
): Case[] {
  return headers.map(([title, header]) => ({ rule, title, token: headed(header), verdict, policy }))
}

/** Titles that are the headers themselves. */
function plain(headers: readonly string[]): [string, string][] {
  return headers.map((header) => [header, header])
}

const bytes = (...octets: number[]) => Uint8Array.from(octets)
const around = (octets: Uint8Array) => Buffer.concat([Buffer.from('{"alg":"HS256","kid":"'), octets, Buffer.from('"}')])

const UNKNOWN_ALGS = [
  ...['none', 'None', 'NONE', 'nOnE', 'foo', '', 'hs256', 'Hs256', 'HS256 ', ' HS256', 'HS256\u0000', 'HS25', 'HS2560'],
  ...['HS', 'SHA256', 'RSA', 'es256', 'ES256K', 'A128KW', 'dir', 'ＨＳ256', '__proto__', 'constructor', 'toString'],
]
const UNTYPED_ALGS: readonly unknown[] = [['none'], ['HS256'], [], {}, { toString: 'HS256' }, 256, 0, true, false, null]

/** R1. Each with the MAC that it would have for HS256, and with no signature at all. */
export const ALG: readonly Case[] = attack(1, [
  ...[...UNKNOWN_ALGS.map((alg) => JSON.stringify(alg)), ...UNTYPED_ALGS.map((alg) => JSON.stringify(alg))].flatMap(
    (alg, index) => {
      const header = `{"alg":${alg}}`
      const verdict = index < UNKNOWN_ALGS.length ? 'ERR_ALG_UNSUPPORTED' : 'ERR_JWS_INVALID'
      return [
        { rule: 'R1', title: `"alg" ${alg}`, token: headed(header), verdict },
        { rule: 'R1', title: `"alg" ${alg}, unsigned`, token: `${segment(header)}.${segment({})}.`, verdict },
      ]
    },
  ),
  ...rows('R1', 'ERR_JWS_INVALID', plain(['{}', '{"typ":"JWT"}', '{"Alg":"HS256"}', '{"ALG":"HS256"}'])),
])

/** R11, R12: what is a header at all. */
export const JSON_FORM: readonly Case[] = [
  ...attack(
    25,
    rows(
      'R11',
      'ERR_JWS_INVALID',
      plain([
        ...['', ' ', '[]', '[{"alg":"HS256"}]', '"HS256"', '"{}"', 'null', '1', 'true', '{', '{"alg":"HS256"'],
        ...['{"alg":"HS256"}x', '{"alg":"HS256"}{}', '{"alg":"HS256"},', '{"alg":"HS256",}', "{'alg':'HS256'}"],
        ...['{alg:"HS256"}', '{"alg":"HS256"}//', '{"alg":"HS256"}\u0000', '\u00a0{"alg":"HS256"}'],
      ]),
    ),
  ),
  ...attack(
    23,
    rows(
      'R11',
      'ERR_JWS_INVALID',
      plain([
        '{"alg":"none","alg":"HS256"}',
        '{"alg":"HS256","alg":"HS256"}',
        '{"alg":"none","\\u0061lg":"HS256"}',
        '{"\\u0061lg":"none","alg":"HS256"}',
        '{"alg":"HS256","kid":"a","kid":"b"}',
        '{"alg":"HS256","x":{"y":1,"y":1}}',
        '{"alg":"HS256","x":[{"y":1,"\\u0079":2}]}',
        '{"alg":"HS256","__proto__":1,"__proto__":2}',
        '{"alg":"HS256","":1,"":2}',
      ]),
    ),
  ),
  ...attack(
    24,
    rows('R11', 'ERR_JWS_INVALID', [
      ['a byte order mark', Buffer.from('\ufeff{"alg":"HS256"}')],
      ['FF in a string', around(bytes(0xff))],
      ['half a surrogate pair', around(bytes(0xed, 0xa0, 0x80))],
      ['an overlong "/"', around(bytes(0xc0, 0xaf))],
      ['a truncated sequence', around(bytes(0xe2, 0x82))],
      ['Latin-1', around(bytes(0xe9))],
      ['UTF-16', Buffer.from('{"alg":"HS256"}', 'utf16le')],
    ]),
  ),
  ...rows(
    'R11',
    'accepted',
    plain(['{"alg":"HS256","kid":"é€😀"}', ' \t\r\n{ "alg" : "HS256" }\n', '{"\\u0061lg":"HS256"}']),
  ),
  ...attack(39, rows('R11', 'accepted', [['nesting that is bounded', `{"alg":"HS256","x":${nested(63)}}`]])),
  ...attack(39, rows('R11', 'ERR_JWS_INVALID', [['nesting that is too deep', `{"alg":"HS256","x":${nested(64)}}`]])),
  ...attack(
    26,
    rows('R12', 'ERR_JWS_INVALID', plain(['{"__proto__":{"alg":"HS256"}}', '{"constructor":{"alg":"HS256"}}'])),
  ),
  ...attack(
    26,
    rows(
      'R12',
      'accepted',
      plain([
        '{"alg":"HS256","__proto__":{"crit":["x"],"b64":false}}',
        '{"alg":"HS256","__proto__":{"alg":"none","kid":5}}',
        '{"alg":"HS256","__proto__":null}',
        '{"alg":"HS256","constructor":1,"toString":2,"hasOwnProperty":3}',
      ]),
    ),
  ),
]

function nested(depth: number): string {
  return '['.repeat(depth) + ']'.repeat(depth)
}

const TEXTS = ['kid', 'typ', 'cty', 'x5t', 'x5t#S256']
const NO_TEXTS = ['0', '1', 'null', 'true', 'false', '["k1"]', '[]', '{}', '{"0":"k"}']

/** RFC 7515 §4.1: the types of what we read. */
export const MEMBER_TYPES: readonly Case[] = attack(
  8,
  TEXTS.flatMap((name) => [
    ...rows('R12', 'ERR_JWS_INVALID', plain(NO_TEXTS.map((value) => `{"alg":"HS256","${name}":${value}}`))),
    ...rows(
      'R12',
      'accepted',
      plain(['""', '"x"', '"../../dev/null"', '"__proto__"'].map((value) => `{"alg":"HS256","${name}":${value}}`)),
    ),
  ]),
)

/** The names that "crit" must not hold, whether they are there or not. */
export const REGISTERED_NAMES = [
  ...['alg', 'jku', 'jwk', 'kid', 'x5u', 'x5c', 'x5t', 'x5t#S256', 'typ', 'cty', 'crit'],
  ...['enc', 'zip', 'epk', 'apu', 'apv', 'iv', 'tag', 'p2s', 'p2c'],
]

/** R13: the form of "crit", which nobody's understanding changes. */
export const CRIT_FORM: readonly Case[] = attack(10, [
  ...rows(
    'R13',
    'ERR_CRIT',
    [
      ...plain(['null', 'false', 'true', '0', '1', '""', '"x"', '{}', '{"0":"x","length":1}'].map(critical)),
      ['"crit" present but empty', critical('[]')],
      ...plain(['["x","x"]', '["x","\\u0078"]', '["x","y","x"]', '["b64","b64"]'].map(critical)),
      ...plain(['[1]', '[null]', '[["x"]]', '[{}]', '["x",1]', '[true]'].map(critical)),
      ['a parameter that is not there', '{"alg":"HS256","crit":["x"]}'],
      ['a parameter that is there in another case', '{"alg":"HS256","X":1,"crit":["x"]}'],
      ['a parameter of the prototype', '{"alg":"HS256","crit":["toString"]}'],
      ['one parameter that is there and one that is not', '{"alg":"HS256","x":1,"crit":["x","y"]}'],
      ['"b64", which is not there', '{"alg":"HS256","crit":["b64"]}'],
    ],
    { crit: ['x', 'y', 'toString'] },
  ),
  ...rows(
    'R13',
    'ERR_CRIT',
    REGISTERED_NAMES.map((name) => [`"crit" with "${name}"`, registered(name)]),
  ),
  ...rows('R13', 'ERR_CRIT', [['an extension among registered ones', '{"alg":"HS256","x":1,"crit":["x","alg"]}']], {
    crit: ['x'],
  }),
])

/** With members for whatever `crit` may name. */
function critical(crit: string): string {
  return `{"alg":"HS256","x":1,"y":1,"1":1,"null":1,"true":1,"[object Object]":1,"b64":true,"crit":${crit}}`
}

function registered(name: string): string {
  const member = name === 'alg' || name === 'crit' ? '' : `"${name}":"x",`
  return `{"alg":"HS256",${member}"crit":["${name}"]}`
}

/** R13: what depends on who verifies; looking at such a token is not forbidden. */
export const EXTENSIONS: readonly Case[] = [
  ...attack(10, [
    ...rows('R13', 'ERR_CRIT', plain(['{"alg":"HS256","x":1,"crit":["x"]}', '{"alg":"HS256","exp":1,"crit":["exp"]}'])),
    ...rows('R13', 'ERR_CRIT', [['an understood extension in another case', '{"alg":"HS256","x":1,"crit":["x"]}']], {
      crit: ['X'],
    }),
    ...rows('R13', 'ERR_CRIT', [['one of two extensions understood', '{"alg":"HS256","x":1,"y":1,"crit":["x","y"]}']], {
      crit: ['x'],
    }),
    ...rows('R13', 'accepted', [['an understood extension', '{"alg":"HS256","x":1,"crit":["x"]}']], { crit: ['x'] }),
    ...rows('R13', 'accepted', [['two understood extensions', '{"alg":"HS256","x":null,"y":false,"crit":["y","x"]}']], {
      crit: ['x', 'y', 'z'],
    }),
    ...rows(
      'R13',
      'accepted',
      [['an understood extension called __proto__', '{"alg":"HS256","__proto__":1,"crit":["__proto__"]}']],
      { crit: ['__proto__'] },
    ),
    ...rows('R13', 'accepted', plain(['{"alg":"HS256","x":1}'])),
  ]),
  ...attack(11, [
    ...rows('R13', 'accepted', plain(['{"alg":"HS256","b64":true}', '{"alg":"HS256","b64":true,"crit":["b64"]}'])),
    ...['false', '"false"', '"true"', '0', '1', 'null', '[]', '{}'].flatMap((value) => [
      ...rows(
        'R13',
        'ERR_CRIT',
        plain([`{"alg":"HS256","b64":${value}}`, `{"alg":"HS256","b64":${value},"crit":["b64"]}`]),
      ),
      ...rows(
        'R13',
        'ERR_CRIT',
        [[`"b64" ${value}, which the caller claims to understand`, `{"alg":"HS256","b64":${value},"crit":["b64"]}`]],
        { crit: ['b64'] },
      ),
    ]),
    {
      rule: 'R13',
      title: 'a payload that is signed unencoded (RFC 7797)',
      token: seal(`${segment({ alg: 'HS256', b64: false, crit: ['b64'] })}.{"sub":"alice"}`, SECRET, 'HS256'),
      verdict: 'ERR_CRIT',
    },
  ]),
]
