// What compiles where Node's types are: its requests, headers and files fit the gateway's options.

import { readFile } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createAuthValidator, describeRefusal } from 'countersign/gateway'

export async function handler(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const block = { alg: 'RS256', jwk_local_path: 'set.json' }
  const validator = await createAuthValidator(block, { readFile, log: (_, message) => console.log(message) })
  const verdict = await validator.validate(request)
  if (verdict.ok) return void response.end(verdict.claims.sub)
  const { status, headers, body } = describeRefusal(verdict)
  response.writeHead(status, { ...headers }).end(body)
}
