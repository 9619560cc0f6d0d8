import { type Plan, WAYS, type Way } from './plan.ts'

/** A check that has passed. */
export interface Pass {
  readonly rfc: string
  readonly on: Way
}

/** Per RFC: its cases, how many of them run and are pending, and the checks that have passed on each way. */
export function formatReport(plans: readonly Plan[], passes: readonly Pass[]): string {
  const rfcs = [...new Set(plans.map(({ rfc }) => rfc))]
  const table = [
    ['', 'cases', 'run', 'pending', ...WAYS],
    ...rfcs.map((rfc) => [rfc, ...numbers(plans.filter(of(rfc)), passes.filter(of(rfc)))]),
    ['all', ...numbers(plans, passes)],
  ]
  return `${formatTable(table)}\n\n${formatPending(plans)}`
}

function of(rfc: string): (entry: { readonly rfc: string }) => boolean {
  return (entry) => entry.rfc === rfc
}

function numbers(plans: readonly Plan[], passes: readonly Pass[]): readonly string[] {
  const { run, pending } = countPlans(plans)
  const perWay = WAYS.map((way) => passes.filter(({ on }) => on === way).length)
  return [run + pending, run, pending, ...perWay].map((count) => (count === 0 ? '-' : String(count)))
}

export function countPlans(plans: readonly Plan[]): { run: number; pending: number } {
  const pending = plans.filter((plan) => plan.pending !== undefined).length
  return { run: plans.length - pending, pending }
}

function formatTable(rows: readonly (readonly string[])[]): string {
  const widthOf = (column: number) => Math.max(...rows.map((row) => row[column]?.length ?? 0))
  const formatRow = (row: readonly string[]) =>
    row.map((cell, column) => (column === 0 ? cell.padEnd(widthOf(0)) : cell.padStart(widthOf(column) + 2))).join('')
  return rows.map(formatRow).join('\n')
}

function formatPending(plans: readonly Plan[]): string {
  const reasons = [...new Set(plans.flatMap(({ pending }) => pending ?? []))]
  const namesOf = (chosen: readonly Plan[]) => chosen.map(({ name }) => name).join(', ')
  const asynchronous = plans.filter((plan) => plan.asynchronous !== undefined)
  const missing = plans.filter(({ runs }) => runs.some((run) => run.missing !== undefined))
  return [
    `refused where this runtime lacks the algorithm: ${namesOf(missing) || 'none'}`,
    ...reasons.map((reason) => `pending, ${reason}: ${namesOf(plans.filter(({ pending }) => pending === reason))}`),
    `not on the synchronous path, which has no thumbprint, no gateway and no countersign/jws: ${namesOf(asynchronous)}`,
  ].join('\n')
}
