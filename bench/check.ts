import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { isAlg } from './core/algorithms.ts'
import { FLOOR, OURS } from './core/peer.ts'
import type { RowResult } from './core/results.ts'
import { runSuite, type Selection } from './core/suite.ts'
import { load } from './node/load.ts'
import { showProgress } from './node/progress.ts'
import { PEERS } from './peers/index.ts'
import { type MeasuredBar, measureBars } from './report/bars.ts'
import { formatRatio } from './report/terminal.ts'
import { ROWS } from './rows/index.ts'

// Guards the ratios that the library is tuned for: measures them in the quick mode and compares them with expected.json.
// Ratios to what runs beside it hold on any machine; only what is lost beyond the noise fails.

/** Whoever shares the machine must spoil a row so many times more before it fails. */
const RETRIES = 2
/** A ratio may be so many times worse than expected. */
const TOLERANCE = 1.35
/**
 * More where the other side of the ratio uses threads, and so depends on how busy the processors are; and where rounds are
 * few: loading, and the forgery, which must only not become slow.
 */
const LOOSE: Readonly<Record<string, number>> = {
  'verify-async': 2.5,
  'verify-64': 2,
  'sign-64': 2,
  load: 1.7,
  forgery: 10,
}

const SELECTION: Selection = { quick: true, peers: [OURS, FLOOR, 'jose', 'fast-jwt'] }
const FILE = new URL('expected.json', import.meta.url)
const RUNTIME = `node-${process.versions.node.split('.')[0]}`

type Expected = Record<string, Record<string, number>>

interface Verdict {
  readonly bar: MeasuredBar
  readonly expected: number | undefined
  readonly bound: number | undefined
  readonly isLost: boolean
}

async function measureRows(bars?: readonly MeasuredBar[]): Promise<RowResult[]> {
  const rows = bars && [...new Set(bars.map(({ row }) => row))]
  const subjects = new Set(bars?.map(({ subject }) => subject).filter(isAlg))
  // Rows that are about no algorithm, such as loading, are measured in the one that they have.
  const algs = subjects.size > 0 ? [...subjects] : undefined
  const progress = showProgress()
  const results: RowResult[] = []
  for await (const result of runSuite([...ROWS, load], PEERS, { ...SELECTION, rows, algs })) {
    results.push(result)
    progress.show(`${result.title} done`)
  }
  progress.clear()
  return results
}

function judge(bars: readonly MeasuredBar[], expected: Readonly<Record<string, number>>): Verdict[] {
  return bars.map((bar) => {
    const known = expected[bar.name]
    if (known === undefined || bar.value === undefined) return { bar, expected: known, bound: undefined, isLost: false }
    const tolerance = LOOSE[bar.row] ?? TOLERANCE
    const bound = bar.isMoreBetter ? known / tolerance : known * tolerance
    const isLost = bar.isMoreBetter ? bar.value < bound : bar.value > bound
    return { bar, expected: known, bound, isLost }
  })
}

function formatVerdicts(verdicts: readonly Verdict[]): string {
  const width = Math.max(...verdicts.map(({ bar }) => bar.name.length))
  const lines = verdicts.map(({ bar, expected, bound, isLost }) => {
    const sign = bar.isMoreBetter ? '>=' : '<='
    const wanted = bound === undefined ? '' : `${sign} ${formatRatio(bound)}`
    const outcome = expected === undefined ? 'new' : isLost ? 'FAIL' : 'pass'
    const cells = [formatRatio(bar.value).padStart(9), formatRatio(expected).padStart(9), wanted.padStart(11)]
    return `  ${bar.name.padEnd(width)}${cells.join('')}  ${outcome}`
  })
  const head = `  ${''.padEnd(width)}${'measured'.padStart(9)}${'expected'.padStart(9)}${'bound'.padStart(11)}`
  return [head, ...lines].join('\n')
}

function readExpected(): Expected {
  return existsSync(FILE) ? JSON.parse(readFileSync(FILE, 'utf8')) : {}
}

function measured(results: readonly RowResult[]): MeasuredBar[] {
  return measureBars(results).filter(({ value }) => value !== undefined)
}

function update(bars: readonly MeasuredBar[]): void {
  const ratios = Object.fromEntries(bars.map(({ name, value }) => [name, Number(value?.toPrecision(3))]))
  writeFileSync(FILE, `${JSON.stringify({ ...readExpected(), [RUNTIME]: ratios }, null, 2)}\n`)
  console.log(`expected.json has the ratios of ${RUNTIME} now; look at the difference before you commit it`)
}

async function main(): Promise<void> {
  const results = await measureRows()
  if (process.argv.includes('--update')) return update(measured(results))

  const expected = readExpected()[RUNTIME]
  if (!expected) {
    console.log(`expected.json knows nothing of ${RUNTIME}: npm run bench:check -- --update makes it`)
    return
  }
  let verdicts = judge(measured(results), expected)
  for (let attempt = 0; attempt < RETRIES; attempt++) {
    const lost = verdicts.filter(({ isLost }) => isLost).map(({ bar }) => bar)
    if (lost.length === 0) break
    console.log(`measured once more: ${lost.map(({ name }) => name).join('; ')}`)
    const again = judge(measured(await measureRows(lost)), expected)
    verdicts = verdicts.map((verdict) =>
      verdict.isLost ? (again.find(({ bar }) => bar.name === verdict.bar.name) ?? verdict) : verdict,
    )
  }
  console.log(formatVerdicts(verdicts))
  if (!verdicts.some(({ isLost }) => isLost)) return
  console.log(
    '\nWhat failed is slower than it was, each time, beyond the noise. Where that is meant, or a peer became faster:',
  )
  console.log('  npm run bench:check -- --update')
  process.exitCode = 1
}

await main()
