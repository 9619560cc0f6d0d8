// An empty project with the packed tarball in it, as a new user has it.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { outputOf } from './programs.js'

export const root = fileURLToPath(new URL('../../', import.meta.url))

/** Of the built package: `npm run build` comes before. */
export async function createProject() {
  const directory = mkdtempSync(join(tmpdir(), 'countersign-newcomer-'))
  const tarball = (await outputOf('npm', ['pack', '--silent', '--pack-destination', directory], root)).trim()
  writeFileSync(join(directory, 'package.json'), '{ "private": true, "type": "module" }')
  await outputOf('npm', ['install', '--silent', '--no-audit', '--no-fund', `./${tarball}`], directory)
  return { directory, remove: () => rmSync(directory, { recursive: true }) }
}
