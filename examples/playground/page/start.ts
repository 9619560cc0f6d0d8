import type { AddressInfo } from 'node:net'
import { createPageServer } from './serve.ts'

const server = await createPageServer()
server.listen(Number(process.env.PORT ?? 8000), '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo
  console.log(`The playground is at http://127.0.0.1:${port}/ (Ctrl+C ends it)`)
})
