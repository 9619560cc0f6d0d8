import * as vega from 'vega'
import { compile, type TopLevelSpec } from 'vega-lite'
import { FLOOR, OURS } from '../core/peer.ts'
import type { Report } from './report.ts'

const COLUMNS = {
  'verify-sync': 'verify, synchronous',
  'verify-64': 'verify, 64 at once',
  'sign-64': 'sign, 64 at once',
}
const SUBJECTS = ['HS256', 'RS256', 'PS256', 'ES256', 'EdDSA']

/** How many times the floor each library takes, as an SVG: a bar of no length would be the crypto itself. */
export async function drawComparison({ rows, machine }: Report): Promise<string> {
  const values = rows.flatMap(({ row, subject, standings }) => {
    const column = COLUMNS[row as keyof typeof COLUMNS]
    if (column === undefined || !SUBJECTS.includes(subject)) return []
    return standings.flatMap(({ peer, toFloor }) =>
      peer === FLOOR || toFloor === undefined
        ? []
        : // What measures below the floor does so by noise, and would make a bar that points backwards.
          [{ column, subject, peer, ratio: Math.max(1, toFloor), label: `${toFloor.toFixed(toFloor < 10 ? 2 : 1)}×` }],
    )
  })
  const { runtime, version, cpu, cores } = machine
  const specification: TopLevelSpec = {
    $schema: 'https://vega.github.io/schema/vega-lite/v5.json',
    background: 'white',
    padding: 16,
    title: {
      text: 'Times the floor: the time per token, beside that of the bare crypto call',
      subtitle: `Shorter is better; a bar of no length is the crypto itself. ${runtime} ${version}, ${cpu}, ${cores} cores`,
      anchor: 'start',
      fontSize: 15,
      subtitlePadding: 6,
      offset: 14,
    },
    data: { values },
    facet: {
      row: { field: 'subject', type: 'nominal', sort: SUBJECTS, title: null, header: HEADER },
      column: { field: 'column', type: 'nominal', sort: Object.values(COLUMNS), title: null, header: HEADER },
    },
    spacing: { row: 14, column: 60 },
    spec: {
      width: 250,
      height: { step: 17 },
      encoding: {
        y: {
          field: 'peer',
          type: 'nominal',
          title: null,
          sort: { field: 'ratio', op: 'min' },
          axis: { ticks: false, domain: false, labelLimit: 160 },
        },
      },
      layer: [
        {
          mark: { type: 'bar', height: 11 },
          encoding: {
            x: {
              field: 'ratio',
              type: 'quantitative',
              title: null,
              scale: { type: 'log', domain: [1, 20], clamp: true },
              axis: {
                values: [1, 2, 5, 10, 20],
                format: '~s',
                grid: true,
                gridColor: '#eee',
                domain: false,
                ticks: false,
              },
            },
            x2: { datum: 1 },
            color: {
              condition: { test: `datum.peer === '${OURS}'`, value: '#d9480f' },
              value: '#a5b1bd',
            },
          },
        },
        {
          mark: { type: 'text', align: 'left', dx: 4, fontSize: 10, color: '#333' },
          encoding: {
            x: { field: 'ratio', type: 'quantitative' },
            text: { field: 'label', type: 'nominal' },
          },
        },
        { mark: { type: 'rule', color: '#333' }, encoding: { x: { datum: 1 } } },
      ],
    },
    resolve: { scale: { y: 'independent' } },
    config: { view: { stroke: null } },
  }
  const view = new vega.View(vega.parse(compile(specification).spec), { renderer: 'none' })
  return `${await view.toSVG()}\n`
}

const HEADER = { labelFontSize: 13, labelFontWeight: 'bold', labelAngle: 0, labelAlign: 'left' } as const
