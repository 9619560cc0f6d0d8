import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
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

describe('SECURITY.md', () => {
  test('has the rows of the catalogue', () => {
    expect(rows.map(([row, name, advisories, rules]) => [row, name, advisories, rules])).toEqual(
      CATALOGUE.map(({ row, name, advisories = '', rules }) => [row, name, advisories, rules]),
    )
  })

  test('names the files in which the tests are', () => {
    const files = readdirSync(new URL('.', import.meta.url)).filter((name) => name.endsWith('.test.ts'))
    for (const [row, , , , tests] of rows) {
      const named = [...String(tests).matchAll(/\(test\/security\/([\w-]+\.test\.ts)\)/g)].map(
        ([, file]) => file as string,
      )
      expect(named.length, `attack ${row}`).toBeGreaterThan(0)
      for (const file of named) {
        expect(files).toContain(file)
        if (file === 'tables.test.ts') continue
        const text = read(`test/security/${file}`)
        expect(text, `attack ${row} in ${file}`).toMatch(
          new RegExp(`describeAttack\\(${row},|describeOn\\(\\w+, ${row},|attack ${row}\\b`),
        )
      }
    }
  })

  test('counts the removals, which are of all rules that a check can hold', () => {
    expect(security).toContain(`takes each of ${REMOVALS.length} checks away`)
    const rules = new Set(REMOVALS.map(({ rule }) => rule))
    const all = Array.from({ length: 25 }, (_, index) => `R${index + 1}`)
    // R7, R16, R23 and R25 are about what is never done, and hold nothing that could be taken away in one place.
    expect(all.filter((rule) => !rules.has(rule))).toEqual(['R7', 'R16', 'R23', 'R25'])
  })

  test('each removal is of a text that stands once', () => {
    for (const { file, text } of REMOVALS) expect(read(`src/${file}`).split(text), `${file}: ${text}`).toHaveLength(2)
  })
})
