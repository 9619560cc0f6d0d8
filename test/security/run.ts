import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CATALOGUE } from './catalogue.ts'

// npm run test:security: the attacks alone, and how many tests hold each row of the catalogue on each path.

interface Report {
  readonly testResults: readonly {
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[]
  }[]
}

const PATHS = ['node', 'web', 'sync'] as const

const folder = mkdtempSync(join(tmpdir(), 'countersign-security-'))
try {
  const file = join(folder, 'report.json')
  const args = ['vitest', 'run', 'test/security', '--reporter=dot', '--reporter=json', `--outputFile.json=${file}`]
  const { status } = spawnSync('npx', args, { stdio: ['ignore', 'inherit', 'inherit'] })
  const missing = print(JSON.parse(readFileSync(file, 'utf8')))
  process.exitCode = status === 0 && missing === 0 ? 0 : 1
} finally {
  rmSync(folder, { recursive: true })
}

/** Prints the table, and gives how many attacks have no test on some path. */
function print({ testResults }: Report): number {
  const tests = testResults.flatMap(({ assertionResults }) => assertionResults)
  const rows = CATALOGUE.map(({ row, name, rules }) => {
    const ours = tests.filter(({ fullName }) => new RegExp(`attack ${row}\\b`).test(fullName))
    const onPath = PATHS.map((path) => ours.filter(({ fullName }) => new RegExp(`\\b${path}\\b`).test(fullName)).length)
    return { row, name, rules, onPath, failed: ours.filter(({ status }) => status !== 'passed').length }
  })
  console.log(`\n   # ${'attack'.padEnd(50)} ${'rules'.padEnd(16)}   node    web   sync failed`)
  for (const { row, name, rules, onPath, failed } of rows) {
    const numbers = [...onPath, failed].map((number) => String(number).padStart(6)).join(' ')
    console.log(`${String(row).padStart(4)} ${name.padEnd(50)} ${rules.padEnd(16)} ${numbers}`)
  }
  // What waits for a server has no synchronous form.
  const asynchronousAlone = new Set([34, 35, 36])
  const lacking = rows.filter(({ row, onPath: [node = 0, web = 0, sync = 0] }) => {
    return node === 0 || web === 0 || (sync === 0 && !asynchronousAlone.has(row))
  })
  for (const { row, name } of lacking) console.log(`attack ${row}, ${name}: a path has no test`)
  const failed = tests.filter(({ status }) => status === 'failed').length
  console.log(`\n${tests.length - failed} passed, ${failed} failed`)
  return lacking.length
}
