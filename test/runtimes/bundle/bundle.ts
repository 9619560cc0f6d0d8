import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { APART } from '../apart.ts'
import { suitePlugin } from './plugin.ts'

export const ROOT: string = fileURLToPath(new URL('../../../', import.meta.url))
const TESTS = join(ROOT, 'test')

/** `node` leaves Node's modules to the runtime; `portable` brings what the tests need of them. */
export type Flavour = 'node' | 'portable'

/** Bundles the whole suite into one module, which exports `run(options)`. */
export async function bundleSuite(flavour: Flavour, outfile: string): Promise<void> {
  const files = testFiles('').sort()
  await build({
    stdin: { contents: entry(files), resolveDir: TESTS, loader: 'ts', sourcefile: 'suite.ts' },
    outfile,
    bundle: true,
    format: 'esm',
    platform: flavour === 'node' ? 'node' : 'browser',
    target: 'es2022',
    // Deno's parser does not take "\\uD83D\\u{1F511}", which esbuild writes where it keeps to ASCII.
    charset: 'utf8',
    logLevel: 'warning',
    plugins: [suitePlugin(flavour, { root: ROOT, recorded: recordFiles() })],
  })
}

/** Installed packages are not entered: one of them is a link to the repository itself. */
function testFiles(folder: string): string[] {
  return readdirSync(join(TESTS, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return entry.name === 'node_modules' ? [] : testFiles(path)
    return path.endsWith('.test.ts') ? [path] : []
  })
}

/** What no runtime can run is not bundled: it may import what no bundle can hold. */
const NEVER_LOADED = new Set(
  APART.filter(({ needs, test }) => needs === 'vitest' && test === undefined).map(({ file }) => file),
)

/** Each file is a module of its own that is evaluated when it is its turn. */
function entry(files: readonly string[]): string {
  const list = files.map((file) => {
    const load = NEVER_LOADED.has(file) ? `Promise.reject(new Error('is not in the bundle'))` : `import('./${file}')`
    return `[${JSON.stringify(file)}, () => ${load}],`
  })
  return [
    `import { runFiles, type RunOptions } from './runtimes/inside/run.ts'`,
    `const files = [`,
    ...list,
    `] as const`,
    `export async function run(options: RunOptions) {`,
    `  const { PATHS } = await import('./paths.ts')`,
    `  return runFiles(files, options, PATHS.map(({ name }) => name))`,
    `}`,
  ].join('\n')
}

/** The files of the repository that tests read, by their paths in it. */
function recordFiles(): Record<string, string> {
  const vectors = readdirSync(join(ROOT, 'vectors')).map((name) => `vectors/${name}`)
  return Object.fromEntries(
    [...vectors, 'package.json'].map((name) => [`/${name}`, readFileSync(join(ROOT, name), 'utf8')]),
  )
}
