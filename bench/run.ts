import { runSuite } from './core/suite.ts'
import { watchGarbage } from './node/garbage.ts'
import { heap } from './node/heap.ts'
import { load } from './node/load.ts'
import { loopDelay } from './node/loop-delay.ts'
import { runOnNode } from './node/other-node.ts'
import { showProgress } from './node/progress.ts'
import { type Options, readOptions, UsageError } from './options.ts'
import { PEERS } from './peers/index.ts'
import { describeMachine, versionsOf } from './report/machine.ts'
import { createReport, saveReport } from './report/report.ts'
import { formatBars, formatHead, formatRow } from './report/terminal.ts'
import { ROWS } from './rows/index.ts'

const NODE_ROWS = [...ROWS, loopDelay, load, heap]

async function main(args: readonly string[]): Promise<void> {
  const options = readOptions(args, { rows: NODE_ROWS.map(({ id }) => id), peers: PEERS.map(({ name }) => name) })
  if (options.node !== undefined) return runOnNode(options.node, args)
  await measureHere(options)
}

async function measureHere(options: Options): Promise<void> {
  const machine = describeMachine('Node', process.versions.node)
  const versions = versionsOf(PEERS)
  console.log(formatHead(machine, versions))
  const { watch, take: takeGarbage } = watchGarbage()
  const progress = showProgress()
  const rows = []
  for await (const result of runSuite(NODE_ROWS, PEERS, options, { watch, takeGarbage })) {
    rows.push(result)
    progress.clear()
    console.log(formatRow(result))
    progress.show(`${result.title} done, ${rows.length} rows so far`)
  }
  progress.clear()
  const report = createReport({ machine, effort: options.quick ? 'quick' : 'full', versions, rows })
  console.log(formatBars(report.bars))
  const isComplete = !options.quick && !options.algs && !options.peers && !options.rows
  if (isComplete) await saveReport(`node-${process.versions.node.split('.')[0]}`, report)
}

try {
  await main(process.argv.slice(2))
} catch (error) {
  if (!(error instanceof UsageError)) throw error
  console.error(error.message)
  process.exitCode = 2
}
