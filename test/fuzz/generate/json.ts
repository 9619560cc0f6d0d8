import type { Draw } from '../draw.ts'
import { LONG, repeated } from './text.ts'

/** A member of an object, as a name and a value that is JSON text already; so one name may come twice. */
export type Member = readonly [name: string, json: string]

const NAMES = [
  ...[
    'a',
    'b',
    '',
    ':',
    '":',
    'é',
    '__proto__',
    'constructor',
    'toString',
    '1',
    '10',
    '😀',
    'a\ud800',
    'a\n',
    '#',
    '\\\\',
  ],
  ...['alg', 'kid', 'exp', 'iss', 'aud', 'roles', 'x5t', 'toJSON', 'length', 'ab'],
  ...['\ue000', '\uffff', '\ud7ff', '\u{10000}x'],
]
const TEXTS = [
  ...[
    '',
    'a',
    'b',
    ':',
    '":',
    '" : "',
    '\\',
    '\\"',
    '{"a":1,"a":2}',
    '\u2028',
    'é',
    '😀',
    '<&>',
    '\ud83d',
    '\ufffd',
    '#1',
  ],
  ...['\b\f\n\r\t', '\u0000\u001f\u007f', 'https://id.example', 'a b c', '#', '##1e3'],
]
const NUMBERS = [
  ...[
    '0',
    '-0',
    '1',
    '-1',
    '10',
    '1.0',
    '1.5',
    '-1.5e+3',
    '1E5',
    '1e5',
    '1e-7',
    '0.0000001',
    '1e21',
    '1e400',
    '-1e400',
  ],
  ...[
    '1e-400',
    '9007199254740993',
    '123456789012345678901234567890',
    '0.1',
    '1700000000',
    '1699999999.5',
    '0e0',
    '0.9999999',
  ],
]
const NO_VALUES = [
  '01',
  '+1',
  '1.',
  '.5',
  '-',
  '1e',
  '0x1',
  'NaN',
  'Infinity',
  'undefined',
  "'a'",
  'tru',
  '"\u0001"',
  '"\\x"',
  '',
]

/** JSON text of any value, now and then not quite. */
export function anyJson(draw: Draw, depth = 0): string {
  if (draw.once(400)) return draw.pick(NO_VALUES)
  const kind = depth > 3 ? 2 + draw.below(4) : draw.below(6)
  if (kind === 0) return anyObject(draw, depth)
  if (kind === 1)
    return list(
      draw,
      '[',
      draw.some(3, () => anyJson(draw, depth + 1)),
      ']',
    )
  if (kind === 2) return draw.pick(NUMBERS)
  if (kind === 3) return draw.pick(['true', 'false', 'null'])
  return jsonText(draw, draw.pick(draw.once(3) ? NAMES : TEXTS))
}

function anyObject(draw: Draw, depth = 0): string {
  const first = draw.below(NAMES.length - 6)
  // Of a few that stand beside each other in the list, so that the same come often.
  return objectText(
    draw,
    draw.some(5, () => [NAMES[first + draw.below(6)] as string, anyJson(draw, depth + 1)]),
  )
}

/** An object with each name once, or nearly always so. */
export function plainObject(draw: Draw): string {
  const members = new Map(draw.some(6, () => [draw.pick(NAMES), anyJson(draw, 1)]))
  return objectText(draw, [...members])
}

const SPACES = ['', '', '', '', '', '', ' ', '\n', '\t', '\r\n', '  ']

/** The text of an object with these members. */
export function objectText(draw: Draw, members: readonly Member[]): string {
  const space = () => draw.pick(SPACES)
  const items = members.map(([name, json]) => `${jsonText(draw, name)}${space()}:${space()}${json}`)
  return list(draw, '{', items, '}')
}

function list(draw: Draw, open: string, items: readonly string[], close: string): string {
  const space = () => draw.pick(SPACES)
  return open + space() + items.map((item) => item + space()).join(`,${space()}`) + close
}

/** A string as JSON, sometimes with escapes where none are needed. */
export function jsonText(draw: Draw, text: string): string {
  if (!draw.once(8)) return JSON.stringify(text)
  const units = Array.from({ length: text.length }, (_, index) => {
    const unit = text.charAt(index)
    const hex = unit.charCodeAt(0).toString(16).padStart(4, '0')
    const mustEscape = unit < ' ' || unit === '"' || unit === '\\' || /[\ud800-\udfff]/.test(unit)
    return mustEscape || draw.once(3) ? `\\u${draw.once(2) ? hex : hex.toUpperCase()}` : unit
  })
  return `"${units.join('')}"`
}

/** Objects and arrays in one another, about as deep as they may be. */
export function nestedJson(draw: Draw): string {
  const kinds = draw.some(4, () => draw.once(2)).concat(true, false)
  let json = '1'
  for (let depth = 60 + draw.below(8); depth > 1; depth--) json = draw.pick(kinds) ? `[${json}]` : `{"a":${json}}`
  return `{"a":${json}}`
}

/** A long value of a form that could take long to read. */
export function longJson(draw: Draw): string {
  const times = (text: string) => text.repeat(Math.floor(LONG / text.length))
  return draw.pick([
    () => `"${repeated(draw, LONG / 6).replace(/[^ -~]|["\\]/g, 'a')}"`,
    () => `${times('[')}${draw.once(2) ? times(']') : ''}`,
    () => `{"a":`.repeat(LONG / 5),
    () => `[${times('1,')}1]`,
    () => `[${times('"":"",')}""]`,
    () => `{${Array.from({ length: LONG / 10 }, (_, index) => `"${index}":0`).join(',')}}`,
    () => `{${Array.from({ length: LONG / 10 }, (_, index) => `"a${index % 1000}":0`).join(',')}}`,
    () => `"${times('\\"')}"`,
    () => `"${times('\\\\')}"`,
    () => times('9'),
    () => `1${times('0')}`,
    () => `0.${times('1')}`,
    () => `1e${times('9')}`,
    () => `[${times('"\\":",')}1]`,
    () => `${times(' ')}1`,
    () => `[${times('{"a":1},')}1]`,
  ])()
}
