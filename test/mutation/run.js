import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

// npm run mutation [-- FILE...]: Stryker on a Node that it takes, for all that its configuration names, or for these files.

const here = (path) => fileURLToPath(new URL(path, import.meta.url))
const files = process.argv.slice(2)
const args = [here('node_modules/@stryker-mutator/core/bin/stryker.js'), 'run', here('stryker.config.js')]
if (files.length > 0) args.push('--mutate', files.join(','))
const { status } = spawnSync(here('node_modules/node24/bin/node'), args, { cwd: here('../..'), stdio: 'inherit' })
process.exitCode = status ?? 1
