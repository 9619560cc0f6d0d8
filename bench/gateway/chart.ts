import { writeFileSync } from 'node:fs'
import * as vega from 'vega'
import { compile, type TopLevelSpec } from 'vega-lite'
import type { Scenario } from './report.ts'
import { describeVariant } from './variants.ts'

const SERIES = ['no check', 'countersign', 'other libraries']
const COLOURS = ['#9a9a9a', '#0b6e4f', '#a9c4d6']

/** Draws requests a second as bars, labelled with their share of those without a check, as an SVG. */
export async function drawRequests(file: URL, { title, rows }: Scenario): Promise<void> {
  const values = rows.map((row) => ({
    check: describeVariant(row),
    series: SERIES[['none', 'countersign'].indexOf(row.library)] ?? 'other libraries',
    perSecond: Math.round(row.perSecond),
    share: row.library === 'none' ? '' : `${Math.round(row.ofNoCheck * 100)} %`,
  }))
  const most = Math.max(...values.map(({ perSecond }) => perSecond))
  const specification: TopLevelSpec = {
    $schema: 'https://vega.github.io/schema/vega-lite/v5.json',
    background: 'white',
    title: { text: 'Requests a second, in percent of no check', subtitle: title, anchor: 'start' },
    data: { values },
    width: 560,
    height: { step: 21 },
    encoding: {
      y: { field: 'check', type: 'nominal', title: null, sort: null, axis: { labelLimit: 320 } },
      x: { field: 'perSecond', type: 'quantitative', title: 'requests a second', scale: { domain: [0, most * 1.1] } },
    },
    layer: [
      {
        mark: { type: 'bar' },
        encoding: {
          color: {
            field: 'series',
            type: 'nominal',
            scale: { domain: SERIES, range: COLOURS },
            legend: { title: null, orient: 'bottom' },
          },
        },
      },
      {
        mark: { type: 'text', align: 'left', baseline: 'middle', dx: 4, fontSize: 11 },
        encoding: { text: { field: 'share', type: 'nominal' } },
      },
    ],
  }
  const view = new vega.View(vega.parse(compile(specification).spec), { renderer: 'none' })
  writeFileSync(file, `${await view.toSVG()}\n`)
}
