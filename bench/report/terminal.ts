import { OURS } from '../core/peer.ts'
import { labelOf, type RowResult, type Standing } from '../core/results.ts'
import type { MeasuredBar } from './bars.ts'
import type { Machine } from './machine.ts'

/** One row as a table of plain text. */
export function formatRow({ row, subject, title, unit, standings, absent }: RowResult): string {
  const head = ['', `${unit}/op`, 'quartiles', 'op/s', '× ours', '× floor', 'gc']
  const lines = [head, ...standings.map((standing) => cellsOf(standing, unit))]
  const widths = head.map((_, column) => Math.max(...lines.map((cells) => (cells[column] as string).length)))
  const table = lines.map((cells) =>
    cells
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[column] as number) : cell.padStart(widths[column] as number),
      )
      .join('  '),
  )
  const missing = absent.map(({ peer, reason }) => `  ${peer}: ${reason}`)
  return [`${title}  [--row ${row}, ${subject}]`, ...table.map((line) => `  ${line}`.trimEnd()), ...missing, ''].join(
    '\n',
  )
}

function cellsOf(standing: Standing, unit: RowResult['unit']): string[] {
  const { peer, median, lower, upper, toOurs, toFloor, garbage } = standing
  const perSecond = { µs: 1e6, ms: 1e3, bytes: Number.NaN }[unit]
  return [
    `${peer === OURS ? '>' : ' '} ${labelOf(standing)}`,
    formatNumber(median),
    `${formatNumber(lower)}..${formatNumber(upper)}`,
    unit === 'bytes' ? '' : formatInteger(perSecond / median),
    formatRatio(toOurs),
    formatRatio(toFloor),
    garbage === undefined ? '' : `${(garbage * 100).toFixed(0)} %`,
  ]
}

/** Three significant digits, without an exponent. */
export function formatNumber(value: number): string {
  return value >= 100 ? formatInteger(value) : value.toPrecision(3)
}

export function formatRatio(ratio: number | undefined): string {
  if (ratio === undefined) return ''
  return ratio >= 100 ? formatInteger(ratio) : ratio.toFixed(2)
}

function formatInteger(value: number): string {
  return Math.round(value).toLocaleString('en-US').replaceAll(',', ' ')
}

export function formatHead(
  { runtime, version, cpu, cores }: Machine,
  versions: Readonly<Record<string, string>>,
): string {
  const installed = Object.entries(versions).map(([name, installedVersion]) => `${name} ${installedVersion}`)
  return `${runtime} ${version}, ${cpu}, ${cores} cores\n${installed.join(', ')}\n`
}

/** The ratios that the library is tuned for. */
export function formatBars(bars: readonly MeasuredBar[]): string {
  const measured = bars.filter(({ value }) => value !== undefined)
  const width = Math.max(0, ...measured.map(({ name }) => name.length))
  const lines = measured.map(({ name, value, isMoreBetter }) => {
    const direction = isMoreBetter ? 'more is better' : 'less is better'
    return `  ${name.padEnd(width)}  ${formatRatio(value).padStart(7)}  ${direction}`
  })
  return ['bars', ...lines, ''].join('\n')
}
