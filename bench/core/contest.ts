import type { Context } from './context.ts'
import { type Contestant, type Effort, measure, type Pace } from './measure.ts'
import { Lacking, type Operation, OURS, type Peer } from './peer.ts'
import { type Absence, type RowResult, standingsOf } from './results.ts'
import type { Supply } from './supply.ts'

export interface Contest {
  readonly row: string
  readonly subject: string
  readonly title: string
  readonly pace: Pace
  readonly supply: Supply
  readonly effort?: Effort
  /** The operation of a peer, or `undefined` where it has nothing of the kind. */
  readonly enter: (peer: Peer) => Operation | Promise<Operation> | undefined
  /** Throws unless the operation does what it should. */
  readonly check: (peer: Peer, operation: Operation) => Promise<void>
}

/** Lets every peer that can take part do so, checks its answers, and measures them beside each other. */
export async function hold(contest: Contest, context: Context): Promise<RowResult> {
  const { row, subject, title, pace, supply, effort = context.effort } = contest
  const { contestants, absent } = await enterPeers(contest, context.peers)
  await context.takeGarbage?.()
  const samples = await measure(contestants, supply, pace, effort, context.watch)
  const garbage = await context.takeGarbage?.()
  return { row, subject, title, unit: 'µs', standings: standingsOf(samples, garbage), absent }
}

/** The operations of all peers that have one, checked. */
export async function enterPeers(
  { row, subject, enter, check }: Pick<Contest, 'row' | 'subject' | 'enter' | 'check'>,
  peers: readonly Peer[],
): Promise<{ contestants: Contestant[]; absent: Absence[] }> {
  const contestants: Contestant[] = []
  const absent: Absence[] = []
  for (const peer of peers) {
    try {
      const operation = await enter(peer)
      if (!operation) throw new Lacking('no such function')
      await check(peer, operation)
      contestants.push({ name: peer.name, operation })
    } catch (error) {
      const reason = reasonToBeAbsent(peer, error)
      if (reason === undefined) throw new Error(`${row} ${subject}: ${peer.name} failed`, { cause: error })
      absent.push({ peer: peer.name, reason })
    }
  }
  return { contestants, absent }
}

/** Options that this version of Countersign does not have yet are a TypeError that says so. */
function reasonToBeAbsent(peer: Peer, error: unknown): string | undefined {
  if (error instanceof Lacking) return error.message
  if (peer.name === OURS && error instanceof TypeError && error.message.includes('unknown option'))
    return error.message.split(';')[0]
  return undefined
}
