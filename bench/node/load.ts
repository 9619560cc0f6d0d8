import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { Row } from '../core/context.ts'
import { type Sampled, shuffle } from '../core/measure.ts'
import { FLOOR, OURS } from '../core/peer.ts'
import { standingsOf } from '../core/results.ts'
import { BENCH } from './paths.ts'

interface Module {
  readonly name: string
  readonly specifier: string
  readonly variant?: string
}

/** The floor is what all of them need of Node itself. */
const MODULES: readonly Module[] = [
  { name: FLOOR, specifier: 'node:crypto' },
  { name: OURS, specifier: '../dist/index.js' },
  { name: `${OURS}/sync`, specifier: '../dist/sync.js' },
  { name: 'jose', specifier: 'jose' },
  { name: 'fast-jwt', specifier: 'fast-jwt' },
  { name: 'jsonwebtoken', specifier: 'jsonwebtoken' },
  { name: '@node-rs/jsonwebtoken', specifier: '@node-rs/jsonwebtoken' },
  { name: 'aws-jwt-verify', specifier: 'aws-jwt-verify' },
  { name: 'hono', specifier: 'hono/jwt' },
]

const ROUNDS = { full: 25, quick: 7 }

/** The time that `import()` takes, each time in a new process, where nothing has been loaded before. */
export const load: Row = {
  id: 'load',
  quick: ['HS256'],
  async *measure({ isQuick, peers }) {
    const names = new Set(peers.map(({ name }) => name))
    const entries = MODULES.filter(({ name }) => names.has(name.replace('/sync', ''))).map((module) => ({
      ...module,
      values: [] as number[],
    }))
    for (let round = 0; round < (isQuick ? ROUNDS.quick : ROUNDS.full); round++)
      for (const { specifier, values } of shuffle(entries)) values.push(await timeImport(specifier))
    const standings = standingsOf(entries satisfies Sampled[])
    yield {
      row: 'load',
      subject: 'import()',
      title: 'load the module in a new process',
      unit: 'ms',
      standings,
      absent: [],
    }
  },
}

/** Milliseconds. */
async function timeImport(specifier: string): Promise<number> {
  const script = `
    const start = performance.now()
    await import(${JSON.stringify(specifier)})
    console.log(performance.now() - start)`
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script], {
    cwd: BENCH,
  })
  return Number(stdout)
}
