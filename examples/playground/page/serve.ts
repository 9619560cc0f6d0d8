import { readdir, readFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { extname } from 'node:path'

// Serves the page and the built library on loopback: the files of two folders, as they stand there at the start.

const repository = new URL('../../../', import.meta.url)
const page = 'examples/playground/page/'

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
}

/** A server of the page that does not listen yet. */
export async function createPageServer(): Promise<Server> {
  const paths = new Set([...(await filesOf('dist/')), ...(await filesOf(page))])
  return createServer(async ({ url = '/' }, response) => {
    const [address = ''] = url.slice(1).split('?')
    const path = address + (address.endsWith('/') ? 'index.html' : '')
    const content = paths.has(path) ? await readFile(new URL(path, repository)).catch(() => null) : null
    if (address === '') response.writeHead(302, { location: `/${page}` }).end()
    else if (content === null) response.writeHead(404).end()
    else response.writeHead(200, headersOf(path)).end(content)
  })
}

const headersOf = (path: string) => ({
  'content-type': TYPES[extname(path)],
  'cache-control': 'no-cache',
  'x-content-type-options': 'nosniff',
})

/** The files of a folder and those below it that a browser can use, as paths in the repository. */
async function filesOf(folder: string): Promise<string[]> {
  const names = await readdir(new URL(folder, repository), { recursive: true })
  return names
    .filter((name) => Object.hasOwn(TYPES, extname(name)))
    .map((name) => `${folder}${name.replaceAll('\\', '/')}`)
}
