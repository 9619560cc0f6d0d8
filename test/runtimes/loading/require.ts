import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { MODULES } from '../launch/programs.ts'
import { outputOf } from '../launch/spawn.ts'
import { OTHERS, type Way } from './ways.ts'

/** CommonJS in Node: `require` of modules came with 20.19. */
export function requireIn(folder: string, name: string): Way {
  const main = `${name}-require.cjs`
  const text = [
    `const library = require('countersign')`,
    ...OTHERS.map((name) => `const ${name} = require('countersign/${name}')`),
    `const { signJwtSync } = require('countersign/sync')`,
    `const { check } = require('./check.js')`,
    `check(library, { ${OTHERS.join(', ')} }).then((works) => console.log(typeof signJwtSync, works))`,
  ]
  return {
    title: `${name}: require()`,
    async run() {
      await writeFile(join(folder, main), text.join('\n'))
      const output = await outputOf(join(MODULES, name, 'bin', 'node'), [main], folder)
      if (output.trim() !== 'function works') throw new Error(output)
    },
  }
}
