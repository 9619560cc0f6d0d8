import { parseArgs } from 'node:util'
import { ALGS, type Alg, isAlg } from './core/algorithms.ts'
import { FLOOR, OURS } from './core/peer.ts'

const RUNTIMES = ['node', 'deno', 'bun', 'browser'] as const
export type Runtime = (typeof RUNTIMES)[number]

export interface Options {
  readonly quick: boolean
  /** `undefined` means: whatever there is. */
  readonly algs?: readonly Alg[] | undefined
  readonly peers?: readonly string[] | undefined
  readonly rows?: readonly string[] | undefined
  readonly node?: string | undefined
  readonly runtime: Runtime
}

/** What the user asked for cannot be done as it was asked: one line, and exit code 2. */
export class UsageError extends Error {}

export const USAGE = `npm run bench -- [options]
  --quick             under a minute: the rows that matter most, fewer rounds
  --row NAMES         such as verify-sync,set
  --alg NAMES         such as HS256,ES256
  --peer NAMES        such as jose,fast-jwt; Countersign and the floor always take part
  --node 24           on another version of Node
  --runtime NAME      node, deno, bun or browser
A complete run writes bench/results/<runtime>.json, .md and .svg; one that is quick or filtered prints only.`

export interface Known {
  readonly rows: readonly string[]
  readonly peers: readonly string[]
}

export function readOptions(args: readonly string[], known: Known): Options {
  const { quick, alg, peer, row, node, runtime } = parse(args)
  const algs = namesOf('--alg', alg, ALGS)?.filter(isAlg)
  const peers = namesOf('--peer', peer, known.peers)
  const rows = namesOf('--row', row, known.rows)
  const [chosen = 'node'] = (namesOf('--runtime', runtime, RUNTIMES) ?? []) as Runtime[]
  return { quick, algs, rows, node, runtime: chosen, peers: peers && [OURS, FLOOR, ...peers] }
}

function parse(args: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        quick: { type: 'boolean', default: false },
        alg: { type: 'string' },
        peer: { type: 'string' },
        row: { type: 'string' },
        node: { type: 'string' },
        runtime: { type: 'string', default: 'node' },
      },
    })
    return values
  } catch (error) {
    throw new UsageError(`${(error as Error).message}\n\n${USAGE}`)
  }
}

function namesOf(option: string, list: string | undefined, known: readonly string[]): string[] | undefined {
  const names = list?.split(',')
  const unknown = names?.find((name) => !known.includes(name))
  if (unknown !== undefined) throw new UsageError(`${option} ${unknown}: there are ${known.join(', ')}`)
  return names
}
