import { vi } from 'vitest'

/**
 * Imports modules anew as a runtime would that has no Node built-ins: `process.getBuiltinModule` is missing meanwhile.
 * The classes of what comes back, JoseError too, are not those of the ordinary import.
 */
export async function importWithoutNode<Module>(load: () => Promise<Module>): Promise<Module> {
  const descriptor = Object.getOwnPropertyDescriptor(process, 'getBuiltinModule')
  vi.resetModules()
  Object.defineProperty(process, 'getBuiltinModule', { value: undefined, configurable: true, writable: true })
  try {
    return await load()
  } finally {
    if (descriptor) Object.defineProperty(process, 'getBuiltinModule', descriptor)
    vi.resetModules()
  }
}
