import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Runtime } from './runtime.ts'
import { servePage } from './server.ts'
import { endGroup, outputOf } from './spawn.ts'

/** Milliseconds for a page to report. */
const LIMIT = 120_000

/** Chromium of the system, without a window: it loads a page from this machine, which sends its report back. */
export function chromium(name: string, options: Runtime['options']): Runtime {
  return {
    name,
    flavour: 'portable',
    options,
    async version() {
      try {
        return /\d+\.\d+\.\d+\.\d+/.exec(await outputOf('chromium', ['--version'], '.'))?.[0] ?? 'unknown'
      } catch {
        throw new Error('there is no "chromium" on PATH: install it, as with `apt-get install chromium`')
      }
    },
    async start(folder, [module]) {
      const page = await servePage(folder, mainOf(module))
      const profile = await mkdtemp(join(tmpdir(), 'countersign-chromium-'))
      const flags = ['--headless=new', '--no-sandbox', '--disable-gpu', '--no-first-run', `--user-data-dir=${profile}`]
      const child = spawn('chromium', [...flags, page.url], { detached: true, stdio: 'ignore' })
      const timer = setTimeout(() => page.fail(new Error('the page does not report')), LIMIT)
      child.on('error', page.fail)
      try {
        return await page.report
      } finally {
        clearTimeout(timer)
        endGroup(child.pid)
        await page.stop()
        // The last of its processes may still be writing.
        await rm(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })
      }
    },
  }
}

function mainOf(module: string): string {
  return [
    '<!doctype html><meta charset="utf-8"><title>Countersign</title><link rel="icon" href="data:,">',
    '<script type="module">',
    "const report = (value) => fetch('/report', { method: 'POST', body: JSON.stringify(value) })",
    "const complain = (error) => fetch('/failure', { method: 'POST', body: String(error?.stack ?? error) })",
    `import('./${module}').then(({ main }) => main(report)).catch(complain)`,
    '</script>',
  ].join('\n')
}
