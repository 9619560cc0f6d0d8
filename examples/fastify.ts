import { type AuthValidatorConfig, createAuthValidator, describeRefusal, type HeaderChanges } from 'countersign/gateway'
import fastify, { type FastifyInstance, type onRequestAsyncHookHandler } from 'fastify'

declare module 'fastify' {
  interface FastifyRequest {
    headerChanges: HeaderChanges
  }
}

/** A gateway on Fastify 5: `await (await createGateway(config, backend)).listen({ port: 8080 })`. */
export async function createGateway(config: AuthValidatorConfig, backend: string): Promise<FastifyInstance> {
  const validator = await createAuthValidator(config)

  const guard: onRequestAsyncHookHandler = async (request, reply) => {
    const verdict = await validator.validate(request)
    if (verdict.ok) {
      request.headerChanges = verdict
      return
    }
    const { status, headers, body } = describeRefusal(verdict)
    return reply.code(status).headers(headers).send(body)
  }

  const app = fastify()
  app.decorateRequest('headerChanges')
  app.get('/private/custom', { onRequest: guard }, async (request, reply) => {
    // What the token says goes to the backend in headers; the client's own headers stay here.
    const answer = await fetch(new URL('/user/1.json', backend), { headers: request.headerChanges.setHeaders })
    return reply.code(answer.status).send(await answer.json())
  })
  return app
}
