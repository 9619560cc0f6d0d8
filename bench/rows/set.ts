import type { Alg } from '../core/algorithms.ts'
import { checkVerification } from '../core/check.ts'
import { enterPeers } from '../core/contest.ts'
import type { Context, Row } from '../core/context.ts'
import { renameKey, type TestKey } from '../core/keys.ts'
import { type Contestant, measure, type Pace } from '../core/measure.ts'
import type { Operation, Peer } from '../core/peer.ts'
import { type Absence, type RowResult, standingsOf } from '../core/results.ts'
import { signMany, supplyTokens } from '../core/supply.ts'

const SIZES = [1, 100, 10_000] as const
const TOKENS = { full: 10_000, quick: 2500 }

/** The key of each token is found by its id in sets of 1, 100 and 10,000 keys; the tokens name as many of them as they can. */
export const keySets: Row = {
  id: 'set',
  quick: ['HS256'],
  async *measure(context) {
    // The cheapest algorithm shows most of the look-up; the other is for those who have no sets of secrets.
    for (const alg of ['HS256', 'ES256'] as const) if (context.algs.includes(alg)) yield await measureSets(alg, context)
  },
}

export function sizeLabel(size: number): string {
  return size === 1 ? '1 key' : `${size} keys`
}

async function measureSets(alg: Alg, context: Context): Promise<RowResult> {
  const pace: Pace = alg === 'HS256' ? 'sync' : 'awaited'
  const key = await context.keyOf(alg)
  const contestants: Contestant[] = []
  const absent = new Map<string, Absence>()
  for (const size of SIZES) {
    const keys = Array.from({ length: size }, (_, index) => renameKey(key, `key-${index}`))
    const tokens = await signMany(context.isQuick ? TOKENS.quick : TOKENS.full, spread(keys))
    const task = { alg, keys, isSet: true }
    const entered = await enterPeers(
      {
        row: 'set',
        subject: alg,
        enter: (peer: Peer) => (pace === 'sync' ? peer.verifySync?.(task) : peer.verify?.(task)),
        check: (peer: Peer, operation: Operation) => checkVerification(peer, operation, tokens, keys[0] as TestKey),
      },
      context.peers,
    )
    const supply = supplyTokens(tokens)
    for (const contestant of entered.contestants) contestants.push({ ...contestant, variant: sizeLabel(size), supply })
    for (const absence of entered.absent) absent.set(absence.peer, absence)
  }
  const samples = await measure(contestants, () => [], pace, context.effort, context.watch)
  const title = `verify, key found by its id in a set, ${pace === 'sync' ? 'synchronous' : 'awaited one by one'}, ${alg}`
  return { row: 'set', subject: alg, title, unit: 'µs', standings: standingsOf(samples), absent: [...absent.values()] }
}

/** In an order in which neighbours are far apart, so that a few tokens already use keys of the whole set. */
function spread(keys: readonly TestKey[]): TestKey[] {
  const step = 7919
  return keys.map((_, index) => keys[(index * step) % keys.length] as TestKey)
}
