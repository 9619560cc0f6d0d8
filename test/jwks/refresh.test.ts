import { describe, expect, test } from 'vitest'
import { type Fetched, keepFresh, type Refreshed, type RefreshOptions } from '../../src/jwks/refresh.ts'

// R22, with a clock and a chance that stand still.

type Answer = () => Promise<Fetched<string>>

interface Bench {
  time: number
  random: number
  answer: Answer
  fetches: number
  readonly set: Refreshed<string>
}

function gives(value: string, maxAge?: number): Answer {
  return async () => ({ value, maxAge })
}

const DOWN: Answer = () => Promise.reject(new Error('down'))

function startBench(options: RefreshOptions = {}, random = 0.999): Bench {
  const fetchValue = () => {
    bench.fetches++
    return bench.answer()
  }
  const set = keepFresh(fetchValue, { now: () => bench.time, ...options }, () => bench.random)
  const bench: Bench = { time: 0, random, answer: gives('a'), fetches: 0, set }
  return bench
}

/** What goes on in the background has come to its end. */
const settled = () => new Promise((resolve) => setImmediate(resolve))

type Call = 'current' | 'load' | 'reload' | 'refresh'

/** The value, `nothing`, or why there is none. */
async function ask({ set }: Bench, call: Call): Promise<string> {
  try {
    return (await set[call]()) ?? 'nothing'
  } catch (error) {
    return (error as Error).message
  }
}

/** At some second the server would answer so, and this is called: the outcome, and the fetches so far. */
type Step = readonly [second: number, answer: Answer, call: Call, outcome: string, fetches: number]

function testSteps(title: string, options: RefreshOptions, random: number, steps: readonly Step[]): void {
  test(title, async () => {
    const bench = startBench(options, random)
    for (const [second, answer, call, outcome, fetches] of steps) {
      Object.assign(bench, { time: second, answer })
      expect(await ask(bench, call), `${call} at ${second} s`).toBe(outcome)
      await settled()
      expect(bench.fetches, `fetches at ${second} s`).toBe(fetches)
    }
  })
}

describe('the age of a value', () => {
  const ages: readonly (readonly [options: RefreshOptions, told: number | undefined, seconds: number])[] = [
    [{}, undefined, 900],
    [{ maxAge: 100 }, undefined, 100],
    [{ maxAge: 100 }, 30, 30],
    [{ maxAge: 100 }, 99.5, 99.5],
    [{ maxAge: 100 }, 101, 100],
    [{ maxAge: 100 }, 1e9, 100],
    [{ maxAge: 100 }, 10, 10],
    [{ maxAge: 100 }, 9, 10],
    [{ maxAge: 100 }, 0, 10],
    [{ maxAge: 100, cooldown: 40 }, 30, 40],
    [{ maxAge: 100, cooldown: 1 }, 0, 1],
    [{ maxAge: 5, cooldown: 10 }, 0, 5],
    [{ maxAge: 100, cooldown: 200 }, 30, 100],
  ]
  for (const [options, told, seconds] of ages) {
    testSteps(`${JSON.stringify(options)}, and the server says ${told}: ${seconds} s`, options, 0.999, [
      [0, gives('a', told), 'load', 'a', 1],
      [seconds * 0.8, DOWN, 'current', 'a', 1],
      [seconds - 0.001, DOWN, 'current', 'a', 2],
      [seconds, DOWN, 'current', 'nothing', 2],
    ])
  }

  testSteps('0: each use asks', { maxAge: 0 }, 0.999, [
    [0, gives('a'), 'load', 'a', 1],
    [0, gives('b'), 'current', 'nothing', 1],
    [0, gives('b'), 'load', 'b', 2],
    [0, DOWN, 'load', 'down', 3],
  ])
  testSteps('0 of the server and a cooldown of 0: each use asks', { cooldown: 0 }, 0.999, [
    [0, gives('a', 0), 'load', 'a', 1],
    [0, gives('b', 0), 'current', 'nothing', 1],
  ])
})

describe('the refresh ahead of its end', () => {
  const maxAge = 100
  for (const random of [0, 0.25, 0.5, 0.999]) {
    const first = 10 + (maxAge * 0.9 - 10) * random
    const later = maxAge * (0.75 + 0.15 * random)
    testSteps(`random ${random}: after ${first} s at first, and ${later} s from then on`, { maxAge }, random, [
      [0, gives('a'), 'load', 'a', 1],
      [first - 0.001, gives('b'), 'current', 'a', 1],
      [first + 0.001, gives('b'), 'current', 'a', 2],
      [first + 0.001 + later - 0.001, gives('c'), 'current', 'b', 2],
      [first + 0.001 + later + 0.001, gives('c'), 'current', 'b', 3],
      [first + 0.001 + 2 * later, gives('d'), 'current', 'c', 3],
      [first + 0.003 + 2 * later, gives('d'), 'current', 'c', 4],
    ])

    const recovered = 95 + 10 + first
    testSteps(`random ${random}: after a failure as at first`, { maxAge }, random, [
      [0, gives('a'), 'load', 'a', 1],
      [95, DOWN, 'current', 'a', 2],
      [105, gives('b'), 'load', 'b', 3],
      [recovered - 0.001, gives('c'), 'current', 'b', 3],
      [recovered + 0.001, gives('c'), 'current', 'b', 4],
      [recovered + 0.001 + later - 0.001, gives('d'), 'current', 'c', 4],
      [recovered + 0.001 + later + 0.001, gives('d'), 'current', 'c', 5],
    ])
  }

  testSteps('is ahead of it though the cooldown is nearly as long', { maxAge: 12 }, 0, [
    [0, gives('a'), 'load', 'a', 1],
    [8.999, gives('b'), 'current', 'a', 1],
    [9.001, gives('b'), 'current', 'a', 2],
  ])
  testSteps('does not wait for a pause that ended with a good answer', { maxAge: 100 }, 0, [
    [0, gives('a'), 'load', 'a', 1],
    [75, DOWN, 'current', 'a', 2],
    [85, DOWN, 'current', 'a', 3],
    [101, gives('b'), 'load', 'b', 4],
    [110.999, gives('c'), 'current', 'b', 4],
    [111.001, gives('c'), 'current', 'b', 5],
  ])

  test('takes no time of the caller, and there is one, however many ask', async () => {
    const bench = startBench({ maxAge: 100 })
    await bench.set.load()
    bench.time = 95
    let answer: (fetched: Fetched<string>) => void = () => undefined
    bench.answer = () => new Promise((resolve) => (answer = resolve))
    for (let count = 0; count < 100; count++) expect(bench.set.current()).toBe('a')
    expect(bench.fetches).toBe(2)
    bench.time = 99
    expect(bench.set.current()).toBe('a')
    answer({ value: 'b' })
    await settled()
    expect([bench.set.current(), bench.set.age, bench.fetches]).toEqual(['b', 4, 2])
  })

  test("that fails is nobody's unhandled rejection, and the pause after it holds", async () => {
    const unhandled: unknown[] = []
    const listen = (reason: unknown) => unhandled.push(reason)
    process.on('unhandledRejection', listen)
    try {
      const bench = startBench({ maxAge: 100 })
      await bench.set.load()
      Object.assign(bench, { time: 95, answer: DOWN })
      expect(bench.set.current()).toBe('a')
      await settled()
      await settled()
      expect(bench.set.lastError).toMatchObject({ message: 'down' })
      expect([bench.set.current(), bench.fetches]).toEqual(['a', 2])
    } finally {
      process.off('unhandledRejection', listen)
    }
    expect(unhandled).toEqual([])
  })
})

describe('one fetch at a time', () => {
  test('whoever asks shares it', async () => {
    const bench = startBench()
    const { set } = bench
    const loads = [set.load(), set.load(), set.reload(), set.refresh(), set.load()]
    expect(bench.fetches).toBe(1)
    expect(await Promise.all(loads)).toEqual(['a', 'a', 'a', undefined, 'a'])
    await set.refresh()
    expect(bench.fetches).toBe(2)
  })

  test('and its failure', async () => {
    const bench = startBench()
    bench.answer = DOWN
    const outcomes = await Promise.all((['load', 'refresh', 'load', 'reload'] as const).map((call) => ask(bench, call)))
    expect(outcomes).toEqual(['down', 'down', 'down', 'down'])
    expect(bench.fetches).toBe(1)
  })

  test('also one that throws at once', async () => {
    const bench = startBench()
    bench.answer = () => {
      throw new Error('down')
    }
    expect([await ask(bench, 'load'), await ask(bench, 'load'), bench.fetches]).toEqual(['down', 'down', 1])
  })
})

describe('a failure', () => {
  testSteps(
    'leaves the last good value until its time is over, then for staleIfError',
    { maxAge: 100, staleIfError: 50 },
    0.999,
    [
      [0, gives('a'), 'load', 'a', 1],
      [85, DOWN, 'load', 'a', 2],
      [89, DOWN, 'current', 'a', 2],
      [99.999, DOWN, 'current', 'a', 3],
      // Nobody waits while the server is known to fail.
      [100, DOWN, 'current', 'a', 3],
      [100, DOWN, 'load', 'a', 3],
      [149.999, DOWN, 'load', 'a', 4],
      [150, DOWN, 'current', 'nothing', 4],
      [150, DOWN, 'load', 'down', 4],
      [151, gives('b'), 'refresh', 'nothing', 5],
      [151, DOWN, 'current', 'b', 5],
    ],
  )
  test('makes nobody wait for the next try while the last good value may serve', async () => {
    const bench = startBench({ maxAge: 100, staleIfError: 50 })
    await bench.set.load()
    Object.assign(bench, { time: 100, answer: DOWN })
    expect([bench.set.current(), await bench.set.load()]).toEqual([undefined, 'a'])
    let answer: (fetched: Fetched<string>) => void = () => undefined
    bench.time = 120
    bench.answer = () => new Promise((resolve) => (answer = resolve))
    expect([bench.set.current(), bench.set.current(), bench.fetches]).toEqual(['a', 'a', 3])
    answer({ value: 'b' })
    await settled()
    expect([bench.set.current(), bench.set.lastError, bench.fetches]).toEqual(['b', undefined, 3])
  })
  testSteps('without staleIfError ends the value with its age', { maxAge: 100 }, 0.999, [
    [0, gives('a'), 'load', 'a', 1],
    [99.999, DOWN, 'load', 'a', 2],
    [100, gives('b'), 'load', 'down', 2],
  ])
  testSteps('before the first good answer leaves nothing', { staleIfError: 1000 }, 0.999, [
    [0, DOWN, 'load', 'down', 1],
    [0, gives('a'), 'current', 'nothing', 1],
    [9.999, gives('a'), 'load', 'down', 1],
    [10, gives('a'), 'load', 'a', 2],
  ])

  const pauses: readonly (readonly [cooldown: number, random: number, seconds: readonly number[]])[] = [
    [10, 0, [10, 15, 30, 60, 60, 60]],
    [10, 0.5, [10, 17.5, 35, 60, 60, 60]],
    [10, 0.999, [10, 19.995, 39.99, 60, 60, 60]],
    [1, 0, [1, 1.5, 3, 6, 12, 24, 48, 60, 60]],
    [1, 0.999, [1, 1.9995, 3.999, 7.998, 15.996, 31.992, 60, 60]],
    [30, 0, [30, 45, 60, 60]],
    [60, 0.999, [60, 60, 60]],
    [300, 0, [60, 60, 60]],
    [300, 0.999, [60, 60, 60]],
  ]
  test.each(pauses)(
    'cooldown %d, random %d: the server is left alone for %j seconds',
    async (cooldown, random, rows) => {
      const bench = startBench({ cooldown }, random)
      bench.answer = DOWN
      for (const [index, seconds] of rows.entries()) {
        expect(await ask(bench, 'load')).toBe('down')
        expect(bench.fetches).toBe(index + 1)
        bench.time += seconds - 0.001
        for (const call of ['load', 'reload', 'current'] as const) await ask(bench, call)
        expect(bench.fetches, `before the pause of ${seconds} s is over`).toBe(index + 1)
        bench.time += 0.0011
      }
    },
  )

  testSteps('after a good answer counts as the first again', { maxAge: 1000 }, 0, [
    [0, DOWN, 'load', 'down', 1],
    [10, DOWN, 'load', 'down', 2],
    [25, gives('a'), 'load', 'a', 3],
    [40, DOWN, 'refresh', 'down', 4],
    [49.999, gives('b'), 'reload', 'nothing', 4],
    [50, gives('b'), 'reload', 'b', 5],
  ])
  testSteps('with a cooldown of 0 keeps nobody from asking, even after many', { cooldown: 0 }, 0.5, [
    ...Array.from({ length: 1100 }, (_, index): Step => [0, DOWN, 'load', 'down', index + 1]),
    [0, gives('a'), 'load', 'a', 1101],
  ])
  testSteps('after many is no longer a pause than a minute', { cooldown: 1 }, 0.999, [
    ...Array.from({ length: 1100 }, (_, index): Step => [index * 61, DOWN, 'load', 'down', index + 1]),
    [1099 * 61 + 59.99, gives('a'), 'load', 'down', 1100],
    [1100 * 61, gives('a'), 'load', 'a', 1101],
  ])
  testSteps('does not keep refresh() from asking', {}, 0.999, [
    [0, DOWN, 'refresh', 'down', 1],
    [0, DOWN, 'refresh', 'down', 2],
    [0, gives('a'), 'refresh', 'nothing', 3],
  ])
})

describe('reload()', () => {
  testSteps('is nothing within the cooldown of the last fetch', {}, 0.999, [
    [0, gives('a'), 'load', 'a', 1],
    [0, gives('b'), 'reload', 'nothing', 1],
    [9.999, gives('b'), 'reload', 'nothing', 1],
    [10, gives('b'), 'reload', 'b', 2],
    [19.999, gives('c'), 'reload', 'nothing', 2],
  ])
  testSteps('that fails gives the last good value, and then is nothing for the pause', {}, 0.999, [
    [0, gives('a'), 'load', 'a', 1],
    [10, DOWN, 'reload', 'a', 2],
    [20, DOWN, 'reload', 'a', 3],
    [39.994, gives('b'), 'reload', 'nothing', 3],
    [39.996, gives('b'), 'reload', 'b', 4],
  ])
})

describe('a clock that is set back', () => {
  testSteps('ends the age, for nobody knows it', { maxAge: 100 }, 0.999, [
    [0, gives('a'), 'load', 'a', 1],
    [-0.001, gives('b'), 'current', 'nothing', 1],
    [-0.001, gives('b'), 'load', 'b', 2],
    [50, DOWN, 'current', 'b', 2],
  ])
  testSteps('ends the time of staleIfError, too', { maxAge: 100, staleIfError: 1000 }, 0.999, [
    [0, gives('a'), 'load', 'a', 1],
    [-1, DOWN, 'load', 'down', 2],
    [9, gives('b'), 'load', 'b', 3],
  ])
  testSteps('ends the cooldown and the pause', { maxAge: 100 }, 0.999, [
    [0, gives('a'), 'load', 'a', 1],
    [-1, gives('b'), 'reload', 'b', 2],
    [-2, DOWN, 'refresh', 'down', 3],
    [-3, gives('c'), 'load', 'c', 4],
  ])
})

describe('what can be looked at', () => {
  test('the latest value, whatever its age, its age, and the last error', async () => {
    const bench = startBench({ maxAge: 100 })
    const { set } = bench
    const state = () => [set.latest, set.age, set.lastError?.message]
    expect(state()).toEqual([undefined, undefined, undefined])
    bench.answer = DOWN
    await ask(bench, 'refresh')
    expect(state()).toEqual([undefined, undefined, 'down'])
    bench.answer = gives('a')
    await set.refresh()
    bench.time = 5.5
    expect(state()).toEqual(['a', 5.5, undefined])
    Object.assign(bench, { time: 1000, answer: DOWN })
    expect(await ask(bench, 'load')).toBe('down')
    expect(state()).toEqual(['a', 1000, 'down'])
    expect(set.current()).toBeUndefined()
  })

  test('the age counts from the question, not from the answer', async () => {
    const bench = startBench({ maxAge: 100 })
    bench.answer = async () => {
      bench.time = 4
      return { value: 'a' }
    }
    await bench.set.load()
    expect(bench.set.age).toBe(4)
  })
})

/** At some second this is what `reload` gives, and so many fetches there have been. */
async function expectReloads(bench: Bench, rows: readonly (readonly [number, string, number])[]): Promise<void> {
  for (const [second, outcome, fetches] of rows) {
    bench.time = second
    expect(await ask(bench, 'reload')).toBe(outcome)
    expect(bench.fetches).toBe(fetches)
  }
}

describe('what has been missed', () => {
  test('is not asked for within the cooldown, unless the value is over its age', async () => {
    const bench = startBench({ maxAge: 20, cooldown: 60 })
    await bench.set.load()
    bench.set.miss()
    bench.answer = gives('b')
    await expectReloads(bench, [
      [10, 'nothing', 1],
      [19.999, 'nothing', 1],
      [20, 'b', 2],
    ])
  })

  test('is asked for a cooldown after the question, however late the answer came', async () => {
    const bench = startBench({ cooldown: 20 })
    bench.answer = async () => {
      bench.time += 18
      return { value: 'a' }
    }
    await bench.set.load()
    bench.set.miss()
    bench.answer = gives('b')
    await expectReloads(bench, [
      [19.999, 'nothing', 1],
      [20, 'b', 2],
    ])
  })

  test('is not asked for within the cooldown where nothing is kept', async () => {
    const bench = startBench({ maxAge: 0, cooldown: 5 })
    await bench.set.load()
    bench.set.miss()
    await expectReloads(bench, [
      [4.999, 'nothing', 1],
      [5, 'a', 2],
    ])
  })
})
