import { checkVerification } from '../core/check.ts'
import { hold } from '../core/contest.ts'
import type { Row } from '../core/context.ts'
import type { Operation, Peer } from '../core/peer.ts'
import { signMany, supplyTokens } from '../core/supply.ts'
import { makeLargeClaims } from '../core/tokens.ts'

const KILOBYTES = [0.3, 2, 16, 64] as const
const TOKENS = 64
/** Countersign refuses tokens of more than 16,384 characters unless told otherwise. */
const MAX_TOKEN_LENGTH = 100_000

/** Tokens with more and more roles in them. Each peer in the form that it is fastest in. */
export const sizes: Row = {
  id: 'size',
  quick: [],
  async *measure(context) {
    const alg = 'HS256'
    if (!context.algs.includes(alg)) return
    const key = await context.keyOf(alg)
    const task = { alg, keys: [key], maxTokenLength: MAX_TOKEN_LENGTH } as const
    for (const size of KILOBYTES) {
      const tokens = await signMany(TOKENS, [key], (index) => makeLargeClaims(index, size * 1024))
      const contest = {
        row: 'size',
        subject: `${size} KB`,
        title: `verify, token of ${size} KB, awaited one by one, ${alg}`,
        pace: 'awaited',
        supply: supplyTokens(tokens),
        enter: (peer: Peer) => (peer.verifySync ?? peer.verify)?.(task),
        check: (peer: Peer, operation: Operation) => checkVerification(peer, operation, tokens, key),
      } as const
      yield await hold(contest, context)
    }
  },
}
