import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Alg } from '../core/algorithms.ts'
import { enterPeers } from '../core/contest.ts'
import type { Context, Row } from '../core/context.ts'
import { type Contestant, shuffle, TOGETHER } from '../core/measure.ts'
import type { Operation, Peer } from '../core/peer.ts'
import { type Absence, type RowResult, standingsOf } from '../core/results.ts'
import { type Supply, supplyClaims, supplyTokens } from '../core/supply.ts'

const ROUNDS = { full: 20, quick: 10 }

interface Load {
  readonly operation: 'verify' | 'sign'
  readonly alg: Alg
}

/** One that is done at once even in the asynchronous API, and three that go to the thread pool. */
const LOADS: readonly Load[] = [
  { operation: 'verify', alg: 'RS256' },
  { operation: 'verify', alg: 'ES384' },
  { operation: 'sign', alg: 'RS256' },
  { operation: 'sign', alg: 'PS256' },
]

/** For how long nothing else gets its turn while 64 operations are under way: the synchronous forms beside the asynchronous. */
export const loopDelay: Row = {
  id: 'loop-delay',
  quick: [],
  async *measure(context) {
    for (const load of LOADS) if (context.algs.includes(load.alg)) yield await measureLoad(load, context)
  },
}

async function measureLoad({ operation, alg }: Load, context: Context): Promise<RowResult> {
  const key = await context.keyOf(alg)
  const supply = operation === 'verify' ? supplyTokens(await context.tokensOf(alg)) : supplyClaims()
  const verifyTask = { alg, keys: [key] }
  const signTask = { alg, key }
  const forms: Record<string, (peer: Peer) => Operation | Promise<Operation> | undefined> = {
    asynchronous: (peer) => (operation === 'verify' ? peer.verify?.(verifyTask) : peer.sign?.(signTask)),
    synchronous: (peer) => (operation === 'verify' ? peer.verifySync?.(verifyTask) : peer.signSync?.(signTask)),
  }
  const entries: (Contestant & { values: number[] })[] = []
  const absent: Absence[] = []
  for (const [variant, enter] of Object.entries(forms)) {
    // Their answers have been checked by the rows that measure their speed.
    const names = { row: 'loop-delay', subject: `${operation} ${alg}` }
    const entered = await enterPeers({ ...names, enter, check: async () => {} }, context.peers)
    for (const contestant of entered.contestants) entries.push({ ...contestant, variant, values: [] })
    for (const { peer, reason } of entered.absent) absent.push({ peer: `${peer} (${variant})`, reason })
  }
  for (let round = 0; round < (context.isQuick ? ROUNDS.quick : ROUNDS.full); round++)
    for (const entry of shuffle(entries)) entry.values.push(await longestBlock(entry.operation, supply))
  return {
    row: 'loop-delay',
    subject: `${operation} ${alg}`,
    title: `the event loop's longest block, 64 × ${operation} ${alg} at once`,
    unit: 'ms',
    standings: standingsOf(entries),
    absent,
  }
}

/** Milliseconds between two turns of the event loop, the most that there were until all 64 are done. */
async function longestBlock({ prepare, run }: Operation, supply: Supply): Promise<number> {
  const given = supply(TOGETHER)
  const operands = prepare ? given.map((one) => prepare(one as never)) : given
  let longest = 0
  let last = performance.now()
  let isRunning = true
  const turn = () => {
    const now = performance.now()
    longest = Math.max(longest, now - last)
    last = now
    if (isRunning) setImmediate(turn)
  }
  setImmediate(turn)
  await Promise.all(operands.map((operand) => run(operand as never)))
  // The turn that the last of them took counts as well.
  await nextTurn()
  isRunning = false
  return longest
}
