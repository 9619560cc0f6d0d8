import { describe, expect, test } from 'vitest'
import { findToken, schemeOf } from '../../src/gateway/token-source.ts'
import type { HeadersLike } from '../../src/request.ts'
import { leastTime } from '../least-time.ts'

const SOURCE = { headerName: 'Authorization', cookieName: 'access_token' }

/** The same headers in each form in which a gateway may have them. */
const FORMS: readonly { form: string; make: (fields: Readonly<Record<string, string>>) => HeadersLike }[] = [
  { form: 'Fetch Headers', make: (fields) => new Headers(fields) },
  { form: 'headers of Node', make: (fields) => lowerCased(fields, (value) => value) },
  { form: 'arrays of values', make: (fields) => lowerCased(fields, (value) => [value, 'second.of.two']) },
  { form: 'names in mixed case', make: (fields) => ({ ...fields }) },
]

function lowerCased<T>(fields: Readonly<Record<string, string>>, wrap: (value: string) => T): Record<string, T> {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name.toLowerCase(), wrap(value)]))
}

describe.each(FORMS)('$form', ({ make }) => {
  const found: readonly (readonly [title: string, fields: Record<string, string>, token: string | undefined])[] = [
    ['no header and no cookie: no token', {}, undefined],
    ['other headers: no token', { 'X-Authorization': 'Bearer a.b.c', Accept: '*/*' }, undefined],
    ['Bearer and a token', { Authorization: 'Bearer a.b.c' }, 'a.b.c'],
    ['"bearer" in lower case', { Authorization: 'bearer a.b.c' }, 'a.b.c'],
    ['"BEARER" in upper case', { Authorization: 'BEARER a.b.c' }, 'a.b.c'],
    ['"bEaReR" in mixed case', { Authorization: 'bEaReR a.b.c' }, 'a.b.c'],
    ['a bare token', { Authorization: 'a.b.c' }, 'a.b.c'],
    ['the header comes before the cookie', { Authorization: 'Bearer a.b.c', Cookie: 'access_token=d.e.f' }, 'a.b.c'],
    ['the cookie where the header is absent', { Cookie: 'access_token=d.e.f' }, 'd.e.f'],
    ['the cookie where the header is empty', { Authorization: '', Cookie: 'access_token=d.e.f' }, 'd.e.f'],
    ['an empty header and no cookie', { Authorization: '' }, undefined],
  ]
  test.each(found)('%s', (_, fields, token) => {
    expect(findToken(make(fields), SOURCE)).toBe(token)
  })

  const malformed: readonly (readonly [title: string, header: string, token: string])[] = [
    ['"Bearer" alone', 'Bearer', 'Bearer'],
    ['"Bearer" with two spaces', 'Bearer  a.b.c', ' a.b.c'],
    ['"Bearer" with a tab', 'Bearer\ta.b.c', 'Bearer\ta.b.c'],
    ['"Bearer" without a space', 'Bearera.b.c', 'Bearera.b.c'],
    ['"Bearer" twice', 'Bearer Bearer a.b.c', 'Bearer a.b.c'],
    ['another scheme', 'Basic dXNlcjpwYXNz', 'Basic dXNlcjpwYXNz'],
    ['another scheme that begins alike', 'BearerToken a.b.c', 'BearerToken a.b.c'],
    ['two headers joined by a comma', 'Bearer a.b.c, Bearer d.e.f', 'a.b.c, Bearer d.e.f'],
    ['no token at all', '?', '?'],
  ]
  test.each(malformed)(
    'a malformed header is passed on to be refused, and never passed over for the cookie: %s',
    (...row) => {
      const [, header, token] = row
      expect(findToken(make({ Authorization: header, Cookie: 'access_token=d.e.f' }), SOURCE)).toBe(token)
    },
  )

  test('"cookie_key" and "auth_header_name" name others', () => {
    const source = { headerName: 'X-Api-Token', cookieName: 'session' }
    const fields = { Authorization: 'Bearer a.b.c', Cookie: 'access_token=d.e.f; session=g.h.i' }
    expect(findToken(make(fields), source)).toBe('g.h.i')
    expect(findToken(make({ ...fields, 'x-API-token': 'bearer j.k.l' }), source)).toBe('j.k.l')
  })

  test('the header may be named "get" or "__proto__"', () => {
    const source = { headerName: 'get', cookieName: 'access_token' }
    expect(findToken(make({ get: 'Bearer a.b.c' }), source)).toBe('a.b.c')
    expect(findToken(make({}), { ...source, headerName: '__proto__' })).toBeUndefined()
    expect(findToken(make({}), { ...source, headerName: 'constructor' })).toBeUndefined()
  })
})

describe('RFC 9449 §7.1: the scheme DPoP', () => {
  const rows: readonly (readonly [header: string | undefined, token: string | undefined, scheme: string])[] = [
    ['DPoP a.b.c', 'a.b.c', 'DPoP'],
    ['dpop a.b.c', 'a.b.c', 'DPoP'],
    ['Bearer a.b.c', 'a.b.c', 'Bearer'],
    ['a.b.c', 'a.b.c', 'Bearer'],
    ['DPoP', 'DPoP', 'Bearer'],
    ['DPoPa.b.c', 'DPoPa.b.c', 'Bearer'],
    [undefined, undefined, 'Bearer'],
  ]
  test.each(rows)('%j', (authorization, token, scheme) => {
    const source = { ...SOURCE, takesDpop: true }
    expect(findToken({ authorization }, source)).toBe(token)
    expect(schemeOf({ authorization }, source)).toBe(scheme)
  })

  test('is a malformed header where it is not taken', () => {
    for (const source of [SOURCE, { ...SOURCE, takesDpop: false }]) {
      expect(findToken({ authorization: 'DPoP a.b.c' }, source)).toBe('DPoP a.b.c')
      expect(schemeOf({ authorization: 'DPoP a.b.c' }, source)).toBe('Bearer')
    }
  })
})

describe('cookies (RFC 6265 §4.2.1)', () => {
  const cookies: readonly (readonly [title: string, header: string, token: string | undefined])[] = [
    ['alone', 'access_token=a.b.c', 'a.b.c'],
    ['first of several', 'access_token=a.b.c; theme=dark', 'a.b.c'],
    ['last of several', 'theme=dark; lang=en; access_token=a.b.c', 'a.b.c'],
    ['without a space after the semicolon', 'theme=dark;access_token=a.b.c', 'a.b.c'],
    ['in quotes', 'theme="dark"; access_token="a.b.c"', 'a.b.c'],
    ['the first of two with the same name', 'access_token=a.b.c; access_token=d.e.f', 'a.b.c'],
    ['with "=" in the value', 'access_token=a=b==', 'a=b=='],
    ['a name that ends in the one wanted', 'xaccess_token=a.b.c', undefined],
    ['a name that begins with the one wanted', 'access_tokenx=a.b.c', undefined],
    ['a name in another case', 'Access_Token=a.b.c', undefined],
    ['the wanted name in a value', 'theme=access_token=a.b.c', undefined],
    ['a suffix before the right one', 'xaccess_token=x.y.z; access_token=a.b.c', 'a.b.c'],
    ['a name without a value', 'access_token', undefined],
    ['a name without a value before the right one', 'access_token; access_token=a.b.c', 'a.b.c'],
    ['an empty value', 'access_token=', undefined],
    ['an empty value in quotes', 'access_token=""', undefined],
    ['only a quotation mark at the start', 'access_token="a.b.c', '"a.b.c'],
    ['a longer name without a value', 'access_tokens', undefined],
    ['one letter and a longer name', 'a=access_token', undefined],
    ['white space around name and value', 'theme=dark;  access_token =  a.b.c  ; lang=en', 'a.b.c'],
    ['quotation marks within', 'access_token=a"b"', 'a"b"'],
    ['letters behind the quotation marks', 'access_token="a"b', '"a"b'],
    ['an empty header', '', undefined],
    ['nothing but separators', ';;; =; ;', undefined],
  ]
  test.each(cookies)('%s', (_, cookie, token) => {
    expect(findToken({ cookie }, SOURCE)).toBe(token)
    expect(findToken(new Headers({ cookie }), SOURCE)).toBe(token)
  })

  test('in quotes, with a line end that no HTTP message has', () => {
    for (const end of ['\n', '\r', '\u2028']) {
      expect(findToken({ cookie: `access_token="a.b${end}c"` }, SOURCE)).toBe(`a.b${end}c`)
    }
  })

  const hostile: readonly (readonly [title: string, filler: string])[] = [
    ['one value', `filler=${'x'.repeat(100_000)}`],
    ['semicolons', ';'.repeat(100_000)],
    ['equals signs', '='.repeat(100_000)],
    ['spaces', `filler=${' '.repeat(100_000)}x`],
    ['quotation marks', `access_token=x; access_token=${'"'.repeat(100_000)}`],
  ]
  test.each(hostile)('100 KB of %s take less than 250 ms', async (_, filler) => {
    const unclosed = { cookie: `access_token="${'"'.repeat(100_000)}x` }
    const closed = { cookie: `${filler}; access_token=a.b.c` }
    expect(await leastTime(() => [findToken(unclosed, SOURCE), findToken(closed, SOURCE)])).toBeLessThan(250)
    expect(findToken(closed, SOURCE)).toBe(filler.includes('access_token') ? 'x' : 'a.b.c')
  })
})

describe("the forms of Node's headers", () => {
  test('a header of several values: the first counts', () => {
    expect(findToken({ authorization: ['Bearer a.b.c', 'Bearer d.e.f'] }, SOURCE)).toBe('a.b.c')
  })

  test('a header of no value is absent', () => {
    expect(findToken({ authorization: [], cookie: 'access_token=d.e.f' }, SOURCE)).toBe('d.e.f')
    expect(findToken({ authorization: undefined, cookie: 'access_token=d.e.f' }, SOURCE)).toBe('d.e.f')
  })

  test('two Fetch headers are one malformed header, in which nobody chooses', () => {
    const headers = new Headers({ cookie: 'access_token=d.e.f' })
    headers.append('authorization', 'Bearer a.b.c')
    headers.append('authorization', 'Bearer g.h.i')
    expect(findToken(headers, SOURCE)).toBe('a.b.c, Bearer g.h.i')
  })

  test('a client cannot pose as Fetch Headers with a header named "get"', () => {
    expect(findToken({ get: 'Bearer x.y.z', authorization: 'Bearer a.b.c' }, SOURCE)).toBe('a.b.c')
    expect(findToken({ get: ['Bearer x.y.z'], cookie: 'access_token=d.e.f' }, SOURCE)).toBe('d.e.f')
  })

  test('R12: only headers of the object itself', () => {
    expect(findToken(Object.create({ authorization: 'Bearer a.b.c' }) as HeadersLike, SOURCE)).toBeUndefined()
  })
})
