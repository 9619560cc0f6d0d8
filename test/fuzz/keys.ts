import { constants, createHmac, createPrivateKey, type KeyObject, sign } from 'node:crypto'
import type { Jwk } from '../../src/index.ts'
import rfc7515 from '../../vectors/rfc7515.json' with { type: 'json' }
import rfc8037 from '../../vectors/rfc8037.json' with { type: 'json' }
import rfc9864 from '../../vectors/rfc9864.json' with { type: 'json' }
import rfc9964 from '../../vectors/rfc9964-ml-dsa.json' with { type: 'json' }

// The keys that the RFCs print, with the private parts: the same in each run, and nobody's secret.

const { 'A.1-oct': OCT, 'A.2-rsa': RSA, 'A.3-ec': EC, 'A.4-ec': EC521 } = rfc7515.keys
const OKP = rfc8037.keys.ed25519
const OKP448 = rfc9864.keys['rfc8032-7.4-blank']

/** Keys whose type says nothing without `alg`; none in a runtime that does not have them. */
export const ML_DSA: Readonly<Record<string, Jwk>> = isKnown(rfc9964.keys.mldsa44)
  ? Object.fromEntries(Object.values(rfc9964.keys).map(({ kid, ...jwk }) => [jwk.alg, jwk]))
  : {}

function isKnown(jwk: Jwk): boolean {
  try {
    return createPrivateKey({ key: { ...jwk }, format: 'jwk' }).type === 'private'
  } catch {
    return false
  }
}

/** By algorithm, without `kid`, and without `alg` where the type says enough. */
export const PRIVATE_JWKS: Readonly<Record<string, Jwk>> = {
  ...{ HS256: OCT, HS384: OCT, HS512: OCT },
  ...{ RS256: RSA, RS384: RSA, RS512: RSA, PS256: RSA, PS384: RSA, PS512: RSA },
  ...{ ES256: EC, ES512: EC521, EdDSA: OKP, Ed25519: OKP, Ed448: OKP448 },
  ...ML_DSA,
}

const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'priv']

export function publicJwk(alg: string): Jwk {
  const entries = Object.entries(PRIVATE_JWKS[alg] as Jwk).filter(([name]) => !PRIVATE_MEMBERS.includes(name))
  return Object.fromEntries(entries) as Jwk
}

const handles = new Map<string, KeyObject>()

/** Signs without the library. Code units above 255 count as what careless decoders take them for: their low eight bits. */
export function signAs(alg: string, text: string): Buffer {
  const input = Buffer.from(text, 'latin1')
  const digest = `sha${alg.slice(2)}`
  const jwk = PRIVATE_JWKS[alg] as Jwk
  if (alg.startsWith('HS')) {
    return createHmac(digest, Buffer.from(jwk.k as string, 'base64url'))
      .update(input)
      .digest()
  }
  const key = handles.get(alg) ?? createPrivateKey({ key: { ...jwk }, format: 'jwk' })
  handles.set(alg, key)
  if (alg.startsWith('Ed') || alg in ML_DSA) return sign(null, input, key)
  if (alg.startsWith('ES')) return sign(digest, input, { key, dsaEncoding: 'ieee-p1363' })
  const padding = alg.startsWith('PS') ? constants.RSA_PKCS1_PSS_PADDING : constants.RSA_PKCS1_PADDING
  return sign(digest, input, { key, padding, saltLength: constants.RSA_PSS_SALTLEN_DIGEST })
}
