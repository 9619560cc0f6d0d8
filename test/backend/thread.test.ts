import { afterEach, describe, expect, test } from 'vitest'
import type { Backend } from '../../src/backend/backend.ts'
import { mixBackends, useBackend } from '../../src/backend/choice.ts'
import { nodeBackend } from '../../src/backend/node.ts'
import { compute } from '../../src/backend/thread.ts'
import { webBackend } from '../../src/backend/web.ts'
import { importSigningKey, importVerificationKey, signCompact, verifyCompact } from '../../src/index.ts'
import { type Alg, findJwa } from '../../src/jwa.ts'
import { signCompactSync, verifyCompactSync } from '../../src/sync.ts'
import { forge } from '../forge.ts'
import { ALGS, privateJwk, publicJwk } from '../keys.ts'
import { codeOf } from '../paths.ts'

const node = nodeBackend as Backend
const CROWD = 8

/** What an operation of an algorithm is called: here at once, or elsewhere. */
type Place = 'here' | 'elsewhere'

/** The two backends mixed, each telling what was asked of it. */
function spies(): { backend: Backend; seen: Place[] } {
  const seen: Place[] = []
  const tell = (backend: Backend, place: Place): Backend => ({
    ...backend,
    verificationHandle(jwa, material) {
      const handle = backend.verificationHandle(jwa, material)
      const { verifySync = handle.verify } = handle
      const told = (run: typeof handle.verify): typeof handle.verify =>
        function verify(...args) {
          seen.push(place)
          return run(...args)
        }
      return { verify: told(handle.verify), verifySync: told(verifySync) as never }
    },
  })
  return { backend: mixBackends(tell(node, 'here'), tell(webBackend, 'elsewhere')), seen }
}

afterEach(() => useBackend(node))

describe('node:crypto here, WebCrypto elsewhere', () => {
  test.each(ALGS)('%s: what one signs the other verifies, alone, in a crowd and at once', async (alg) => {
    const token = forge({ alg }, 'payload', privateJwk(alg))
    useBackend(mixBackends(node, webBackend))
    const signing = importSigningKey(privateJwk(alg))
    const key = importVerificationKey(publicJwk(alg))
    for (const count of [1, CROWD]) {
      const own = await Promise.all(Array.from({ length: count }, () => signCompact('payload', signing)))
      const verdicts = [token, ...own].map((text) => verifyCompact(text, key))
      expect((await Promise.all(verdicts)).every((verified) => verified.key === key)).toBe(true)
      for (const text of own) expect(verifyCompactSync(text, key).key).toBe(key)
    }
    expect(await codeOf(() => verifyCompact(signCompactSync('payload', signing), key))).toBe('accepted')
  })

  test.each(ALGS)('%s: a wrong signature is refused in either place', async (alg) => {
    useBackend(mixBackends(node, webBackend))
    const key = importVerificationKey(publicJwk(alg))
    const other = forge({ alg }, 'another', privateJwk(alg)).split('.')[2]
    const token = forge({ alg }, 'payload', privateJwk(alg)).replace(/[^.]*$/, other as string)
    const codes = Array.from({ length: CROWD }, () => codeOf(() => verifyCompact(token, key)))
    expect(new Set(await Promise.all(codes))).toEqual(new Set(['ERR_JWS_SIGNATURE']))
  })

  const PLACES: readonly (readonly [Alg, alone: Place, crowd: readonly Place[]])[] = [
    ['HS256', 'here', ['here', 'here', 'here']],
    ['RS256', 'here', ['here', 'here', 'here']],
    ['ES256', 'here', ['here', 'elsewhere', 'elsewhere']],
    ['EdDSA', 'here', ['here', 'elsewhere', 'elsewhere']],
    ['ES384', 'elsewhere', ['elsewhere', 'elsewhere', 'elsewhere']],
    ['ES512', 'elsewhere', ['elsewhere', 'elsewhere', 'elsewhere']],
  ]
  test.each(PLACES)('%s is verified %s when it comes alone', async (alg, alone, crowd) => {
    const { backend, seen } = spies()
    useBackend(backend)
    const key = importVerificationKey(publicJwk(alg))
    const token = forge({ alg }, 'payload', privateJwk(alg))
    for (let round = 0; round < 3; round++) await verifyCompact(token, key)
    expect(seen).toEqual([alone, alone, alone])
    seen.length = 0
    await Promise.all(crowd.map(() => verifyCompact(token, key)))
    expect(seen).toEqual(crowd)
  })
})

describe('what runs on this thread', () => {
  /** Operations of these times started together: where each ran, and whether at once. */
  async function placesOf(...times: readonly number[]): Promise<{ places: Place[]; atOnce: number }> {
    const places: Place[] = []
    const run = (place: Place) => () => places.push(place)
    const results = times.map((time) => compute(time, run('here'), run('elsewhere')))
    const atOnce = places.length
    await Promise.all(results)
    return { places, atOnce }
  }

  test('the long never', async () => {
    expect(await placesOf(201, 1500)).toEqual({ places: ['elsewhere', 'elsewhere'], atOnce: 2 })
  })

  test('of the middling the first of each turn', async () => {
    for (let turn = 0; turn < 3; turn++) {
      expect((await placesOf(70, 70, 110)).places).toEqual(['here', 'elsewhere', 'elsewhere'])
    }
    expect((await placesOf(26, 70)).places).toEqual(['here', 'elsewhere'])
  })

  test('the short always, though no more than half a millisecond of them in one turn', async () => {
    expect((await placesOf(...Array(10).fill(2))).atOnce).toBe(10)
    const crowd = await placesOf(...Array(64).fill(26))
    expect(crowd.places).toEqual(Array(64).fill('here'))
    expect(crowd.atOnce).toBe(20)
  })

  test('others get their turns in between', async () => {
    const events: string[] = []
    let isWorking = true
    const tick = () => {
      events.push('other')
      if (isWorking) setImmediate(tick)
    }
    setImmediate(tick)
    const work = () => events.push('work')
    await Promise.all(Array.from({ length: 64 }, () => compute(26, work, work)))
    isWorking = false
    const runs = events.join(' ').split('other')
    const lengths = runs.map((run) => run.split('work').length - 1)
    expect(lengths.reduce((sum, length) => sum + length)).toBe(64)
    expect(Math.max(...lengths)).toBeLessThanOrEqual(20)
  })

  test('what throws later is the rejection of its own promise', async () => {
    const fail = () => {
      throw new RangeError('computed in vain')
    }
    const work = Array.from({ length: 40 }, (_, index) =>
      index < 30 ? compute(26, () => index, fail) : compute(26, fail, fail),
    )
    const outcomes = await Promise.allSettled(work)
    expect(outcomes.map(({ status }) => status)).toEqual([
      ...Array(30).fill('fulfilled'),
      ...Array(10).fill('rejected'),
    ])
  })

  test('the table says of each algorithm how long it takes', () => {
    for (const alg of ALGS) {
      const { signingTime, verifyingTime } = findJwa(alg) as NonNullable<ReturnType<typeof findJwa>>
      expect(Math.min(signingTime, verifyingTime), alg).toBeGreaterThan(0)
    }
  })
})

test('a crowd of short operations is worked off in its order, each once', async () => {
  const done: number[] = []
  const numbers = Array.from({ length: 3000 }, (_, index) => index)
  const elsewhere = () => Promise.reject(new Error('elsewhere'))
  const crowd = () => Promise.all(numbers.map((number) => compute(39, () => done.push(number), elsewhere)))
  await crowd()
  await crowd()
  expect(done).toEqual([...numbers, ...numbers])
})
