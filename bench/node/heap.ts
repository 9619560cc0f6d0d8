import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { Context, Row } from '../core/context.ts'
import { type Absence, type RowResult, standingsOf } from '../core/results.ts'
import { BENCH } from './paths.ts'

/** What `heap-probe.ts` can be asked for. */
export type Held = 'verifier' | 'cached token'
const HELD: readonly Held[] = ['verifier', 'cached token']

const ROUNDS = { full: 3, quick: 1 }

/** The memory that stays taken: the growth of the heap over thousands of a thing, in a process of its own. */
export const heap: Row = {
  id: 'heap',
  quick: [],
  async *measure(context) {
    for (const held of HELD) yield await measureHeld(held, context)
  },
}

async function measureHeld(held: Held, { isQuick, peers }: Context): Promise<RowResult> {
  const absent: Absence[] = []
  const samples = []
  for (const { name } of peers) {
    const answers = []
    for (let round = 0; round < (isQuick ? ROUNDS.quick : ROUNDS.full); round++) answers.push(await probe(name, held))
    const refusal = answers.find((answer) => typeof answer === 'string')
    if (refusal === undefined) samples.push({ name, values: answers as number[] })
    else absent.push({ peer: name, reason: refusal })
  }
  const title = `memory for each ${held}, HS256`
  return { row: 'heap', subject: held, title, unit: 'bytes', standings: standingsOf(samples), absent }
}

/** Bytes, or why the peer has nothing of the kind. */
async function probe(name: string, held: Held): Promise<number | string> {
  const script = ['--expose-gc', '--import', 'tsx', 'node/heap-probe.ts', name, held]
  const { stdout } = await promisify(execFile)(process.execPath, script, { cwd: BENCH })
  return JSON.parse(stdout)
}
