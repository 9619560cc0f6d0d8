import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { REMOVALS, type Removal } from './removals.ts'

// npm run test:removals: takes each check away, one at a time, in a copy of the sources, and runs the attacks. A check that
// nobody misses is a fault of the tests.

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

function createCopy(): string {
  const copy = mkdtempSync(join(tmpdir(), 'countersign-removals-'))
  for (const name of ['src', 'test', 'vectors', 'package.json', 'tsconfig.json', 'vitest.config.ts']) {
    cpSync(join(ROOT, name), join(copy, name), {
      recursive: true,
      filter: (path) => !path.includes('node_modules') && !path.includes('test/runtimes'),
    })
  }
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'))
  return copy
}

interface Report {
  readonly testResults: readonly {
    readonly message: string
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[]
  }[]
}

/** What says no for other reasons: times, which a busy machine spoils, and readers of the sources and of these very removals. */
const LEFT_OUT = ['cost', 'catalogue', 'sources']

/** The name of the first test that fails, or `undefined` where none does. A suite that does not even load has caught nothing. */
function caught(copy: string): string | undefined {
  const left = LEFT_OUT.map((name) => `--exclude=test/security/${name}.test.ts`)
  const options = ['--bail=1', '--reporter=json', '--no-coverage', '--testTimeout=60000']
  const args = ['vitest', 'run', 'test/security', ...left, ...options]
  const { status, stdout } = spawnSync('npx', args, { cwd: copy, encoding: 'utf8', maxBuffer: 1e9 })
  if (status === 0) return undefined
  const { testResults }: Report = JSON.parse(stdout.slice(stdout.indexOf('{')))
  const failed = testResults
    .flatMap(({ assertionResults }) => assertionResults)
    .find((each) => each.status === 'failed')
  if (failed) return failed.fullName
  throw new Error(`the tests do not run: ${testResults.map(({ message }) => message).find(Boolean)}`)
}

function remove(copy: string, { file, text, by }: Removal): () => void {
  const path = join(copy, 'src', file)
  const before = readFileSync(path, 'utf8')
  if (before.split(text).length !== 2) throw new Error(`${file} does not have this text once: ${text}`)
  writeFileSync(
    path,
    before.replace(text, () => by),
  )
  return () => writeFileSync(path, before)
}

/** Rules, or checks by their names. */
const wanted = process.argv.slice(2)
const removals = REMOVALS.filter(
  ({ rule, check }) => wanted.length === 0 || wanted.includes(rule) || wanted.includes(check),
)
const copy = createCopy()
let missed = 0
try {
  const failing = caught(copy)
  if (failing) throw new Error(`the attacks do not even pass with all checks in place: ${failing}`)
  for (const removal of removals) {
    const restore = remove(copy, removal)
    const test = caught(copy)
    restore()
    if (!test) missed++
    console.log(`${test ? 'caught' : 'MISSED'}  ${removal.rule.padEnd(4)} ${removal.check}`)
    if (test) console.log(`        by ${test}`)
  }
} finally {
  rmSync(copy, { recursive: true })
}
console.log(`\n${removals.length - missed} passed, ${missed} failed`)
process.exitCode = missed === 0 ? 0 : 1
