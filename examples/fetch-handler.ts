import { type AuthValidatorConfig, createAuthValidator, describeRefusal } from 'countersign/gateway'

/**
 * A gateway for runtimes whose servers take a Fetch handler:
 *
 * - Deno: `Deno.serve(await createHandler(config, backend))`
 * - Bun: `Bun.serve({ fetch: await createHandler(config, backend) })`
 * - workers: `export default { fetch: await createHandler(config, backend) }`
 *
 * Where there are no files, the keys come from `jwk_url`.
 */
export async function createHandler(config: AuthValidatorConfig, backend: string) {
  const validator = await createAuthValidator(config)

  return async (request: Request): Promise<Response> => {
    if (request.method !== 'GET' || new URL(request.url).pathname !== '/private/custom') {
      return new Response(null, { status: 404 })
    }

    const verdict = await validator.validate(request)
    if (!verdict.ok) {
      const { status, headers, body } = describeRefusal(verdict)
      return new Response(body, { status, headers })
    }

    // What the token says goes to the backend in headers; the client's own headers stay here.
    const answer = await fetch(new URL('/user/1.json', backend), { headers: verdict.setHeaders })
    return Response.json(await answer.json(), { status: answer.status })
  }
}
