import type { Draw } from '../draw.ts'
import type { Block, Headers } from '../reference/gateway.ts'
import { repeated } from './text.ts'

const DIGITS = [
  '0',
  '1',
  '5',
  '10',
  '00',
  '999999999',
  '9223372036',
  '9223372036854775807',
  '9223372036854775808',
  '2562047',
  '106751',
]
const UNITS = ['ns', 'us', 'µs', 'μs', 'ms', 's', 'm', 'h', 'd', 'S', '', 'sm', '\u212as']

/** What Go may take for a duration. */
export function duration(draw: Draw): string {
  const amount = () => {
    const whole = draw.once(8) ? '' : draw.pick(DIGITS)
    const fraction = draw.once(3) ? `.${draw.once(6) ? '' : draw.pick([...DIGITS, '000000001', '9'.repeat(30)])}` : ''
    return whole + fraction
  }
  if (draw.once(40)) return draw.pick(['0', '', '+', '-', '.', '+0', '-0', '0.', '.0'])
  const parts = Array.from({ length: 1 + draw.below(draw.once(4) ? 4 : 1) }, () => amount() + draw.pick(UNITS))
  if (draw.once(5000)) parts.push(draw.once(2) ? repeated(draw, 40_000) : `${'9'.repeat(40_000)}h`, '1h'.repeat(9000))
  return `${draw.pick(['', '', '', '-', '+', ' ', '--'])}${parts.join(draw.once(30) ? ' ' : '')}`
}

const HEADER_NAMES = ['Authorization', 'authorization', 'AUTHORIZATION', 'X-Token', 'x-token']
const COOKIE_NAMES = ['access_token', 'Access_Token', 'token', '']

/** Where a token may be, or something like one. */
export function headers(draw: Draw, token: string): Headers {
  if (draw.once(2)) return { authorization: `Bearer ${token}` }
  const fields: Record<string, string | string[]> = {}
  const value = () =>
    draw.pick([
      token,
      `Bearer ${token}`,
      `Bearer ${token}`,
      `bearer ${token}`,
      `BEARER ${token}`,
      `Bearer  ${token}`,
      `Basic ${token}`,
      `Bearer\t${token}`,
      '',
      'Bearer ',
      'Bearer',
    ])
  if (!draw.once(4)) fields[draw.pick(HEADER_NAMES)] = draw.once(10) ? [value(), value()] : value()
  if (draw.once(3)) fields[draw.once(6) ? 'Cookie' : 'cookie'] = cookies(draw, token)
  if (draw.once(20)) fields[draw.pick(['__proto__x', 'get', 'X-Other'])] = value()
  return fields
}

function cookies(draw: Draw, token: string): string {
  if (draw.once(3000)) return `${'a=b;'.repeat(12_000)}access_token=${token}`
  if (draw.once(3000)) return `access_token="${'"'.repeat(40_000)}`
  const pairs = draw.some(4, () => {
    const value = draw.pick([token, `"${token}"`, '', '""', '"', 'x', `"${token}`, ` ${token} `, 'a=b', `"a"b"`])
    return `${draw.pick(['', ' ', '\t'])}${draw.pick(COOKIE_NAMES)}${draw.pick(['=', ' = ', '', '=='])}${value}`
  })
  return pairs.join(draw.pick([';', '; ', ';;', ',']))
}

const CLAIM_NAMES = [
  'a',
  'iss',
  'sub',
  'roles',
  'x.y',
  'a.b',
  'http://a.b',
  'https://id.example',
  '__proto__',
  'a.__proto__',
  'exp',
  '1',
  'constructor',
]

/** The options of a block that decide about a token; the token's own place in the request is drawn with it. */
export function block(draw: Draw): Block {
  const maybe = <T>(oneIn: number, name: string, value: () => T) => (draw.once(oneIn) ? { [name]: value() } : {})
  const hasScopes = draw.once(4)
  return {
    ...maybe(3, 'issuer', () => draw.pick(['https://id.example', 'b', ''])),
    ...maybe(4, 'leeway', () => draw.pick(['1s', '500ms', '1m1s', '2.5s'])),
    ...maybe(3, 'audience', () => draw.pick([['api'], ['api', 'b'], []])),
    ...maybe(4, 'roles', () => draw.pick([['a'], ['b', 'c'], []])),
    ...maybe(6, 'roles_key', () => draw.pick(['roles', 'a.b', 'http://a.b', 'a', 'constructor'])),
    ...maybe(3, 'roles_key_is_nested', () => draw.once(2)),
    ...(hasScopes
      ? { scopes: draw.pick([['read'], ['read', 'write']]), scopes_key: draw.pick(['scope', 'a.b', 'roles']) }
      : {}),
    ...maybe(3, 'scopes_matcher', () => draw.pick(['any', 'all'])),
    ...maybe(4, 'auth_header_name', () => draw.pick(['X-Token', 'Authorization'])),
    ...maybe(4, 'cookie_key', () => draw.pick(['token', 'access_token'])),
    ...maybe(2, 'propagate_claims', () =>
      draw.some(3, () => [draw.pick(CLAIM_NAMES), draw.pick(['X-A', 'X-B', 'x-c'])] as const),
    ),
    ...maybe(3, 'propagate_claims_preserve_array', () => draw.once(2)),
  }
}
