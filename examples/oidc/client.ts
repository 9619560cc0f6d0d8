import { createHash, randomBytes } from 'node:crypto'
import { AUDIENCE, CLIENT, REDIRECT_URI } from './issuer.ts'

const { client_id, client_secret } = CLIENT
const basic = `Basic ${Buffer.from(`${client_id}:${client_secret}`).toString('base64')}`

/** An access token for the client itself (RFC 6749 §4.4). */
export async function getAccessToken(issuer: string, scope = 'read', resource = AUDIENCE): Promise<string> {
  const { access_token } = await askForTokens(issuer, { grant_type: 'client_credentials', scope, resource })
  return access_token
}

/** An ID token of the user's, by the authorization code flow with PKCE: what a browser and a server do together. */
export async function getIdToken(issuer: string): Promise<string> {
  const code_verifier = randomBytes(32).toString('base64url')
  const start = new URL('/auth', issuer)
  start.search = new URLSearchParams({
    client_id,
    redirect_uri: REDIRECT_URI,
    response_type: 'code',
    scope: 'openid',
    code_challenge: createHash('sha256').update(code_verifier).digest('base64url'),
    code_challenge_method: 'S256',
  }).toString()
  const end = await browse(start)
  const code = end.searchParams.get('code')
  if (!code) throw new Error(`the issuer gave no code: ${end.searchParams.get('error_description')}`)
  const grant = { grant_type: 'authorization_code', code, code_verifier, redirect_uri: REDIRECT_URI }
  return (await askForTokens(issuer, grant)).id_token
}

/** Follows redirects, with cookies, until one leads back to the client. */
async function browse(start: URL): Promise<URL> {
  const cookies = new Map<string, string>()
  let url = start
  while (!url.href.startsWith(REDIRECT_URI)) {
    const cookie = [...cookies].map((pair) => pair.join('=')).join('; ')
    const response = await fetch(url, { headers: { cookie }, redirect: 'manual' })
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      cookies.set(name, value)
    }
    const location = response.headers.get('location')
    if (!location) throw new Error(`${url.pathname} answered with status ${response.status}`)
    url = new URL(location, url)
  }
  return url
}

interface Tokens {
  readonly access_token: string
  readonly id_token: string
}

async function askForTokens(issuer: string, grant: Record<string, string>): Promise<Tokens> {
  const body = new URLSearchParams(grant)
  const response = await fetch(new URL('/token', issuer), { method: 'POST', headers: { authorization: basic }, body })
  if (!response.ok) throw new Error(`the issuer refused: ${await response.text()}`)
  return (await response.json()) as Tokens
}
