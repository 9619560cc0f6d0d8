import { generateTestKey } from '../core/keys.ts'
import { Lacking, type VerifyTask } from '../core/peer.ts'
import { signMany } from '../core/supply.ts'
import { PEERS } from '../peers/index.ts'
import type { Held } from './heap.ts'

// Runs in a process of its own, with --expose-gc, and prints as JSON: the bytes that each of many things takes, or why the
// peer has none.

const COUNT = 5000

const [name, held] = process.argv.slice(2) as [string, Held]
const peer = PEERS.find((known) => known.name === name)
const key = await generateTestKey('HS256', 'main')

/** Each call makes one more of what is counted, and returns what must be kept. */
async function prepare(): Promise<(index: number) => unknown> {
  const task: VerifyTask = { alg: 'HS256', keys: [key] }
  const verifier = peer?.verifySync ?? peer?.verify
  if (!verifier) throw new Lacking('no verifier')
  if (held === 'verifier') {
    await verifier(task)
    return () => verifier(task)
  }
  const { prepare: take, run } = await verifier({ ...task, cacheSize: 2 * COUNT })
  // The tokens come as bytes and become strings one by one, so that only what the cache keeps is kept.
  const received = (await signMany(COUNT, [key])).map((token) => Buffer.from(token))
  return (index) => {
    const token = (received[index] as Buffer).toString('latin1')
    run((take ? take(token as never) : token) as never)
    return run
  }
}

async function heldBytes(): Promise<number> {
  // Twice, and with a pause: what has a finalizer goes in the second.
  for (let pass = 0; pass < 2; pass++) {
    globalThis.gc?.()
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

try {
  const make = await prepare()
  // `make` too, or the tokens that it has would be freed meanwhile.
  const kept: unknown[] = [make, ...new Array(COUNT).fill(null)]
  const before = await heldBytes()
  for (let index = 0; index < COUNT; index++) kept[index + 1] = await make(index)
  const after = await heldBytes()
  console.log(JSON.stringify(Math.round((after - before) / (kept.length - 1))))
} catch (error) {
  if (!(error instanceof Lacking || error instanceof TypeError)) throw error
  console.log(JSON.stringify(error.message.split(';')[0]))
}
