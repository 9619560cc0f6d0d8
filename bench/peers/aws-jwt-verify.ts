import { JwtVerifier } from 'aws-jwt-verify'
import { isHmac } from '../core/algorithms.ts'
import { Lacking, type Peer, type VerifyTask } from '../core/peer.ts'
import { AUDIENCE, ISSUER } from '../core/tokens.ts'

/** It only verifies, and always with a set of keys, put into its cache here so that nothing is fetched. */
export const awsJwtVerify: Peer = {
  name: 'aws-jwt-verify',
  verifySync: (task) => {
    const verifier = createVerifier(task)
    return { run: (token: string) => verifier.verifySync(token) }
  },
  verify: (task) => {
    const verifier = createVerifier(task)
    return { run: (token: string) => verifier.verify(token) }
  },
}

function createVerifier({ alg, keys, cacheSize }: VerifyTask) {
  if (isHmac(alg) || alg.startsWith('PS')) throw new Lacking(`no ${alg.slice(0, 2)} algorithms`)
  if (cacheSize !== undefined) throw new Lacking('no cache of tokens')
  const verifier = JwtVerifier.create({ issuer: ISSUER, audience: AUDIENCE, jwksUri: `${ISSUER}/jwks.json` })
  verifier.cacheJwks({ keys: keys.map((key) => ({ ...key.publicJwk, use: 'sig' })) })
  return verifier
}
