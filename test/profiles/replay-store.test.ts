import { expect, test } from 'vitest'
import { createReplayStore, type ReplayStoreOptions } from '../../src/profiles/index.ts'

test('an id is new once, and again when its time is over', () => {
  let time = 100
  const store = createReplayStore({ now: () => time })
  expect([store.add('a', 110), store.add('a', 110), store.add('b', 110)]).toEqual([true, false, true])
  time = 110
  expect(store.add('a', 120)).toBe(false)
  time = 110.5
  expect([store.add('a', 120), store.add('a', 120)]).toEqual([true, false])
})

test('a full store refuses, until there is room: nothing that counts is forgotten', () => {
  let time = 100
  const store = createReplayStore({ maxSize: 3, now: () => time })
  for (const id of ['a', 'b', 'c']) expect(store.add(id, 110)).toBe(true)
  expect(() => store.add('d', 110)).toThrow(RangeError)
  expect(store.add('a', 110)).toBe(false)
  time = 111
  expect([store.add('d', 120), store.add('a', 120)]).toEqual([true, true])
})

test('a clock that fails forgets nothing', () => {
  let time = 100
  const store = createReplayStore({ now: () => time })
  store.add('a', 110)
  time = Number.NaN
  expect(store.add('a', 120)).toBe(false)
})

test('a hundred thousand are added and forgotten in time that grows no faster than they do', () => {
  let time = 0
  const store = createReplayStore({ maxSize: 1000, now: () => time })
  for (let n = 0; n < 100_000; n++) {
    time = n
    if (!store.add(String(n), n + 900)) expect.unreachable(`${n} is new`)
  }
  expect(store.add('99999', 100_900)).toBe(false)
})

test('R19: wrong options', () => {
  for (const options of [{ maxSize: 0 }, { maxSize: Number.NaN }, { now: 5 }, { size: 5 }, null]) {
    expect(() => createReplayStore(options as ReplayStoreOptions)).toThrow(TypeError)
  }
})
