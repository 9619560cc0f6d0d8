import { readdirSync } from 'node:fs'
import { cp, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ROOT } from '../bundle/bundle.ts'

/** The entry points beside the main one and the synchronous one. */
export const OTHERS = ['gateway', 'jws', 'keys', 'profiles'] as const

/** The package in a folder, as `npm install` puts it there, and beside it the check that is run on it. */
export async function placePackage(folder: string): Promise<readonly string[]> {
  const home = join(folder, 'node_modules', 'countersign')
  await mkdir(home, { recursive: true })
  await cp(join(ROOT, 'package.json'), join(home, 'package.json'))
  await cp(join(ROOT, 'dist'), join(home, 'dist'), { recursive: true })
  await cp(fileURLToPath(new URL('check.js', import.meta.url)), join(folder, 'check.js'))
  const built = readdirSync(join(home, 'dist'), { recursive: true, encoding: 'utf8' })
  return built
    .filter((name) => name.endsWith('.js') && !name.endsWith('.global.min.js'))
    .map((name) => `node_modules/countersign/dist/${name}`)
}
