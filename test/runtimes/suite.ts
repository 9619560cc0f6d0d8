import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { bundleSuite, type Flavour } from './bundle/bundle.ts'
import type { Runtime } from './launch/runtime.ts'
import type { Report } from './report.ts'

const BUNDLES: Readonly<Record<Flavour, string>> = { node: 'suite-node.js', portable: 'suite-portable.js' }

/** Bundles the suite, as far as the runtimes need it. */
export async function prepareSuite(folder: string, runtimes: readonly Runtime[]): Promise<void> {
  const flavours = new Set(runtimes.map(({ flavour }) => flavour))
  await Promise.all([...flavours].map((flavour) => bundleSuite(flavour, join(folder, BUNDLES[flavour]))))
}

/** Runs the whole suite in a runtime. */
export async function runSuite(folder: string, runtime: Runtime): Promise<Report> {
  const [main, bundle] = [`${runtime.name}-main.js`, BUNDLES[runtime.flavour]]
  const lines = [
    `import { run } from './${bundle}'`,
    `export const main = async (report) => report(await run(${JSON.stringify(runtime.options)}))`,
  ]
  await writeFile(join(folder, main), lines.join('\n'))
  return (await runtime.start(folder, [main, bundle])) as Report
}
