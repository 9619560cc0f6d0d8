import { listening } from '../setup.ts'
import { createBackend } from './backend.ts'
import { createGateway } from './gateway.ts'

const backend = await listening(createBackend().listen(0, '127.0.0.1'))
const gateway = await createGateway(backend.url)
const { url } = await listening(gateway.listen(Number(process.env.PORT ?? 8080), '127.0.0.1'))

console.log(`token-life listens on ${url}

curl -X POST ${url}/token -d '{"user":"alice","password":"wonderland"}'
curl -i ${url}/private/custom -H 'Authorization: Bearer <access_token>'
curl -X POST ${url}/refresh -H 'Authorization: Bearer <refresh_token>'`)
