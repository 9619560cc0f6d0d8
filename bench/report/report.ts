import { mkdirSync, writeFileSync } from 'node:fs'
import type { RowResult } from '../core/results.ts'
import { type MeasuredBar, measureBars } from './bars.ts'
import { drawComparison } from './chart.ts'
import type { Machine } from './machine.ts'
import { formatMarkdown } from './markdown.ts'

export interface Report {
  readonly machine: Machine
  readonly date: string
  readonly effort: 'full' | 'quick'
  readonly versions: Readonly<Record<string, string>>
  readonly rows: readonly RowResult[]
  readonly bars: readonly MeasuredBar[]
}

export function createReport(given: Omit<Report, 'bars' | 'date'>): Report {
  return { ...given, date: new Date().toISOString().slice(0, 10), bars: measureBars(given.rows) }
}

/** Writes `results/<name>.json`, `.md` and `.svg`. */
export async function saveReport(name: string, report: Report): Promise<void> {
  const directory = new URL('../results/', import.meta.url)
  mkdirSync(directory, { recursive: true })
  writeFileSync(new URL(`${name}.json`, directory), `${JSON.stringify(rounded(report), null, 1)}\n`)
  writeFileSync(new URL(`${name}.md`, directory), formatMarkdown(report))
  writeFileSync(new URL(`${name}.svg`, directory), await drawComparison(report))
}

/** Four significant digits: the rest is noise, and would make every line of a diff differ. */
function rounded(report: Report): Report {
  return JSON.parse(
    JSON.stringify(report, (_, value) => (typeof value === 'number' ? Number(value.toPrecision(4)) : value)),
  )
}
