import { createServer } from 'node:http'
import { createRemoteJwks, createSigner, createVerifier, importSigningKey, type Jwk } from 'countersign'
import { generateKey, toPublicJwk } from 'countersign/keys'
import { listening } from '../setup.ts'

// Key rotation without a refused token: publish the next key first, sign with it when every verifier knows it, and
// withdraw the old one when its last token has expired. In between the set has two keys, told apart by their `kid`.

async function createKey(kid: string) {
  const jwk = await generateKey('ES256', { kid })
  const sign = createSigner({ key: importSigningKey(jwk), issuedAt: true, expiresIn: 300 })
  return { jwk: toPublicJwk(jwk), sign }
}

// The issuer: a set of public keys behind a URL.
let published: Jwk[] = []
const server = createServer((_, response) => {
  response.writeHead(200, { 'content-type': 'application/jwk-set+json' }).end(JSON.stringify({ keys: published }))
})
const { url, close } = await listening(server.listen(0, '127.0.0.1'))

// A verifier. It refreshes the set by itself; here `refresh()` stands for the time that takes (`maxAge`).
const keys = createRemoteJwks(url, { algorithms: ['ES256'], maxAge: 300, allowInsecure: true })
const verify = createVerifier({ keys, issuer: null, audience: null })
const verdict = (token: string) =>
  verify(token).then(
    () => 'accepted',
    (error) => error.code,
  )

const old = await createKey('2025')
const next = await createKey('2026')

published = [old.jwk]
const oldToken = await old.sign({ sub: 'alice' })
console.log('1. one key      old:', await verdict(oldToken))

published = [old.jwk, next.jwk]
await keys.refresh()
const nextToken = await next.sign({ sub: 'alice' })
console.log('2. both keys    old:', await verdict(oldToken), '  new:', await verdict(nextToken))

published = [next.jwk]
await keys.refresh()
console.log('3. the new key  old:', await verdict(oldToken), '  new:', await verdict(nextToken))

close()
