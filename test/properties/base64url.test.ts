import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeByHand, decodeStrictly, encodeByHand, encodeText } from '../../src/base64url.ts'
import { decodeBase64url, encodeBase64url } from '../../src/index.ts'
import { codeOf } from '../paths.ts'
import { check } from './check.ts'

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/** Texts that are base64url, or nearly. */
const texts = fc.oneof(
  fc.string({ unit: fc.constantFrom(...LETTERS), maxLength: 40 }),
  fc.string({
    unit: fc.constantFrom(...LETTERS, '+', '/', '=', ' ', '\n', '.', '\0', '\u0141', '\u212a'),
    maxLength: 12,
  }),
  fc.string({ unit: 'binary', maxLength: 12 }),
)

/** RFC 4648 §4, bit by bit; `undefined` for what is not canonical. */
function decodeSlowly(text: string): number[] | undefined {
  const sextets = Array.from({ length: text.length }, (_, index) => LETTERS.indexOf(text.charAt(index)))
  if (sextets.includes(-1)) return undefined
  const bits = sextets.map((sextet) => sextet.toString(2).padStart(6, '0')).join('')
  const rest = bits.slice(bits.length - (bits.length % 8))
  if (rest.length > 5 || rest.includes('1')) return undefined
  return (bits.match(/.{8}/g) ?? []).map((octet) => Number.parseInt(octet, 2))
}

describe('R10: base64url', () => {
  test('octets come back as they were, from text that Buffer writes alike', () => {
    check(
      fc.property(fc.uint8Array({ maxLength: 300 }), (octets) => {
        const text = encodeBase64url(octets)
        expect(text).toBe(Buffer.from(octets).toString('base64url'))
        expect(encodeByHand(octets)).toBe(text)
        expect([...decodeBase64url(text)]).toEqual([...octets])
        expect([...(decodeByHand(text) ?? [])]).toEqual([...octets])
      }),
    )
  })

  test('a text is taken if, and only if, every letter is one, and no bit is left over', () => {
    let taken = 0
    check(
      fc.property(texts, (text) => {
        const octets = decodeSlowly(text)
        if (octets) taken++
        for (const decode of [decodeStrictly, decodeByHand]) {
          const decoded = decode(text)
          expect(decoded && [...decoded]).toEqual(octets)
        }
      }),
      600,
    )
    expect(taken).toBeGreaterThan(60)
    expect(taken).toBeLessThan(540)
  })

  test('what is not taken is refused with one code', async () => {
    for (const text of fc.sample(texts, { seed: 1, numRuns: 300 })) {
      expect(await codeOf(() => decodeBase64url(text))).toBe(decodeSlowly(text) ? 'accepted' : 'ERR_BASE64URL')
    }
  })

  test('no other text has the same octets', () => {
    check(
      fc.property(
        fc.uint8Array({ minLength: 1, maxLength: 20 }),
        fc.nat(),
        fc.constantFrom(...LETTERS),
        (octets, at, letter) => {
          const text = encodeBase64url(octets)
          const place = at % text.length
          const other = text.slice(0, place) + letter + text.slice(place + 1)
          const decoded = decodeStrictly(other)
          expect(decoded !== undefined && [...decoded].join() === [...octets].join()).toBe(other === text)
        },
      ),
      300,
    )
  })

  test('text is encoded as the octets of its UTF-8', () => {
    check(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
        expect(encodeText(text)).toBe(encodeByHand(new TextEncoder().encode(text)))
      }),
    )
  })
})
