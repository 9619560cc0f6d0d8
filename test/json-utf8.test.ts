import { describe, expect, test } from 'vitest'
import * as ordinary from '../src/json.ts'
import { forge } from './forge.ts'
import { PATHS } from './paths.ts'
import { seeded } from './random.ts'
import { keyOf, policyOf, SECRET, verdictOf } from './verdict.ts'
import { importWithoutNode } from './without-node.ts'

// R11: Buffer writes U+FFFD for what is not UTF-8, and U+FFFD may also stand there as itself.

const WAYS = [
  { name: 'with node:buffer', parser: ordinary },
  { name: 'with TextDecoder alone', parser: await importWithoutNode(() => import('../src/json.ts')) },
]

const octets = (text: string): Uint8Array => new TextEncoder().encode(text)
const REPLACEMENT = [0xef, 0xbf, 0xbd]

/** Unicode 16, table 3-7: the first octets, the second ones, and how many more follow. */
const FORMS: readonly (readonly [first: readonly [number, number], second: readonly [number, number], more: number])[] =
  [
    [[0xc2, 0xdf], [0x80, 0xbf], 0],
    [[0xe0, 0xe0], [0xa0, 0xbf], 1],
    [[0xe1, 0xec], [0x80, 0xbf], 1],
    [[0xed, 0xed], [0x80, 0x9f], 1],
    [[0xee, 0xef], [0x80, 0xbf], 1],
    [[0xf0, 0xf0], [0x90, 0xbf], 2],
    [[0xf1, 0xf3], [0x80, 0xbf], 2],
    [[0xf4, 0xf4], [0x80, 0x8f], 2],
  ]

const isIn = (octet: number | undefined, [low, high]: readonly [number, number]): boolean =>
  octet !== undefined && octet >= low && octet <= high

function isUtf8(bytes: readonly number[]): boolean {
  for (let at = 0; at < bytes.length; ) {
    if (isIn(bytes[at], [0, 0x7f])) {
      at++
      continue
    }
    const form = FORMS.find(([first]) => isIn(bytes[at], first))
    if (!form || !isIn(bytes[at + 1], form[1])) return false
    for (let more = 0; more < form[2]; more++) if (!isIn(bytes[at + 2 + more], [0x80, 0xbf])) return false
    at += 2 + form[2]
  }
  return true
}

/** Those around which the table turns, a letter, and what U+FFFD is made of. */
const OCTETS = [
  ...[0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbd, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf, 0xe0, 0xe1, 0xec, 0xed, 0xee],
  ...[0xef, 0xf0, 0xf1, 0xf3, 0xf4, 0xf5, 0xf8, 0xfe, 0xff],
]

const WRONG: readonly (readonly [title: string, octets: readonly number[]])[] = [
  ['FF', [0xff]],
  ['FE', [0xfe]],
  ['a lone continuation octet', [0x80]],
  ['the last continuation octet', [0xbf]],
  ['a first octet and no more', [0xc3]],
  ['three octets less one', [0xe2, 0x82]],
  ['four octets less one', [0xf0, 0x9f, 0x98]],
  ['U+FFFD less one', [0xef, 0xbf]],
  ['U+FFFD and one more', [...REPLACEMENT, 0xbd]],
  ['a first octet before a letter', [0xe2, 0x41, 0x82]],
  ['overlong, of two', [0xc0, 0x80]],
  ['overlong, of two, of DEL', [0xc1, 0xbf]],
  ['overlong, of three', [0xe0, 0x9f, 0xbf]],
  ['overlong, of four', [0xf0, 0x8f, 0xbf, 0xbf]],
  ['the first surrogate', [0xed, 0xa0, 0x80]],
  ['the last surrogate', [0xed, 0xbf, 0xbf]],
  ['a pair of surrogates', [0xed, 0xa0, 0xbd, 0xed, 0xb8, 0x80]],
  ['above U+10FFFF', [0xf4, 0x90, 0x80, 0x80]],
  ['the first octet F5', [0xf5, 0x80, 0x80, 0x80]],
  ['five octets', [0xf8, 0x88, 0x80, 0x80, 0x80]],
  ['Latin-1', [0x66, 0xfc, 0x72]],
]

describe.each(WAYS)('R11: UTF-8, $name', ({ parser }) => {
  function messageOf(bytes: Uint8Array): string {
    try {
      parser.parseJsonObject(bytes, 'ERR_JWT_INVALID', 'it')
      return 'accepted'
    } catch (error) {
      return (error as Error).message
    }
  }
  const asValue = (inner: readonly number[]): Uint8Array =>
    Uint8Array.of(...octets('{"a":"'), ...inner, ...octets('"}'))

  test.each([
    ['a value', '{"a":"\ufffd"}'],
    ['within a value', '{"a":"x\ufffdy"}'],
    ['a name', '{"\ufffd":1}'],
    ['escaped', '{"a":"\\ufffd"}'],
    ['beside others', '{"\ufffdé":"\ufffd\ufffd😀","b":["\ufffd"]}'],
    ['beside its neighbours', '{"a":"\ufffc\ufffd\ufffe\uffff"}'],
  ])('U+FFFD itself is taken: %s', (_, json) => {
    expect(parser.parseJsonObject(octets(json), 'ERR_JWT_INVALID', 'it')).toEqual(JSON.parse(json))
    expect(parser.parseJsonObject(Buffer.from(json), 'ERR_JWT_INVALID', 'it')).toEqual(JSON.parse(json))
  })

  test('U+FFFD is a name twice like others', () => {
    for (const json of ['{"\ufffd":1,"\ufffd":2}', '{"\ufffd!":1,"\\ufffd!":2}']) {
      expect(messageOf(octets(json))).toBe('it has a member twice')
    }
  })

  test.each(WRONG)('%s is refused, alone and where U+FFFD stands, too', (_, wrong) => {
    expect(isUtf8(wrong)).toBe(false)
    for (const inner of [wrong, [...wrong, ...REPLACEMENT], [...REPLACEMENT, ...wrong], [...wrong, ...wrong]]) {
      expect(messageOf(asValue(inner))).toBe('it is not UTF-8')
      expect(messageOf(Buffer.from(asValue(inner)))).toBe('it is not UTF-8')
    }
    const [replacement, bad] = [octets('{"\ufffd":"\ufffd",'), Uint8Array.of(...wrong)]
    expect(messageOf(Uint8Array.of(...replacement, ...octets('"'), ...bad, ...octets('":1}')))).toBe('it is not UTF-8')
    for (const place of [0, 1, 5]) {
      const json = octets('{"a":1}')
      expect(messageOf(Uint8Array.of(...json.subarray(0, place), ...bad, ...json.subarray(place)))).toBe(
        'it is not UTF-8',
      )
    }
    expect(messageOf(Uint8Array.of(...octets('{"a":1}'), ...bad))).toBe('it is not UTF-8')
  })

  test('all sequences of one and two octets, and random longer ones, get the verdict of the table', () => {
    const random = seeded(20260804)
    const some = (length: number) => Array.from({ length }, () => OCTETS[random(OCTETS.length)] as number)
    const sequences = [
      ...OCTETS.map((one) => [one]),
      ...OCTETS.flatMap((one) => OCTETS.map((two) => [one, two])),
      ...Array.from({ length: 4000 }, (_, round) => some(3 + (round % 4))),
      // Mostly right: random text, sometimes with one octet changed.
      ...Array.from({ length: 1000 }, (_, round) => {
        const points = Array.from(
          { length: 4 },
          () => [0x41, 0xe9, 0x20ac, 0xfffd, 0x1f600, 0x10ffff][random(6)] as number,
        )
        const text = [...octets(String.fromCodePoint(...points))]
        if (round % 2 === 0) text[random(text.length)] = OCTETS[random(OCTETS.length)] as number
        return text
      }),
    ]
    const wrong = sequences.filter(
      (inner) => messageOf(asValue(inner)) !== (isUtf8(inner) ? 'accepted' : 'it is not UTF-8'),
    )
    expect(wrong).toEqual([])
    expect(sequences.filter(isUtf8).length).toBeGreaterThan(500)
  })
})

describe.each(PATHS)('R11: UTF-8 in tokens ($name)', (path) => {
  const key = keyOf('HS256', path)
  const inQuotes = (before: string, inner: readonly number[], after: string): Uint8Array =>
    Uint8Array.of(...octets(before), ...inner, ...octets(after))

  test('U+FFFD in a claim and in a header is accepted', async () => {
    const header = { alg: 'HS256', kid: '\ufffd' }
    const claims = { sub: 'a\ufffdb', '\ufffd': ['\ufffd'] }
    const verified = await path.verifyJwt(forge(header, claims, SECRET), key, policyOf({ subject: 'a\ufffdb' }))
    expect(verified).toMatchObject({ header, claims })
  })

  test.each(WRONG)('%s is refused in both', async (_, wrong) => {
    for (const inner of [wrong, [...REPLACEMENT, ...wrong]]) {
      const payload = forge({ alg: 'HS256' }, inQuotes('{"sub":"', inner, '"}'), SECRET)
      expect(await verdictOf(() => path.verifyJwt(payload, key, policyOf()))).toBe('ERR_JWT_INVALID')
      const header = forge(inQuotes('{"alg":"HS256","kid":"', inner, '"}'), {}, SECRET, 'HS256')
      expect(await verdictOf(() => path.verifyJwt(header, key, policyOf()))).toBe('ERR_JWS_INVALID')
    }
  })
})
