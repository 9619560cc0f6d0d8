import type { Alg } from '../core/algorithms.ts'
import { checkSigning } from '../core/check.ts'
import { hold } from '../core/contest.ts'
import type { Row } from '../core/context.ts'
import type { Pace } from '../core/measure.ts'
import type { Operation, Peer } from '../core/peer.ts'
import { supplyClaims } from '../core/supply.ts'

/** Claims of many subjects, signed with one key. */
function signRow(id: string, pace: Pace, title: string, quick: readonly Alg[]): Row {
  return {
    id,
    quick,
    async *measure(context) {
      for (const alg of context.algs) {
        const key = await context.keyOf(alg)
        const task = { alg, key }
        const contest = {
          row: id,
          subject: alg,
          title: `${title}, ${alg}`,
          pace,
          supply: supplyClaims(),
          enter: pace === 'sync' ? (peer: Peer) => peer.signSync?.(task) : (peer: Peer) => peer.sign?.(task),
          check: (peer: Peer, operation: Operation) => checkSigning(peer, operation, key),
        }
        yield await hold(contest, context)
      }
    },
  }
}

export const signSync = signRow('sign-sync', 'sync', 'sign, synchronous', ['HS256', 'ES256'])
export const signAsync = signRow('sign-async', 'awaited', 'sign, awaited one by one', [])
export const signTogether = signRow('sign-64', 'together', 'sign, 64 at once', ['ES256'])
