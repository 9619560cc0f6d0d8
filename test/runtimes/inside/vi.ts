import { fn, restoreAllMocks, spyOn } from '@vitest/spy'

// As much of vitest's `vi` as the suite uses.

const { setTimeout } = globalThis

const globals = new Map<string, PropertyDescriptor | undefined>()
const variables = new Map<string, string | undefined>()

function stubGlobal(name: string, value: unknown): void {
  if (!globals.has(name)) globals.set(name, Object.getOwnPropertyDescriptor(globalThis, name))
  Object.defineProperty(globalThis, name, { value, writable: true, configurable: true, enumerable: true })
}

function unstubAllGlobals(): void {
  for (const [name, descriptor] of globals) {
    if (descriptor) Object.defineProperty(globalThis, name, descriptor)
    else Reflect.deleteProperty(globalThis, name)
  }
  globals.clear()
}

function stubEnv(name: string, value: string): void {
  if (!variables.has(name)) variables.set(name, process.env[name])
  process.env[name] = value
}

function unstubAllEnvs(): void {
  for (const [name, value] of variables) {
    if (value === undefined) delete process.env[name]
    else process.env[name] = value
  }
  variables.clear()
}

async function waitFor<T>(
  run: () => T | Promise<T>,
  options: { timeout?: number; interval?: number } = {},
): Promise<T> {
  const { timeout = 1000, interval = 50 } = options
  for (let waited = 0; ; waited += interval) {
    try {
      return await run()
    } catch (error) {
      if (waited >= timeout) throw error
      await new Promise((resolve) => setTimeout(resolve, interval))
    }
  }
}

export const vi = {
  fn,
  spyOn,
  restoreAllMocks,
  waitFor,
  stubGlobal,
  unstubAllGlobals,
  stubEnv,
  unstubAllEnvs,
}
