// Which file the resolvers of bundlers give each platform.

import assert from 'node:assert/strict'
import { realpathSync } from 'node:fs'
import { join, relative } from 'node:path'
import { describe, test } from 'node:test'
import { metro, webpack } from './consumers/resolvers.js'

const PLATFORMS = {
  'Next.js, edge runtime': (directory) => webpack(directory, ['edge-light', 'worker', 'browser', 'module', 'import']),
  'Next.js, pages': (directory) => webpack(directory, ['browser', 'module', 'import']),
  'Next.js, server': (directory) => webpack(directory, ['node', 'module', 'import']),
  Wrangler: (directory) => webpack(directory, ['workerd', 'worker', 'browser', 'import']),
  'React Native, Android': (directory) => metro(directory, 'android'),
  'React Native, iOS': (directory) => metro(directory, 'ios'),
  'React Native, web': (directory) => metro(directory, 'web'),
}

/** Where there is Node and where there is none. */
const FOLDERS = { 'Next.js, server': 'dist' }

const ENTRY_POINTS = {
  countersign: 'index.js',
  'countersign/sync': 'sync.js',
  'countersign/jws': 'jws/index.js',
  'countersign/profiles': 'profiles/index.js',
  'countersign/gateway': 'gateway/index.js',
  'countersign/keys': 'keys/index.js',
}

/** @param project what gives a project as `createProject` makes it */
export function testResolution(project) {
  describe('resolvers give each platform its files', () => {
    for (const [platform, resolverIn] of Object.entries(PLATFORMS)) {
      test(platform, () => {
        const directory = realpathSync(project().directory)
        const resolve = resolverIn(directory)
        for (const [specifier, file] of Object.entries(ENTRY_POINTS)) {
          const found = relative(join(directory, 'node_modules/countersign'), realpathSync(resolve(specifier)))
          assert.equal(found, join(FOLDERS[platform] ?? 'dist/browser', file), specifier)
        }
      })
    }
  })
}
