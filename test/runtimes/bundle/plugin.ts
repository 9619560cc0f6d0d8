import { readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import type { Plugin } from 'esbuild'
import type { Flavour } from './bundle.ts'
import { recordRsaKeys } from './rsa-keys.ts'

interface Context {
  readonly root: string
  readonly recorded: Readonly<Record<string, string>>
}

/** What makes a bundle of the tests out of files that were written for vitest in Node. */
export function suitePlugin(flavour: Flavour, { root, recorded }: Context): Plugin {
  const tests = join(root, 'test')
  const own = (file: string): { path: string } => ({ path: join(tests, 'runtimes', file) })
  const isTest = (path: string): boolean => path.startsWith(tests) && !path.startsWith(join(tests, 'runtimes'))

  return {
    name: 'suite',
    setup(build) {
      build.onResolve({ filter: /^vitest$/ }, () => own('inside/vitest.ts'))
      build.onResolve({ filter: /\/without-node\.ts$/ }, () => own('inside/without-node.ts'))
      build.onResolve({ filter: /^\.\/rsa-keys\.ts$/ }, ({ importer }) =>
        isTest(importer) ? own('portable/rsa-keys.ts') : undefined,
      )
      build.onResolve({ filter: /^tests:globals$/ }, () => own('portable/globals.ts'))
      build.onResolve({ filter: /^node:fs$/ }, () => own('portable/files.ts'))
      if (flavour === 'portable') {
        build.onResolve({ filter: /^node:crypto$/ }, () => own('portable/crypto.ts'))
        build.onResolve({ filter: /^node:/ }, ({ path }) => ({ path, namespace: 'absent' }))
        // CommonJS, whose names need not be known: using any of them is what fails.
        build.onLoad({ filter: /./, namespace: 'absent' }, ({ path }) => ({
          contents: `module.exports = require('./portable/absent.ts').absent(${JSON.stringify(path)})`,
          loader: 'js',
          resolveDir: join(tests, 'runtimes'),
        }))
      }

      // What the bundle records: data, made when it is made.
      build.onResolve({ filter: /^bundle:/ }, ({ path }) => ({ path, namespace: 'recorded' }))
      build.onLoad({ filter: /./, namespace: 'recorded' }, async ({ path }) => {
        const [name, data] =
          path === 'bundle:files' ? ['recordedFiles', recorded] : ['recordedRsaKeys', await recordRsaKeys()]
        return { contents: `export const ${name} = ${JSON.stringify(data)}`, loader: 'js' }
      })

      // A copy of the library of its own, evaluated when it is imported and not before: see `without-node.ts`.
      build.onResolve({ filter: /^fresh:/ }, ({ path, resolveDir }) => ({
        path: resolve(resolveDir, path.slice('fresh:'.length)),
        namespace: 'fresh',
      }))
      build.onResolve({ filter: /^\./, namespace: 'fresh' }, ({ path, importer }) => ({
        path: resolve(dirname(importer), path),
        namespace: 'fresh',
      }))
      build.onLoad({ filter: /./, namespace: 'fresh' }, ({ path }) => ({
        contents: readFileSync(path, 'utf8'),
        loader: 'ts',
      }))

      build.onLoad({ filter: /\.ts$/ }, ({ path }) => {
        if (!isTest(path)) return undefined
        return { contents: adapt(readFileSync(path, 'utf8'), `/${relative(root, path)}`), loader: 'ts' }
      })
    },
  }
}

/** A test file with its address in the repository, the names that it takes for granted, and its fresh imports. */
function adapt(text: string, path: string): string {
  const code = text
    .replaceAll('import.meta.url', `'file://${path}'`)
    .replace(/importWithoutNode\(\(\) => import\('/g, "importWithoutNode(() => import('fresh:")
  const globals = ['Buffer', 'setImmediate'].filter((name) => new RegExp(`\\b${name}\\b`).test(code))
  // On the first line, so that all lines keep their numbers.
  return globals.length === 0 ? code : `import { ${globals.join(', ')} } from 'tests:globals'; ${code}`
}
