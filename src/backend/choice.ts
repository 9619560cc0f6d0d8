import type { Backend } from './backend.ts'
import { nodeBackend } from './node.ts'
import { webBackend } from './web.ts'

let current: Backend = nodeBackend ?? webBackend

/** node:crypto where the runtime has it, otherwise WebCrypto. A key stays with the backend of its import. */
export function backend(): Backend {
  return current
}

/** For tests: the backend of the keys that are imported from now on. No entry point of the package exports it. */
export function useBackend(backend: Backend): void {
  current = backend
}
