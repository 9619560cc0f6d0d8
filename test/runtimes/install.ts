import { execFileSync } from 'node:child_process'
import { copyFileSync, existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const HERE = fileURLToPath(new URL('.', import.meta.url))
const LOCK = `${HERE}package-lock.json`
/** The lock after which the packages have been installed. */
const INSTALLED = `${HERE}node_modules/.installed-lock.json`

/** Installs the runtimes and bundlers, unless just these are there. */
export function install(): void {
  if (existsSync(INSTALLED) && readFileSync(INSTALLED, 'utf8') === readFileSync(LOCK, 'utf8')) return
  console.log('installing the runtimes (1.2 GB)')
  // Their programs lie in packages of their own, and none needs a script to get there.
  execFileSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: HERE, stdio: 'inherit' })
  copyFileSync(LOCK, INSTALLED)
}
