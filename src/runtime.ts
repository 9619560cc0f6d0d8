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

/** Node's Buffer, where the runtime has it: its codecs are faster than any of ours. */
export const NodeBuffer: typeof Buffer | undefined = builtin<typeof import('node:buffer')>('node:buffer')?.Buffer
