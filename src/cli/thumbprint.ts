import { HASHES, type Hash } from '../jwa.ts'
import { thumbprint } from '../jwk.ts'
import { thumbprintUri } from '../keys/index.ts'
import { type Command, type Given, WrongUse } from './command.ts'
import { readKeys } from './input.ts'
import { toJson } from './output.ts'

export const thumbprints: Command = {
  summary: 'print the thumbprints of keys (RFC 7638)',
  usage: 'FILE',
  options: {
    hash: { value: 'HASH', help: `${HASHES.join(', ')}; the first by default` },
    uri: { help: 'as a URI (RFC 9278)' },
  },
  examples: ['thumbprint key.json', 'thumbprint --uri --hash SHA-512 jwks.json'],

  async run(given) {
    const [path, ...others] = given.positionals
    if (path === undefined || others.length > 0) throw new WrongUse('name one file: a JWK, a JWK Set, or PEM')
    const hash = hashOf(given)
    const print = given.has('uri') ? thumbprintUri : thumbprint
    const rows = await Promise.all(
      (await readKeys('thumbprint', path)).map(async (jwk) => ({ kid: jwk.kid, thumbprint: await print(jwk, hash) })),
    )
    const human = rows.map(({ kid, thumbprint }) => (kid === undefined ? thumbprint : `${thumbprint}  ${toJson(kid)}`))
    return { human: human.join('\n'), json: rows }
  },
}

function hashOf({ text }: Given): Hash {
  const name = text('hash') ?? HASHES[0]
  const hash = HASHES.find((known) => known === name)
  if (!hash) throw new WrongUse(`--hash is one of ${HASHES.join(', ')}`)
  return hash
}
