import { createPrivateKey, createPublicKey, createSecretKey, type KeyObject } from 'node:crypto'
import jwt, { type Algorithm } from 'jsonwebtoken'
import { type Alg, isHmac } from '../core/algorithms.ts'
import type { TestKey } from '../core/keys.ts'
import { Lacking, onlyKey, type Peer } from '../core/peer.ts'
import { AUDIENCE, ISSUER } from '../core/tokens.ts'

/** With KeyObjects: given text, it would import the key for each token. */
export const jsonwebtoken: Peer = {
  name: 'jsonwebtoken',

  verifySync: (task) => {
    const key = publicKey(onlyKey(task))
    if (task.cacheSize !== undefined) throw new Lacking('no cache of tokens')
    const options = { algorithms: [algorithmOf(task.alg)], issuer: ISSUER, audience: AUDIENCE }
    return { run: (token: string) => jwt.verify(token, key, options) }
  },

  signSync: ({ alg, key }) => {
    const algorithm = algorithmOf(alg)
    const handle = privateKey(key)
    return { run: (claims: object) => jwt.sign(claims, handle, { algorithm, keyid: key.kid }) }
  },
}

function algorithmOf(alg: Alg): Algorithm {
  if (alg === 'EdDSA') throw new Lacking('no EdDSA')
  return alg
}

function publicKey({ alg, secret, publicPem }: TestKey): KeyObject {
  return isHmac(alg) ? createSecretKey(secret) : createPublicKey(publicPem)
}

function privateKey({ alg, secret, privatePem }: TestKey): KeyObject {
  return isHmac(alg) ? createSecretKey(secret) : createPrivateKey(privatePem)
}
