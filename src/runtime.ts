/**
 * A Node built-in module where the runtime has one, otherwise `undefined`.
 *
 * Asked for by name instead of imported, so that the built files load unbundled in a browser and no bundler ever sees
 * a `node:` specifier.
 */
export function builtin<Module>(id: string): Module | undefined {
  const { process } = globalThis as { process?: { getBuiltinModule?: (id: string) => Module | undefined } }
  return process?.getBuiltinModule?.(id)
}

export const nodeBuffer: typeof import('node:buffer') | undefined = builtin('node:buffer')
