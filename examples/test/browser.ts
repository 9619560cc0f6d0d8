import { access, constants } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'

/** Starts the Chromium on the PATH. */
export async function startBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: await findOnPath('chromium') })
}

async function findOnPath(name: string): Promise<string> {
  for (const directory of (process.env.PATH ?? '').split(delimiter)) {
    const path = join(directory, name)
    const isThere = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    )
    if (isThere) return path
  }
  throw new Error(`${name} is missing: apt-get install ${name}`)
}

/** A page, and what it did beside what it was asked for. */
export interface Visit {
  readonly page: Page
  /** The paths that it requested; of other hosts, the whole addresses. */
  readonly requests: string[]
  /** Errors, and what the console warned of. */
  readonly complaints: string[]
}

/** Opens an address in a fresh profile, which may use the clipboard. */
export async function visit(browser: Browser, url: string, options: BrowserContextOptions = {}): Promise<Visit> {
  const context = await browser.newContext({ ...options, permissions: ['clipboard-read', 'clipboard-write'] })
  const page = await context.newPage()
  page.setDefaultTimeout(10_000)
  const requests: string[] = []
  const complaints: string[] = []
  page.on('request', (request) => {
    const { origin, pathname, href } = new URL(request.url())
    requests.push(origin === new URL(url).origin ? pathname : href)
  })
  page.on('pageerror', (error) => complaints.push(String(error)))
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text())
  })
  await page.goto(url)
  await ready(page)
  return { page, requests, complaints }
}

export async function ready(page: Page): Promise<void> {
  await page.locator('#checks tr').first().waitFor()
}
