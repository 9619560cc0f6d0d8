import type { Alg } from '../core/algorithms.ts'
import { checkVerification } from '../core/check.ts'
import { hold } from '../core/contest.ts'
import type { Row } from '../core/context.ts'
import type { Pace } from '../core/measure.ts'
import type { Operation, Peer } from '../core/peer.ts'
import { supplyTokens } from '../core/supply.ts'

/** Tokens of many subjects under one key: signature, issuer, audience and expiry. */
function verifyRow(id: string, pace: Pace, title: string, quick: readonly Alg[]): Row {
  return {
    id,
    quick,
    async *measure(context) {
      for (const alg of context.algs) {
        const key = await context.keyOf(alg)
        const tokens = await context.tokensOf(alg)
        const task = { alg, keys: [key] }
        const contest = {
          row: id,
          subject: alg,
          title: `${title}, ${alg}`,
          pace,
          supply: supplyTokens(tokens),
          enter: pace === 'sync' ? (peer: Peer) => peer.verifySync?.(task) : (peer: Peer) => peer.verify?.(task),
          check: (peer: Peer, operation: Operation) => checkVerification(peer, operation, tokens, key),
        }
        yield await hold(contest, context)
      }
    },
  }
}

const QUICK = ['HS256', 'RS256', 'PS256', 'ES256'] as const

export const verifySync = verifyRow('verify-sync', 'sync', 'verify, synchronous', QUICK)
export const verifyAsync = verifyRow('verify-async', 'awaited', 'verify, awaited one by one', [
  'HS256',
  'RS256',
  'ES256',
])
export const verifyTogether = verifyRow('verify-64', 'together', 'verify, 64 at once', [...QUICK, 'EdDSA'])
