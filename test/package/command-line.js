// The command line of the packed tarball: what the README shows is typed into a shell, and the answers are the same.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { run } from './programs.js'
import { root } from './project.js'

/** @param project what gives a project as `createProject` makes it */
export function testCommandLine(project) {
  describe('the command line answers as in the README', () => {
    for (const { command, answer } of stepsOf(readFileSync(join(root, 'README.md'), 'utf8'))) {
      test(command, async () => {
        const { stdout } = await run('bash', ['-c', `{ ${command}\n} 2>&1`], project().directory)
        assert.equal(stdout, answer)
      })
    }
  })
}

/** The commands of the blocks marked `console`, each with the lines that follow it. */
function stepsOf(markdown) {
  const blocks = [...markdown.matchAll(/^```console\n([\s\S]*?)^```$/gm)]
  const steps = blocks.flatMap(([, block]) => block.split(/^\$ /m).slice(1))
  assert.ok(steps.length > 3)
  return steps.map((step) => {
    const [command, ...answer] = step.split('\n')
    return { command, answer: answer.join('\n') }
  })
}
