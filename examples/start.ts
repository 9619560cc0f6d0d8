import { startBackend } from './playground/backend.ts'
import { issueToken, names, startExample } from './setup.ts'

// Starts an example, the playground's backend behind it, and prints a request to try.

const [name = ''] = process.argv.slice(2)
if (!names.includes(name)) {
  console.error(`npm start ${names.join('|')}`)
  process.exit(1)
}
const backend = process.env.BACKEND ?? (await startBackend()).url
const { url } = await startExample(name, backend, Number(process.env.PORT ?? 8080))
const token = await issueToken({ sid: 'session-1' })

console.log(`${name} listens on ${url}`)
console.log(`\ncurl -i ${url}/private/custom -H 'Authorization: Bearer ${token}'`)
if (name === 'revocation-redis') console.log(`\ncurl -i -X POST ${url}/revoke -H 'Authorization: Bearer ${token}'`)
