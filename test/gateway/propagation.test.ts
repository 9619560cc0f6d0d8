import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, test } from 'vitest'
import { readValidatorConfig } from '../../src/gateway/config.ts'
import { createAuthValidator, type HeaderChanges } from '../../src/gateway/index.ts'
import { NumberLexeme } from '../../src/gateway/lexemes.ts'
import { propagateClaims } from '../../src/gateway/propagation.ts'
import type { Claims } from '../../src/index.ts'
import { refusalOf, verdictOf } from '../verdict.ts'
import { bearer, fileHost, makeToken, NOW, validatorConfig } from './fixtures.ts'

function propagate(claims: object, pairs: readonly (readonly [string, string])[], preserve = false): HeaderChanges {
  const extra = { propagate_claims: pairs, propagate_claims_preserve_array: preserve }
  return propagateClaims(claims as Claims, readValidatorConfig(validatorConfig(extra)))
}

/** The one header that becomes of a claim. */
function write(value: unknown): string | undefined {
  return propagate({ claim: value }, [['claim', 'X-Claim']]).setHeaders[0]?.[1]
}

describe('the value of a claim in a header', () => {
  const values: readonly (readonly [title: string, value: unknown, text: string])[] = [
    ['a string as it is', 'alice', 'alice'],
    ['a string with spaces, commas and quotes', ' a, "b"; c\t', ' a, "b"; c\t'],
    ['an empty string', '', ''],
    ['an integer', 5, '5'],
    ['zero', 0, '0'],
    ['a negative integer', -17, '-17'],
    ['a large integer, not 1e+21', 1e21, '1000000000000000000000'],
    ['a time', 1735689600, '1735689600'],
    ['a float: six decimals', 1.5, '1.500000'],
    ['a float, rounded to six decimals', 2.71828128, '2.718281'],
    ['a negative float', -0.25, '-0.250000'],
    ['a float within 1e-6 of an integer, above', 2.0000005, '2'],
    ['a float within 1e-6 of an integer, below', 1.9999995, '2'],
    ['a float within 1e-6 of zero', -0.0000005, '0'],
    ['a float a little further off', 2.00001, '2.000010'],
    ['a float a little further off, below', 1.99999, '1.999990'],
    ['true', true, 'true'],
    ['false', false, 'false'],
    ['null', null, 'null'],
    ['an object as JSON', { a: [1, 'b'], c: null }, '{"a":[1,"b"],"c":null}'],
    ['an empty object', {}, '{}'],
    ['an array joined by commas', ['a', 'b'], 'a,b'],
    ['an array of one', ['a'], 'a'],
    ['an empty array as the empty string', [], ''],
    ['numbers in an array plainly, not 1e+06', [1, 1000000, 2.5, 1e21], '1,1000000,2.5,1000000000000000000000'],
    ['anything else in an array as JSON', [true, null, { a: 1 }, ['b', 'c']], 'true,null,{"a":1},["b","c"]'],
    ['a missing claim as the empty string', undefined, ''],
  ]
  test.each(values)('%s', (_, value, text) => {
    expect(write(value)).toBe(text)
  })

  const lexemes: readonly (readonly [text: string, value: unknown, header: string])[] = [
    ['a number of more than 2^53', new NumberLexeme('12345678901234567890'), '12345678901234567890'],
    ['in an array', [new NumberLexeme('12345678901234567890'), 1], '12345678901234567890,1'],
  ]
  test.each(lexemes)('keeps its digits: %s', (_, value, header) => {
    expect(write(value)).toBe(header)
  })

  test.each(['\0', '\r', '\n', '\r\nX-Role: admin', '\x01', '\x08', '\x0b', '\x1f', '\x7f'])(
    'with the control character %j is refused, whatever form it has',
    async (control) => {
      const text = `a${control}b`
      for (const value of [text, [text], ['x', text]]) {
        expect(await verdictOf(() => write(value))).toBe('ERR_JWT_CLAIM claim')
        expect(await verdictOf(() => propagate({ claim: value }, [['claim', 'X']], true))).toBe('ERR_JWT_CLAIM claim')
      }
    },
  )

  test('in an object is escaped, for JSON has no others', () => {
    expect(write({ a: 'b\r\nX-Role: admin\0' })).toBe('{"a":"b\\r\\nX-Role: admin\\u0000"}')
  })

  test('a tab is no such control character', () => {
    expect(write('a\tb')).toBe('a\tb')
  })

  test('the refusal names the claim and not its value', async () => {
    const refusal = await refusalOf(() => propagate({ a: { b: 's3cret\n' } }, [['a.b', 'X']]))
    expect(refusal).toMatchObject({ code: 'ERR_JWT_CLAIM', claim: 'a.b' })
    expect(refusal.message).not.toContain('s3cret')
  })
})

describe('which claim goes to which header', () => {
  const rows: readonly (readonly [claims: object, pairs: readonly (readonly [string, string])[], headers: unknown])[] =
    [
      [{ a: { b: 'c' } }, [['a.b', 'X']], [['X', 'c']]],
      [{ 'a.b': 'c' }, [['a.b', 'X']], [['X', '']]],
      [{ 'http://a.b/c': 'd' }, [['http://a.b/c', 'X']], [['X', 'd']]],
      [{ 'https://a.b': 'd' }, [['https://a.b', 'X']], [['X', 'd']]],
      [{ 'http://a': { b: 'd' } }, [['http://a.b', 'X']], [['X', '']]],
      [
        { a: 1, b: 2 },
        [
          ['b', 'X-B'],
          ['a', 'X-A'],
        ],
        [
          ['X-B', '2'],
          ['X-A', '1'],
        ],
      ],
      [
        { a: 1 },
        [
          ['a', 'X'],
          ['a', 'Y'],
        ],
        [
          ['X', '1'],
          ['Y', '1'],
        ],
      ],
      [
        {},
        [
          ['toString', 'X'],
          ['constructor.name', 'Y'],
          ['__proto__', 'Z'],
        ],
        [
          ['X', ''],
          ['Y', ''],
          ['Z', ''],
        ],
      ],
      [
        JSON.parse('{"__proto__":{"a":"b"}}') as object,
        [
          ['a', 'X'],
          ['__proto__.a', 'Y'],
        ],
        [
          ['X', ''],
          ['Y', 'b'],
        ],
      ],
    ]
  test.each(rows)('%j by %j: %j', (claims, pairs, headers) => {
    expect(propagate(claims, pairs)).toEqual({ setHeaders: headers, removeHeaders: [] })
  })
})

describe('propagate_claims_preserve_array', () => {
  const rows: readonly (readonly [value: unknown, sets: readonly string[], removes: readonly string[]])[] = [
    [['a', 'b', 'a'], ['a', 'b', 'a'], []],
    [['a'], ['a'], []],
    [[1, 2.5, true, null, { a: 1 }, ['x', 'y']], ['1', '2.5', 'true', 'null', '{"a":1}', '["x","y"]'], []],
    [[''], [''], []],
    [[], [], ['X']],
    ['a,b', ['a,b'], []],
    [5, ['5'], []],
    [undefined, [''], []],
  ]
  test.each(rows)('%j: sets %j, removes %j', (value, sets, removes) => {
    expect(propagate({ claim: value }, [['claim', 'X']], true)).toEqual({
      setHeaders: sets.map((text) => ['X', text]),
      removeHeaders: removes,
    })
  })
})

describe('two claims for one header', () => {
  const rows: readonly (readonly [a: unknown, b: unknown, sets: readonly string[], removes: readonly string[]])[] = [
    ['1', '2', ['1', '2'], []],
    [[], '2', ['2'], []],
    ['1', [], ['1'], []],
    [[], ['2', '3'], ['2', '3'], []],
    [[], undefined, [''], []],
    [undefined, '2', ['', '2'], []],
  ]
  test.each(rows)('%j and %j: sets %j, removes %j', (a, b, sets, removes) => {
    for (const header of ['X', 'x']) {
      const pairs = [
        ['a', 'X'],
        ['b', header],
      ] as const
      const { setHeaders, removeHeaders } = propagate({ a, b }, pairs, true)
      expect(setHeaders.map(([, value]) => value)).toEqual(sets)
      expect(removeHeaders).toEqual(removes)
    }
  })

  test('what neither sets is removed', () => {
    const pairs = [
      ['a', 'X'],
      ['b', 'x'],
      ['c', 'Y'],
    ] as const
    expect(propagate({ a: [], b: [], c: '1' }, pairs, true)).toEqual({
      setHeaders: [['Y', '1']],
      removeHeaders: ['X', 'x'],
    })
  })
})

describe('through a signed token', () => {
  async function validate(claims: string, preserve = false) {
    const pairs = [['claim', 'X-Claim']]
    const config = validatorConfig({ propagate_claims: pairs, propagate_claims_preserve_array: preserve })
    const validator = await createAuthValidator(config, { ...fileHost(), now: () => NOW })
    return validator.validate(bearer(makeToken({ claims })))
  }

  const rows: readonly (readonly [json: string, text: string])[] = [
    ['9007199254740993', '9007199254740993'],
    ['-9007199254740993', '-9007199254740993'],
    ['12345678901234567890123', '12345678901234567890123'],
    ['[9007199254740993,"a"]', '9007199254740993,a'],
    ['5', '5'],
    ['"9007199254740993"', '9007199254740993'],
    ['2.5', '2.500000'],
    ['1.0', '1'],
    ['1e3', '1000'],
    ['2.50', '2.500000'],
    ['0.0000001', '0'],
    ['-0', '0'],
  ]
  test.each(rows)('the claim %s is the header %s', async (json, text) => {
    expect(await validate(`{"claim":${json}}`)).toMatchObject({ ok: true, setHeaders: [['X-Claim', text]] })
  })

  test.each(['a\r\nX-Role: admin', 'a\nb', 'a\0b'])('CR, LF and NUL are refused with 401: %j', async (claim) => {
    const verdict = await validate(JSON.stringify({ claim }))
    expect(verdict).toMatchObject({ ok: false, status: 401, code: 'ERR_JWT_CLAIM', retriable: false })
  })

  test.each(['1e400', '-1e400', '1.5e309', '["a",1e400]', '[[1e400]]', '{"a":1e400}'])(
    'the number %s, which is none in JavaScript, is refused with 401',
    async (json) => {
      const verdict = await validate(`{"claim":${json}}`)
      expect(verdict).toMatchObject({ ok: false, status: 401, code: 'ERR_JWT_CLAIM', error: { claim: 'claim' } })
    },
  )

  test('an integer of 400 digits keeps them', async () => {
    const digits = '9'.repeat(400)
    expect(await validate(`{"claim":${digits}}`)).toMatchObject({ ok: true, setHeaders: [['X-Claim', digits]] })
  })

  const texts = ['alice', 'Zoë', '日本語', '🔑', 'a\tb', '€', 'Ω\u0085', '\ufeffx']
  test.each(texts)("%j arrives as its octets of UTF-8, by way of Node's http", async (claim) => {
    const verdict = await validate(JSON.stringify({ claim: [claim, 'plain'] }), true)
    if (!verdict.ok) throw verdict.error
    expect(await received(verdict.setHeaders)).toEqual([claim, 'plain'])
  })
})

/** What a backend gets of the headers "X-Claim", read as UTF-8. */
async function received(headers: HeaderChanges['setHeaders']): Promise<string[]> {
  let values: string[] = []
  const backend = createServer(({ rawHeaders }, response) => {
    values = rawHeaders.filter((_, index) => index % 2 === 1 && rawHeaders[index - 1] === 'X-Claim')
    response.end()
  })
  await new Promise<void>((resolve) => backend.listen(0, '127.0.0.1', resolve))
  try {
    await new Promise<void>((resolve, reject) => {
      const { port } = backend.address() as AddressInfo
      const sent = request({ port, host: '127.0.0.1', agent: false }, (response) =>
        response.resume().on('end', resolve),
      )
      sent.setHeader(
        'X-Claim',
        headers.map(([, value]) => value),
      )
      sent.on('error', reject).end()
    })
  } finally {
    backend.close()
  }
  return values.map((value) => Buffer.from(value, 'latin1').toString())
}
