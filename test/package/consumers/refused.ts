// What must not compile. A line that does is an error of its own: "Unused '@ts-expect-error' directive".

import {
  checkClaims,
  createLocalJwks,
  createRemoteJwks,
  createSigner,
  createVerifier,
  decodeUnverified,
  importSigningKey,
  importVerificationKey,
  JoseError,
  type JoseErrorCode,
  type Jwk,
  // @ts-expect-error the class is a type for users: only an import makes a key
  SigningKey,
  signCompact,
  signJwt,
  thumbprint,
  // @ts-expect-error what is not exported cannot be imported: tests choose the backend, users do not
  useBackend,
  type VerifiedJws,
  verifyCompact,
  verifyJwt,
} from 'countersign'
import { createAuthSigner, createAuthValidator, createDenylist, describeRefusal } from 'countersign/gateway'
import { createSignerSync, createVerifierSync, verifyJwtSync } from 'countersign/sync'

declare const token: string
declare const jwk: Jwk
const signingKey = importSigningKey(jwk)
const key = importVerificationKey(jwk)
const both = { issuer: 'https://id.example', audience: 'https://api.example' }

export async function keys(): Promise<void> {
  // @ts-expect-error a string is not a key: whether it is a secret or a public key is never guessed
  await verifyJwt(token, 'secret', both)
  // @ts-expect-error a JWK is not a key before it has been checked
  await verifyJwt(token, jwk, both)
  // @ts-expect-error a key that signs does not verify
  await verifyJwt(token, signingKey, both)
  // @ts-expect-error a key that verifies does not sign
  await signJwt({}, key)
  // @ts-expect-error a key set is asked through createLocalJwks
  await verifyCompact(token, { keys: [jwk] })
  // @ts-expect-error an object that looks like a key is none
  await signCompact('text', { alg: 'HS256', kid: undefined })
  // @ts-expect-error a PEM is not a JWK
  importVerificationKey('-----BEGIN PUBLIC KEY-----')
  // @ts-expect-error a JWK says its type
  importSigningKey({ k: 'c2VjcmV0' })
  // @ts-expect-error there is no "none"
  importSigningKey(jwk, { alg: 'none' })
  // @ts-expect-error and no algorithm of another case
  createRemoteJwks('https://id.example/jwks.json', { algorithms: ['rs256'] })
  // @ts-expect-error a set is an object with the member "keys"
  createLocalJwks([jwk])
  // @ts-expect-error nor is it there to be used
  new SigningKey()
  // @ts-expect-error hashes have the names of WebCrypto
  await thumbprint(jwk, 'sha256')
}

export async function policies(): Promise<void> {
  // @ts-expect-error without a policy nothing would be checked
  await verifyJwt(token, key)
  // @ts-expect-error a missing audience is no decision; null is one
  createVerifier({ keys: key, issuer: 'https://id.example' })
  // @ts-expect-error nor is a missing issuer
  createVerifier({ keys: key, audience: null })
  // @ts-expect-error nor undefined, as an unset environment variable would give
  createVerifier({ keys: key, issuer: 'https://id.example', audience: undefined })
  // @ts-expect-error nor in the claims alone
  checkClaims({}, { issuer: null })
  // @ts-expect-error an unknown option is a typo
  createVerifier({ ...both, keys: key, clockTolerence: 5 })
  // @ts-expect-error algorithms belong to the key, not to the check
  createVerifier({ ...both, keys: key, algorithms: ['RS256'] })
  // @ts-expect-error times are seconds
  createVerifier({ ...both, keys: key, maxAge: '5m' })
  // @ts-expect-error a clock is a function
  createVerifier({ ...both, keys: key, now: new Date() })
  // @ts-expect-error a cache has a bound
  createVerifier({ ...both, keys: key, cache: true })
  // @ts-expect-error an issuer is a text, and a pattern would let others in
  createVerifier({ keys: key, issuer: /id\.example/, audience: null })
}

export async function claims(): Promise<void> {
  // @ts-expect-error times are numbers
  await signJwt({ exp: '1h' }, signingKey)
  // @ts-expect-error times are not dates
  await signJwt({ exp: new Date() }, signingKey)
  // @ts-expect-error claims are an object
  await signJwt('{"sub":"alice"}', signingKey)
  // @ts-expect-error the key is mandatory
  createSigner({ issuedAt: true })
  // @ts-expect-error times are seconds here too
  createSigner({ key: signingKey, expiresIn: '5m' })
  // @ts-expect-error a payload is octets or text
  await signCompact({ sub: 'alice' }, signingKey)
}

export async function results(): Promise<void> {
  const unverified = decodeUnverified(token)
  // @ts-expect-error what nobody has verified does not pass for verified
  const verified: VerifiedJws = unverified
  // @ts-expect-error what nobody has verified has no claims to decide by
  unverified.claims
  // @ts-expect-error what nobody has verified cannot be declared verified
  unverified.verified = true
  // @ts-expect-error claims are there after the promise
  verifyJwt(token, key, both).claims
  // @ts-expect-error a promise of a verified token is not a boolean, nor is it to be negated
  if (verifyJwt(token, key, both)) return
  // @ts-expect-error an unknown claim has no type before it has been checked
  const roles: string[] = (await verifyJwt(token, key, both)).claims.roles
  // @ts-expect-error any claim may be missing
  const subject: string = (await verifyJwt(token, key, both)).claims.sub
  return void [verified, roles, subject, useBackend]
}

export async function frozen(error: JoseError): Promise<void> {
  const { header } = await verifyCompact(token, key)
  // @ts-expect-error a header is as it was signed
  header.alg = 'HS256'
  // @ts-expect-error a header is as it was signed
  header.crit?.push('b64')
  // @ts-expect-error a key has its one algorithm
  key.alg = 'HS256'
  // @ts-expect-error a key has its one id
  signingKey.kid = 'other'
  // @ts-expect-error an error says what was
  error.code = 'ERR_SIGN'
  // @ts-expect-error the state of a set is for looking at
  createRemoteJwks('https://id.example/jwks.json').state.age = 0
  // @ts-expect-error there is no such code
  const code: JoseErrorCode = 'ERR_EXPIRED'
  // @ts-expect-error errors are compared by code
  new JoseError(code)
}

export function atOnce(): void {
  const verify = createVerifierSync({ ...both, keys: key })
  // @ts-expect-error there is no promise
  verify(token).then()
  // @ts-expect-error a token is a text
  createSignerSync({ key: signingKey })({}).header
  // @ts-expect-error nor is a policy less mandatory
  verifyJwtSync(token, key, { issuer: null })
  // @ts-expect-error the synchronous verifier is not the asynchronous one
  const asynchronous: ReturnType<typeof createVerifier> = verify
  return void asynchronous
}

export async function gateway(): Promise<void> {
  const block = { alg: 'RS256', jwk_url: 'https://id.example/jwks.json' }
  // @ts-expect-error a misspelt option would switch a check off
  await createAuthValidator({ alg: 'RS256', jwk_url: 'https://id.example/jwks.json', 'jwk-url': '' })
  // @ts-expect-error options of KrakenD have the types of its schema
  await createAuthValidator({ ...block, audience: 'https://api.example' })
  // @ts-expect-error durations of the cache are seconds
  await createAuthValidator({ ...block, cache_duration: '15m' })
  // @ts-expect-error there are two ways to match
  await createAuthValidator({ ...block, scopes_matcher: 'some' })
  // @ts-expect-error there are four ways to find a key
  await createAuthValidator({ ...block, key_identify_strategy: 'x5c' })
  // @ts-expect-error a claim goes to a header
  await createAuthValidator({ ...block, propagate_claims: [['sub']] })
  // @ts-expect-error what the host provides is not an option of the block
  await createAuthValidator({ ...block, isRevoked: () => false })
  // @ts-expect-error an unknown option beside the block is a typo too
  await createAuthValidator(block, { isRevoke: () => false })
  // @ts-expect-error what signs has a key id
  await createAuthSigner({ alg: 'HS256', keys_to_sign: ['access_token'], jwk_local_path: 'set.json' })
  // @ts-expect-error a validator is made asynchronously
  createAuthValidator(block).validate({ headers: {} })

  const verdict = await (await createAuthValidator(block)).validate({ headers: {} })
  // @ts-expect-error a refusal has no claims
  verdict.claims.sub
  // @ts-expect-error a good verdict is not answered with a refusal
  describeRefusal(verdict)
  // @ts-expect-error a revoked value has an end
  createDenylist().revoke('jti', 'one')
}
