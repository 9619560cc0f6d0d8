import type { Draw } from '../draw.ts'

const PIECES = [
  ...[
    '',
    ' ',
    '\n',
    '\t',
    '\0',
    '.',
    '..',
    '=',
    '==',
    '+',
    '/',
    '-',
    '_',
    '~',
    '"',
    '\\',
    '{',
    '}',
    '[',
    ']',
    ':',
    ',',
  ],
  ...['\u0141', '\u00e9', '\ufffd', '\ufeff', '\u2028', '\ud800', '\udc00', '\u{1f511}', '\u212a', '\u017f', '\u007f'],
  ...['\\u0061', '\\u0000', '\\ud800', '\\n', '\\"', '__proto__', 'constructor', 'null', '1e400', '-0', '%00', '\r\n'],
]

/** Text with one to three places changed: something put in, taken out, doubled, exchanged, or moved. */
export function mutateText(draw: Draw, text: string): string {
  for (let rounds = 1 + draw.below(3); rounds > 0; rounds--) {
    const at = draw.below(text.length + 1)
    const end = Math.min(text.length, at + 1 + draw.below(draw.once(3) ? 12 : 2))
    const [before, piece, after] = [text.slice(0, at), text.slice(at, end), text.slice(end)]
    text = draw.pick([
      () => before + draw.pick(PIECES) + piece + after,
      () => before + draw.pick(PIECES) + after,
      () => before + after,
      () => before + piece + piece + after,
      () => before + flipCase(piece) + after,
      () => before + neighbour(draw, piece) + after,
      () => after + piece + before,
    ])()
  }
  return text
}

function flipCase(text: string): string {
  const upper = text.toUpperCase()
  return upper === text ? text.toLowerCase() : upper
}

/** The first letter replaced by one that is near it: in base64, often one that only differs in unused bits. */
function neighbour(draw: Draw, text: string): string {
  return String.fromCharCode((text.charCodeAt(0) || 0) ^ (1 << draw.below(draw.once(8) ? 16 : 3))) + text.slice(1)
}

/** A text of about so many characters, of one piece again and again. */
export function repeated(draw: Draw, length: number): string {
  const piece = draw.pick(PIECES) || 'a'
  return piece.repeat(Math.ceil(length / piece.length))
}

/** At most so long that all of an input has 64 KiB. */
export const LONG = 48_000
