import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Runtime } from '../launch/runtime.ts'
import { BUNDLERS } from './bundlers.ts'
import { placePackage } from './files.ts'
import { requireIn } from './require.ts'

/** One way of loading the built package. It throws when that does not work. */
export interface Way {
  readonly title: string
  run(): Promise<void>
}

/** The entry points beside the main one and the synchronous one. */
export const OTHERS = ['gateway', 'jws', 'keys', 'profiles'] as const

/** The builds that are loaded as they are, without a bundler. Where there is no folder the file has the main entry alone. */
const BUILDS = [
  { title: 'dist', index: 'dist/index.js', folder: 'dist', needsNode: false },
  { title: 'dist/browser', index: 'dist/browser/index.js', folder: 'dist/browser', needsNode: true },
  { title: 'dist/browser/countersign.min.js', index: 'dist/browser/countersign.min.js' },
] as const

const SYNC_REFUSED = /^countersign\/sync needs node:crypto, which this runtime does not have/

/** All ways for these runtimes. */
export async function waysOf(folder: string, runtimes: readonly Runtime[]): Promise<Way[]> {
  const files = await placePackage(folder)
  const browser = runtimes.find(({ name }) => name === 'chromium')
  return [
    ...runtimes.flatMap((runtime) => BUILDS.map((build) => unbundled(folder, runtime, build, files))),
    ...runtimes.filter(({ name }) => name.startsWith('node')).map((runtime) => requireIn(folder, runtime.name)),
    ...(browser ? BUNDLERS.flatMap((bundler) => bundled(folder, browser, bundler)) : []),
  ]
}

type Build = (typeof BUILDS)[number]

function unbundled(folder: string, runtime: Runtime, build: Build, files: readonly string[]): Way {
  const address = (path: string): string => JSON.stringify(`./node_modules/countersign/${path}`)
  const main = `${runtime.name}-${build.title.replaceAll('/', '-').replace(/\.js$/, '')}-loading.js`
  const folderOf = 'folder' in build ? build.folder : undefined
  const others = OTHERS.map((name) => `${name}: await import(${address(`${folderOf}/${name}/index.js`)})`)
  const rest = folderOf === undefined ? 'undefined' : `{ ${others.join(', ')} }`
  const sync = folderOf === undefined ? 'undefined' : `await outcomeOf(import(${address(`${folderOf}/sync.js`)}))`
  const text = [
    `import * as library from ${address(build.index)}`,
    `import { check, outcomeOf } from './check.js'`,
    `export const main = async (report) => report({ works: await check(library, ${rest}), sync: ${sync} })`,
  ]
  return {
    title: `${runtime.name}: ${build.title}, unbundled`,
    async run() {
      await writeFile(join(folder, main), text.join('\n'))
      const { works, sync: outcome } = (await runtime.start(folder, [main, 'check.js', ...files])) as Outcome
      expectWorks(works)
      if (outcome === undefined) return
      const hasNode = runtime.options.paths.includes('node') && !('needsNode' in build && build.needsNode)
      if (hasNode) expectWorks(outcome)
      else if (!SYNC_REFUSED.test(outcome)) throw new Error(`countersign/sync does not say why it fails: ${outcome}`)
    },
  }
}

interface Outcome {
  readonly works: string
  readonly sync?: string
}

function bundled(folder: string, browser: Runtime, bundler: (typeof BUNDLERS)[number]): Way[] {
  const entry = join(folder, `${bundler.name}-entry.js`)
  const text = [
    `import * as library from 'countersign'`,
    ...OTHERS.map((name) => `import * as ${name} from 'countersign/${name}'`),
    `import { check, outcomeOf } from './check.js'`,
    `export const main = async (report) =>`,
    `  report({ works: await check(library, { ${OTHERS.join(', ')} }), sync: await outcomeOf(import('countersign/sync')) })`,
  ]
  return [
    {
      title: `${bundler.name}: a bundle for browsers, without a warning, in Chromium`,
      async run() {
        await writeFile(entry, text.join('\n'))
        const outfile = `${bundler.name}-bundle.js`
        const warnings = await bundler.bundle(entry, join(folder, outfile))
        if (warnings.length > 0) throw new Error(`warns: ${warnings.join('\n')}`)
        const { works, sync = '' } = (await browser.start(folder, [outfile])) as Outcome
        expectWorks(works)
        if (!SYNC_REFUSED.test(sync)) throw new Error(`countersign/sync does not say why it fails: ${sync}`)
      },
    },
  ]
}

function expectWorks(outcome: string): void {
  if (outcome !== 'works') throw new Error(outcome)
}
