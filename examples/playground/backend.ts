import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

const data = (name: string): string => readFileSync(new URL(`./data/${name}`, import.meta.url), 'utf8')

export interface Backend {
  readonly url: string
  /** Withdraws every key and publishes others in their place. */
  publish(jwks: string): void
  close(): void
}

/** The backend of KrakenD's playground: it knows nothing of tokens, it answers with JSON. */
export async function startBackend(): Promise<Backend> {
  let jwks = data('jwk-symmetric.json')

  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://backend')
    const answers: Record<string, () => string> = {
      '/token': () => token(searchParams),
      '/user/1.json': () => data('user-1.json'),
      '/jwk/symmetric.json': () => jwks,
    }
    const body = answers[pathname]?.()
    response.writeHead(body === undefined ? 404 : 200, { 'content-type': 'application/json' }).end(body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    publish: (set) => {
      jwks = set
    },
    close: () => server.close(),
  }
}

/** The playground's answer as it is shipped, or with another expiry ("expires_in", seconds) and audience ("aud"). */
function token(parameters: URLSearchParams): string {
  const { access_token, refresh_token, exp: shippedExp } = JSON.parse(data('token.json'))
  const expiresIn = parameters.get('expires_in')
  const exp = expiresIn === null ? shippedExp : Math.floor(Date.now() / 1000) + Number(expiresIn)
  const changed = { aud: parameters.get('aud') ?? access_token.aud, exp }
  return JSON.stringify({
    access_token: { ...access_token, ...changed },
    refresh_token: { ...refresh_token, ...changed },
    exp,
  })
}
