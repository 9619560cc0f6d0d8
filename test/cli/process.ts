import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildSync } from 'esbuild'
import { afterAll, vi } from 'vitest'

/** What a process has left behind. */
export interface Ended {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface CommandLine {
  /** Where it runs, and where its files lie. */
  readonly directory: string
  /** Runs `countersign` as a process of its own. */
  run(args: readonly string[], stdin?: string): Promise<Ended>
  /** The same with `--json`, and its answer read. */
  json(args: readonly string[], stdin?: string): Promise<unknown>
  /** Writes a file, and gives its name. */
  write(name: string, content: unknown): string
}

const MAIN = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url))

/** The command line, built as the package has it, in a folder of its own. */
export function commandLine(): CommandLine {
  // A test starts several processes, and machines are busy.
  vi.setConfig({ testTimeout: 30_000 })
  const root = mkdtempSync(join(tmpdir(), 'countersign-cli-'))
  afterAll(() => rmSync(root, { recursive: true }))
  const program = join(root, 'dist/cli.js')
  buildSync({ entryPoints: [MAIN], bundle: true, format: 'esm', platform: 'node', target: 'es2022', outfile: program })
  writeFileSync(join(root, 'package.json'), '{ "type": "module", "version": "1.2.3" }')
  const directory = join(root, 'files')
  mkdirSync(directory)

  const run = (args: readonly string[], stdin = ''): Promise<Ended> =>
    new Promise((resolve, reject) => {
      const child = spawn(process.execPath, [program, ...args], { cwd: directory })
      const ended = { stdout: '', stderr: '' }
      for (const stream of ['stdout', 'stderr'] as const) {
        child[stream].setEncoding('utf8').on('data', (text: string) => (ended[stream] += text))
      }
      child.on('error', reject).on('close', (status) => resolve({ status, ...ended }))
      child.stdin.on('error', () => {}).end(stdin)
    })

  return {
    directory,
    run,
    json: async (args, stdin) => JSON.parse((await run([...args, '--json'], stdin)).stdout),
    write(name, content) {
      writeFileSync(join(directory, name), typeof content === 'string' ? content : JSON.stringify(content))
      return name
    },
  }
}
