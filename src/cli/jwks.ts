import { importVerificationKey, type Jwk, thumbprint } from '../jwk.ts'
import { createLocalJwks } from '../jwks/local.ts'
import { toPublicJwk } from '../keys/index.ts'
import { type Command, WrongUse } from './command.ts'
import { checkAlg, needsAlg, readKeys, usable } from './input.ts'
import { toJson } from './output.ts'

export const jwks: Command = {
  summary: 'print the public set of private keys',
  usage: 'FILE...',
  options: { alg: { value: 'ALG', help: 'the algorithm of keys that do not say it' } },
  examples: ['jwks key.json', 'jwks current.json next.pem > jwks.json', 'jwks --alg RS256 key.pem'],

  async run({ positionals, text }) {
    if (positionals.length === 0) throw new WrongUse('name the files of the keys')
    const keys: Jwk[] = []
    for (const path of positionals) {
      for (const jwk of await readKeys('jwks', path)) keys.push(await entryOf(path, jwk, text('alg')))
    }
    const set = { keys }
    // Refuses two keys of one id.
    createLocalJwks(set)
    return { human: `{ "keys": [\n  ${keys.map(toJson).join(',\n  ')}\n] }`, json: set }
  },
}

/** A verifier passes over what it cannot use (RFC 7517 §5), so that nobody would hear of it: it is refused here. */
async function entryOf(path: string, jwk: Jwk, alg: string | undefined): Promise<Jwk> {
  const publicJwk = toPublicJwk(jwk)
  checkAlg(path, [publicJwk], alg)
  const entry = alg !== undefined && needsAlg(publicJwk) ? { ...publicJwk, alg } : publicJwk
  await usable(path, () => importVerificationKey(entry))
  return { ...entry, kid: entry.kid ?? (await thumbprint(entry)) }
}
