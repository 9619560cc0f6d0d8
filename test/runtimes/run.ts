import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { install } from './install.ts'

// npm run test:runtimes [-- RUNTIME...]: the suite in every runtime, and the built package loaded by each.

install()
// What is installed is imported only from here on.
const { testRuntimes } = await import('./test-runtimes.ts')

const folder = await mkdtemp(join(tmpdir(), 'countersign-runtimes-'))
try {
  process.exitCode = (await testRuntimes(folder, process.argv.slice(2))) ? 0 : 1
} finally {
  await rm(folder, { recursive: true, force: true })
}
