import type { Report } from './report.ts'

/** The run of the suite in a runtime. */
export interface Outcome {
  readonly name: string
  readonly report: Report
}

/**
 * Files in which runtimes with the same paths have not the same number of tests. Whether a test is run, set apart or skipped,
 * it is counted; so whatever is missing has got lost.
 */
export function differences(outcomes: readonly Outcome[]): string[] {
  return [...new Set(outcomes.map(({ report }) => `${report.paths}`))].flatMap((paths) => {
    const group = outcomes.filter(({ report }) => `${report.paths}` === paths)
    const files = new Set(group.flatMap(({ report }) => Object.keys(report.files)))
    return [...files].flatMap((file) => {
      const counted = group.flatMap(({ name, report }) => {
        const counts = report.files[file]
        const isApart = report.apart.some((each) => each.file === file && each.test === undefined)
        return counts && !isApart ? [{ name, tests: Object.values(counts).reduce((sum, count) => sum + count, 0) }] : []
      })
      if (new Set(counted.map(({ tests }) => tests)).size <= 1) return []
      return [`${file}: ${counted.map(({ name, tests }) => `${name} ${tests}`).join(', ')}`]
    })
  })
}
