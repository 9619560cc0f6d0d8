import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Runtime } from '../launch/runtime.ts'
import { waysOf } from './ways.ts'

export interface Loading {
  readonly passed: readonly string[]
  readonly failures: readonly { readonly title: string; readonly error: string }[]
}

/** What loads the built package in every way that it promises: tasks, and what comes of them. */
export async function prepareLoading(
  folder: string,
  runtimes: readonly Runtime[],
): Promise<{ readonly tasks: readonly (() => Promise<void>)[]; readonly loading: Loading }> {
  const home = join(folder, 'loading')
  await mkdir(home)
  const passed: string[] = []
  const failures: Loading['failures'][number][] = []
  const ways = await waysOf(home, runtimes)
  const tasks = ways.map(({ title, run }) => async () => {
    try {
      await run()
      passed.push(title)
    } catch (error) {
      failures.push({ title, error: (error as Error).message })
    }
  })
  return { tasks, loading: { passed, failures } }
}
