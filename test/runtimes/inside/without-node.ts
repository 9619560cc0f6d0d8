/**
 * The bundle's `test/without-node.ts`: what is imported through it is a copy of its own (see `bundle.ts`), which takes
 * the runtime for one without Node's built-in modules. Where there really are none there is nothing to hide.
 */
export async function importWithoutNode<Module>(load: () => Promise<Module>): Promise<Module> {
  const { process } = globalThis as { process?: object }
  if (!process || !('getBuiltinModule' in process)) return load()
  const descriptor = Object.getOwnPropertyDescriptor(process, 'getBuiltinModule')
  Object.defineProperty(process, 'getBuiltinModule', { value: undefined, configurable: true, writable: true })
  try {
    return await load()
  } finally {
    if (descriptor) Object.defineProperty(process, 'getBuiltinModule', descriptor)
    else Reflect.deleteProperty(process, 'getBuiltinModule')
  }
}

/** Tests that use it are set apart: the copy is one, and without built-in modules. */
export function importWithBuiltins(): Promise<never> {
  return Promise.reject(new Error('the bundle has no copy of the library with built-in modules of its own'))
}
