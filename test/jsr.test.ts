import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

interface Manifest {
  readonly version: string
  readonly license: string
  readonly exports: Readonly<Record<string, string | { readonly types: string }>>
}

const read = (name: string): Manifest => JSON.parse(readFileSync(new URL(`../${name}`, import.meta.url), 'utf8'))
const npm = read('package.json')
const jsr = read('jsr.json')

test('jsr.json has the version and the licence of package.json', () => {
  expect(jsr.version).toBe(npm.version)
  expect(jsr.license).toBe(npm.license)
})

test('jsr.json exports the source of each entry point of package.json', () => {
  const sources = Object.entries(npm.exports).flatMap(([subpath, target]) =>
    typeof target === 'string' ? [] : [[subpath, target.types.replace('/dist/', '/src/').replace('.d.ts', '.ts')]],
  )
  expect(jsr.exports).toEqual(Object.fromEntries(sources))
})
