import { createSigner, createVerifier } from 'fast-jwt'
import { isHmac } from '../core/algorithms.ts'
import type { TestKey } from '../core/keys.ts'
import { onlyKey, type Peer, type VerifyTask } from '../core/peer.ts'
import { AUDIENCE, ISSUER } from '../core/tokens.ts'

export const fastJwt: Peer = {
  name: 'fast-jwt',

  verifySync: (task) => {
    const verify = createVerifier({ ...verifierOptions(task), key: publicKey(onlyKey(task)) })
    return { run: (token: string) => verify(token) }
  },

  /** Its asynchronous form is for keys that must be fetched; with one key, it is the synchronous one that is meant. */
  verify: (task) => {
    if (!task.isSet) return fastJwt.verifySync?.(task) as ReturnType<NonNullable<Peer['verifySync']>>
    const keys = new Map(task.keys.map((key) => [key.kid, publicKey(key)]))
    const verify = createVerifier({
      ...verifierOptions(task),
      key: async ({ header }: DecodedHeader) => keys.get(header.kid as string) as string | Buffer,
    })
    return { run: (token: string) => verify(token) }
  },

  signSync: ({ alg, key }) => {
    const sign = createSigner({
      algorithm: alg,
      key: isHmac(alg) ? Buffer.from(key.secret) : key.privatePem,
      kid: key.kid,
    })
    return { run: (claims: object) => sign(claims) }
  },

  importKey: () => ({ run: (key: TestKey) => createVerifier({ algorithms: [key.alg], key: publicKey(key) }) }),
}

interface DecodedHeader {
  readonly header: Record<string, string>
}

function verifierOptions({ alg, cacheSize }: VerifyTask) {
  return {
    algorithms: [alg],
    allowedIss: ISSUER,
    allowedAud: AUDIENCE,
    requiredClaims: ['exp'],
    cache: cacheSize ?? false,
  }
}

function publicKey({ alg, secret, publicPem }: TestKey): string | Buffer {
  return isHmac(alg) ? Buffer.from(secret) : publicPem
}
