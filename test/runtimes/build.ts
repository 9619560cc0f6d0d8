import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { ROOT } from './bundle/bundle.ts'

const run = promisify(execFile)

/** Builds the package, which the suite does not need: its bundle is made meanwhile. */
export async function buildPackage(): Promise<void> {
  await run('npm', ['run', '--silent', 'build'], { cwd: ROOT })
}
