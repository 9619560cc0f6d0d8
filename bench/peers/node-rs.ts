import { type Algorithm, sign, signSync, verify, verifySync } from '@node-rs/jsonwebtoken'
import { type Alg, isHmac } from '../core/algorithms.ts'
import type { TestKey } from '../core/keys.ts'
import { Lacking, onlyKey, type Peer, type VerifyTask } from '../core/peer.ts'
import { AUDIENCE, ISSUER } from '../core/tokens.ts'

/** Rust behind N-API. It takes keys as PEM or octets only, and so imports them for each token. */
export const nodeRs: Peer = {
  name: '@node-rs/jsonwebtoken',

  verifySync: (task) => {
    const key = publicKey(onlyKey(task))
    const validation = validationOf(task)
    return { run: (token: string) => verifySync(token, key, validation) }
  },
  verify: (task) => {
    const key = publicKey(onlyKey(task))
    const validation = validationOf(task)
    return { run: (token: string) => verify(token, key, validation) }
  },
  signSync: ({ alg, key }) => {
    const header = headerOf(alg, key)
    const secret = privateKey(key)
    return { run: (claims: object) => signSync({ ...claims }, secret, header) }
  },
  sign: ({ alg, key }) => {
    const header = headerOf(alg, key)
    const secret = privateKey(key)
    return { run: (claims: object) => sign({ ...claims }, secret, header) }
  },
}

function validationOf({ alg, cacheSize }: VerifyTask) {
  if (cacheSize !== undefined) throw new Lacking('no cache of tokens')
  return { algorithms: [algorithmOf(alg)], iss: [ISSUER], aud: [AUDIENCE], leeway: 0 }
}

function headerOf(alg: Alg, { kid }: TestKey) {
  return { algorithm: algorithmOf(alg), keyId: kid }
}

/** Its names are an ambient const enum, which type stripping cannot read. */
function algorithmOf(alg: Alg): Algorithm {
  if (alg === 'ES512') throw new Lacking('no ES512')
  return alg as unknown as Algorithm
}

function publicKey({ alg, secret, publicPem }: TestKey): string | Uint8Array {
  return isHmac(alg) ? secret : publicPem
}

function privateKey({ alg, secret, privatePem }: TestKey): string | Uint8Array {
  return isHmac(alg) ? secret : privatePem
}
