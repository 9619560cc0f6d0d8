// An empty project with the packed tarball in it, as a new user has it.

import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../../', import.meta.url))

/** Of the built package: `npm run build` comes before. */
export function createProject() {
  const directory = mkdtempSync(join(tmpdir(), 'countersign-newcomer-'))
  const run = (command, ...args) => execFileSync(command, args, { cwd: directory, encoding: 'utf8' })
  const pack = ['pack', '--silent', '--pack-destination', directory]
  const tarball = execFileSync('npm', pack, { cwd: root, encoding: 'utf8' }).trim()
  writeFileSync(join(directory, 'package.json'), '{ "private": true, "type": "module" }')
  run('npm', 'install', '--silent', '--no-audit', '--no-fund', `./${tarball}`)
  return { directory, run, remove: () => rmSync(directory, { recursive: true }) }
}
