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

/** The names of the first tests that fail, or `undefined` where none does. */
function caught(copy: string): readonly string[] | undefined {
  // Times are left out: a busy machine would be taken for a missing check.
  const args = [
    'vitest',
    'run',
    'test/security',
    '--exclude=test/security/cost.test.ts',
    '--bail=1',
    '--reporter=json',
    '--no-coverage',
  ]
  const { status, stdout } = spawnSync('npx', args, { cwd: copy, encoding: 'utf8', maxBuffer: 1e9 })
  if (status === 0) return undefined
  const { testResults } = JSON.parse(stdout.slice(stdout.indexOf('{')))
  const failures = testResults.flatMap(
    (file: { message: string; assertionResults: { status: string; fullName: string }[] }) => [
      ...file.assertionResults.filter(({ status }) => status === 'failed').map(({ fullName }) => fullName),
      ...(file.message ? [file.message.split('\n')[0]] : []),
    ],
  )
  return failures
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

const wanted = process.argv.slice(2)
const copy = createCopy()
let missed = 0
try {
  if (caught(copy)) throw new Error('the attacks do not even pass with all checks in place')
  for (const removal of REMOVALS) {
    if (wanted.length > 0 && !wanted.includes(removal.rule)) continue
    const restore = remove(copy, removal)
    const failures = caught(copy)
    restore()
    if (!failures) missed++
    console.log(`${failures ? 'caught' : 'MISSED'}  ${removal.rule.padEnd(4)} ${removal.check}`)
    if (failures) console.log(`        by ${String(failures[0]).slice(0, 150)}`)
  }
} finally {
  rmSync(copy, { recursive: true })
}
const total = wanted.length > 0 ? REMOVALS.filter(({ rule }) => wanted.includes(rule)).length : REMOVALS.length
console.log(`\n${total - missed} passed, ${missed} failed`)
process.exitCode = missed === 0 ? 0 : 1
