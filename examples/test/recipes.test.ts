import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const directory = fileURLToPath(new URL('..', import.meta.url))

/** What a recipe prints, in a process of its own that ends by itself. */
async function run(name: string): Promise<string[]> {
  const options = { cwd: directory, timeout: 10_000 }
  const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', `recipes/${name}.ts`], options)
  return stdout.trim().split('\n')
}

test('key rotation: both keys count while both are published', async () => {
  expect(await run('key-rotation')).toEqual([
    '1. one key      old: accepted',
    '2. both keys    old: accepted   new: accepted',
    '3. the new key  old: ERR_KEY_NOT_FOUND   new: accepted',
  ])
})

test('service to service: each caller by its own keys, issuer, audience and scopes', async () => {
  expect(await run('service-to-service')).toEqual([
    'billing reads orders: 200 hello, billing',
    'shipping reads orders: 200 hello, shipping',
    'without the scope: 403 Bearer error="insufficient_scope"',
    'a token for another service: 401 Bearer error="invalid_token"',
    'as another service: 401 Bearer error="invalid_token"',
    'a stranger: 401 Bearer error="invalid_token"',
    'a token for a year: 401 Bearer error="invalid_token"',
  ])
})
