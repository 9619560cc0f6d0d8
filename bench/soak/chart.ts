import { writeFileSync } from 'node:fs'
import * as vega from 'vega'
import { compile, type TopLevelSpec } from 'vega-lite'
import type { Incident } from './disturbances.ts'
import type { Figures } from './figures.ts'
import { FAULTS } from './key-server.ts'
import { STRETCH, type Stretch } from './tally.ts'
import type { Moment } from './world.ts'

const WIDTH = 1000
const MEGABYTE = 1024 * 1024
const FAULT_COLOURS = [
  ...['#c92a2a', '#e8590c', '#f08c00', '#9c36b5', '#5f3dc4'],
  ...['#1971c2', '#0c8599', '#2f9e44', '#495057'],
]
const GRID = {
  gridColor: '#ececec',
  domain: false,
  ticks: false,
  titleFontWeight: 'normal' as const,
  titleColor: '#555',
}

/** Draws the run from its start to its end, as an SVG: what was done to the gateway, and how it fared. */
export async function drawSoak(file: URL, figures: Figures): Promise<void> {
  const { total, seconds, requestsPerSecond } = figures
  const { incidents, moments, stretches } = figures.course
  const specification: TopLevelSpec = {
    $schema: 'https://vega.github.io/schema/vega-lite/v5.json',
    background: 'white',
    padding: 16,
    title: {
      text: `${total.requests.toLocaleString('en')} requests and ${total.wrong} wrong verdicts in ${minutes(seconds)} of trouble`,
      subtitle: `${Math.round(requestsPerSecond)} requests a second over HTTP. Grey: the key server is at fault, in the way that the strip at the top names`,
      anchor: 'start',
      fontSize: 16,
      subtitleColor: '#555',
      subtitlePadding: 6,
      offset: 16,
    },
    vconcat: [
      drawIncidents(incidents, seconds),
      drawVerdicts(stretches, incidents, seconds),
      drawMemory(moments, incidents, seconds),
      drawDelay(moments, incidents, seconds),
    ],
    spacing: 26,
    resolve: { scale: { color: 'independent' } },
    config: { view: { stroke: null }, legend: { orient: 'right', labelLimit: 240, titleFontWeight: 'normal' } },
  }
  const view = new vega.View(vega.parse(compile(specification).spec), { renderer: 'none' })
  writeFileSync(file, `${await view.toSVG()}\n`)
}

function minutes(seconds: number): string {
  const count = Math.round(seconds / 6) / 10
  return `${count} minute${count === 1 ? '' : 's'}`
}

/** The time, in minutes. */
function time(field: string, seconds: number, title: string | null = null) {
  const scale = { domain: [0, seconds / 60], nice: false }
  const axis = { ...GRID, title, format: '~g', tickMinStep: 0.5, labels: title !== null }
  return { field, type: 'quantitative' as const, scale, axis }
}

/** One colour for each series, in this order. */
function series(names: readonly string[], range: readonly string[], symbolType: 'square' | 'stroke') {
  const scale = { domain: [...names], range: [...range] }
  return { field: 'series', type: 'nominal' as const, title: null, scale, legend: { symbolType, symbolStrokeWidth: 3 } }
}

const LANES = { fault: 'key server at fault', clock: 'clock set', rotation: 'keys rotate', theft: 'all keys replaced' }

function drawIncidents(incidents: readonly Incident[], seconds: number) {
  const values = incidents.map(({ what, name, from, to }) => ({
    lane: LANES[what],
    name,
    from: from / 60,
    to: to / 60,
  }))
  const lanes = { field: 'lane', type: 'nominal' as const, title: null, sort: Object.values(LANES) }
  const y = { ...lanes, axis: { ...GRID, labelColor: '#333' } }
  const ofFaults = `datum.lane === '${LANES.fault}'`
  return {
    width: WIDTH,
    height: 84,
    data: { values },
    layer: [
      {
        transform: [{ filter: ofFaults }],
        mark: { type: 'rect' as const, height: 16, cornerRadius: 1 },
        encoding: {
          x: time('from', seconds),
          x2: { field: 'to' },
          y,
          color: {
            field: 'name',
            type: 'nominal' as const,
            title: 'fault',
            scale: { domain: [...FAULTS], range: FAULT_COLOURS },
            legend: { columns: 2, symbolType: 'square' as const },
          },
        },
      },
      {
        transform: [{ filter: `!(${ofFaults})` }],
        mark: { type: 'tick' as const, color: '#495057', thickness: 1.5, height: 10 },
        encoding: { x: time('from', seconds), y },
      },
    ],
  }
}

/** Behind the lines of a panel. */
function drawFaults(incidents: readonly Incident[], seconds: number) {
  const values = incidents
    .filter(({ what }) => what === 'fault')
    .map(({ from, to }) => ({ from: from / 60, to: to / 60 }))
  return {
    data: { values },
    mark: { type: 'rect' as const, color: '#868e96', opacity: 0.13 },
    encoding: { x: time('from', seconds, 'minutes'), x2: { field: 'to' } },
  }
}

const VERDICTS = ['accepted', 'refused with 403', 'refused with 401', 'refused: no keys to be had']

function drawVerdicts(stretches: readonly Stretch[], incidents: readonly Incident[], seconds: number) {
  // The last one is not over.
  const values = stretches.slice(0, -1).flatMap(({ accepted, forbidden, refused, unavailable }, index) =>
    [accepted, forbidden, refused - unavailable, unavailable].map((count, order) => ({
      minute: (index * STRETCH) / 60,
      series: VERDICTS[order],
      order,
      rate: count / STRETCH,
    })),
  )
  return {
    width: WIDTH,
    height: 190,
    layer: [
      drawFaults(incidents, seconds),
      {
        data: { values },
        mark: { type: 'area' as const, interpolate: 'step-after' as const },
        encoding: {
          x: time('minute', seconds, 'minutes'),
          y: {
            field: 'rate',
            type: 'quantitative' as const,
            title: 'verdicts a second',
            stack: 'zero' as const,
            axis: GRID,
          },
          order: { field: 'order', type: 'quantitative' as const },
          color: series(VERDICTS, ['#0b6e4f', '#4dabf7', '#a5b1bd', '#f08c00'], 'square'),
        },
      },
    ],
  }
}

function drawMemory(moments: readonly Moment[], incidents: readonly Incident[], seconds: number) {
  const names = ['resident set', 'heap, after a collection']
  const values = moments.flatMap(({ at, heap, resident }) =>
    [resident, heap].map((bytes, index) => ({ minute: at / 60, series: names[index], value: bytes / MEGABYTE })),
  )
  const y = { field: 'value', type: 'quantitative' as const, title: 'memory, MB', axis: GRID }
  return drawLines(values, y, series(names, ['#5f3dc4', '#d9480f'], 'stroke'), incidents, seconds)
}

/** Milliseconds: what is less is drawn so. */
const LEAST_DELAY = 0.1

function drawDelay(moments: readonly Moment[], incidents: readonly Incident[], seconds: number) {
  const names = ['longest', '99 % below', '99 % below, of its own making', "an idle process's longest"]
  const values = moments.flatMap(({ at, delayMax, delayP99, ownP99, bystander }) =>
    [delayMax, delayP99, ownP99, bystander.delayMax].map((value, index) => ({
      minute: at / 60,
      series: names[index],
      value: Math.max(LEAST_DELAY, value),
    })),
  )
  const axis = { ...GRID, format: '~g', values: [0.1, 1, 10, 100, 1000] }
  const title = 'event-loop delay, ms'
  const y = { field: 'value', type: 'quantitative' as const, title, scale: { type: 'log' as const }, axis }
  return drawLines(values, y, series(names, ['#ffa8a8', '#e03131', '#0b6e4f', '#adb5bd'], 'stroke'), incidents, seconds)
}

function drawLines(
  values: readonly object[],
  y: object,
  color: ReturnType<typeof series>,
  incidents: readonly Incident[],
  seconds: number,
) {
  return {
    width: WIDTH,
    height: 150,
    layer: [
      drawFaults(incidents, seconds),
      {
        data: { values: [...values] },
        mark: { type: 'line' as const, strokeWidth: 1.5 },
        encoding: { x: time('minute', seconds, 'minutes'), y: y as { field: string }, color },
      },
    ],
  }
}
