import { describe, expect, test } from 'vitest'
import { createDenylist, type Denylist, type DenylistOptions } from '../../src/gateway/index.ts'

const START = 1_800_000_000

function open(options: DenylistOptions = {}): { list: Denylist; setTime: (seconds: number) => void } {
  let time = START
  const list = createDenylist({ now: () => time, ...options })
  return { list, setTime: (seconds) => (time = START + seconds) }
}

describe('isRevoked()', () => {
  const rows: readonly (readonly [claims: string, isRevoked: boolean])[] = [
    ['{"jti":"a"}', true],
    ['{"jti":"a","sub":"bob"}', true],
    ['{"sub":"alice"}', true],
    ['{"groups":["x","fired"]}', true],
    ['{"groups":"fired"}', true],
    ['{"jti":"b","sub":"bob","groups":["x"]}', false],
    ['{"jti":"alice","sub":"a"}', false],
    ['{"jti":["b","a"]}', true],
    ['{"groups":[["fired"]]}', false],
    ['{"groups":{"0":"fired"}}', false],
    ['{"groups":[]}', false],
    ['{"other":"a"}', false],
    ['{"jti":"A"}', false],
    ['{"jti":"a "}', false],
    ['{"jti":null}', false],
    ['{"__proto__":{"jti":"a"}}', false],
    ['{}', false],
  ]
  test.each(rows)('%s: %s', (claims, isRevoked) => {
    const { list } = open({ claims: ['jti', 'sub', 'groups'] })
    list.revoke('jti', 'a', START + 60)
    list.revoke('sub', 'alice', START + 60)
    list.revoke('groups', 'fired', START + 60)
    expect(list.isRevoked(JSON.parse(claims))).toBe(isRevoked)
  })

  test('one claim with its value is not another with a name that begins alike', () => {
    const { list } = open({ claims: ['a', 'a b'] })
    list.revoke('a', 'b c', START + 60)
    expect(list.isRevoked({ a: 'b c' })).toBe(true)
    list.revoke('a b', 'x', START + 60)
    expect([list.isRevoked({ 'a b': 'x' }), list.isRevoked({ 'a b': 'y' }), list.isRevoked({ a: 'x' })]).toEqual([
      true,
      false,
      false,
    ])
  })

  test('names of the prototype are values like others', () => {
    const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty']
    const { list } = open({ claims: ['jti', ...names] })
    for (const name of names) expect(list.isRevoked({ jti: name })).toBe(false)
    expect(list.isRevoked({})).toBe(false)
    for (const name of names) list.revoke('jti', name, START + 60)
    for (const name of names) expect(list.isRevoked({ jti: name })).toBe(true)
    list.revoke('constructor', 'x', START + 60)
    expect(list.isRevoked({ constructor: 'x' })).toBe(true)
    expect(list.isRevoked({ jti: 'x' })).toBe(false)
  })
})

describe('revoke()', () => {
  test('counts until its second, and no longer', () => {
    const { list, setTime } = open({ leeway: 0 })
    list.revoke('jti', 'a', START + 60)
    const outcomes = [0, 59.999, 60, 60.001].map((second) => {
      setTime(second)
      return list.isRevoked({ jti: 'a' })
    })
    expect(outcomes).toEqual([true, true, true, false])
  })

  test.each([
    [undefined, 60],
    [5, 5],
  ])('counts longer than the token, since validators are lenient: leeway %s', (leeway, seconds) => {
    const { list, setTime } = open(leeway === undefined ? {} : { leeway })
    list.revoke('jti', 'a', START + 60)
    const outcomes = [60 + seconds, 60.001 + seconds].map((second) => {
      setTime(second)
      return list.isRevoked({ jti: 'a' })
    })
    expect(outcomes).toEqual([true, false])
  })

  test('R20: a clock that answers NaN revokes for ever', () => {
    let time = START
    const list = createDenylist({ now: () => time, maxSize: 1 })
    list.revoke('jti', 'a', START + 60)
    time = Number.NaN
    expect([list.isRevoked({ jti: 'a' }), list.isRevoked({ jti: 'b' })]).toEqual([true, false])
    expect(() => list.revoke('jti', 'b', START + 60)).toThrow('the denylist is full: 1 values that still count')
  })

  test('again can only prolong', () => {
    const { list, setTime } = open()
    list.revoke('jti', 'a', START + 60)
    list.revoke('jti', 'a', START + 30)
    setTime(59)
    expect(list.isRevoked({ jti: 'a' })).toBe(true)
    list.revoke('jti', 'a', START + 90)
    setTime(89)
    expect([list.isRevoked({ jti: 'a' }), list.size]).toEqual([true, 1])
  })

  test('of a claim that is not watched is a mistake, and says which are', () => {
    const { list } = open({ claims: ['jti', 'sub'] })
    for (const claim of ['email', '', '__proto__', 'jti ']) {
      expect(() => list.revoke(claim, 'a', START + 60)).toThrow(TypeError)
      expect(() => list.revoke(claim, 'a', START + 60)).toThrow('jti, sub')
    }
  })

  test.each([[42], [undefined], [null], [['a']], [''], [{}], [true]])('R19: the value %j is a mistake', (value) => {
    const { list } = open()
    expect(() => list.revoke('jti', value as string, START + 60)).toThrow(TypeError)
    expect(() => list.revoke('jti', value as string, START + 60)).toThrow('"value"')
    expect(list.size).toBe(0)
  })

  test.each([Number.NaN, Number.POSITIVE_INFINITY, -1, '5', null, undefined])('R19: until %s is a mistake', (until) => {
    const { list } = open()
    expect(() => list.revoke('jti', 'a', until as number)).toThrow(TypeError)
    expect(() => list.revoke('jti', 'a', until as number)).toThrow('"until"')
    expect(list.size).toBe(0)
  })
})

describe('a full list', () => {
  test('takes no further values, and forgets none that counts', () => {
    const { list } = open({ maxSize: 3 })
    for (const value of ['a', 'b', 'c']) list.revoke('jti', value, START + 60)
    expect(() => list.revoke('jti', 'd', START + 60)).toThrow(RangeError)
    expect(() => list.revoke('jti', 'd', START + 60)).toThrow(/^(?!.*"d")/)
    expect(['a', 'b', 'c', 'd'].map((jti) => list.isRevoked({ jti }))).toEqual([true, true, true, false])
    expect(list.size).toBe(3)
  })

  test('still prolongs what it holds', () => {
    const { list, setTime } = open({ maxSize: 1 })
    list.revoke('jti', 'a', START + 60)
    list.revoke('jti', 'a', START + 90)
    setTime(89)
    expect(list.isRevoked({ jti: 'a' })).toBe(true)
  })

  test('makes room of what has expired, and of nothing else', () => {
    const { list, setTime } = open({ maxSize: 3, leeway: 0 })
    list.revoke('jti', 'a', START + 10)
    list.revoke('jti', 'b', START + 100)
    list.revoke('jti', 'c', START + 20)
    setTime(20)
    list.revoke('jti', 'd', START + 100)
    expect(() => list.revoke('jti', 'e', START + 100)).toThrow(RangeError)
    setTime(20.001)
    list.revoke('jti', 'e', START + 100)
    expect(() => list.revoke('jti', 'f', START + 100)).toThrow(RangeError)
    expect(['b', 'd', 'e'].map((jti) => list.isRevoked({ jti }))).toEqual([true, true, true])
    expect(list.size).toBe(3)
  })

  test('is bounded by default', () => {
    const { list } = open()
    for (let count = 0; count < 100_000; count++) list.revoke('jti', String(count), START + 60)
    expect(() => list.revoke('jti', 'one more', START + 60)).toThrow(RangeError)
    expect(list.size).toBe(100_000)
  })
})

describe('R19: options', () => {
  const wrong: readonly object[] = [
    { claims: 'jti' },
    { claims: [''] },
    { claims: [5] },
    { maxSize: 0 },
    { maxSize: Number.NaN },
    { maxSize: '10' },
    { now: 5 },
    { leeway: -1 },
    { size: 10 },
  ]
  test.each(wrong)('%j is a mistake', (options) => {
    expect(() => createDenylist(options as DenylistOptions)).toThrow(TypeError)
    expect(() => createDenylist(options as DenylistOptions)).toThrow(`"${Object.keys(options)[0]}"`)
  })

  test("by default the clock is the system's, and jti is watched", () => {
    const list = createDenylist()
    const seconds = Date.now() / 1000
    list.revoke('jti', 'a', seconds + 60)
    list.revoke('jti', 'b', seconds - 61)
    expect([list.isRevoked({ jti: 'a' }), list.isRevoked({ jti: 'b' })]).toEqual([true, false])
  })
})
