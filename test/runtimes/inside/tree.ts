import { formatTitle } from './title.ts'

// What `describe` and `test` write down. As in vitest, the body of a `describe` runs when all around it is written down.

export type Body = () => unknown
type Hook = () => unknown

export interface Test {
  readonly kind: 'test'
  readonly name: string
  readonly run: Body
  readonly timeout: number
  readonly skipped: boolean
}

export interface Suite {
  readonly kind: 'suite'
  readonly name: string
  readonly body: Body
  readonly skipped: boolean
  readonly concurrent: boolean
  readonly entries: (Suite | Test)[]
  readonly hooks: Readonly<Record<HookName, Hook[]>>
}

export type HookName = 'beforeAll' | 'afterAll' | 'beforeEach' | 'afterEach'

interface Modes {
  readonly skipped?: boolean
  readonly concurrent?: boolean
}

/** Milliseconds, as in vitest. */
const TIMEOUT = 5000

let current: Suite | undefined

function suiteNow(): Suite {
  if (!current) throw new Error('tests and hooks belong at the top of a file or into a describe')
  return current
}

export function createSuite(name: string, body: Body, { skipped = false, concurrent = false }: Modes = {}): Suite {
  const hooks = { beforeAll: [], afterAll: [], beforeEach: [], afterEach: [] }
  return { kind: 'suite', name, body, skipped, concurrent, entries: [], hooks }
}

/** Runs the body of a suite, then those of the suites in it. */
export async function fill(suite: Suite): Promise<void> {
  current = suite
  await suite.body()
  current = undefined
  for (const entry of suite.entries) if (entry.kind === 'suite') await fill(entry)
}

type Options = number | { readonly timeout?: number }
type Define = (name: string, body?: Body, options?: Options) => void
type Row = readonly unknown[] | unknown
type DefineEach = (
  rows: readonly Row[],
) => (name: string, body: (...row: never[]) => unknown, options?: Options) => void

function each(define: Define): DefineEach {
  return (rows) => (name, body, options) => {
    for (const [index, row] of rows.entries()) {
      const values = Array.isArray(row) ? row : [row]
      define(formatTitle(name, values, index), () => body(...(values as never[])), options)
    }
  }
}

function withEach(define: Define): Define & { each: DefineEach } {
  return Object.assign(define, { each: each(define) })
}

const defineSuite =
  (modes: Modes): Define =>
  (name, body = () => undefined) => {
    suiteNow().entries.push(createSuite(name, body, modes))
  }

const defineTest =
  (skipped: boolean): Define =>
  (name, run = () => undefined, options = TIMEOUT) => {
    const timeout = typeof options === 'number' ? options : (options.timeout ?? TIMEOUT)
    suiteNow().entries.push({ kind: 'test', name, run, timeout, skipped })
  }

const addHook = (name: HookName) => (hook: Hook) => {
  suiteNow().hooks[name].push(hook)
}

const runningSuite = withEach(defineSuite({}))
const skippedSuite = withEach(defineSuite({ skipped: true }))
const runningTest = withEach(defineTest(false))
const skippedTest = withEach(defineTest(true))

export const describe = Object.assign(runningSuite, {
  concurrent: withEach(defineSuite({ concurrent: true })),
  skip: skippedSuite,
  skipIf: (condition: unknown) => (condition ? skippedSuite : runningSuite),
  runIf: (condition: unknown) => (condition ? runningSuite : skippedSuite),
})

export const test = Object.assign(runningTest, {
  skip: skippedTest,
  todo: skippedTest,
  skipIf: (condition: unknown) => (condition ? skippedTest : runningTest),
  runIf: (condition: unknown) => (condition ? runningTest : skippedTest),
})

export const beforeAll: (hook: Hook) => void = addHook('beforeAll')
export const afterAll: (hook: Hook) => void = addHook('afterAll')
export const beforeEach: (hook: Hook) => void = addHook('beforeEach')
export const afterEach: (hook: Hook) => void = addHook('afterEach')
