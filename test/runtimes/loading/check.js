// Run by each runtime on what it has loaded: a token made and verified, a key, a flattened JWS, a proof of possession, and a gateway that decides.

export async function check({ createSigner, createVerifier, importSigningKey, importVerificationKey }, others) {
  const jwk = { kty: 'oct', alg: 'HS256', kid: 'k', k: 'A'.repeat(43) }
  const claims = { iss: 'https://id.example', sub: 'alice' }
  const token = await createSigner({ key: importSigningKey(jwk), claims })({})
  const verify = createVerifier({ keys: importVerificationKey(jwk), issuer: claims.iss, audience: null, required: [] })
  const { claims: verified } = await verify(token)
  if (verified.sub !== 'alice') throw new Error('the verified token is not what was signed')
  if (others === undefined) return 'works'
  const { gateway, jws, keys, profiles } = others
  const { x } = keys.toPublicJwk(await keys.generateKey('ES256'))
  if (typeof x !== 'string') throw new Error('the generated key has no public part')
  const form = await jws.signFlattened('text', { key: importSigningKey(jwk) }, { unencoded: true })
  const { payload } = await jws.verifyFlattened(JSON.stringify(form), importVerificationKey(jwk))
  if (payload.length !== 4) throw new Error('the verified payload is not what was signed')
  const proofKey = await keys.generateKey('ES256')
  const sign = createSigner({
    key: importSigningKey(proofKey),
    header: { typ: 'dpop+jwt', jwk: keys.toPublicJwk(proofKey) },
    issuedAt: true,
  })
  const proof = await sign({ jti: 'one', htm: 'GET', htu: 'https://api.example/' })
  await profiles.createDpopVerifier()(proof, { method: 'GET', url: 'https://api.example/?page=2' })
  const readFile = async () => new TextEncoder().encode(JSON.stringify({ keys: [jwk] }))
  const validator = await gateway.createAuthValidator({ alg: 'HS256', jwk_local_path: 'keys.json' }, { readFile })
  const verdict = await validator.validate({ headers: { authorization: `Bearer ${token}` } })
  return verdict.ok ? 'works' : `the gateway refuses with ${verdict.code}`
}

/** What comes of importing `countersign/sync`. */
export function outcomeOf(importing) {
  return importing.then(
    ({ signJwtSync }) => (typeof signJwtSync === 'function' ? 'works' : 'has no functions'),
    (error) => error.message,
  )
}
