import { PortableBufferApi } from './buffer.ts'

// Names that the tests take for granted. `bundle.ts` imports them into the test files that use them, and nowhere else.

const host = globalThis as { Buffer?: unknown; setImmediate?: unknown }

export const Buffer = host.Buffer ?? PortableBufferApi
export const setImmediate = host.setImmediate ?? runSoon

/** A task of its own, as `setImmediate` makes; browsers hold back timers that set one another. */
function runSoon(run: () => void): void {
  const { port1, port2 } = new MessageChannel()
  port1.onmessage = () => {
    port1.close()
    run()
  }
  port2.postMessage(undefined)
}
