// The packed declarations in projects of each kind that TypeScript has, with nothing skipped: what must compile, and what
// must not.

import assert from 'node:assert/strict'
import { cpSync, readdirSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { run } from './programs.js'
import { root } from './project.js'

const consumers = join(root, 'test/package/consumers')
export const compilerOf = (name) => join(consumers, 'node_modules', name, 'bin/tsc')
export const typeRoots = [join(consumers, 'node_modules/@types')]

const COMPILERS = ['typescript-5', 'typescript-7']

const MODULES = {
  'module nodenext': { options: { module: 'nodenext' }, files: ['required.cts'] },
  'moduleResolution bundler': { options: { module: 'esnext', moduleResolution: 'bundler' }, files: [] },
}

const PLATFORMS = {
  'the types of the DOM': { lib: ['ES2022', 'DOM'], types: [], files: ['anywhere.ts', 'platform.ts'] },
  'the types of Node': { lib: ['ES2022'], types: ['node'], files: ['anywhere.ts', 'platform.ts', 'node.ts'] },
  'no types of a platform': { lib: ['ES2022'], types: [], files: ['anywhere.ts'] },
}

export const STRICT = {
  target: 'ES2022',
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  verbatimModuleSyntax: true,
  skipLibCheck: false,
  noEmit: true,
}

/** @param project as `createProject` makes it */
export function testTypes(project) {
  describe('the declarations compile', { concurrency: availableParallelism() }, () => {
    for (const compiler of COMPILERS) {
      for (const [moduleName, module] of Object.entries(MODULES)) {
        for (const [platform, { files, ...options }] of Object.entries(PLATFORMS)) {
          test(`${compiler}, ${moduleName}, ${platform}`, async () => {
            const name = `${[compiler, moduleName, platform].join('-').replaceAll(' ', '-')}.json`
            const compilerOptions = { ...STRICT, ...module.options, ...options, typeRoots }
            await compile(project().directory, compiler, name, compilerOptions, [
              ...files,
              ...module.files,
              'refused.ts',
            ])
          })
        }
      }
    }
  })
}

export function copyConsumers({ directory }) {
  for (const file of readdirSync(consumers))
    if (/\.c?ts$/.test(file)) cpSync(join(consumers, file), join(directory, file))
}

/** Fails with what the compiler says. */
export async function compile(directory, compiler, configName, compilerOptions, files) {
  writeFileSync(join(directory, configName), JSON.stringify({ compilerOptions, files }))
  const args = [compilerOf(compiler), '-p', configName, '--pretty', 'false']
  assert.deepEqual(await run(process.execPath, args, directory), { stdout: '', status: 0 })
}
