import { readFileSync } from 'node:fs'
import { availableParallelism, cpus } from 'node:os'
import type { Skipped } from './gateways.ts'
import type { Plan, Row } from './rounds.ts'
import type { Route } from './routes.ts'
import { describeVariant } from './variants.ts'

export interface Scenario extends Route {
  readonly rows: readonly Row[]
}

/** The share of the requests a second without a check that must be left with one. */
const GOAL = 0.85

export function describeMachine() {
  return {
    date: new Date().toISOString().slice(0, 10),
    node: process.versions.node,
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    peers: Object.fromEntries(['fast-jwt', 'jose', 'autocannon'].map((name) => [name, versionOf(name)])),
  }
}

function versionOf(name: string): string {
  const file = new URL(`../node_modules/${name}/package.json`, import.meta.url)
  return JSON.parse(readFileSync(file, 'utf8')).version
}

export function printScenario({ title, rows }: Scenario): void {
  console.log(`\n${title}`)
  console.table(Object.fromEntries(rows.map((row) => [describeVariant(row), cellsOf(row)])))
}

function cellsOf(row: Row) {
  return {
    'requests/s': Math.round(row.perSecond),
    'of no check': percent(row.ofNoCheck),
    'middle half': `${percent(row.ofNoCheckFrom)} to ${percent(row.ofNoCheckTo)}`,
    'p50 ms': row.p50.toFixed(2),
    'p97.5 ms': row.p97_5.toFixed(2),
    'p99 ms': row.p99.toFixed(2),
    'CPU µs a request': row.cpuPerRequest.toFixed(1),
    'server busy': percent(row.busy),
    'disturbed rounds': row.disturbed,
  }
}

/** The bar: how much of the server is left when tokens are checked with HS256. */
export function printGoal(scenarios: readonly Scenario[], skipped: readonly Skipped[]): void {
  console.log(`\nThe goal: with HS256 at least ${percent(GOAL)} of the requests a second without a check.`)
  for (const { title, rows } of scenarios) {
    const unchecked = rows.find(({ library }) => library === 'none')
    for (const row of rows.filter(({ library, alg }) => library === 'countersign' && alg === 'HS256')) {
      const outcome = row.ofNoCheck >= GOAL ? 'reached' : 'NOT reached'
      const byTime = (unchecked?.cpuPerRequest ?? Number.NaN) / row.cpuPerRequest
      console.log(`  ${outcome} by ${describeVariant(row)}: ${percent(row.ofNoCheck, 1)}. ${title}`)
      console.log(`    by CPU time, which other work of the machine disturbs less: ${percent(byTime, 1)}`)
    }
    const disturbed = rows.reduce((sum, row) => sum + row.disturbed, 0)
    if (disturbed > 0)
      console.log(`  ${disturbed} rounds were disturbed by other work of the machine: run this again. ${title}`)
  }
  for (const { variant, reason } of skipped) console.log(`  skipped: ${describeVariant(variant)}: ${reason}`)
}

/** The tables for the README. */
export function writeMarkdown(scenarios: readonly Scenario[], skipped: readonly Skipped[], plan: Plan): string {
  const { node, cpu, cores, date, peers } = describeMachine()
  const versions = Object.entries(peers).map(([name, version]) => `${name} ${version}`)
  const parts = scenarios.flatMap(({ title, rows }) => [
    title,
    '',
    '| check | requests a second | of no check | p50 ms | p97.5 ms | p99 ms | CPU µs a request |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...rows.map(markdownRow),
    '',
  ])
  const skips = skipped.map(({ variant, reason }) => `Skipped: ${describeVariant(variant)} (${reason}).`)
  return [
    ...parts,
    ...skips,
    `Medians of ${plan.rounds} interleaved rounds of ${plan.seconds} s, each beside one without a check, with ${plan.connections} kept-alive connections and`,
    `${plan.tokens} different tokens in turn. Taken on ${date} with Node ${node}, ${versions.join(', ')}, on ${cores} cores of ${cpu}.`,
    '',
  ].join('\n')
}

function markdownRow(row: Row): string {
  const name = row.library === 'countersign' ? `**${describeVariant(row)}**` : describeVariant(row)
  const rate = Math.round(row.perSecond).toLocaleString('en').replaceAll(',', ' ')
  const times = [row.p50, row.p97_5, row.p99].map((milliseconds) => milliseconds.toFixed(2))
  return `| ${[name, rate, percent(row.ofNoCheck), ...times, row.cpuPerRequest.toFixed(1)].join(' | ')} |`
}

function percent(share: number, digits = 0): string {
  return `${(share * 100).toFixed(digits)} %`
}
