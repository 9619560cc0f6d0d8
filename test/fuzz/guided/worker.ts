import { parentPort, workerData } from 'node:worker_threads'
import { type Draw, drawOf } from '../draw.ts'
import { mutateInput } from '../generate/mutate.ts'
import { type Finding, judge, targetOf } from '../judge.ts'
import type { Target } from '../target.ts'
import { TARGETS } from '../targets/all.ts'
import type { Report, Work } from '../worker.ts'
import { Coverage } from './coverage.ts'

// Guided by coverage: what runs a block of the library that nothing has run before is kept, and changed further.

interface Case {
  readonly target: Target
  readonly input: unknown
}

const SEEDS = 40
const BATCH = 256

const { seed, first, executions, step, seconds, only, progress } = workerData as Work
const coverage = new Coverage(import.meta.url)
const seen = new Set<string>()
const corpus = new Map<string, unknown[]>()
let done = 0
let findings: Finding[] = []
let verdicts: Record<string, number> = {}
let known: Record<string, number> = {}

async function run(cases: readonly Case[]): Promise<void> {
  const judgements = await Promise.all(cases.map(({ target, input }) => judge(target, input, 'guided')))
  for (const [index, judgement] of judgements.entries()) {
    const name = `${cases[index]?.target.name} ${judgement.verdict}`
    verdicts[name] = (verdicts[name] ?? 0) + 1
    for (const what of judgement.known) known[what] = (known[what] ?? 0) + 1
    findings.push(...judgement.findings)
  }
  done += cases.length
}

/** Runs them, and finds by halves which of them have run something new. */
async function explore(cases: readonly Case[]): Promise<void> {
  await run(cases)
  const fresh = coverage.take().filter((block) => !seen.has(block))
  if (fresh.length === 0) return
  const [one] = cases
  if (one && cases.length === 1) {
    corpus.set(one.target.name, [...(corpus.get(one.target.name) ?? []), one.input])
  } else {
    const half = Math.ceil(cases.length / 2)
    await explore(cases.slice(0, half))
    await explore(cases.slice(half))
  }
  for (const block of fresh) seen.add(block)
}

function drawCase(draw: Draw): Case {
  const target = targetOf(draw, only)
  const inputs = corpus.get(target.name)
  if (!inputs || draw.once(10)) return { target, input: target.draw(draw) }
  let input = draw.pick(inputs)
  for (let rounds = 1 + draw.below(4); rounds > 0; rounds--) input = mutateInput(draw, target, input, draw.pick(inputs))
  return { target, input }
}

async function guide(): Promise<void> {
  const end = performance.now() + seconds * 1000
  const chosen = TARGETS.filter(({ name }) => only === undefined || name === only)
  const seeds = chosen.flatMap((target) =>
    Array.from(
      { length: SEEDS },
      (_, index): Case => ({ target, input: target.draw(drawOf(seed, index * step + first)) }),
    ),
  )
  coverage.take()
  for (const each of seeds) await explore([each])
  for (let index = first; performance.now() < end && done * step < executions; ) {
    const batch: Case[] = []
    for (; batch.length < BATCH; index += step) batch.push(drawCase(drawOf(seed + 1, index)))
    progress[first] = index
    await explore(batch)
    report()
  }
  report()
  const sizes = [...corpus].map(([name, inputs]) => `${name} ${inputs.length}`).join(', ')
  console.log(`worker ${first}: ${seen.size} blocks; corpus: ${sizes}`)
}

function report(): void {
  parentPort?.postMessage({ executions: done, findings, verdicts, known } satisfies Report)
  ;[done, findings, verdicts, known] = [0, [], {}, {}]
}

Error.stackTraceLimit = 0
await guide()
