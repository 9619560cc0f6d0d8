import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Selection } from '../core/suite.ts'
import { BENCH } from '../node/paths.ts'
import { UsageError } from '../options.ts'

/** How Deno and Bun are started; both take TypeScript as it is. */
const RUNTIMES = {
  deno: {
    installed: 'node_modules/@deno/linux-x64-glibc/deno',
    arguments: ['run', '--allow-all', '--no-check', '--node-modules-dir=manual'],
    version: ['eval', 'console.log(Deno.version.deno)'],
  },
  bun: { installed: 'node_modules/@oven/bun-linux-x64/bin/bun', arguments: [], version: ['--version'] },
} as const

export type ServerRuntime = keyof typeof RUNTIMES

/** Runs the suite in Deno or Bun, the one installed here or else the one on the PATH, and gives its version. */
export async function runInServerRuntime(
  name: ServerRuntime,
  selection: Selection,
  onRow: (line: string) => void,
): Promise<string> {
  const runtime = RUNTIMES[name]
  const binary = findBinary(name, runtime.installed)
  await run(binary, [...runtime.arguments, 'runtimes/server-entry.ts', JSON.stringify(selection)], onRow)
  let version = 'unknown'
  const take = (line: string) => {
    version = line
  }
  await run(binary, runtime.version, take)
  return version
}

async function run(binary: string, args: readonly string[], onLine: (line: string) => void): Promise<void> {
  const child = spawn(binary, args, { cwd: BENCH, stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = new Promise<number | null>((resolve, reject) => child.on('error', reject).on('close', resolve))
  for await (const line of createInterface({ input: child.stdout })) onLine(line)
  const code = await ended
  if (code !== 0) throw new Error(`it ended with code ${code}`)
}

function findBinary(name: string, installed: string): string {
  const candidates = [
    join(BENCH, installed),
    ...(process.env.PATH ?? '').split(delimiter).map((path) => join(path, name)),
  ]
  const found = candidates.find(existsSync)
  if (!found) throw new UsageError(`--runtime ${name}: it is neither installed here nor on the PATH`)
  return found
}
