import { basename, dirname } from 'node:path'
import { build } from 'esbuild'
import { rolldown } from 'rolldown'
import webpack from 'webpack'

interface Bundler {
  readonly name: string
  /** Bundles a module and all that it imports for browsers into one module; resolves to what the bundler warns of. */
  bundle(entry: string, outfile: string): Promise<string[]>
}

export const BUNDLERS: readonly Bundler[] = [
  { name: 'esbuild', bundle: bundleWithEsbuild },
  { name: 'rolldown', bundle: bundleWithRolldown },
  { name: 'webpack', bundle: bundleWithWebpack },
]

async function bundleWithEsbuild(entry: string, outfile: string): Promise<string[]> {
  const { warnings } = await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'browser',
    logLevel: 'silent',
  })
  return warnings.map(({ text }) => text)
}

async function bundleWithRolldown(entry: string, outfile: string): Promise<string[]> {
  const warnings: string[] = []
  const bundle = await rolldown({
    input: entry,
    platform: 'browser',
    onLog: (level, { message }) => void (level === 'warn' && warnings.push(message)),
  })
  await bundle.write({ file: outfile, format: 'esm', codeSplitting: false })
  await bundle.close()
  return warnings
}

function bundleWithWebpack(entry: string, outfile: string): Promise<string[]> {
  return new Promise((resolve, reject) => {
    const compiler = webpack({
      entry,
      mode: 'production',
      target: ['web', 'es2022'],
      // What the package weighs is measured elsewhere.
      performance: false,
      output: { path: dirname(outfile), filename: basename(outfile), library: { type: 'module' } },
      module: { parser: { javascript: { dynamicImportMode: 'eager' } } },
      experiments: { outputModule: true },
    })
    compiler.run((error, stats) => {
      if (error || !stats) return reject(error ?? new Error('webpack gives no result'))
      const { errors = [], warnings = [] } = stats.toJson({ all: false, errors: true, warnings: true })
      if (errors.length > 0) return reject(new Error(errors.map(({ message }) => message).join('\n')))
      compiler.close(() => resolve(warnings.map(({ message }) => message)))
    })
  })
}
