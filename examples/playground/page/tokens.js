import { decodeUnverified, encodeBase64url } from '../../../dist/index.js'
import { element } from './dom.js'

const SEGMENTS = ['header', 'payload', 'signature']

/**
 * A token as text in which each segment has its colour. Only for the eye: whether it is a token, the library says.
 *
 * @param {string} token
 * @returns {Node[]}
 */
export function colouredToken(token) {
  return token.split('.').flatMap((segment, index) => {
    const coloured = element('span', { class: SEGMENTS[index] ?? 'excess' }, segment)
    return index === 0 ? [coloured] : [element('span', { class: 'dot' }, '.'), coloured]
  })
}

/**
 * What a token says, unverified, each part as JSON to be read; `null` where it cannot be taken apart.
 *
 * @param {string} token
 * @returns {{ header: string, payload: string } | null}
 */
export function readableParts(token) {
  try {
    const { header, payload } = decodeUnverified(token)
    return { header: JSON.stringify(header, null, 2), payload: prettyJson(new TextDecoder().decode(payload)) }
  } catch {
    return null
  }
}

/**
 * JSON with line breaks, and otherwise as it is written: numbers keep their digits, and members that are there twice
 * stay. What is not JSON is left alone.
 *
 * @param {string} text
 */
function prettyJson(text) {
  try {
    JSON.parse(text)
  } catch {
    return text
  }
  let depth = 0
  let pretty = ''
  const lexemes = text.match(/"(?:[^"\\]|\\.)*"|[[{]\s*[\]}]|[[\]{},:]|[^\s[\]{},:"]+/g) ?? []
  for (const lexeme of lexemes) {
    if (lexeme === '{' || lexeme === '[') pretty += `${lexeme}${newLine(++depth)}`
    else if (lexeme === '}' || lexeme === ']') pretty += `${newLine(--depth)}${lexeme}`
    else if (lexeme === ',') pretty += `,${newLine(depth)}`
    else if (lexeme === ':') pretty += ': '
    else pretty += lexeme.startsWith('"') ? lexeme : lexeme.replace(/\s/g, '')
  }
  return pretty
}

/** @param {number} depth */
const newLine = (depth) => `\n${'  '.repeat(depth)}`

/**
 * JSON in which the names of members stand out from their values.
 *
 * @param {string} json as {@link prettyJson} gives it
 * @returns {Node[]}
 */
export function colouredJson(json) {
  return json
    .split(/^(\s*"(?:[^"\\]|\\.)*")(?=: )/m)
    .map((part, index) => (index % 2 === 1 ? element('span', { class: 'name' }, part) : document.createTextNode(part)))
}

/**
 * The token with one character of its payload changed and the signature left as it was, as a forger would try it.
 *
 * @param {string} token
 */
export function tamperWith(token) {
  const { payload } = decodeUnverified(token)
  const text = new TextDecoder().decode(payload)
  // A digit, so that it stays JSON: it is mostly that of a time.
  const forged = text.replace(/\d(?=\D*$)/, (digit) => (digit === '9' ? '8' : String(Number(digit) + 1)))
  const octets = new TextEncoder().encode(forged === text ? `${text} ` : forged)
  const [header, , signature] = token.split('.')
  return `${header}.${encodeBase64url(octets)}.${signature}`
}
