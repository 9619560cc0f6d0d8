import { createServer } from 'node:http'
import type { Jwk } from 'countersign'
import { generateKey } from 'countersign/keys'
import Provider, { type Configuration } from 'oidc-provider'
import { listening } from '../setup.ts'

export const AUDIENCE = 'https://api.example.com'
export const CLIENT = { client_id: 'shop', client_secret: 'a-secret-of-this-example' }
export const REDIRECT_URI = 'http://127.0.0.1/callback'

export interface Issuer {
  readonly url: string
  /** Publishes these keys instead of those before; the first one signs. */
  publish(keys: readonly Jwk[]): void
  close(): void
}

export const createKey = (kid: string): Promise<Jwk> => generateKey('RS256', { kid })

/** An OpenID Connect server on loopback, where everybody is Alice. */
export async function startIssuer(keys: readonly Jwk[]): Promise<Issuer> {
  let provider: Provider
  let answer: ReturnType<Provider['callback']>
  const server = createServer(async (request, response) => {
    if (!request.url?.startsWith('/interaction/')) return answer(request, response)
    // The page that would ask for the password.
    return provider.interactionFinished(request, response, { login: { accountId: 'alice' } })
  })
  const { url, close } = await listening(server.listen(0, '127.0.0.1'))

  function publish(published: readonly Jwk[]): void {
    provider = new Provider(url, { ...CONFIGURATION, jwks: { keys: published as { kty: 'RSA' }[] } })
    answer = provider.callback()
  }
  publish(keys)
  return { url, publish, close }
}

const CONFIGURATION: Configuration = {
  clients: [
    {
      ...CLIENT,
      grant_types: ['authorization_code', 'client_credentials'],
      response_types: ['code'],
      redirect_uris: [REDIRECT_URI],
    },
  ],
  cookies: { keys: ['a-cookie-secret-of-this-example'] },
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    resourceIndicators: {
      enabled: true,
      // Access tokens are JWTs (RFC 9068) where they are for a resource (RFC 8707).
      getResourceServerInfo: (_, resource) => ({
        scope: 'read write',
        audience: resource,
        accessTokenFormat: 'jwt',
        accessTokenTTL: 600,
        jwt: { sign: { alg: 'RS256' } },
      }),
    },
  },
  ttl: { ClientCredentials: 600, IdToken: 600, Grant: 600, Session: 600, Interaction: 600 },
  interactions: { url: (_, { uid }) => `/interaction/${uid}` },
  findAccount: (_, accountId) => ({ accountId, claims: () => ({ sub: accountId }) }),
  // Alice has agreed to everything.
  async loadExistingGrant({ oidc }) {
    const grant = new oidc.provider.Grant({ clientId: CLIENT.client_id, accountId: oidc.session?.accountId ?? '' })
    grant.addOIDCScope('openid')
    await grant.save()
    return grant
  },
}
