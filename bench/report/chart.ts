import * as vega from 'vega'
import { compile, type TopLevelSpec } from 'vega-lite'
import { FLOOR, OURS } from '../core/peer.ts'
import type { RowResult } from '../core/results.ts'
import type { Report } from './report.ts'

const KINDS = ['verify-sync', 'verify-async', 'verify-64']
const SUBJECTS = ['HS256', 'RS256', 'PS256', 'ES256', 'EdDSA']

/** The end of the scale; what takes longer is written at its bar's end. */
const MOST = 20

/** How many times the floor each library takes, as an SVG: a bar of no length would be the crypto itself. */
export async function drawComparison({ rows, machine }: Report): Promise<string> {
  const shown = SUBJECTS.flatMap((subject) =>
    KINDS.flatMap((kind) => rows.filter((result) => result.row === kind && result.subject === subject)),
  )
  const { runtime, version, cpu, cores } = machine
  const specification: TopLevelSpec = {
    $schema: 'https://vega.github.io/schema/vega-lite/v5.json',
    background: 'white',
    padding: 16,
    title: {
      text: 'The time per token, in times that of the bare crypto call',
      subtitle: `Shorter is better; a bar of no length is the crypto itself. ${runtime} ${version}, ${cpu}, ${cores} cores`,
      anchor: 'start',
      fontSize: 15,
      subtitlePadding: 6,
      offset: 14,
    },
    columns: KINDS.length,
    spacing: { row: 18, column: 50 },
    concat: shown.map(drawRow),
    config: { view: { stroke: null } },
  }
  const view = new vega.View(vega.parse(compile(specification).spec), { renderer: 'none' })
  return `${await view.toSVG()}\n`
}

function drawRow({ title, standings }: RowResult) {
  const values = standings.flatMap(({ peer, toFloor }) => {
    if (peer === FLOOR || toFloor === undefined) return []
    const label = `${toFloor.toFixed(toFloor < 10 ? 2 : 1)}×`
    // Below the floor is who has other crypto than node:crypto, such as Rust's Ed25519, or more threads than one. Its bar
    // has no length, as one that points backwards would mislead.
    return [{ peer, ratio: Math.min(MOST, Math.max(1, toFloor)), label }]
  })
  const scale = { type: 'log' as const, domain: [1, MOST] }
  const ratio = { field: 'ratio', type: 'quantitative' as const, title: null, scale }
  const axis = { values: [1, 2, 5, 10, 20], format: 'd', gridColor: '#e6e6e6', domain: false, ticks: false }
  return {
    title: { text: title, anchor: 'start' as const, fontSize: 12 },
    width: 200,
    height: { step: 16 },
    data: { values },
    encoding: {
      y: {
        field: 'peer',
        type: 'nominal' as const,
        title: null,
        sort: { field: 'ratio' },
        axis: { ticks: false, domain: false, labelLimit: 200 },
      },
    },
    layer: [
      {
        mark: { type: 'bar' as const, height: 11 },
        encoding: {
          x: { ...ratio, axis },
          x2: { datum: 1 },
          color: { condition: { test: `datum.peer === '${OURS}'`, value: '#d9480f' }, value: '#a5b1bd' },
        },
      },
      {
        mark: { type: 'text' as const, align: 'left' as const, dx: 4, fontSize: 10, color: '#333' },
        encoding: { x: ratio, text: { field: 'label', type: 'nominal' as const } },
      },
      { mark: { type: 'rule' as const, color: '#333' }, encoding: { x: { datum: 1 } } },
    ],
  }
}
