import type { Draw } from '../draw.ts'
import { ML_DSA, signAs } from '../keys.ts'
import { anyJson, jsonText, longJson, type Member, objectText } from './json.ts'
import { LONG, mutateText, repeated } from './text.ts'

/** Of a thousand tokens, so many are made for each. HMAC costs nothing, and RSA most. */
const SHARES: readonly (readonly [alg: string, share: number])[] = [
  ...([
    ['HS256', 925],
    ['HS384', 10],
    ['HS512', 10],
    ['EdDSA', 15],
    ['Ed25519', 10],
    ['ES256', 24],
  ] as const),
  ...([
    ['RS256', 3],
    ['PS256', 2],
    ['ES512', 1],
    ['Ed448', 2],
  ] as const),
  ...Object.keys(ML_DSA).map((alg) => [alg, 2] as const),
]

export function algorithm(draw: Draw): string {
  let rest = draw.below(1000)
  for (const [alg, share] of SHARES) {
    rest -= share
    if (rest < 0) return alg
  }
  return 'HS256'
}

export const KIDS = ['1', '2', 'k', '__proto__', 'constructor', '../../dev/null', '', '1 x', 'é']
export const THUMBPRINTS = ['t1', 't2', 'k t1']

const ALGS = [
  'none',
  'nOnE',
  'NONE',
  'hs256',
  'HS256 ',
  'HS256',
  'HS384',
  'RS256',
  'ES256',
  'ES256K',
  'EdDSA',
  'Ed25519',
  'Ed448',
  'ML-DSA-44',
]
/** Names in "crit", and of the parameters that it may name. */
const EXTENSIONS = ['exp', 'b64', 'x', 'http://example.com/x', '__proto__', 'constructor']

/** The text of a header. */
export function headerJson(draw: Draw, alg: string): string {
  const members: Member[] = []
  const add = (oneIn: number, name: string, json: () => string) => {
    if (draw.once(oneIn)) members.push([name, json()])
  }
  if (!draw.once(60)) members.push(['alg', draw.once(20) ? jsonText(draw, draw.pick(ALGS)) : jsonText(draw, alg)])
  if (draw.once(80)) members.push(['alg', anyJson(draw)])
  add(2, 'kid', () => (draw.once(10) ? anyJson(draw) : jsonText(draw, draw.pick(KIDS))))
  add(2, 'typ', () =>
    draw.once(10)
      ? anyJson(draw)
      : draw.pick(['"JWT"', '"jwt"', '"at+jwt"', '"application/at+jwt"', '"application/JWT"']),
  )
  add(20, 'cty', () => (draw.once(4) ? anyJson(draw) : '"JWT"'))
  add(8, 'x5t', () => (draw.once(10) ? anyJson(draw) : jsonText(draw, draw.pick(THUMBPRINTS))))
  add(8, 'x5t#S256', () => (draw.once(10) ? anyJson(draw) : jsonText(draw, draw.pick(THUMBPRINTS))))
  if (draw.once(8)) addCrit(draw, members)
  add(40, 'b64', () => draw.pick(['true', 'true', 'false', 'null', '"true"', '0', '1']))
  for (const name of EXTENSIONS) add(name === 'b64' ? 60 : 30, name, () => anyJson(draw))
  add(20, draw.pick(['jwk', 'jku', 'x5u', 'x5c', 'enc', 'zip']), () => anyJson(draw))
  add(3000, 'long', () => longJson(draw))
  add(40, draw.pick(['alg', 'kid', 'crit', 'typ', 'b64', 'x']), () => anyJson(draw))
  // Its members in any order, since the last of two with one name would win.
  if (draw.once(3)) members.sort(() => draw.below(3) - 1)
  const text = objectText(draw, members)
  return draw.once(30) ? mutateText(draw, text) : text
}

/** A "crit" of names that are mostly there, and sometimes there twice, or registered. */
function addCrit(draw: Draw, members: Member[]): void {
  if (draw.once(6)) members.push(['crit', anyJson(draw)])
  else if (draw.once(1000))
    members.push(['crit', JSON.stringify(Array.from({ length: 4000 }, (_, index) => `x${index}`))])
  else {
    const names = draw.some(3, () => draw.pick(draw.once(6) ? ['alg', 'kid', 'crit', 'enc', 'p2c', 'zip'] : EXTENSIONS))
    members.push(['crit', `[${names.map((name) => jsonText(draw, name)).join(',')}]`])
    for (const name of new Set(names)) {
      const isThere = members.some(([each]) => each === name)
      if (!isThere && !draw.once(6)) members.push([name, name === 'b64' ? 'true' : anyJson(draw)])
    }
  }
}

/** Base64url, now and then of octets that are not UTF-8, or not quite base64url. */
function segment(draw: Draw, text: string): string {
  let octets = Buffer.from(text)
  if (draw.once(60)) {
    const at = draw.below(octets.length + 1)
    octets = Buffer.concat([
      octets.subarray(0, at),
      draw.octets(1 + draw.below(3)),
      octets.subarray(at + draw.below(2)),
    ])
  }
  if (draw.once(100)) octets = Buffer.concat([Buffer.from('\ufeff'), octets])
  return draw.once(40) ? bend(draw, octets) : octets.toString('base64url')
}

/** What a lenient decoder takes for the same octets. */
export function bend(draw: Draw, octets: Buffer): string {
  const text = octets.toString('base64url')
  const at = draw.below(text.length + 1)
  return draw.pick([
    () => octets.toString('base64'),
    () => `${text}=`,
    () => text.slice(0, at) + draw.pick(['\n', ' ', '\r\n', '\t', '=', '.', '\0', '*']) + text.slice(at),
    () => text.slice(0, -1) + String.fromCharCode(text.charCodeAt(text.length - 1) + 1 + draw.below(2)),
    () => text.slice(0, at) + String.fromCharCode(text.charCodeAt(at) + 256) + text.slice(at + 1),
    () => `${text}A`,
    () => text.replaceAll('_', '/').replaceAll('-', '+'),
  ])()
}

/** A token of this header and payload, signed; what is changed before the signature is signed as it stands. */
export function token(draw: Draw, alg: string, header: string, payload: string): string {
  const input = `${segment(draw, header)}.${segment(draw, payload)}`
  const signature = signAs(alg, input)
  const sealed = `${input}.${draw.once(20) ? bend(draw, signature) : signature.toString('base64url')}`
  return draw.once(3) ? change(draw, sealed, alg) : sealed
}

function change(draw: Draw, sealed: string, alg: string): string {
  const [header = '', payload = '', signature = ''] = sealed.split('.')
  const octets = Buffer.from(signature, 'base64url')
  const write = (bytes: Uint8Array) => `${header}.${payload}.${Buffer.from(bytes).toString('base64url')}`
  const half = octets.length / 2
  return draw.pick([
    () => mutateText(draw, sealed),
    () => mutateText(draw, sealed),
    () => `${payload}.${header}.${signature}`,
    () => `${header}.${payload}.`,
    () => `${header}.${payload}`,
    () => `${sealed}.${signature}`,
    () => `.${payload}.${signature}`,
    () => `${header}..${signature}`,
    () => `${header}.${mutateText(draw, payload)}.${signature}`,
    () => `${draw.pick([' ', '\n', 'Bearer ', '\ufeff'])}${sealed}`,
    () => `${sealed}${draw.pick([' ', '\n', '=', '\0'])}`,
    () => write(octets.subarray(1)),
    () => write(Buffer.concat([Buffer.of(0), octets])),
    () => write(octets.map((octet, index) => (index === draw.below(octets.length) ? octet ^ 1 : octet))),
    () => write(new Uint8Array(octets.length)),
    () => write(new Uint8Array(octets.length).fill(255)),
    () => write(Buffer.concat([octets.subarray(half), octets.subarray(0, half)])),
    () => write(Buffer.concat([new Uint8Array(half), octets.subarray(half)])),
    () => (draw.once(100) ? `${header}.${repeated(draw, LONG)}.${signature}` : write(signAs(alg, header))),
    () =>
      draw.once(100) ? repeated(draw, LONG) : write(signAs(draw.pick(['HS256', 'HS384']), `${header}.${payload}`)),
  ])()
}
