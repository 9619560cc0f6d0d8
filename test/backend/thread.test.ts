import { afterEach, describe, expect, test } from 'vitest'
import type { Backend } from '../../src/backend/backend.ts'
import { mixBackends, useBackend } from '../../src/backend/choice.ts'
import { nodeBackend } from '../../src/backend/node.ts'
import { isForThisThread } from '../../src/backend/thread.ts'
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
    ['RS256', 'here', ['here', 'elsewhere', 'elsewhere']],
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
  test('the short always, the long never, of those in between one in each turn', async () => {
    expect([isForThisThread(2), isForThisThread(2)]).toEqual([true, true])
    expect([isForThisThread(1000), isForThisThread(201)]).toEqual([false, false])
    expect([isForThisThread(20), isForThisThread(200), isForThisThread(70)]).toEqual([true, false, false])
    await undefined
    expect([isForThisThread(200), isForThisThread(20)]).toEqual([true, false])
    await undefined
  })

  test('the table says of each algorithm how long it takes', () => {
    for (const alg of ALGS) {
      const { signingTime, verifyingTime } = findJwa(alg) as NonNullable<ReturnType<typeof findJwa>>
      expect(Math.min(signingTime, verifyingTime), alg).toBeGreaterThan(0)
    }
  })
})
