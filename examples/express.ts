import { type AuthValidatorConfig, createAuthValidator, describeRefusal } from 'countersign/gateway'
import express, { type Express, type RequestHandler } from 'express'

/** A gateway on Express 5: `(await createGateway(config, backend)).listen(8080)`. */
export async function createGateway(config: AuthValidatorConfig, backend: string): Promise<Express> {
  const validator = await createAuthValidator(config)

  const guard: RequestHandler = async (request, response, next) => {
    const verdict = await validator.validate(request)
    if (verdict.ok) {
      response.locals.verdict = verdict
      return next()
    }
    const { status, headers, body } = describeRefusal(verdict)
    response.status(status).set(headers).send(body)
  }

  const app = express()
  app.get('/private/custom', guard, async (_, response) => {
    // What the token says goes to the backend in headers; the client's own headers stay here.
    const answer = await fetch(new URL('/user/1.json', backend), { headers: response.locals.verdict.setHeaders })
    response.status(answer.status).json(await answer.json())
  })
  return app
}
