import { parseArgs } from 'node:util'
import { ALGS, isAlg } from './core/algorithms.ts'
import { createFixtures } from './core/context.ts'
import { FULL, QUICK } from './core/measure.ts'
import { FLOOR, OURS } from './core/peer.ts'
import { watchGarbage } from './node/garbage.ts'
import { PEERS } from './peers/index.ts'
import { formatRow } from './report/terminal.ts'
import { ROWS } from './rows/index.ts'

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    alg: { type: 'string' },
    peer: { type: 'string' },
    row: { type: 'string' },
  },
})

const wantedAlgs = values.alg?.split(',').filter(isAlg)
const wantedPeers = values.peer && [OURS, FLOOR, ...values.peer.split(',')]
const wantedRows = values.row?.split(',')

const garbage = watchGarbage()
for (const row of ROWS) {
  if (wantedRows && !wantedRows.includes(row.id)) continue
  const context = {
    peers: wantedPeers ? PEERS.filter(({ name }) => wantedPeers.includes(name)) : PEERS,
    algs: wantedAlgs ?? (values.quick && Array.isArray(row.quick) ? row.quick : ALGS),
    effort: values.quick ? QUICK : FULL,
    isQuick: values.quick,
    watch: garbage.watch,
    takeGarbage: garbage.take,
    ...createFixtures(values.quick ? 128 : 512),
  }
  for await (const result of row.measure(context)) console.log(formatRow(result))
}
