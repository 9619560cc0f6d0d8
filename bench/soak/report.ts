import { mkdirSync, writeFileSync } from 'node:fs'
import { describeMachine, type Machine } from '../report/machine.ts'
import { drawSoak } from './chart.ts'
import type { Figures } from './figures.ts'
import { VALIDATORS } from './scenario.ts'
import type { KindCount } from './tally.ts'

/** On the terminal. */
export function printFigures(figures: Figures): void {
  console.table(figures.kinds)
  console.table(figures.verdicts)
  console.log(summaryOf(figures).join('\n'))
  for (const error of new Set(figures.errors)) console.log(error)
  for (const mistake of figures.mistakes) console.log(JSON.stringify(mistake))
  for (const { what, measured, bound, holds } of figures.bounds) {
    console.log(`${holds ? 'holds' : 'FAILS'}  ${what}: ${measured} (${bound})`)
  }
}

export async function writeResults(figures: Figures): Promise<void> {
  const results = new URL('../results/', import.meta.url)
  mkdirSync(results, { recursive: true })
  const machine = describeMachine('Node', process.version)
  writeFileSync(new URL('soak.json', results), `${JSON.stringify({ machine, ...figures }, null, 2)}\n`)
  writeFileSync(new URL('soak.md', results), markdownOf(figures, machine))
  await drawSoak(new URL('soak.svg', results), figures)
}

function summaryOf({ seconds, requestsPerSecond, total, incidents, faults, fetches, ...more }: Figures): string[] {
  const { revocations, seed } = more
  const open = ((total.open / total.requests) * 100).toFixed(3)
  const asked = VALIDATORS.map(({ name, alg }) => `${fetches[name]?.count} by "${name}" (${alg})`)
  return [
    `${formatCount(total.requests)} requests in ${Math.round(seconds)} s, ${Math.round(requestsPerSecond)} a second; seed ${seed}.`,
    `${formatCount(total.open)} (${open} %) were decided while something changed, so that several verdicts were right.`,
    `${incidents.rotation ?? 0} rotations, ${incidents.theft ?? 0} times all keys replaced, ${incidents.clock ?? 0} times the clock set, ${revocations} revocations made or lifted.`,
    `${incidents.fault ?? 0} faults of the key server: ${listOf(faults)}.`,
    `Fetches: ${asked.join(', ')}.`,
  ]
}

function markdownOf(figures: Figures, { version, cpu, cores }: Machine): string {
  const kinds = Object.entries({ ...figures.kinds, 'all together': figures.total })
  const header = ['kind', '200', '403', '401', 'of these for want of keys', 'several right', 'wrong']
  return [
    ...summaryOf(figures).map((line) => `- ${line}`),
    '',
    `| ${header.join(' | ')} |`,
    `| --- |${' ---: |'.repeat(6)}`,
    ...kinds.map(([kind, count]) => `| ${kind} | ${cellsOf(count).join(' | ')} |`),
    '',
    '| what must hold | measured | bound | |',
    '| --- | ---: | ---: | --- |',
    ...figures.bounds.map(
      ({ what, measured, bound, holds }) => `| ${what} | ${measured} | ${bound} | ${holds ? 'holds' : '**fails**'} |`,
    ),
    '',
    `Node ${version}, ${cores} cores of ${cpu}, which had other work too. "Of its own making" is the part of a delay for which the`,
    "gateway's process used CPU time; the rest is other work of the machine. Each has a clock of its own: Node's histogram measures the",
    'delay, and a timer beside it the part, so that the longest part may be longer than the longest delay.',
    '',
  ].join('\n')
}

function cellsOf({ accepted, forbidden, refused, unavailable, open, wrong }: KindCount): string[] {
  return [accepted, forbidden, refused, unavailable, open, wrong].map(formatCount)
}

function listOf(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .map(([name, count]) => `${count} × ${name}`)
    .join(', ')
}

function formatCount(count: number): string {
  return count.toLocaleString('en').replaceAll(',', ' ')
}
