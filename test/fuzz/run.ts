import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { build } from 'esbuild'
import { DIFFERENCES } from './differences.ts'
import { execute, type Finding, findSlow, judge } from './judge.ts'
import { type Options, readOptions } from './options.ts'
import type { Target } from './target.ts'
import { TARGETS } from './targets/all.ts'
import type { Report, Work } from './worker.ts'

// npm run fuzz [-- --seconds 60 --executions 5000000 --seed 1 --workers 2 --only jwt --guided --findings FILE]
// npm run fuzz -- --replay SEED:INDEX [--only jwt]
// npm run fuzz -- --replay FILE

/** A worker that does not get on for so long, in milliseconds, hangs. */
const PATIENCE = 60_000
/** More than these are counted, and not printed. */
const MOST_FINDINGS = 50

const options = readOptions(process.argv.slice(2))
if (options.only !== undefined && !TARGETS.some(({ name }) => name === options.only)) {
  throw new TypeError(`--only must be one of ${TARGETS.map(({ name }) => name).join(', ')}`)
}
process.exitCode = (await (options.replay === undefined ? fuzz(options) : replay(options.replay, options))) ? 0 : 1

/** One execution by its `seed:index`, or all findings of a file. */
async function replay(at: string, { only }: Options): Promise<boolean> {
  if (existsSync(at)) return replayFile(at)
  const [seed = Number.NaN, index = Number.NaN] = at.split(':').map(Number)
  const { findings, ...judgement } = await execute(seed, index, only)
  findings.push(...(await findSlow(seed, index, only)))
  console.log(JSON.stringify({ ...judgement, findings }, null, 2))
  return findings.length === 0
}

async function replayFile(file: string): Promise<boolean> {
  let found = 0
  for (const line of readFileSync(file, 'utf8').split('\n').filter(Boolean)) {
    const { target, input } = JSON.parse(line) as Finding
    const { findings } = await judge(TARGETS.find(({ name }) => name === target) as Target, input, file)
    for (const finding of findings) console.log(JSON.stringify(finding))
    found += findings.length
  }
  return found === 0
}

async function fuzz({ seed, seconds, executions, workers, only, guided, findings: file }: Options): Promise<boolean> {
  console.log(`seed ${seed}`)
  const folder = mkdtempSync(join(tmpdir(), 'countersign-fuzz-'))
  const start = performance.now()
  let done = 0
  let found = 0
  const verdicts = new Map<string, number>()
  const known = new Map<string, number>()
  const progress = new Int32Array(new SharedArrayBuffer(4 * workers))

  const take = (finding: Finding): void => {
    const line = JSON.stringify(finding)
    if (file !== undefined) appendFileSync(file, `${line}\n`)
    if (++found <= MOST_FINDINGS) console.log(line.length > 4000 ? `${line.slice(0, 4000)}...` : line)
  }
  const sum = (report: Report): void => {
    done += report.executions
    for (const finding of report.findings) take(finding)
    for (const [name, count] of Object.entries(report.verdicts)) verdicts.set(name, (verdicts.get(name) ?? 0) + count)
    for (const [what, count] of Object.entries(report.known)) known.set(what, (known.get(what) ?? 0) + count)
  }
  try {
    const script = join(folder, 'worker.mjs')
    await bundle(guided ? 'guided/worker.ts' : 'worker.ts', script)
    const run = (first: number): Promise<void> => {
      const work: Work = {
        seed,
        first,
        step: workers,
        executions,
        seconds,
        progress,
        ...(only === undefined ? {} : { only }),
      }
      return runWorker(script, work, sum, (index) => take(hanging(seed, index)))
    }
    await Promise.all(Array.from({ length: workers }, (_, first) => run(first)))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }

  printCounts('verdicts', verdicts)
  printCounts('differences that are known', known)
  for (const { what, why } of DIFFERENCES) if (known.has(what)) console.log(`  ${what}: ${why}`)
  const time = (performance.now() - start) / 1000
  console.log(`\n${done} executions in ${time.toFixed(1)} s, ${found} findings, seed ${seed}`)
  return found === 0 && done > 0
}

async function bundle(entry: string, outfile: string): Promise<void> {
  await build({
    entryPoints: [fileURLToPath(new URL(entry, import.meta.url))],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    logLevel: 'warning',
  })
}

/** Ends with the worker; one that hangs is ended. */
function runWorker(
  script: string,
  work: Work,
  sum: (report: Report) => void,
  hang: (index: number) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(script, { workerData: work })
    let last = -1
    const watch = setInterval(() => {
      const index = work.progress[work.first] as number
      if (index === last) {
        hang(index)
        void worker.terminate()
      }
      last = index
    }, PATIENCE)
    worker.on('message', sum)
    worker.on('error', reject)
    worker.on('exit', () => {
      clearInterval(watch)
      resolve()
    })
  })
}

function hanging(seed: number, index: number): Finding {
  return {
    kind: 'slow',
    at: `${seed}:${index}`,
    target: 'any',
    input: null,
    details: 'this execution, or one of the next that the worker has under way, does not end',
  }
}

function printCounts(title: string, counts: ReadonlyMap<string, number>): void {
  console.log(`\n${title}`)
  for (const [name, count] of [...counts].sort()) console.log(`${String(count).padStart(9)}  ${name}`)
}
