import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { build } from 'esbuild'
import { chromium } from 'playwright-core'
import type { Selection } from '../core/suite.ts'
import { UsageError } from '../options.ts'

/** A page that is never served: the browser's requests for it are answered here. `localhost` counts as secure. */
const PAGE = 'http://localhost/'
/** With these a page gets clocks of 5 µs instead of 100 µs. */
const ISOLATED = { 'cross-origin-opener-policy': 'same-origin', 'cross-origin-embedder-policy': 'require-corp' }

/** Runs the suite in a page of the Chromium that is installed, and gives its version. */
export async function runInBrowser(selection: Selection, onRow: (line: string) => void): Promise<string> {
  const bundle = await build({
    entryPoints: [new URL('browser-entry.ts', import.meta.url).pathname],
    bundle: true,
    format: 'esm',
    platform: 'browser',
    write: false,
    logLevel: 'error',
  })
  const browser = await chromium.launch({ executablePath: findBrowser(), args: ['--no-sandbox'] })
  try {
    const page = await browser.newPage()
    await page.route('**', (route) =>
      route.fulfill({ contentType: 'text/html', headers: ISOLATED, body: '<!doctype html><title>bench</title>' }),
    )
    await page.exposeFunction('emit', onRow)
    await page.goto(PAGE)
    await page.addScriptTag({ type: 'module', content: bundle.outputFiles[0]?.text ?? '' })
    await page.waitForFunction('typeof runInPage === "function"')
    await page.evaluate(`runInPage(${JSON.stringify(JSON.stringify(selection))})`)
    return browser.version()
  } finally {
    await browser.close()
  }
}

function findBrowser(): string {
  const names = ['chromium', 'chromium-browser', 'google-chrome']
  const directories = (process.env.PATH ?? '').split(delimiter)
  const found = directories.flatMap((directory) => names.map((name) => join(directory, name))).find(existsSync)
  if (!found) throw new UsageError(`--runtime browser: none of ${names.join(', ')} is on the PATH`)
  return found
}
