// Every example of the README and of the doc comments, compiled and run against the packed package.

import assert from 'node:assert/strict'
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { transformSync } from 'esbuild'
import { findExamples, readDeclarations } from './examples/find.js'
import { EXAMPLES } from './examples/table.js'
import { outputOf } from './programs.js'
import { root } from './project.js'
import { compile, STRICT, typeRoots } from './types.js'

/** @param project as `createProject` makes it, not yet called */
export function testExamples(project) {
  describe('the examples', () => {
    let found
    let directory

    test('of the README and of the doc comments are those of the table', () => {
      directory = join(project().directory, 'examples')
      mkdirSync(directory)
      cpSync(join(root, 'test/package/examples/given.ts'), join(directory, 'given.ts'))
      const readme = readFileSync(join(root, 'README.md'), 'utf8')
      found = findExamples(readme, readDeclarations(join(project().directory, 'node_modules/countersign/dist')))
      assert.deepEqual([...found.keys()].sort(), Object.keys(EXAMPLES).sort())
    })

    test('compile', async () => {
      for (const [name, example] of Object.entries(EXAMPLES)) {
        writeFileSync(join(directory, `${fileOf(name)}.ts`), moduleOf(name, found.get(name), example))
      }
      const options = { ...STRICT, module: 'nodenext', lib: ['ES2022'], types: ['node'], typeRoots }
      const files = Object.keys(EXAMPLES).map((name) => `${fileOf(name)}.ts`)
      await compile(directory, 'typescript-7', 'tsconfig.json', options, files)
    })

    for (const [name, { prints, notRun }] of Object.entries(EXAMPLES)) {
      test(name, { skip: notRun ?? false }, async () => {
        for (const file of ['given', fileOf(name)]) {
          const { code } = transformSync(readFileSync(join(directory, `${file}.ts`), 'utf8'), { loader: 'ts' })
          writeFileSync(join(directory, `${file}.js`), code)
        }
        assert.equal(await outputOf(process.execPath, [`${fileOf(name)}.js`], directory), `${prints}\n`)
      })
    }
  })
}

const fileOf = (name) => name.replaceAll(/[^\w]+/g, '-').replace(/^-/, '')

/** The README's examples are modules, those of the doc comments come from within a function. */
function moduleOf(name, code, { given = '', afterwards = '' }) {
  if (name.startsWith('README')) return [given, code, afterwards].join('\n')
  return `${given}\nasync function example() {\n${code}\n${afterwards}\n}\nawait example()\n`
}
