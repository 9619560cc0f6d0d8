import { parentPort, workerData } from 'node:worker_threads'
import { takeSlow } from './clock.ts'
import { execute, type Finding, findSlow } from './judge.ts'

/** Which of the executions are this worker's, and for how long. */
export interface Work {
  readonly seed: number
  readonly first: number
  readonly step: number
  /** Executions of all workers. */
  readonly executions: number
  readonly seconds: number
  readonly only?: string
  /** Holds the index at which this worker is, for those who wait for it. */
  readonly progress: Int32Array
}

/** What has come of the executions since the last report. */
export interface Report {
  readonly executions: number
  readonly findings: readonly Finding[]
  /** By target and class of verdict. */
  readonly verdicts: Readonly<Record<string, number>>
  /** By what differs. */
  readonly known: Readonly<Record<string, number>>
}

/** WebCrypto answers from other threads, so several inputs are under way at a time. */
const AT_A_TIME = 64

async function work({ seed, first, step, executions, seconds, only, progress }: Work): Promise<void> {
  const end = performance.now() + seconds * 1000
  let verdicts: Record<string, number> = {}
  let known: Record<string, number> = {}
  let findings: Finding[] = []
  let done = 0
  const report = () => {
    parentPort?.postMessage({ executions: done, findings, verdicts, known } satisfies Report)
    ;[done, findings, verdicts, known] = [0, [], {}, {}]
  }
  for (let index = first; index < executions && performance.now() < end; ) {
    progress[first] = index
    const batch: number[] = []
    for (; index < executions && batch.length < AT_A_TIME; index += step) batch.push(index)
    const judgements = await Promise.all(batch.map((each) => execute(seed, each, only)))
    if (takeSlow().length > 0) for (const each of batch) findings.push(...(await findSlow(seed, each, only)))
    for (const judgement of judgements) {
      const name = `${judgement.target} ${judgement.verdict}`
      verdicts[name] = (verdicts[name] ?? 0) + 1
      for (const what of judgement.known) known[what] = (known[what] ?? 0) + 1
      findings.push(...judgement.findings)
      done++
    }
    if (done >= 10_000 || findings.length > 0) report()
  }
  report()
}

// Most inputs are refused, several times each, and nobody reads the stacks: `--replay` has them.
Error.stackTraceLimit = 0
await work(workerData as Work)
