// The snippets of docs/moving, compiled and run: the old and the new one on the same tokens, with the same result.

import { spawnSync } from 'node:child_process'
import { rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { build } from './given.ts'
import { moduleOf, NAMES, readGuide } from './guide.ts'
import { GUIDES, type Pair } from './table.ts'

const SIDES = ['old', 'ours'] as const

const fileOf = (guide: string, heading: string, side: keyof Pair) =>
  `${build}${guide}-${heading.replaceAll(/\W+/g, '-').toLowerCase()}-${side}.ts`

test('every guide is one of the table', () => {
  expect(NAMES).toEqual(Object.keys(GUIDES).sort())
})

beforeAll(() => {
  for (const [guide, headings] of Object.entries(GUIDES)) {
    const { pairs } = readGuide(guide)
    for (const [heading, expressions] of Object.entries(headings)) {
      for (const side of SIDES) {
        const code = pairs.get(heading)?.[side] ?? ''
        writeFileSync(fileOf(guide, heading, side), moduleOf(code, expressions[side]))
      }
    }
  }
  writeFileSync(`${build}tsconfig.json`, JSON.stringify({ extends: '../tsconfig.json', include: ['.'], exclude: [] }))
})

afterAll(() => rmSync(build, { recursive: true }))

test('the snippets compile', () => {
  const tsc = fileURLToPath(new URL('../node_modules/.bin/tsc', import.meta.url))
  const { stdout, status } = spawnSync(tsc, ['-p', build], { encoding: 'utf8' })
  expect({ stdout, status }).toEqual({ stdout: '', status: 0 })
})

for (const [guide, headings] of Object.entries(GUIDES)) {
  describe(guide, () => {
    test('its headings with snippets are those of the table', () => {
      expect([...readGuide(guide).pairs.keys()]).toEqual(Object.keys(headings))
    })

    for (const heading of Object.keys(headings)) {
      test(heading, async () => {
        const old = (await import(fileOf(guide, heading, 'old'))) as { result: unknown }
        const ours = (await import(fileOf(guide, heading, 'ours'))) as { result: unknown }
        expect(ours.result).toBeDefined()
        expect(ours.result).toEqual(old.result)
      })
    }
  })
}
