import { FLOOR, OURS } from '../core/peer.ts'
import { type RowResult, standingOf } from '../core/results.ts'
import type { Report } from './report.ts'
import { formatNumber, formatRatio } from './terminal.ts'

/** Kinds of rows with the same contestants in each row: one table for each. */
const TABLES = [
  { row: 'verify-sync', title: 'Verify, synchronous: microseconds for each token' },
  { row: 'sign-sync', title: 'Sign, synchronous: microseconds for each token' },
  { row: 'verify-async', title: 'Verify, awaited one by one: microseconds for each token' },
  { row: 'sign-async', title: 'Sign, awaited one by one: microseconds for each token' },
  { row: 'verify-64', title: 'Verify, 64 at once: microseconds for each token' },
  { row: 'sign-64', title: 'Sign, 64 at once: microseconds for each token' },
  { row: 'cached', title: 'Verify, remembered: microseconds for each token' },
  { row: 'size', title: 'Verify HS256 by the size of the token: microseconds for each token' },
  { row: 'import', title: 'Import a key: microseconds' },
  { row: 'loop-delay', title: "The event loop's longest block during 64 operations: milliseconds" },
  { row: 'forgery', title: 'Refuse a forgery of 11 MB: milliseconds' },
  { row: 'load', title: 'Load the module in a new process: milliseconds' },
  { row: 'heap', title: 'Memory that stays taken: bytes' },
  { row: 'set', title: 'Verify, key found in a set: microseconds for each token' },
] as const

/** The whole report, as tables that a README can take over. */
export function formatMarkdown({ machine, date, versions, rows, bars }: Report): string {
  const { runtime, version, cpu, cores, platform } = machine
  const installed = Object.entries(versions).map(([name, installedVersion]) => `${name} ${installedVersion}`)
  const measured = bars.filter(({ value }) => value !== undefined)
  return [
    `Measured on ${runtime} ${version}, ${cpu}, ${cores} cores, ${platform}, ${date}, with ${installed.join(', ')}.`,
    'Medians; the fastest library of each line in bold.',
    ...TABLES.flatMap(({ row, title }) =>
      formatTable(
        title,
        rows.filter((result) => result.row === row),
      ),
    ),
    '### Ratios',
    ['| | |', '| --- | --- |', ...measured.map(({ name, value }) => `| ${name} | ${formatRatio(value)} |`)].join('\n'),
    '',
  ].join('\n\n')
}

function formatTable(title: string, results: readonly RowResult[]): string[] {
  if (results.length === 0) return []
  const lines = results.flatMap(splitVariants)
  const found = lines.flatMap(({ standings }) => standings.map(({ peer }) => peer))
  const peers = [...new Set([FLOOR, OURS, ...found])].filter((peer) => found.includes(peer))
  return [
    `### ${title}`,
    [
      `| | ${peers.join(' | ')} |`,
      `| --- |${' ---: |'.repeat(peers.length)}`,
      ...lines.map((line) => `| ${line.subject} | ${cellsOf(line, peers).join(' | ')} |`),
    ].join('\n'),
  ]
}

/** One line for each variant, where a row has some. */
function splitVariants(result: RowResult): RowResult[] {
  const variants = [...new Set(result.standings.map(({ variant }) => variant))]
  return variants.map((variant) => ({
    ...result,
    subject: variant === undefined ? result.subject : `${result.subject}, ${variant}`,
    standings: result.standings
      .filter((standing) => standing.variant === variant)
      .map((standing) => ({ ...standing, variant: undefined })),
  }))
}

function cellsOf(result: RowResult, peers: readonly string[]): string[] {
  const libraries = result.standings.filter(({ peer }) => peer !== FLOOR)
  const best = Math.min(...libraries.map(({ median }) => median))
  return peers.map((peer) => {
    const standing = standingOf(result, peer)
    if (!standing) return '–'
    const text = formatNumber(standing.median)
    return peer !== FLOOR && standing.median === best ? `**${text}**` : text
  })
}
