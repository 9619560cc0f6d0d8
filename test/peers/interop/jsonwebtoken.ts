import type { KeyObject } from 'node:crypto'
import jwt, { type Algorithm } from 'jsonwebtoken'
import { ALGORITHMS, isHmac, type TestKey } from './keys.ts'
import { type Form, type Peer, pem } from './peer.ts'
import { CLAIMS } from './token.ts'

export const jsonwebtoken: Peer = {
  name: 'jsonwebtoken',
  algorithms: ALGORITHMS.filter((alg) => !alg.startsWith('Ed')),
  forms: {
    secret: (key) => (isHmac(key.alg) ? form(key, key.privateKey.export(), key.publicKey.export()) : null),
    PEM: (key) => {
      if (isHmac(key.alg)) return null
      const { private: signing, public: verifying } = pem(key)
      return form(key, signing, verifying)
    },
    KeyObject: (key) => form(key, key.privateKey, key.publicKey),
  },
}

function form(key: TestKey, signing: KeyObject | Buffer | string, verifying: KeyObject | Buffer | string): Form {
  const algorithm = key.alg as Algorithm
  return {
    sign: async () => jwt.sign(CLAIMS, signing, { algorithm, noTimestamp: true }),
    verify: async (token) => {
      return jwt.verify(token, verifying, { algorithms: [algorithm], issuer: CLAIMS.iss, audience: CLAIMS.aud })
    },
  }
}
