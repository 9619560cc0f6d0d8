import { buildPackage } from './build.ts'
import { differences, type Outcome } from './compare.ts'
import type { Runtime } from './launch/runtime.ts'
import { prepareLoading } from './loading/loading.ts'
import { runAll } from './pool.ts'
import { type Omission, sumOf } from './report.ts'
import { RUNTIMES } from './runtimes.ts'
import { prepareSuite, runSuite } from './suite.ts'
import { formatTable } from './table.ts'

/** As many as this project's machines have cores: with more, the tests that measure time fail now and then. */
const AT_A_TIME = 2

/** Those whose suite takes longest, in this order, begin first. */
const LONGEST = ['deno', 'node20', 'node26', 'node22', 'node24', 'workerd-compat']

/** Seconds that all may take, without the install, on two cores. */
const BUDGET = 60

interface Run extends Outcome {
  readonly version: string
  readonly seconds: number
}

/** Runs everything, or what is named, and tells whether all is well. */
export async function testRuntimes(folder: string, names: readonly string[]): Promise<boolean> {
  const start = performance.now()
  const unknown = names.filter((name) => !RUNTIMES.some((runtime) => runtime.name === name))
  if (unknown.length > 0) {
    console.error(`no such runtime: ${unknown.join(', ')}; there are ${RUNTIMES.map(({ name }) => name).join(', ')}`)
    return false
  }
  const runtimes = RUNTIMES.filter(({ name }) => names.length === 0 || names.includes(name))
  const versions = await versionsOf(runtimes)
  if (!versions) return false
  const [, { tasks, loading }] = await Promise.all([
    prepareSuite(folder, runtimes),
    buildPackage().then(() => prepareLoading(folder, runtimes)),
  ])
  const runs: Run[] = []
  const broken: string[] = []
  const run = async (runtime: Runtime): Promise<void> => {
    try {
      runs.push(await runOne(folder, runtime, versions.get(runtime) ?? ''))
    } catch (error) {
      broken.push(`${runtime.name}: ${(error as Error).message}`)
    }
  }
  const byLength = [...runtimes].sort((a, b) => rankOf(a) - rankOf(b))
  await runAll([...byLength.map((runtime) => () => run(runtime)), ...tasks], AT_A_TIME)
  runs.sort((a, b) => indexOf(a.name) - indexOf(b.name))

  printFailures(runs)
  printApart(runs)
  console.log(`\n${tableOf(runs)}`)
  for (const line of broken) console.log(`\nNO REPORT from ${line}`)
  const lost = differences(runs)
  if (lost.length > 0) console.log(`\nNOT THE SAME TESTS in\n  ${lost.join('\n  ')}`)
  for (const { title, error } of loading.failures) console.log(`\nLOADING FAILED: ${title}\n  ${error}`)
  console.log(`\nloading: ${loading.passed.length} ways of loading the built package work`)

  const total = sumOf(runs.flatMap(({ report }) => Object.values(report.files)))
  const failed = runs.reduce((sum, { report }) => sum + report.failures.length, 0)
  const allFailed = failed + broken.length + lost.length + loading.failures.length
  console.log(`\n${total.passed + loading.passed.length} passed, ${allFailed} failed`)
  printSeconds((performance.now() - start) / 1000)
  return allFailed === 0
}

const rankOf = ({ name }: Runtime): number => (LONGEST.includes(name) ? LONGEST.indexOf(name) : LONGEST.length)

/** Machines differ, so it warns and does not fail. */
function printSeconds(seconds: number): void {
  console.log(`${seconds.toFixed(1)} s without the install`)
  if (seconds > BUDGET) console.log(`WARNING: the runtimes should take no more than ${BUDGET} s on two cores`)
}

const indexOf = (name: string): number => RUNTIMES.findIndex((runtime) => runtime.name === name)

/** By asking each, which also shows whether it is there; nothing when one is missing. */
async function versionsOf(runtimes: readonly Runtime[]): Promise<Map<Runtime, string> | undefined> {
  try {
    return new Map(await Promise.all(runtimes.map(async (each) => [each, await each.version()] as const)))
  } catch (error) {
    console.error((error as Error).message)
    return undefined
  }
}

async function runOne(folder: string, runtime: Runtime, version: string): Promise<Run> {
  const start = performance.now()
  const report = await runSuite(folder, runtime)
  const seconds = (performance.now() - start) / 1000
  console.log(`${runtime.name} ${version}: ${seconds.toFixed(1)} s`)
  return { name: runtime.name, version, report, seconds }
}

function tableOf(runs: readonly Run[]): string {
  const head = ['runtime', 'version', 'paths', 'passed', 'failed', 'missing', 'apart', 'skipped', 'seconds']
  return formatTable(
    head,
    runs.map(({ name, version, report, seconds }) => {
      const { passed, missing, apart, skipped } = sumOf(Object.values(report.files))
      const files = report.apart.filter(({ test }) => test === undefined).length
      const counts = [passed, report.failures.length, missing, `${apart} + ${files} files`, skipped]
      return [name, version, report.paths.join(' '), ...counts, Math.round(seconds)]
    }),
  )
}

function printFailures(runs: readonly Run[]): void {
  for (const { name, report } of runs) {
    for (const { file, test, error } of report.failures) {
      console.log(`\nFAILED in ${name}: ${file} > ${test}\n  ${error.replaceAll('\n', '\n  ')}`)
    }
  }
}

/** What was not run, by file and reason, with the runtimes that it concerns. */
function printApart(runs: readonly Run[]): void {
  const lines = new Map<string, string[]>()
  for (const { name, report } of runs) {
    for (const [what, count] of countBy([...report.apart, ...report.missing])) {
      lines.set(what, [...(lines.get(what) ?? []), count === 'all' ? name : `${name} (${count})`])
    }
  }
  const apart = runs.reduce((sum, { report }) => sum + report.apart.length, 0)
  console.log(`\napart: ${apart}`)
  for (const [what, names] of [...lines].sort()) console.log(`  ${what}: ${names.join(', ')}`)
}

function countBy(omissions: readonly Omission[]): Map<string, number | 'all'> {
  const counts = new Map<string, number | 'all'>()
  for (const { file, test, why } of omissions) {
    const what = `${file} ${why}`
    const before = counts.get(what) ?? 0
    counts.set(what, test === undefined || before === 'all' ? 'all' : before + 1)
  }
  return counts
}
