// Starts programs, and waits for none of them for ever.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'

/** Milliseconds, many times what any of them takes. */
const LIMIT = 60_000

/** What a program prints, and its status. One that takes too long is ended, with all that it has started. */
export async function run(command, args, cwd) {
  const child = spawn(command, args, { cwd, detached: true, stdio: ['ignore', 'pipe', 'inherit'] })
  let hangs = false
  const timer = setTimeout(() => {
    hangs = true
    process.kill(-child.pid, 'SIGKILL')
  }, LIMIT)
  const [stdout, [status]] = await Promise.all([text(child.stdout), once(child, 'close')])
  clearTimeout(timer)
  if (hangs) throw new Error(`${LIMIT / 1000} s, and no end: ${[command, ...args].join(' ')}\n${stdout}`)
  return { stdout, status }
}

/** What a program prints that must succeed. */
export async function outputOf(command, args, cwd) {
  const { stdout, status } = await run(command, args, cwd)
  if (status !== 0) throw new Error(`status ${status}: ${[command, ...args].join(' ')}\n${stdout}`)
  return stdout
}
