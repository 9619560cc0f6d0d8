// What a new user does: an empty project, the packed tarball, ten lines copied from the README's gateway section, run
// against a real key server.

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { importSigningKey, signJwt } from 'countersign'
import { generateKey } from 'countersign/keys'
import { outputOf } from './programs.js'
import { root } from './project.js'

/** @param project what gives a project as `createProject` makes it */
export function testNewcomer(project) {
  describe('a newcomer', () => {
    test('has one package after the installation', async () => {
      const { dependencies } = JSON.parse(await outputOf('npm', ['ls', '--json'], project().directory))
      assert.deepEqual(Object.keys(dependencies), ['countersign'])
    })

    test('runs the gateway of the README', async () => {
      const jwk = await generateKey('RS256', { kid: 'one' })
      const keyServer = await startKeyServer(jwk)
      const jwksUrl = `http://127.0.0.1:${keyServer.address().port}/jwks.json`
      const { directory } = project()
      writeFileSync(join(directory, 'gateway.js'), gatewayOfReadme(jwksUrl))
      const gateway = spawn(process.execPath, ['gateway.js'], { cwd: directory, stdio: ['ignore', 'pipe', 'inherit'] })
      try {
        const [port] = /\d+/.exec((await once(gateway.stdout, 'data'))[0])
        const ask = (headers) => fetch(`http://127.0.0.1:${port}/`, { headers })
        const exp = Math.floor(Date.now() / 1000) + 60
        const claims = { iss: 'https://id.example', aud: 'https://api.example', sub: 'alice', roles: ['reader'], exp }
        const bearer = async (changed) => ({
          authorization: `Bearer ${await signJwt({ ...claims, ...changed }, importSigningKey(jwk))}`,
        })
        assert.equal((await ask({})).status, 401)
        assert.equal((await ask(await bearer({ exp: 1 }))).status, 401)
        assert.equal((await ask(await bearer({ roles: ['other'] }))).status, 403)
        const good = await ask(await bearer({}))
        assert.equal(good.status, 200)
        assert.equal(await good.text(), 'hello, alice')
      } finally {
        gateway.kill()
        keyServer.close()
      }
    })

    // From Node 20.19 on.
    test('requires it from a module of the CommonJS kind', async () => {
      const { directory } = project()
      writeFileSync(join(directory, 'old.cjs'), "console.log(typeof require('countersign').createVerifier)")
      assert.equal(await outputOf(process.execPath, ['--no-warnings', 'old.cjs'], directory), 'function\n')
    })
  })
}

async function startKeyServer({ n, e }) {
  const server = createServer((_, response) => {
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify({ keys: [{ kty: 'RSA', n, e, kid: 'one', alg: 'RS256' }] }))
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return server
}

/** The first example of the README's gateway section, with a key server and a port that exist here. */
function gatewayOfReadme(jwksUrl) {
  const section = readFileSync(join(root, 'README.md'), 'utf8').split('\n## A gateway\n')[1]
  const [, code] = /```ts\n([\s\S]*?)```/.exec(section)
  const replaced = code
    .replace("'https://id.example/jwks.json',", `'${jwksUrl}', disable_jwk_security: true,`)
    .replace('.listen(8080)', '.listen(0, function () { console.log(this.address().port) })')
  assert.notEqual(replaced, code)
  return replaced
}
