import { checkVerification } from '../core/check.ts'
import { hold } from '../core/contest.ts'
import type { Row } from '../core/context.ts'
import type { Operation, Peer } from '../core/peer.ts'
import { supplyTokens } from '../core/supply.ts'

const CACHE_SIZE = 10_000

/** The same few hundred tokens again and again, each time as a new string, at verifiers that remember what they verified. */
export const cached: Row = {
  id: 'cached',
  quick: ['RS256'],
  async *measure(context) {
    for (const alg of ['HS256', 'RS256'] as const) {
      if (!context.algs.includes(alg)) continue
      const key = await context.keyOf(alg)
      const tokens = await context.tokensOf(alg)
      const task = { alg, keys: [key], cacheSize: CACHE_SIZE }
      const contest = {
        row: 'cached',
        subject: alg,
        title: `verify, remembered, synchronous, ${alg}`,
        pace: 'sync',
        supply: supplyTokens(tokens),
        enter: (peer: Peer) => peer.verifySync?.(task),
        check: (peer: Peer, operation: Operation) => checkVerification(peer, operation, tokens, key),
      } as const
      yield await hold(contest, context)
    }
  },
}
