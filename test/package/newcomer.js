// What a new user does: an empty project, the packed tarball, ten lines copied from the README's gateway section, run
// against a real key server. Run by `npm run test:package`.

import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { importSigningKey, signJwt } from 'countersign'

const root = fileURLToPath(new URL('../../', import.meta.url))
const project = mkdtempSync(join(tmpdir(), 'countersign-newcomer-'))
const run = (command, ...args) => execFileSync(command, args, { cwd: project, encoding: 'utf8' })

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const jwk = { ...privateKey.export({ format: 'jwk' }), kid: 'one', alg: 'RS256' }
const { n, e } = jwk
const keyServer = createServer((_, response) => {
  response.setHeader('content-type', 'application/json')
  response.end(JSON.stringify({ keys: [{ kty: 'RSA', n, e, kid: 'one', alg: 'RS256' }] }))
})
await new Promise((resolve) => keyServer.listen(0, '127.0.0.1', resolve))

try {
  const pack = ['pack', '--silent', '--pack-destination', project]
  const tarball = execFileSync('npm', pack, { cwd: root, encoding: 'utf8' }).trim()
  writeFileSync(join(project, 'package.json'), '{ "private": true, "type": "module" }')
  run('npm', 'install', '--silent', '--no-audit', '--no-fund', `./${tarball}`)
  assert.deepEqual(Object.keys(JSON.parse(run('npm', 'ls', '--json')).dependencies), ['countersign'])

  const jwksUrl = `http://127.0.0.1:${keyServer.address().port}/jwks.json`
  writeFileSync(join(project, 'gateway.js'), gatewayOfReadme(jwksUrl))
  const gateway = spawn(process.execPath, ['gateway.js'], { cwd: project, stdio: ['ignore', 'pipe', 'inherit'] })
  try {
    const [port] = await new Promise((resolve) => gateway.stdout.once('data', (data) => resolve(/\d+/.exec(data))))
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
  }

  // Modules of the CommonJS kind can require it, from Node 20.19 on.
  writeFileSync(join(project, 'old.cjs'), "console.log(typeof require('countersign').createVerifier)")
  assert.equal(run(process.execPath, '--no-warnings', 'old.cjs').trim(), 'function')
  console.log('the README works for a newcomer, from the packed tarball')
} finally {
  keyServer.close()
  rmSync(project, { recursive: true })
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
