import { spawnSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { CHAPTERS } from './chapters.js'

// npm run mutation [-- FILE...]: Stryker, on a Node that it takes, for each chapter, or for these files of them.
// Each chapter has to reach the threshold of the configuration.

const here = (path) => fileURLToPath(new URL(path, import.meta.url))
const files = process.argv.slice(2)
const known = new Set(CHAPTERS.flatMap(({ sources }) => sources))
for (const file of files) if (!known.has(file)) throw new Error(`chapters.js does not name ${file}`)

for (const { name, sources } of CHAPTERS) {
  const chosen = files.length > 0 ? sources.filter((source) => files.includes(source)) : sources
  if (chosen.length === 0) continue
  console.log(`== ${name}: ${chosen.join(', ')}`)
  const { status } = spawnSync(
    here('node_modules/node24/bin/node'),
    [
      here('node_modules/@stryker-mutator/core/bin/stryker.js'),
      'run',
      here('stryker.config.js'),
      '--mutate',
      chosen.join(','),
    ],
    { cwd: here('../..'), stdio: 'inherit', env: { ...process.env, COUNTERSIGN_CHAPTER: name } },
  )
  // A run that was cut short leaves it behind.
  rmSync(here('../../.stryker-tmp'), { recursive: true, force: true })
  if (status !== 0) process.exitCode = 1
}
