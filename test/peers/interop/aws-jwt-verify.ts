import { JwtVerifier } from 'aws-jwt-verify'
import type { Jwk as AwsJwk } from 'aws-jwt-verify/jwk'
import { ALGORITHMS } from './keys.ts'
import type { Peer } from './peer.ts'
import { CLAIMS } from './token.ts'

/** It only verifies, and always with a set of keys, put into its cache here so that nothing is fetched. */
export const awsJwtVerify: Peer = {
  name: 'aws-jwt-verify',
  algorithms: ALGORITHMS.filter((alg) => /^(RS|ES|EdDSA)/.test(alg)),
  forms: {
    JWK: ({ publicJwk }) => {
      const jwksUri = `${CLAIMS.iss}/jwks.json`
      const verifier = JwtVerifier.create({ issuer: CLAIMS.iss, audience: CLAIMS.aud, jwksUri })
      verifier.cacheJwks({ keys: [publicJwk as AwsJwk] })
      return { verify: async (token) => verifier.verifySync(token) }
    },
  },
}
