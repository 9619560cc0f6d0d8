import { createLocalJWKSet, importJWK, type JWK, type JWTVerifyResult, jwtVerify, SignJWT } from 'jose'
import { isHmac } from '../core/algorithms.ts'
import type { TestKey } from '../core/keys.ts'
import { Lacking, onlyKey, type Peer, type VerifyTask } from '../core/peer.ts'
import { AUDIENCE, ISSUER, type TestClaims } from '../core/tokens.ts'

/** With CryptoKeys: given anything else, jose imports it first. */
export const jose: Peer = {
  name: 'jose',

  verify: (task) => {
    refuseCache(task)
    const options = { issuer: ISSUER, audience: AUDIENCE, algorithms: [task.alg] }
    const read = ({ payload }: JWTVerifyResult) => payload
    if (!task.isSet) {
      const { publicHandle } = onlyKey(task)
      return { run: (token: string) => jwtVerify(token, publicHandle, options), read }
    }
    if (isHmac(task.alg)) throw new Lacking('no sets of symmetric keys')
    const keys = createLocalJWKSet({ keys: task.keys.map((key) => key.publicJwk as JWK) })
    return { run: (token: string) => jwtVerify(token, keys, options), read }
  },

  sign: ({ alg, key: { kid, privateHandle } }) => ({
    run: (claims: TestClaims) =>
      new SignJWT({ ...claims }).setProtectedHeader({ alg, kid, typ: 'JWT' }).sign(privateHandle),
  }),

  importKey: () => ({ run: ({ alg, publicJwk }: TestKey) => importJWK(publicJwk as JWK, alg) }),
}

function refuseCache({ cacheSize }: VerifyTask): void {
  if (cacheSize !== undefined) throw new Lacking('no cache of tokens')
}
