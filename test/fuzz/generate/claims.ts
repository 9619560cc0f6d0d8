import type { Draw } from '../draw.ts'
import type { Policy } from '../reference/claims.ts'
import { anyJson, longJson, type Member, objectText } from './json.ts'
import { mutateText } from './text.ts'

/** The second at which everything is verified, but for a fraction. */
export const NOW = 1_700_000_000

const ISSUERS = ['https://id.example', 'https://id.example', 'https://id.example/', 'b']
const AUDIENCES = ['api', 'api', 'https://api.example', 'https://api.example', 'b', '']
/** Seconds from now: around now, and around the tolerances, but mostly as it should be. */
const LATER = [3600, 3600, 86_400, 61, 60, 59, 2, 1, 0.5, 0, -0.5, -1, -60]
const BEFORE = [-3600, -60, -60, -61, -59, -2, -1, -0.5, 0, 0.5, 1, 60]
const ODD_TIMES = [
  '0',
  '-0',
  '1e400',
  '-1e400',
  '1.7E9',
  '17e8',
  '1700000000.0',
  '"1700000000"',
  'null',
  'true',
  '[]',
  '1e-400',
]

function timeJson(draw: Draw, times: readonly number[]): string {
  return draw.once(16) ? draw.pick(ODD_TIMES) : String(NOW + draw.pick(times))
}

function stringJson(draw: Draw, values: readonly string[]): string {
  if (draw.once(16)) return anyJson(draw)
  return JSON.stringify(draw.once(16) ? mutateText(draw, draw.pick(values)) : draw.pick(values))
}

function audienceJson(draw: Draw): string {
  if (draw.once(2)) return stringJson(draw, AUDIENCES)
  return `[${draw.some(3, () => stringJson(draw, AUDIENCES)).join(',')}]`
}

/** The text of claims: mostly good ones, with something that is not. */
export function claimsJson(draw: Draw): string {
  const members: Member[] = []
  const add = (oneIn: number, name: string, json: () => string) => {
    if (!draw.once(oneIn)) members.push([name, json()])
  }
  add(12, 'iss', () => stringJson(draw, ISSUERS))
  add(12, 'aud', () => audienceJson(draw))
  add(12, 'exp', () => timeJson(draw, LATER))
  add(2, 'nbf', () => timeJson(draw, BEFORE))
  add(3, 'iat', () => timeJson(draw, BEFORE))
  add(2, 'sub', () => stringJson(draw, ['alice', 'bob']))
  add(3, 'jti', () => stringJson(draw, ['1']))
  add(2, 'roles', () => draw.pick(['["a","b"]', '"a b"', '"b"', '[]', '{"a":1}', '["b",1]']))
  add(2, 'scope', () => draw.pick(['"read write"', '["read"]', '""', '7']))
  if (draw.once(3)) members.push([draw.pick(['a', 'x.y', '__proto__', 'toString', 'iss', 'exp']), anyJson(draw)])
  if (draw.once(2000)) members.push(['long', longJson(draw)])
  if (draw.once(24)) members.splice(draw.below(members.length + 1), 0, draw.pick([...members, ['exp', '0']]))
  const text = objectText(draw, members)
  return draw.once(20) ? mutateText(draw, text) : text
}

/** A policy that the claims above often satisfy. */
export function policy(draw: Draw): Policy {
  const maybe = <T>(oneIn: number, name: string, value: () => T) => (draw.once(oneIn) ? { [name]: value() } : {})
  return {
    issuer: draw.pick([null, 'https://id.example', ['b', 'https://id.example'], ISSUERS]),
    audience: draw.pick([null, 'api', ['api', 'b', 'https://api.example'], ['api', 'https://api.example']]),
    required: draw.once(8)
      ? draw.pick([['exp', 'iat'], ['sub'], ['__proto__'], ['toString']])
      : draw.pick([['exp'], []]),
    ...maybe(8, 'subject', () => draw.pick(['alice', 'bob'])),
    ...maybe(8, 'typ', () => draw.pick(['JWT', 'at+jwt', 'application/JWT'])),
    ...maybe(6, 'maxAge', () => draw.pick([0, 1, 60, 3600, 0.5])),
    ...maybe(2, 'clockTolerance', () => draw.pick([0, 1, 60, 0.25])),
    time: NOW + (draw.once(4) ? draw.pick([0.25, 0.5, 0.999]) : 0),
  }
}
