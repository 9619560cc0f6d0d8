import { type CryptoKey, importPKCS8, importSPKI, type JWK, jwtVerify, type KeyObject, SignJWT } from 'jose'
import { ALGORITHMS, isHmac, type TestKey } from './keys.ts'
import { type Form, type Peer, pem } from './peer.ts'
import { CLAIMS } from './token.ts'

type Key = CryptoKey | KeyObject | JWK | Uint8Array

export const jose: Peer = {
  name: 'jose',
  algorithms: ALGORITHMS.filter((alg) => alg !== 'Ed448'),
  forms: {
    JWK: (key) => form(key, key.privateJwk, key.publicJwk),
    PEM: (key) => {
      if (isHmac(key.alg)) return null
      const { private: signing, public: verifying } = pem(key)
      return form(key, importPKCS8(signing, key.alg), importSPKI(verifying, key.alg))
    },
    KeyObject: (key) => form(key, key.privateKey, key.publicKey),
  },
}

function form({ alg }: TestKey, signing: Key | Promise<Key>, verifying: Key | Promise<Key>): Form {
  return {
    sign: async () => new SignJWT(CLAIMS).setProtectedHeader({ alg }).sign(await signing),
    verify: async (token) => {
      const options = { issuer: CLAIMS.iss, audience: CLAIMS.aud, algorithms: [alg] }
      return (await jwtVerify(token, await verifying, options)).payload
    },
  }
}
