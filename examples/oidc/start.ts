import { listening } from '../setup.ts'
import { getAccessToken, getIdToken } from './client.ts'
import { createGateway } from './gateway.ts'
import { AUDIENCE, CLIENT, createKey, startIssuer } from './issuer.ts'

const issuer = await startIssuer([await createKey('2025')])
const gateway = await createGateway({ issuer: issuer.url, audience: AUDIENCE, clientId: CLIENT.client_id })
const { url } = await listening(gateway.listen(Number(process.env.PORT ?? 8080), '127.0.0.1'))

console.log(`the issuer listens on ${issuer.url}, the gateway on ${url}

curl -i ${url}/private/custom -H 'Authorization: Bearer ${await getAccessToken(issuer.url)}'

curl -i ${url}/me -H 'Authorization: Bearer ${await getIdToken(issuer.url)}'`)
