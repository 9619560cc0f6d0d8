import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Runtime } from '../launch/runtime.ts'
import { runAll } from '../pool.ts'
import { waysOf } from './ways.ts'

export interface Loading {
  readonly passed: readonly string[]
  readonly failures: readonly { readonly title: string; readonly error: string }[]
}

/** Loads the built package in every way that it promises. */
export async function testLoading(folder: string, runtimes: readonly Runtime[], atATime: number): Promise<Loading> {
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
  await runAll(tasks, atATime)
  return { passed, failures }
}
