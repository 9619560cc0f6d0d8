// What compiles where the platform's own types are, those of the DOM or those of Node: they fit our options.

import { createRemoteJwks } from 'countersign'
import { createAuthValidator, type HeadersLike } from 'countersign/gateway'

const { signal } = new AbortController()
const platformFetch: typeof fetch = fetch

createRemoteJwks(new URL('https://id.example/jwks.json'), { fetch, signal })
createRemoteJwks('https://id.example/jwks.json', { fetch: platformFetch, signal: AbortSignal.timeout(1000) })
createRemoteJwks('https://id.example/jwks.json', { fetch: (url, init) => fetch(url, { ...init, keepalive: true }) })
createRemoteJwks('https://id.example/jwks.json', { fetch: async () => new Response('{ "keys": [] }') })
createRemoteJwks('https://id.example/jwks.json', {
  fetch: async (input: string | URL | Request, init?: RequestInit) => fetch(input, init),
})

export async function handler(request: Request): Promise<Response> {
  const validator = await createAuthValidator({ alg: 'RS256', jwk_url: 'https://id.example/jwks.json' }, { fetch })
  const headers: HeadersLike = new Headers({ authorization: 'Bearer x' })
  if (!(await validator.validate({ headers })).ok) return new Response(null, { status: 401 })
  const verdict = await validator.validate(request)
  return verdict.ok ? Response.json(verdict.claims) : new Response(null, { status: verdict.status })
}
