import { type AuthValidatorConfig, createAuthValidator, describeRefusal, type HeaderChanges } from 'countersign/gateway'
import { Hono } from 'hono'
import { createMiddleware } from 'hono/factory'

/** A gateway on Hono; `app.fetch` is a handler for Deno, Bun, workers, or Node with `@hono/node-server`. */
export async function createGateway(config: AuthValidatorConfig, backend: string) {
  const validator = await createAuthValidator(config)

  const guard = createMiddleware<{ Variables: HeaderChanges }>(async (context, next) => {
    const verdict = await validator.validate(context.req.raw)
    if (verdict.ok) {
      context.set('setHeaders', verdict.setHeaders)
      return next()
    }
    const { status, headers, body } = describeRefusal(verdict)
    return new Response(body, { status, headers })
  })

  const app = new Hono().onError((_, context) => context.body(null, 502))
  return app.get('/private/custom', guard, async (context) => {
    // What the token says goes to the backend in headers; the client's own headers stay here.
    const answer = await fetch(new URL('/user/1.json', backend), { headers: context.get('setHeaders') })
    return Response.json(await answer.json(), { status: answer.status })
  })
}
