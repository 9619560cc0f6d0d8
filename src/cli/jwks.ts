import { type Jwk, thumbprint } from '../jwk.ts'
import { createLocalJwks } from '../jwks/local.ts'
import { toPublicJwk } from '../keys/index.ts'
import { type Command, WrongUse } from './command.ts'
import { readKeys } from './input.ts'
import { toJson } from './output.ts'

export const jwks: Command = {
  summary: 'print the public set of private keys',
  usage: 'FILE...',
  options: {},
  examples: ['jwks key.json', 'jwks current.json next.pem > jwks.json'],

  async run({ positionals }) {
    if (positionals.length === 0) throw new WrongUse('name the files of the keys')
    const keys: Jwk[] = []
    for (const path of positionals) {
      for (const jwk of await readKeys(path)) {
        const publicJwk = toPublicJwk(jwk)
        keys.push({ ...publicJwk, kid: publicJwk.kid ?? (await thumbprint(publicJwk)) })
      }
    }
    const set = { keys }
    // Refuses what no verifier would take, and two keys of one id.
    createLocalJwks(set)
    return { human: `{ "keys": [\n  ${keys.map(toJson).join(',\n  ')}\n] }`, json: set }
  },
}
