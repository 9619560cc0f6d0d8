import { hold } from '../core/contest.ts'
import type { Row } from '../core/context.ts'
import { Lacking, type Operation, type Peer } from '../core/peer.ts'
import { supplyTokens } from '../core/supply.ts'
import { makeClaims, signToken } from '../core/tokens.ts'

/** Octets of JSON; base64url makes 11 MB of them. */
const OCTETS = 8_250_000
/** One at a time, since some take long. */
const FULL = { batch: 0, warmUp: 0, row: 1000, rounds: { least: 5, most: 15 } }
const QUICK = { ...FULL, rounds: { least: 1, most: 1 } }

/** What an attacker without a key can have done: a token of 11 MB of nested arrays, and how long until it is refused. */
export const forgery: Row = {
  id: 'forgery',
  quick: ['HS256'],
  async *measure(context) {
    const alg = 'HS256'
    const key = await context.keyOf(alg)
    const nested = `${'['.repeat(OCTETS / 2)}${']'.repeat(OCTETS / 2)}`
    const [header, , signature] = (await signToken(makeClaims(0), key)).split('.')
    const token = `${header}.${btoa(`{"roles":${nested}}`).replaceAll('=', '')}.${signature}`
    const task = { alg, keys: [key] } as const
    const contest = {
      row: 'forgery',
      subject: '11 MB',
      title: 'refuse a forgery of 11 MB, HS256, awaited',
      pace: 'awaited',
      supply: supplyTokens([token]),
      effort: context.isQuick ? QUICK : FULL,
      enter: async (peer: Peer) => refusing(peer, await (peer.verifySync ?? peer.verify)?.(task)),
      check: async () => {},
    } as const
    const result = await hold(contest, context)
    yield { ...result, unit: 'ms', standings: result.standings.map(inMilliseconds) }
  },
}

/** The operation turned round: it succeeds when the token is refused. */
function refusing(peer: Peer, operation: Operation | undefined): Operation {
  if (!operation) throw new Lacking('no such function')
  const { run } = operation
  return {
    ...operation,
    run: async (operand: never) => {
      try {
        await run(operand)
      } catch {
        return true
      }
      throw new Error(`${peer.name} accepts a forgery`)
    },
  }
}

function inMilliseconds<T extends { median: number; lower: number; upper: number }>(standing: T): T {
  const { median, lower, upper } = standing
  return { ...standing, median: median / 1000, lower: lower / 1000, upper: upper / 1000 }
}
