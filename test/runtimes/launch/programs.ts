import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Need } from '../apart.ts'
import { findReport, MARK, type Runtime } from './runtime.ts'
import { outputOf } from './spawn.ts'

// Runtimes that are programs and run a file: Node, Deno and Bun.

export const MODULES: string = fileURLToPath(new URL('../node_modules/', import.meta.url))

interface Program {
  readonly name: string
  /** The file of the program among the installed packages. */
  readonly file: string
  readonly args?: readonly string[]
  readonly able: readonly Need[]
}

export function program({ name, file, args = [], able }: Program): Runtime {
  const command = join(MODULES, file)
  return {
    name,
    flavour: 'node',
    options: { able, paths: ['node', 'web', 'sync'] },
    version: async () => /\d+\.\d+\.\d+/.exec(await outputOf(command, ['--version'], '.'))?.[0] ?? 'unknown',
    async start(folder, [module]) {
      const main = `${name}-${module}`
      await writeFile(join(folder, main), mainOf(module))
      return findReport(await outputOf(command, [...args, main], folder))
    },
  }
}

function mainOf(module: string): string {
  return [
    `import { main } from './${module}'`,
    `import process from 'node:process'`,
    // Written as a whole before the end, whatever still runs.
    `main((value) => process.stdout.write(${JSON.stringify(MARK)} + JSON.stringify(value) + '\\n', () => process.exit(0)))`,
  ].join('\n')
}
