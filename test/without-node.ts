import { vi } from 'vitest'

/**
 * Imports modules anew as a runtime would that has no Node built-ins: `process.getBuiltinModule` is missing meanwhile.
 * The classes of what comes back, JoseError too, are not those of the ordinary import.
 */
export function importWithoutNode<Module>(load: () => Promise<Module>): Promise<Module> {
  return importWhere(undefined, load)
}

/** The same as a runtime would that has these built-ins, and no others. */
export function importWithBuiltins<Module>(
  builtins: Readonly<Record<string, unknown>>,
  load: () => Promise<Module>,
): Promise<Module> {
  return importWhere((id: string) => builtins[id], load)
}

async function importWhere<Module>(getBuiltinModule: unknown, load: () => Promise<Module>): Promise<Module> {
  const descriptor = Object.getOwnPropertyDescriptor(process, 'getBuiltinModule')
  vi.resetModules()
  Object.defineProperty(process, 'getBuiltinModule', { value: getBuiltinModule, configurable: true, writable: true })
  try {
    return await load()
  } finally {
    if (descriptor) Object.defineProperty(process, 'getBuiltinModule', descriptor)
    vi.resetModules()
  }
}
