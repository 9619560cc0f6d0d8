import { randomBytes } from 'node:crypto'
import { runInNewContext } from 'node:vm'
import { describe, expect, test } from 'vitest'
import {
  decodeByHand,
  decodeCanonical,
  decodeStrictly,
  decodeText,
  decodeUtf8,
  encodeByHand,
  encodedLength,
  encodeText,
} from '../src/base64url.ts'
import { decodeBase64url, encodeBase64url } from '../src/index.ts'
import { codeOf } from './paths.ts'
import { importWithoutNode } from './without-node.ts'

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

const CODECS = [
  { name: 'native', encode: encodeBase64url, decode: decodeCanonical },
  { name: 'public', encode: encodeBase64url, decode: decodeBase64url },
  { name: 'by hand', encode: encodeByHand, decode: (text: string) => decodeByHand(text) as Uint8Array },
]

/** Whether a text is taken, on which the native decoder and that by hand must agree. */
function isTaken(text: string): boolean {
  const verdicts = [decodeStrictly, decodeByHand].map((decode) => decode(text) !== undefined)
  if (verdicts[0] !== verdicts[1]) throw new Error(`the decoders do not agree about ${JSON.stringify(text)}`)
  return verdicts[0] as boolean
}

describe.each(CODECS)('the $name codec', ({ encode, decode }) => {
  test('agrees with Buffer for every length from 0 to 70', () => {
    for (let length = 0; length <= 70; length++) {
      const bytes = randomBytes(length)
      const text = bytes.toString('base64url')
      expect(encode(bytes)).toBe(text)
      expect(Buffer.compare(decode(text), bytes)).toBe(0)
    }
  })

  test('agrees with Buffer for every octet, at every place', () => {
    const octets = Uint8Array.from({ length: 256 }, (_, index) => index)
    for (const start of [0, 1, 2]) {
      const bytes = octets.subarray(start)
      const text = Buffer.from(bytes).toString('base64url')
      expect(encode(bytes)).toBe(text)
      expect(Uint8Array.from(decode(text))).toEqual(Uint8Array.from(bytes))
    }
  })

  test('encodes a view at an offset, and only what it shows', () => {
    const { buffer } = Uint8Array.from([9, 9, 9, 1, 2, 3, 9, 9])
    expect(encode(new Uint8Array(buffer, 3, 3))).toBe('AQID')
    expect(encode(Buffer.from(buffer, 3, 2))).toBe('AQI')
  })
})

describe('decodeBase64url', () => {
  test('gives a plain Uint8Array in a buffer of its own, not a slice of a pool', () => {
    const bytes = decodeBase64url('AQID')
    expect(Object.getPrototypeOf(bytes)).toBe(Uint8Array.prototype)
    expect(bytes.buffer.byteLength).toBe(3)
    expect(bytes.byteOffset).toBe(0)
    expect([...bytes]).toEqual([1, 2, 3])
  })

  test.each([[undefined], [null], [0], [{}], [['AQID']], [new String('AQID')], [Buffer.from('AQID')]])(
    'R10: %o, which is not a string, is refused',
    async (value) => {
      expect(await codeOf(() => decodeBase64url(value as string))).toBe('ERR_BASE64URL')
    },
  )

  test.each<[string, string]>([
    ['padding of one', 'AQI='],
    ['padding of two', 'AQ=='],
    ['padding where none is due', 'AQID===='],
    ['padding alone', '='],
    ['plus', 'AQI+'],
    ['slash', 'AQI/'],
    ['a space before', ' AQID'],
    ['a space behind', 'AQID '],
    ['a space within', 'AQ ID'],
    ['a tab', 'AQID\t'],
    ['a line feed behind', 'AQID\n'],
    ['a line feed before', '\nAQID'],
    ['carriage return and line feed', 'AQID\r\n'],
    ['a line separator, U+2028', 'AQID\u2028'],
    ['a paragraph separator, U+2029', 'AQID\u2029'],
    ['a no-break space', 'AQID\u00a0'],
    ['a zero-width space', 'AQID\u200b'],
    ['a byte order mark', '\ufeffAQID'],
    ['a NUL', 'AQI\0'],
    ['a dot', 'AQI.'],
    ['U+0141, whose low octet is the letter A', '\u0141QID'],
    ['U+0141 at the end', 'AQI\u0141'],
    ['a full-width letter', '\uff21QID'],
    ['U+017F and U+212A, which fold to s and K', '\u017f\u212aAA'],
    ['an emoji, of two code units', 'AQ\u{1f600}'],
    ['half a surrogate pair', 'AQI\ud83d'],
    ['one letter', 'A'],
    ['five letters', 'AQIDA'],
    ['one letter too many, in a text that is long', `${'AQID'.repeat(1000)}A`],
  ])('R10: %s is refused', async (_, text) => {
    expect(isTaken(text)).toBe(false)
    expect(await codeOf(() => decodeBase64url(text))).toBe('ERR_BASE64URL')
  })

  test('R10: each code unit that is not a letter of the alphabet is refused', () => {
    const wrong: number[] = []
    for (let unit = 0; unit < 0x10000; unit++) {
      const letter = String.fromCharCode(unit)
      if (isTaken(`AQI${letter}`) !== ALPHABET.includes(letter)) wrong.push(unit)
    }
    expect(wrong).toEqual([])
  })

  // Two letters hold 12 bits for 8, three hold 18 for 16: of the last, 4 and 2 bits are over and must be zero.
  test.each([
    { letters: 2, prefixes: [...ALPHABET], unused: 16 },
    { letters: 3, prefixes: ['AA', 'A_', '_-', 'zZ'], unused: 4 },
    { letters: 4, prefixes: ['AAA', '___'], unused: 1 },
    { letters: 6, prefixes: ['QUJDA'], unused: 16 },
    { letters: 7, prefixes: ['QUJDAA'], unused: 4 },
  ])('R10: $letters letters end in one whose unused bits are zero', async ({ prefixes, unused }) => {
    for (const prefix of prefixes) {
      for (const [value, letter] of [...ALPHABET].entries()) {
        const canonical = value % unused === 0
        expect(isTaken(prefix + letter), prefix + letter).toBe(canonical)
        const code = await codeOf(() => decodeBase64url(prefix + letter))
        expect(code, prefix + letter).toBe(canonical ? 'accepted' : 'ERR_BASE64URL')
      }
    }
  })

  test('the message holds nothing of the text', () => {
    expect(() => decodeBase64url('c2VjcmV0=')).toThrow(/^not canonical base64url$/)
  })
})

describe('encodeBase64url', () => {
  const buffer = new ArrayBuffer(2)

  test.each<[string, unknown]>([
    ['a string', 'abc'],
    ['undefined', undefined],
    ['null', null],
    ['a number', 5],
    ['an array', [1, 2, 3]],
    ['an object with a length', { length: 1, 0: 1 }],
    ['an ArrayBuffer', buffer],
    ['a DataView', new DataView(buffer)],
    ['Int8Array', new Int8Array(buffer)],
    ['Uint8ClampedArray', new Uint8ClampedArray(buffer)],
    ['Uint16Array', new Uint16Array(buffer)],
  ])('refuses %s with a TypeError', (_, value) => {
    const wrong = () => encodeBase64url(value as Uint8Array)
    expect(wrong).toThrow(new TypeError('encodeBase64url takes a Uint8Array'))
  })

  test('takes the Uint8Array of another realm', () => {
    const foreign: Uint8Array = runInNewContext('Uint8Array.of(1, 2, 3)')
    expect(foreign).not.toBeInstanceOf(Uint8Array)
    expect(encodeBase64url(foreign)).toBe('AQID')
  })
})

test('R14: encodedLength is that of the text, for every length from 0 to 2100', () => {
  for (let length = 0; length <= 2100; length++) {
    expect(encodedLength(length)).toBe(Buffer.alloc(length).toString('base64url').length)
  }
})

describe.each([
  { name: 'native', encode: encodeText },
  { name: 'by hand', encode: (await importWithoutNode(() => import('../src/base64url.ts'))).encodeText },
])('encodeText, $name', ({ encode }) => {
  test.each([
    [''],
    ['text'],
    ['\0\x7f\x80\xff'],
    ['é€😀'],
    ['\ufeffmark'],
    ['\ufffd'],
    ['half a pair: \ud83d'],
    ['\ude00 the other half'],
    ['the wrong way round: \ude00\ud83d'],
    ['😀'.repeat(5000)],
  ])('%j is encoded as UTF-8', (text) => {
    expect(encode(text)).toBe(Buffer.from(new TextEncoder().encode(text)).toString('base64url'))
  })
})

test.each(['QQ', 'w6k', '8J-YgA', '', 'QUJD'.repeat(3000), '77-9'])(
  'decodeText decodes canonical UTF-8: %#',
  (text) => {
    expect(decodeText(text)).toBe(Buffer.from(text, 'base64url').toString())
  },
)

// Its own way through Buffer has to be as strict as decodeStrictly (R10).
test.each([
  'QR',
  'QUJ',
  'Q',
  'QUJDR',
  'QQ==',
  'Q Q',
  'Q+A',
  'Q/A',
  'QUJD\n',
  'QU!JD',
  '\u0151QUJ',
  `${'QUJD'.repeat(3000)}QR`,
])('R10: decodeText refuses %#, which is not canonical', (text) => expect(decodeText(text)).toBeUndefined())

test('R11: a byte order mark stays, for others to refuse', () => {
  expect(decodeUtf8(Uint8Array.of(0xef, 0xbb, 0xbf, 0x41))).toBe('\ufeffA')
})
