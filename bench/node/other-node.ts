import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { UsageError } from '../options.ts'
import { BENCH } from './paths.ts'

/** Starts the suite again on the Node of another version, which is installed beside the peers. */
export function runOnNode(major: string, args: readonly string[]): void {
  const binary = join(BENCH, 'node_modules', `node${major}`, 'bin', 'node')
  if (!existsSync(binary)) throw new UsageError(`--node ${major}: there is no package node${major} for this platform`)
  const rest = args.filter((arg, index) => !/^--node(=|$)/.test(arg) && args[index - 1] !== '--node')
  const { status } = spawnSync(binary, ['--import', 'tsx', join(BENCH, 'run.ts'), ...rest], {
    cwd: BENCH,
    stdio: 'inherit',
  })
  process.exitCode = status ?? 1
}
