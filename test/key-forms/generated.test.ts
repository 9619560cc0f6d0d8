import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { build } from 'esbuild'
import { expect, test } from 'vitest'

const KEYS = fileURLToPath(new URL('../../src/keys/index.ts', import.meta.url))

// With little memory for young objects, most keys are read while something is collected. Before there was a remedy, Node 20
// came no further than some hundred keys.
test('a KeyObject is read though what has just generated it is collected as garbage', async () => {
  const { outputFiles } = await build({
    entryPoints: [KEYS],
    bundle: true,
    format: 'esm',
    platform: 'node',
    write: false,
  })
  const library = `data:text/javascript;base64,${Buffer.from(outputFiles[0]?.contents ?? []).toString('base64')}`
  const program = `
    import { generateKeyPairSync } from 'node:crypto'
    import { jwkFromKeyObject } from '${library}'
    for (let count = 0; count < 6000; count++) {
      const { privateKey, publicKey } = generateKeyPairSync('ed25519')
      if (jwkFromKeyObject(privateKey).x !== jwkFromKeyObject(publicKey).x) throw new Error('two keys')
    }
    console.log('6,000 pairs')`
  const args = ['--max-semi-space-size=1', '--input-type=module', '--eval', program]
  const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 30_000, killSignal: 'SIGKILL' })
  expect(stdout).toBe('6,000 pairs\n')
}, 40_000)
