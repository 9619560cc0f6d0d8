import { createServer, type Server } from 'node:http'
import { type AuthValidatorConfig, createAuthValidator, describeRefusal } from 'countersign/gateway'

interface Discovery {
  readonly issuer: string
  readonly jwks_uri: string
}

/** What an OpenID Connect issuer says of itself, as options of `auth/validator`. */
async function discover(issuer: string): Promise<Pick<AuthValidatorConfig, 'issuer' | 'jwk_url'>> {
  const response = await fetch(`${issuer}/.well-known/openid-configuration`)
  const document = (await response.json()) as Discovery
  // OpenID Connect Discovery 1.0 §4.3: else anyone's document would do.
  if (document.issuer !== issuer) throw new Error('the discovery document is of another issuer')
  return { issuer, jwk_url: document.jwks_uri }
}

export interface OidcConfig {
  readonly issuer: string
  /** The resource that access tokens are for. */
  readonly audience: string
  /** The client that ID tokens are for. */
  readonly clientId: string
}

/** A gateway for an OpenID Connect issuer: access tokens open `/private/custom`, and ID tokens tell who `/me` is. */
export async function createGateway({ issuer, audience, clientId }: OidcConfig): Promise<Server> {
  const block: AuthValidatorConfig = {
    alg: 'RS256',
    ...(await discover(issuer)),
    disable_jwk_security: issuer.startsWith('http://127.0.0.1'), // Elsewhere the keys come over https.
    cache: true,
    cache_duration: 2, // Short, to be seen. KrakenD's default is 900.
    failed_jwk_key_cooldown: '1s',
  }
  const api = { ...block, audience: [audience], scopes: ['read'], scopes_key: 'scope' }
  const validators = {
    // RFC 9068: the type tells access tokens from ID tokens, which prove who somebody is and open nothing.
    '/private/custom': await createAuthValidator(api, { typ: 'at+jwt', requireExp: true }),
    '/me': await createAuthValidator({ ...block, audience: [clientId] }, { requireExp: true }),
  }

  return createServer(async (request, response) => {
    const path = request.url?.split('?')[0]
    if (path !== '/private/custom' && path !== '/me') return response.writeHead(404).end()
    const verdict = await validators[path].validate(request)
    if (!verdict.ok) {
      const { status, headers, body } = describeRefusal(verdict, { problem: true })
      return response.writeHead(status, headers).end(body)
    }
    const { sub, scope } = verdict.claims
    return response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ sub, scope }))
  })
}
