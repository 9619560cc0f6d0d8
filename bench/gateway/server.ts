import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { type Check, createCheck } from './checks.ts'
import { processUsage } from './disturbance.ts'
import { listenOnLoopback } from './loopback.ts'
import { answerWith } from './processes.ts'
import { BACKEND_ANSWER, OWN_ANSWER, type ServerAnswer, type ServerQuestion } from './routes.ts'

// The server of examples/node-http.ts in a process of its own, with any of the checks, or none, in the same place.

const JSON_TYPE = { 'content-type': 'application/json' }
const USER = JSON.stringify({ id: 1, name: 'alice', roles: ['reader', 'editor'] })

answerWith<ServerQuestion, ServerAnswer>(async (question) => {
  if (question.ask === 'usage') return processUsage()
  return startGateway(await createCheck(question.variant, question.keys), question.backend)
})

function startGateway(check: Check | undefined, backend: string): Promise<string> {
  const server = createServer(async (request, response) => {
    if (check) {
      const status = await check(request)
      if (status !== 200) return response.writeHead(status).end()
    }
    if (request.url === OWN_ANSWER.path) return response.writeHead(200, JSON_TYPE).end(USER)
    return forward(request, response, backend)
  })
  return listenOnLoopback(server)
}

async function forward(request: IncomingMessage, response: ServerResponse, backend: string): Promise<unknown> {
  if (request.url !== BACKEND_ANSWER.path) return response.writeHead(404).end()
  try {
    const answer = await fetch(backend)
    return response.writeHead(answer.status, JSON_TYPE).end(JSON.stringify(await answer.json()))
  } catch {
    return response.writeHead(502).end()
  }
}
