import { importSigningKey, importVerificationKey, signJwt, verifyJwt } from 'countersign'
import { jwkFromPkcs8, jwkFromSecret, jwkFromSpki } from 'countersign/keys'
import { signJwtSync, verifyJwtSync } from 'countersign/sync'
import { isHmac, type TestKey } from './keys.ts'
import { pem } from './peer.ts'
import { CLAIMS } from './token.ts'

const POLICY = { issuer: CLAIMS.iss, audience: CLAIMS.aud }

/** A way through our API. */
export interface Way {
  readonly name: string
  sign(key: TestKey): Promise<string>
  verify(token: string, key: TestKey): Promise<unknown>
}

export const WAYS: readonly Way[] = [
  {
    name: 'asynchronous',
    sign: ({ privateJwk }) => signJwt(CLAIMS, importSigningKey(privateJwk), { typ: 'JWT' }),
    verify: async (token, { publicJwk }) => (await verifyJwt(token, importVerificationKey(publicJwk), POLICY)).claims,
  },
  {
    name: 'synchronous',
    sign: async ({ privateJwk }) => signJwtSync(CLAIMS, importSigningKey(privateJwk), { typ: 'JWT' }),
    verify: async (token, { publicJwk }) => verifyJwtSync(token, importVerificationKey(publicJwk), POLICY).claims,
  },
  {
    name: 'asynchronous, of PEM or a secret',
    sign: (key) => {
      const jwk = isHmac(key.alg) ? secretOf(key) : jwkFromPkcs8(pem(key).private)
      return signJwt(CLAIMS, importSigningKey({ ...jwk, kid: kidOf(key) }, { alg: key.alg }), { typ: 'JWT' })
    },
    verify: async (token, key) => {
      const jwk = isHmac(key.alg) ? secretOf(key) : jwkFromSpki(pem(key).public)
      return (await verifyJwt(token, importVerificationKey(jwk, { alg: key.alg }), POLICY)).claims
    },
  },
]

const secretOf = ({ privateKey }: TestKey) => jwkFromSecret(privateKey.export())
const kidOf = ({ publicJwk }: TestKey) => publicJwk.kid ?? ''
