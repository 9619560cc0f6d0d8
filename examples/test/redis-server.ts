import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { listening } from '../setup.ts'

/** A Redis server of our own, on a free port of loopback, which can be stopped and started. */
export async function createRedisServer() {
  const directory = await mkdtemp(join(tmpdir(), 'countersign-redis-'))
  const port = await freePort()
  let child: ChildProcess | undefined

  async function start(): Promise<void> {
    // What has been revoked must outlive a restart, so every write goes to the disk.
    const persistence = ['--save', '', '--appendonly', 'yes', '--appendfsync', 'always']
    const address = ['--bind', '127.0.0.1', '--port', String(port), '--dir', directory]
    const started = spawn('redis-server', [...address, ...persistence], { stdio: 'ignore' })
    child = started
    const failed = new Promise<never>((_, reject) => {
      started.once('error', (error: NodeJS.ErrnoException) => {
        reject(error.code === 'ENOENT' ? new Error('redis-server is missing: apt-get install redis-server') : error)
      })
      started.once('exit', (code) => reject(new Error(`redis-server ended with ${code}`)))
    })
    failed.catch(() => {})
    await Promise.race([answering(port), failed])
  }

  async function stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    if (child?.exitCode !== null || child.signalCode !== null) return
    const exited = once(child, 'exit')
    child.kill('SIGCONT')
    child.kill(signal)
    await exited
  }

  return {
    url: `redis://127.0.0.1:${port}`,
    start,
    stop,
    /** Lets it hang: connections stay, and nothing answers. */
    suspend: () => child?.kill('SIGSTOP'),
    resume: () => child?.kill('SIGCONT'),
    async destroy() {
      await stop('SIGKILL')
      await rm(directory, { recursive: true })
    },
  }
}

async function freePort(): Promise<number> {
  const { url, close } = await listening(createServer().listen(0, '127.0.0.1'))
  close()
  return Number(new URL(url).port)
}

async function answering(port: number): Promise<void> {
  for (;;) {
    const socket = connect(port, '127.0.0.1')
    try {
      await once(socket, 'connect')
      socket.write('PING\r\n')
      const [answer] = await once(socket, 'data')
      if (String(answer).startsWith('+PONG')) return
    } catch {
      // Not yet.
    } finally {
      socket.destroy()
    }
    await sleep(20)
  }
}
