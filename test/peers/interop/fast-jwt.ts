import { type Algorithm, createSigner, createVerifier } from 'fast-jwt'
import { ALGORITHMS, isHmac, type TestKey } from './keys.ts'
import { type Form, type Peer, pem } from './peer.ts'
import { CLAIMS } from './token.ts'

export const fastJwt: Peer = {
  name: 'fast-jwt',
  algorithms: ALGORITHMS.filter((alg) => !/^Ed\d/.test(alg)),
  forms: {
    secret: (key) => (isHmac(key.alg) ? form(key, key.privateKey.export(), key.publicKey.export()) : null),
    PEM: (key) => {
      if (isHmac(key.alg)) return null
      const { private: signing, public: verifying } = pem(key)
      return form(key, signing, verifying)
    },
  },
}

function form(key: TestKey, signing: Buffer | string, verifying: Buffer | string): Form {
  const algorithm = key.alg as Algorithm
  const sign = createSigner({ key: signing, algorithm, noTimestamp: true })
  const options = { algorithms: [algorithm], allowedIss: CLAIMS.iss, allowedAud: CLAIMS.aud }
  const verify = createVerifier({ key: verifying, ...options })
  return { sign: async () => sign(CLAIMS), verify: async (token) => verify(token) }
}
