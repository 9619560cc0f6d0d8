import type { Jwk } from '../../../src/index.ts'
import type { Draw } from '../draw.ts'
import { PRIVATE_JWKS, publicJwk } from '../keys.ts'
import { anyJson } from './json.ts'
import { mutateText } from './text.ts'
import { bend, KIDS, THUMBPRINTS } from './token.ts'

const ALGS = [...Object.keys(PRIVATE_JWKS), 'ES384', 'none', 'RSA-OAEP', 'hs256', 'ES256K', 'dir', '']
const OPERATIONS = ['sign', 'verify', 'encrypt', 'wrapKey', 'deriveBits', 'x']
const NUMBERS = ['k', 'x', 'y', 'd', 'n', 'e', 'p', 'q', 'dp', 'dq', 'qi', 'pub', 'priv']

/** A JWK, as data: a good one with up to three members that are changed. */
export function jwk(draw: Draw, alg: string = draw.pick(Object.keys(PRIVATE_JWKS))): Jwk {
  const members: Record<string, unknown> = { ...(draw.once(3) ? PRIVATE_JWKS[alg] : publicJwk(alg)) }
  if (draw.once(2)) members.alg = alg
  if (draw.once(2)) members.kid = draw.pick(KIDS)
  if (draw.once(5)) members.x5t = draw.pick(THUMBPRINTS)
  if (draw.once(5)) members['x5t#S256'] = draw.pick(THUMBPRINTS)
  if (draw.once(4)) members.use = draw.once(4) ? draw.pick(['enc', 'SIG', '', 1]) : 'sig'
  if (draw.once(5)) members.key_ops = draw.once(8) ? anyValue(draw) : draw.some(3, () => draw.pick(OPERATIONS))
  for (let rounds = draw.below(4) - 1; rounds > 0; rounds--) changeMember(draw, members)
  return members as Jwk
}

function anyValue(draw: Draw): unknown {
  try {
    return JSON.parse(anyJson(draw))
  } catch {
    return null
  }
}

function changeMember(draw: Draw, members: Record<string, unknown>): void {
  const present = NUMBERS.filter((name) => Object.hasOwn(members, name))
  const number = draw.pick(present.length > 0 ? present : ['x'])
  draw.pick([
    () => {
      members[number] = changeOctets(draw, members[number])
    },
    () => {
      members[number] = changeOctets(draw, members[number])
    },
    () => {
      members[number] = typeof members[number] === 'string' ? mutateText(draw, members[number]) : ''
    },
    () => {
      delete members[draw.pick(Object.keys(members))]
    },
    () => {
      members[draw.pick([...Object.keys(members), 'oth', 'd', 'alg', 'kid', 'kty'])] = anyValue(draw)
    },
    () => {
      members.alg = draw.pick(ALGS)
    },
    () => {
      members.kty = draw.pick(['oct', 'RSA', 'EC', 'OKP', 'rsa', 'AKP', ''])
    },
    () => {
      members.crv = draw.pick(['P-256', 'P-384', 'P-521', 'Ed25519', 'Ed448', 'secp256k1', 'X25519', 'p-256'])
    },
    () => {
      // y of points of Ed25519 whose order divides 8, in some of their encodings.
      const last = draw.pick(['7f', 'ff', '00', '80'])
      const y = draw.pick([`01${'00'.repeat(30)}`, '00'.repeat(31), `ec${'ff'.repeat(30)}`, `ed${'ff'.repeat(30)}`])
      const order8 = [
        '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
        'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
      ]
      members.x = Buffer.from(draw.once(2) ? y + last : draw.pick(order8), 'hex').toString('base64url')
    },
    () => {
      // Of another key.
      const other = PRIVATE_JWKS[draw.pick(Object.keys(PRIVATE_JWKS))] as Jwk
      const name = draw.pick(Object.keys(other))
      members[name] = other[name]
    },
  ])()
}

function changeOctets(draw: Draw, value: unknown): unknown {
  const octets = Buffer.from(typeof value === 'string' ? value : '', 'base64url')
  const write = (...parts: Uint8Array[]) => Buffer.concat(parts).toString('base64url')
  return draw.pick([
    () => write(Buffer.of(0), octets),
    () => write(octets.subarray(1)),
    () => write(octets.subarray(0, -1)),
    () => write(octets, Buffer.of(draw.below(256))),
    () => write(octets.subarray(0, draw.below(octets.length + 1))),
    () => write(new Uint8Array(octets.length)),
    () => write(new Uint8Array(octets.length).fill(255)),
    () => write(Buffer.of(1)),
    () => write(Buffer.of(1), new Uint8Array(Math.max(0, octets.length - 1))),
    () => write(Buffer.from(octets).reverse()),
    () => {
      const index = draw.below(octets.length || 1)
      return write(octets.map((octet, place) => (place === index ? octet ^ (1 << draw.below(8)) : octet)))
    },
    () => write(draw.octets(octets.length)),
    () => bend(draw, octets),
    () => (draw.once(20) ? write(Buffer.alloc(3000, 255)) : write(octets, octets)),
  ])()
}

/** What may or may not be a set: keys of one type or of several, the same ids again, and entries that are none. */
export function jwkSet(draw: Draw, alg: string): unknown {
  if (draw.once(50)) return anyValue(draw)
  const only = draw.once(2) ? draw.pick(['HS256', 'ES256', 'EdDSA']) : undefined
  const keys: unknown[] = draw.some(draw.once(40) ? 9 : 4, () => jwk(draw, draw.once(3) ? only : alg))
  if (draw.once(60)) keys.push(anyValue(draw))
  return draw.once(200) ? { keys: { 0: keys[0] } } : { keys }
}
