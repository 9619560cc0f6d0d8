import { APART, type Apart, type Need } from '../apart.ts'
import { AbsentModule } from '../portable/absent.ts'
import { type Counts, EMPTY, type Failure, type Omission, type Report } from '../report.ts'
import { missingAlgorithms } from './platform.ts'
import { type Body, createSuite, fill, type Suite, type Test } from './tree.ts'

// Taken before any test puts something else in their place.
const { setTimeout, clearTimeout } = globalThis
const now = Date.now.bind(Date)

export interface RunOptions {
  /** What the runtime can do. */
  readonly able: readonly Need[]
  /** The ways through the library that it must have; others are a failure. */
  readonly paths: readonly string[]
}

/** A test file and its module, which is evaluated when it is its turn. */
export type File = readonly [name: string, load: () => Promise<unknown>]

interface Run {
  readonly options: RunOptions
  readonly lacking: readonly string[]
  readonly failures: Failure[]
  readonly apart: Omission[]
  readonly missing: Omission[]
}

/** A test or a suite is run within the suites around it, the outermost first. */
interface Place {
  readonly file: string
  readonly counts: Counts
  readonly around: readonly Suite[]
}

export async function runFiles(list: readonly File[], options: RunOptions, paths: readonly string[]): Promise<Report> {
  const run: Run = { options, lacking: await missingAlgorithms(), failures: [], apart: [], missing: [] }
  const files: Record<string, Counts> = {}
  const times: Record<string, number> = {}
  if (`${paths}` !== `${options.paths}`) fail(run, { file: 'paths.ts' }, `the paths are ${paths}, not ${options.paths}`)
  for (const [file, load] of list) {
    const apart = apartOf(run, file)
    if (apart) {
      run.apart.push({ file, why: apart.why })
      continue
    }
    const counts = { ...EMPTY }
    files[file] = counts
    const start = now()
    const stray = strayRejections((error) => fail(run, { file }, error, 'a rejection that nobody handles'))
    await runFile(run, { file, counts, around: [] }, load)
    await stray.stop()
    times[file] = Math.round(now() - start)
  }
  return { paths, files, times, failures: run.failures, apart: run.apart, missing: run.missing }
}

function apartOf({ options }: Run, file: string, test?: string): Apart | undefined {
  return APART.find(
    (each) =>
      each.file === file &&
      !options.able.includes(each.needs) &&
      (test === undefined ? !each.test : each.test?.test(test) === true),
  )
}

async function runFile(run: Run, place: Place, load: () => Promise<unknown>): Promise<void> {
  const suite = createSuite('', load)
  try {
    await fill(suite)
  } catch (error) {
    if (error instanceof AbsentModule) run.apart.push({ file: place.file, why: error.message })
    else fail(run, { file: place.file }, error, 'the file does not load')
    return
  }
  await runSuite(run, place, suite, {})
}

/** Why all tests of a suite go the same way. */
interface Fate {
  readonly skipped?: boolean
  readonly absent?: AbsentModule
}

async function runSuite(run: Run, place: Place, suite: Suite, fate: Fate): Promise<void> {
  const inside = { ...place, around: [...place.around, suite] }
  const inner = await openSuite(run, inside, suite, { ...fate, skipped: fate.skipped || suite.skipped })
  const runEntry = (entry: Suite | Test) =>
    entry.kind === 'suite' ? runSuite(run, inside, entry, inner) : runTest(run, inside, entry, inner)
  if (suite.concurrent) await Promise.all(suite.entries.map(runEntry))
  else for (const entry of suite.entries) await runEntry(entry)
  if (inner.skipped || inner.absent) return
  try {
    for (const hook of suite.hooks.afterAll.toReversed()) await hook()
  } catch (error) {
    fail(run, { file: place.file }, error, `afterAll of ${nameOf(inside)}`)
  }
}

async function openSuite(run: Run, place: Place, suite: Suite, fate: Fate): Promise<Fate> {
  if (fate.skipped || fate.absent) return fate
  try {
    for (const hook of suite.hooks.beforeAll) await hook()
  } catch (error) {
    if (error instanceof AbsentModule) return { ...fate, absent: error }
    fail(run, { file: place.file }, error, `beforeAll of ${nameOf(place)}`)
  }
  return fate
}

async function runTest(run: Run, place: Place, test: Test, { skipped, absent }: Fate): Promise<void> {
  const { counts, file } = place
  const name = nameOf(place, test.name)
  const setApart = (why: string) => {
    counts.apart++
    run.apart.push({ file, test: name, why })
  }
  if (skipped || test.skipped) {
    counts.skipped++
    return
  }
  const apart = apartOf(run, file, name)
  if (apart) return setApart(apart.why)
  if (absent) return setApart(absent.message)
  try {
    await withHooks(place.around, () => withTimeout(test))
    counts.passed++
  } catch (error) {
    if (error instanceof AbsentModule) setApart(error.message)
    else if (isMissingAlgorithm(run, name, error)) {
      counts.missing++
      run.missing.push({ file, test: name, why: 'the platform does not have the algorithm' })
    } else fail(run, place, error, name)
  }
}

/** The first error counts: what comes after it may well come of it. */
async function withHooks(around: readonly Suite[], run: () => Promise<void>): Promise<void> {
  const errors: unknown[] = []
  const attempt = async (step: Body) => {
    try {
      await step()
    } catch (error) {
      errors.push(error)
    }
  }
  for (const { hooks } of around) for (const hook of hooks.beforeEach) if (errors.length === 0) await attempt(hook)
  if (errors.length === 0) await attempt(run)
  for (const { hooks } of around.toReversed()) for (const hook of hooks.afterEach.toReversed()) await attempt(hook)
  if (errors.length > 0) throw errors[0]
}

async function withTimeout({ run, timeout }: Test): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`takes longer than ${timeout} ms`)), timeout)
  })
  try {
    await Promise.race([run(), late])
  } finally {
    clearTimeout(timer)
  }
}

function nameOf({ around }: Place, ...more: string[]): string {
  return [...around.slice(1).map(({ name }) => name), ...more].join(' > ')
}

/** That the library refuses an algorithm is right only where the platform, asked without it, does not have it either. */
function isMissingAlgorithm({ lacking }: Run, name: string, error: unknown): boolean {
  const { code } = (error ?? {}) as { code?: unknown }
  return code === 'ERR_ALG_UNSUPPORTED' && lacking.some((alg) => name.includes(alg))
}

function fail(run: Run, { file, counts }: { file: string; counts?: Counts }, error: unknown, test = ''): void {
  if (counts) counts.failed++
  run.failures.push({ file, test, error: describeError(error) })
}

function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const { actual, expected } = error as { actual?: unknown; expected?: unknown }
  const difference =
    actual === undefined && expected === undefined ? '' : `\n  expected ${show(expected)}\n  got ${show(actual)}`
  const cause = error.cause === undefined ? '' : `\n  caused by ${describeError(error.cause)}`
  // The stacks of some engines begin with the message, those of others do not have it.
  const stack = (error.stack ?? '').split('\n').filter((line) => /^\s+at |@/.test(line))
  return `${error.name}: ${error.message}${difference}\n${stack.slice(0, 4).join('\n')}${cause}`
}

function show(value: unknown): string {
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value)
  return (text ?? String(value)).slice(0, 300)
}

interface Stray {
  stop(): Promise<void>
}

/** Watches for rejections that nobody handles, in whichever way the runtime tells of them. */
function strayRejections(report: (error: unknown) => void): Stray {
  const { process, addEventListener, removeEventListener } = globalThis as unknown as {
    process?: { on?: (event: string, listen: (error: unknown) => void) => void; off?: typeof globalThis.process.off }
    addEventListener?: (type: string, listen: (event: PromiseRejectionEvent) => void) => void
    removeEventListener?: typeof addEventListener
  }
  // They are told of after the microtasks.
  const settle = () => new Promise<void>((resolve) => setTimeout(resolve, 0))
  if (process?.on) {
    process.on('unhandledRejection', report)
    return { stop: () => settle().then(() => void process.off?.('unhandledRejection', report)) }
  }
  const listen = (event: PromiseRejectionEvent) => {
    event.preventDefault()
    report(event.reason)
  }
  addEventListener?.call(globalThis, 'unhandledrejection', listen)
  return { stop: () => settle().then(() => removeEventListener?.call(globalThis, 'unhandledrejection', listen)) }
}
