import { sign, verify, verifyWithJwks } from 'hono/jwt'
import { isHmac } from '../core/algorithms.ts'
import { Lacking, onlyKey, type Peer } from '../core/peer.ts'
import { AUDIENCE, ISSUER, type TestClaims } from '../core/tokens.ts'

/** With CryptoKeys: given a JWK or text, it imports the key for each token. */
export const hono: Peer = {
  name: 'hono',

  verify: (task) => {
    const { alg, cacheSize, isSet, keys } = task
    if (cacheSize !== undefined) throw new Lacking('no cache of tokens')
    if (!isSet) {
      const { publicHandle } = onlyKey(task)
      return { run: (token: string) => verify(token, publicHandle, { alg, iss: ISSUER, aud: AUDIENCE }) }
    }
    if (isHmac(alg)) throw new Lacking('no sets of symmetric keys')
    const set = keys.map((key) => key.publicJwk)
    const verification = { iss: ISSUER, aud: AUDIENCE }
    const allowedAlgorithms = [alg as Exclude<typeof alg, `HS${string}`>]
    return { run: (token: string) => verifyWithJwks(token, { keys: set, allowedAlgorithms, verification }) }
  },

  sign: ({ alg, key }) => ({ run: (claims: TestClaims) => sign({ ...claims }, key.privateHandle, alg) }),
}
