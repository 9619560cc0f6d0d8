import { afterEach, expect, test, vi } from 'vitest'
import { forge, segmentsOf } from '../forge.ts'
import { privateJwk } from '../keys.ts'
import { keyOf, policyOf, verdictOf } from '../verdict.ts'
import { describeAttack } from './attack.ts'

// R15: what a MAC is compared with must not be learnt from how long it takes. Times are too coarse to see that in a test; what
// is looked at is not.

describeAttack(40, (path) => {
  afterEach(() => {
    vi.restoreAllMocks()
  })

  for (const alg of ['HS256', 'HS384', 'HS512'] as const) {
    test(`${alg}: whichever letter is wrong, as much is looked at`, async () => {
      const token = forge({ alg }, { sub: 'alice' }, privateJwk(alg))
      const [header, payload, mac] = segmentsOf(token)
      const key = keyOf(alg, path)
      await path.verifyJwt(token, key, policyOf())

      /** The letters of a signature that are looked at one by one; a platform that compares by itself looks at none. */
      async function lettersSeen(signature: string): Promise<{ verdict: string; seen: number }> {
        const { charCodeAt } = String.prototype
        let seen = 0
        vi.spyOn(String.prototype, 'charCodeAt').mockImplementation(function (this: string, index) {
          if (String(this) === signature) seen++
          return charCodeAt.call(this, index)
        })
        const comparing = vi.spyOn(globalThis.crypto.subtle, 'verify')
        const verdict = await verdictOf(() => path.verifyJwt(`${header}.${payload}.${signature}`, key, policyOf()))
        if (path.name === 'web') expect(comparing).toHaveBeenCalledTimes(1)
        vi.restoreAllMocks()
        return { verdict, seen }
      }

      // The right MAC is looked at twice: as what is given, and as what it is compared with.
      const right = await lettersSeen(mac)
      expect(right.verdict).toBe('accepted')
      for (const place of [0, 1, mac.length >> 1, mac.length - 2]) {
        const letter = mac.charAt(place) === 'A' ? 'B' : 'A'
        const wrong = await lettersSeen(mac.slice(0, place) + letter + mac.slice(place + 1))
        expect(wrong.verdict).toBe('ERR_JWS_SIGNATURE')
        // WebCrypto compares by itself; what is seen there is the decoding, which knows no secret.
        if (path.name !== 'web') expect(wrong.seen).toBe(right.seen / 2)
      }
      if (path.name === 'sync') expect(right.seen).toBe(mac.length * 2)
    })
  }
})
