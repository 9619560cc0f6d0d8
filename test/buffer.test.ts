import { Buffer } from 'node:buffer'
import { describe, expect, test } from 'vitest'
import { bufferCodec } from '../src/buffer.ts'
import { importWithBuiltins } from './without-node.ts'

// The quick way to a text: not only right, which base64url.test.ts holds, but taken where it can be, and no further.

/** As Buffer is in a runtime that has none of its undocumented methods. */
const OtherBuffer = { prototype: {}, alloc: Buffer.alloc, from: Buffer.from }

const other = await importWithBuiltins({ 'node:buffer': { Buffer: OtherBuffer } }, () => import('../src/buffer.ts'))

const WORK_LENGTH = 8192

describe.each([
  { name: 'with the direct methods of Buffer', codec: bufferCodec },
  { name: 'without them', codec: other.bufferCodec },
])('the codec over node:buffer, $name', ({ codec }) => {
  test.each(['', 'A', 'AB', 'ABC', 'é', '{"é":"€ 😀"}', '\ufeff{}', '\ufffe'])('decodes the text %j', (text) => {
    expect(codec?.decodeText(Buffer.from(text).toString('base64url'))).toBe(text)
  })

  test('decodes what fills its work buffer, and leaves more to others', () => {
    expect(codec?.decodeText('QUJD'.repeat(WORK_LENGTH / 4))).toBe('ABC'.repeat(WORK_LENGTH / 4))
    expect(codec?.decodeText('QUJD'.repeat(WORK_LENGTH / 4 + 1))).toBeUndefined()
  })

  test.each(['77-9', 'QeKC', 'gA', '_w'])('leaves %s to others, which reads as U+FFFD', (text) => {
    expect(codec?.decodeText(text)).toBeUndefined()
    expect(codec?.decode(text)).toBeDefined()
  })

  test.each(['A', 'AB', 'QUI=', 'QU I', 'QU+I', 'QU/I', 'QUJŁ', 'QUJD\n'])('refuses %j', (text) => {
    expect(codec?.decodeText(text)).toBeUndefined()
    expect(codec?.decode(text)).toBeUndefined()
  })
})
