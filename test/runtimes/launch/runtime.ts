import type { Flavour } from '../bundle/bundle.ts'
import type { RunOptions } from '../inside/run.ts'

/** A runtime in which the suite runs. */
export interface Runtime {
  readonly name: string
  readonly flavour: Flavour
  readonly options: RunOptions
  version(): Promise<string>
  /**
   * Runs a module of the runtime's flavour.
   *
   * @param folder where the module and everything else is that the runtime may read
   * @param modules the names of files in it. The first is that of a module whose `main(report)` calls `report` once, with
   * what JSON can carry; the others are those that it imports
   */
  start(folder: string, modules: Modules): Promise<unknown>
}

export type Modules = readonly [main: string, ...imported: string[]]

/** What stands before a report on the standard output of a runtime. */
export const MARK = '\u001ereport '

/** The report in an output; what else is in it is shown where there is none. */
export function findReport(output: string): unknown {
  const line = output.split('\n').find((each) => each.includes(MARK))
  if (line === undefined) throw new Error(`ends without a report:\n${output.slice(-2000)}`)
  return JSON.parse(line.slice(line.indexOf(MARK) + MARK.length))
}
