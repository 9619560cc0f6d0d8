import { writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { findReport, MARK, type Runtime } from './runtime.ts'
import { outputOf } from './spawn.ts'

const COMMAND = fileURLToPath(new URL('../node_modules/@cloudflare/workerd-linux-64/bin/workerd', import.meta.url))

/** Before the date from which `nodejs_compat` is the default. */
const COMPATIBILITY_DATE = '2026-07-01'

/** workerd, which runs a test out of a configuration and has no files. */
export function workerd(name: string, flags: readonly string[], options: Runtime['options']): Runtime {
  return {
    name,
    flavour: 'portable',
    options,
    version: async () => /\d{4}-\d\d-\d\d/.exec(await outputOf(COMMAND, ['--version'], '.'))?.[0] ?? 'unknown',
    async start(folder, modules) {
      const [module] = modules
      const [main, config] = [`${name}-${module}`, `${name}-${basename(module, '.js')}.capnp`]
      await writeFile(join(folder, main), mainOf(module))
      await writeFile(join(folder, config), configOf([main, ...modules], flags))
      return findReport(await outputOf(COMMAND, ['test', config], folder))
    },
  }
}

function mainOf(module: string): string {
  return [
    `import { main } from './${module}'`,
    `const report = (value) => console.log(${JSON.stringify(MARK)} + JSON.stringify(value))`,
    `export default { test: () => main(report) }`,
  ].join('\n')
}

function configOf(modules: readonly string[], flags: readonly string[]): string {
  const list = modules.map((name) => `(name = "${name}", esModule = embed "${name}")`)
  return [
    'using Workerd = import "/workerd/workerd.capnp";',
    'const config :Workerd.Config = (services = [(name = "main", worker = (',
    `  modules = [${list.join(', ')}],`,
    `  compatibilityDate = "${COMPATIBILITY_DATE}",`,
    `  compatibilityFlags = [${flags.map((flag) => `"${flag}"`).join(', ')}],`,
    '))]);',
  ].join('\n')
}
