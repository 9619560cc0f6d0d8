import { writeFileSync } from 'node:fs'
import * as vega from 'vega'
import { compile, type TopLevelSpec } from 'vega-lite'

export interface Period {
  readonly name: string
  /** Seconds. */
  readonly start: number
  readonly end: number
}

/** The seconds that one point of the chart stands for. */
const RESOLUTION = 60

/** Draws requests a second over a day, as an SVG: for each minute the mean and the busiest second. */
export async function drawRates(
  file: URL,
  title: string,
  counts: Uint32Array,
  marked: readonly Period[],
): Promise<void> {
  const points = []
  for (let start = 0; start < counts.length; start += RESOLUTION) {
    const minute = counts.subarray(start, start + RESOLUTION)
    const mean = minute.reduce((sum, count) => sum + count, 0) / minute.length
    points.push({ hour: start / 3600, rate: Math.max(...minute), series: 'busiest second of the minute' })
    points.push({ hour: start / 3600, rate: mean, series: 'mean of the minute' })
  }
  const periods = marked.map(({ name, start, end }) => ({ name, from: start / 3600, to: end / 3600 }))
  const specification: TopLevelSpec = {
    $schema: 'https://vega.github.io/schema/vega-lite/v5.json',
    background: 'white',
    width: 900,
    height: 320,
    title,
    layer: [
      {
        data: { values: periods },
        mark: { type: 'rect', opacity: 0.15, color: '#888' },
        encoding: { x: { field: 'from', type: 'quantitative' }, x2: { field: 'to' } },
      },
      {
        data: { values: periods },
        mark: { type: 'text', align: 'left', baseline: 'bottom', dx: 4, fontSize: 11 },
        encoding: {
          x: { field: 'from', type: 'quantitative' },
          y: { value: 316 },
          text: { field: 'name', type: 'nominal' },
        },
      },
      {
        data: { values: points },
        mark: { type: 'line', strokeWidth: 1 },
        encoding: {
          x: {
            field: 'hour',
            type: 'quantitative',
            title: 'hour of the day',
            scale: { domain: [0, 24] },
            axis: { tickCount: 24 },
          },
          y: { field: 'rate', type: 'quantitative', title: 'requests a second' },
          color: { field: 'series', type: 'nominal', title: null, legend: { orient: 'bottom', labelLimit: 400 } },
        },
      },
    ],
  }
  const view = new vega.View(vega.parse(compile(specification).spec), { renderer: 'none' })
  writeFileSync(file, `${await view.toSVG()}\n`)
}
