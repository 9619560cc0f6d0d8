import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { ALL } from '../cases/all.ts'
import { CATALOGUE } from './catalogue.ts'
import { REMOVALS } from './removals.ts'

// SECURITY.md says what there is.

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')
const security = read('SECURITY.md')

/** The cells of the rows of a table that begin with a number. */
const rows = [...security.matchAll(/^\| (\d+) \| (.*) \|$/gm)].map(([, row, rest]) => [
  Number(row),
  ...(rest as string).split(' | '),
])

/** The rows of which each file declares tests. */
const HELD = new Map(
  readdirSync(new URL('.', import.meta.url))
    .filter((file) => file.endsWith('.test.ts') && file !== 'catalogue.test.ts')
    .map((file) => [file, rowsIn(file)]),
)

function rowsIn(file: string): Set<number> {
  if (file === 'tables.test.ts') return new Set(ALL.flatMap(({ attack }) => attack ?? []))
  const declared = /describe(?:Attack\(|On\(\w+, |\(titleOf\()(\d+)\b|\(attack (\d+)\)|'(?:\w+, )?attack (\d+):/g
  return new Set(
    [...read(`test/security/${file}`).matchAll(declared)].map((found) => Number(found.slice(1).find(Boolean))),
  )
}

describe('SECURITY.md', () => {
  test('has the rows of the catalogue', () => {
    expect(rows.map(([row, name, advisories, rules]) => [row, name, advisories, rules])).toEqual(
      CATALOGUE.map(({ row, name, advisories = '', rules }) => [row, name, advisories, rules]),
    )
  })

  test.each(CATALOGUE.map(({ row }) => row))('names the files with the tests of row %d, and all of them', (row) => {
    const named = [...String(rows[row - 1]?.[4]).matchAll(/\[([\w-]+)\]\(test\/security\/\1\.test\.ts\)/g)]
    const holding = [...HELD].flatMap(([file, held]) => (held.has(row) ? [file.replace('.test.ts', '')] : []))
    expect(holding.length).toBeGreaterThan(0)
    expect(named.map(([, file]) => file).sort()).toEqual(holding.sort())
  })

  test('every file of attacks declares some row, and none that is not there', () => {
    for (const [file, held] of HELD) {
      expect(held.size, file).toBeGreaterThan(0)
      for (const row of held) expect(CATALOGUE[row - 1], `attack ${row} in ${file}`).toBeDefined()
    }
  })

  test('counts the removals, which are of all rules that a check can hold', () => {
    expect(security).toContain(`takes each of ${REMOVALS.length} checks away`)
    const rules = new Set(REMOVALS.map(({ rule }) => rule))
    const all = Array.from({ length: 25 }, (_, index) => `R${index + 1}`)
    // R16 and R25 hold nothing that could be taken away in one place, and times are for `cost.test.ts`.
    expect(all.filter((rule) => !rules.has(rule))).toEqual(['R16', 'R25'])
  })

  test('each removal is of a text that stands once', () => {
    for (const { file, text } of REMOVALS) expect(read(`src/${file}`).split(text), `${file}: ${text}`).toHaveLength(2)
  })
})
