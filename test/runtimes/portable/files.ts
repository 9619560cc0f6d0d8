import { recordedFiles } from 'bundle:files'

// node:fs for tests that read the files of the repository: they have been recorded when the bundle was made.

const path = (url: URL | string): string => decodeURIComponent(new URL(url).pathname)

export function readFileSync(url: URL): string {
  const content = recordedFiles[path(url)]
  if (content === undefined) throw new Error(`${path(url)} is not in the bundle`)
  return content
}

export function readdirSync(url: URL): string[] {
  const folder = path(url)
  return Object.keys(recordedFiles)
    .filter((name) => name.startsWith(folder))
    .map((name) => name.slice(folder.length))
}
