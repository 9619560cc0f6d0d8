// What compiles wherever there is ES2022: the whole API, without a type of the DOM or of Node.

import {
  type Alg,
  type Claims,
  checkClaims,
  createLocalJwks,
  createRemoteJwks,
  createSigner,
  createVerifier,
  decodeBase64url,
  decodeUnverified,
  encodeBase64url,
  importSigningKey,
  importVerificationKey,
  JoseError,
  type Jwk,
  type KeySource,
  type SigningKey,
  signCompact,
  signJwt,
  thumbprint,
  type VerificationKey,
  type VerifiedJws,
  type VerifiedJwt,
  verifyCompact,
  verifyJwt,
} from 'countersign'
import {
  type AuthValidatorConfig,
  createAuthSigner,
  createAuthValidator,
  createDenylist,
  createSharedKeys,
  describeRefusal,
  fillTemplate,
  type Host,
  type Verdict,
} from 'countersign/gateway'
import {
  type FlattenedJws,
  type GeneralJws,
  type JwsSigner,
  signDetached,
  signFlattened,
  signGeneral,
  signUnencoded,
  type VerifiedGeneral,
  verifyDetached,
  verifyFlattened,
  verifyGeneral,
  verifyUnencoded,
} from 'countersign/jws'
import {
  type AccessTokenClaims,
  accessTokenChecks,
  certificateThumbprint,
  checkCertificateBinding,
  createAccessTokenVerifier,
  createCertificateCheck,
  createDpopCheck,
  createDpopVerifier,
  createIdTokenVerifier,
  createReplayStore,
  type ReplayStore,
} from 'countersign/profiles'
import {
  createSignerSync,
  createVerifierSync,
  signCompactSync,
  signJwtSync,
  verifyCompactSync,
  verifyJwtSync,
} from 'countersign/sync'

const alg: Alg = 'ES256'
const jwk: Jwk = { kty: 'EC', crv: 'P-256', alg, x: '', y: '', d: '' }
const signingKey: SigningKey = importSigningKey(jwk)
const key: VerificationKey = importVerificationKey(jwk, { alg })
const policy = { issuer: 'https://id.example', audience: null } as const

export async function main(token: string): Promise<string | undefined> {
  const keys: KeySource = createLocalJwks({ keys: [jwk] }, { identify: 'kid', algorithms: ['ES256', 'EdDSA'] })
  const remote = createRemoteJwks('https://id.example/jwks.json', {
    maxAge: 60,
    fetch: async (url, { headers }) => ({
      ok: url.startsWith('https:') && headers.accept !== undefined,
      status: 200,
      headers: new Map([['content-type', 'application/json']]) as unknown as { get(name: string): string | null },
      body: null,
    }),
  })
  await remote.refresh()

  const { claims, header }: VerifiedJwt = await verifyJwt(token, remote, policy)
  const verify = createVerifier({ ...policy, keys: [key].length > 0 ? key : keys, cache: { maxSize: 100 } })
  const { payload }: VerifiedJws = await verifyCompact(token, keys, { crit: ['b64'] })
  const sign = createSigner({ key: signingKey, issuedAt: true, expiresIn: 300, claims: { iss: 'https://id.example' } })
  checkClaims((await verify(token)).claims, { ...policy, required: ['exp', 'jti'] })
  const text: string = await signCompact(payload, signingKey, { typ: header.typ ?? 'JWT' })
  const unverified: false = decodeUnverified(text).verified
  try {
    await signJwt({ sub: 'alice', exp: 2051882755, roles: ['reader'] }, signingKey)
  } catch (error) {
    if (error instanceof JoseError && error.code === 'ERR_SIGN') return error.claim
  }
  return unverified
    ? undefined
    : encodeBase64url(decodeBase64url(await thumbprint(jwk))) + claims.sub + (await sign({}))
}

export async function serializations(octets: Uint8Array): Promise<string | undefined> {
  const signer: JwsSigner = { key: signingKey, header: { typ: 'a' }, unprotectedHeader: { note: 1 } }
  const flattened: FlattenedJws = await signFlattened(octets, signer, { unencoded: true, detached: true })
  const general: GeneralJws = await signGeneral('text', [signer, { key: signingKey }], {})
  const { signatures }: VerifiedGeneral = await verifyGeneral(JSON.stringify(general), key, { require: 'all' })
  const { unprotectedHeader, payload } = await verifyFlattened(flattened, [key].length > 0 ? key : () => [key], {
    payload: octets,
    crit: ['x'],
  })
  await verifyDetached(await signDetached(payload, signingKey, {}, { unencoded: true }), payload, key)
  await verifyUnencoded(await signUnencoded('text', signingKey), key, { maxTokenLength: 100 })
  return signatures[0]?.header.alg ?? unprotectedHeader.kid
}

export async function profiles(token: string, host: Host, der: Uint8Array): Promise<AccessTokenClaims> {
  const verify = createAccessTokenVerifier({
    keys: key,
    issuer: ['https://id.example'],
    audience: 'https://api.example',
  })
  const verifyIdToken = createIdTokenVerifier({ keys: () => [key], issuer: 'https://id.example', clientId: 'shop' })
  await verifyIdToken(token, { nonce: null, maxAge: 60, acrValues: ['gold'] })
  const replayStore: ReplayStore = { add: async (id, until) => id.length + until > 0 }
  const { claims } = await verify(token)
  const verifyProof = createDpopVerifier({
    replayStore,
    isNonce: (nonce) => nonce !== undefined,
    algorithms: ['ES256'],
  })
  await verifyProof(token, { method: 'GET', url: 'https://api.example/', accessToken: { token, claims } })
  const print = await certificateThumbprint(der)
  checkCertificateBinding(claims, print)
  const possession = [
    createDpopCheck({ origin: 'https://api.example', required: true, replayStore: createReplayStore({ maxSize: 9 }) }),
    createCertificateCheck({ thumbprint: ({ headers, url }) => (headers === undefined ? url : print) }),
  ]
  const config: AuthValidatorConfig = { alg: 'RS256', jwk_url: 'https://id.example/jwks.json' }
  const validator = await createAuthValidator(config, { ...host, ...accessTokenChecks(), possession })
  await validator.validate({ headers: {}, method: 'GET', url: '/' })
  return claims
}

export function atOnce(token: string): Claims {
  const verify = createVerifierSync({ ...policy, keys: key })
  const sign = createSignerSync({ key: signingKey })
  verifyCompactSync(signCompactSync('text', signingKey), key)
  return verifyJwtSync(signJwtSync(verify(sign({})).claims, signingKey), key, { ...policy, subject: token }).claims
}

export async function gateway(host: Host): Promise<string> {
  const block: AuthValidatorConfig = {
    '@comment': 'the block of a krakend.json',
    alg: 'RS256',
    jwk_url: 'https://id.example/jwks.json',
    audience: ['https://api.example'],
    propagate_claims: [['sub', 'x-user']],
    scopes_matcher: 'all',
    cache: true,
  }
  const denylist = createDenylist({ claims: ['jti', 'sub'] })
  const validator = await createAuthValidator([block], {
    ...host,
    isRevoked: denylist.isRevoked,
    sharedKeys: createSharedKeys({ shared_cache_duration: 60 }),
  })
  const verdict: Verdict = await validator.validate({ headers: { authorization: 'Bearer x', cookie: undefined } })
  if (!verdict.ok) return describeRefusal(verdict, { realm: 'api', problem: true }).body
  const signer = await createAuthSigner({
    alg: 'HS256',
    kid: 'one',
    keys_to_sign: ['token'],
    jwk_local_path: 'set.json',
  })
  const { token } = await signer.sign({ token: verdict.claims })
  return fillTemplate('/users/{JWT.sub}', verdict.claims) + token
}
