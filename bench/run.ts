import type { RowResult } from './core/results.ts'
import { runSuite } from './core/suite.ts'
import { watchGarbage } from './node/garbage.ts'
import { heap } from './node/heap.ts'
import { load } from './node/load.ts'
import { loopDelay } from './node/loop-delay.ts'
import { runOnNode } from './node/other-node.ts'
import { showProgress } from './node/progress.ts'
import { type Options, type Runtime, readOptions, UsageError } from './options.ts'
import { PEERS } from './peers/index.ts'
import { describeMachine, type Machine, versionsOf } from './report/machine.ts'
import { createReport, saveReport } from './report/report.ts'
import { formatBars, formatHead, formatRow } from './report/terminal.ts'
import { ROWS } from './rows/index.ts'
import { runInBrowser } from './runtimes/browser.ts'
import { runInServerRuntime } from './runtimes/server.ts'

const NODE_ROWS = [...ROWS, loopDelay, load, heap]

async function main(args: readonly string[]): Promise<void> {
  const options = readOptions(args, { rows: NODE_ROWS.map(({ id }) => id), peers: PEERS.map(({ name }) => name) })
  if (options.node !== undefined) return runOnNode(options.node, args)
  if (options.runtime === 'node') return measureHere(options)
  await measureElsewhere(options.runtime, options)
}

async function measureElsewhere(runtime: Exclude<Runtime, 'node'>, options: Options): Promise<void> {
  const { quick, algs, peers, rows: ids } = options
  const selection = { quick, algs, peers, rows: ids }
  const rows: RowResult[] = []
  const progress = showProgress()
  const onRow = (line: string) => {
    const result = JSON.parse(line) as RowResult
    rows.push(result)
    progress.clear()
    console.log(formatRow(result))
    progress.show(`${result.title} done, ${rows.length} rows so far`)
  }
  const version =
    runtime === 'browser' ? await runInBrowser(selection, onRow) : await runInServerRuntime(runtime, selection, onRow)
  progress.clear()
  const name = { deno: 'Deno', bun: 'Bun', browser: 'Chromium' }[runtime]
  await conclude(runtime, describeMachine(name, version), rows, options)
}

async function measureHere(options: Options): Promise<void> {
  const machine = describeMachine('Node', process.versions.node)
  const versions = versionsOf(PEERS)
  console.log(formatHead(machine, versions))
  const { watch, take: takeGarbage } = watchGarbage()
  const progress = showProgress()
  const rows: RowResult[] = []
  for await (const result of runSuite(NODE_ROWS, PEERS, options, { watch, takeGarbage })) {
    rows.push(result)
    progress.clear()
    console.log(formatRow(result))
    progress.show(`${result.title} done, ${rows.length} rows so far`)
  }
  progress.clear()
  await conclude(`node-${process.versions.node.split('.')[0]}`, machine, rows, options)
}

/** Prints the ratios, and writes the results of a complete run. */
async function conclude(name: string, machine: Machine, rows: readonly RowResult[], options: Options): Promise<void> {
  const measured = new Set(rows.flatMap(({ standings }) => standings.map(({ peer }) => peer)))
  const versions = versionsOf(PEERS.filter((peer) => measured.has(peer.name)))
  const report = createReport({ machine, effort: options.quick ? 'quick' : 'full', versions, rows })
  console.log(formatBars(report.bars))
  if (options.quick || options.algs || options.peers || options.rows) return
  await saveReport(name, report)
}

try {
  await main(process.argv.slice(2))
} catch (error) {
  if (!(error instanceof UsageError)) throw error
  console.error(error.message)
  process.exitCode = 2
}
