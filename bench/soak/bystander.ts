import { answerWith } from '../gateway/processes.ts'
import { watchLoop } from './loop-delay.ts'
import type { LoopDelay } from './questions.ts'

// A process that does nothing: by how much its event loop is late is what the machine does to everybody.

const loop = watchLoop()

answerWith<'sample', LoopDelay>(() => {
  const { result: _, ...delay } = loop.take(() => undefined)
  return delay
})
