import { fork } from 'node:child_process'
import { once } from 'node:events'

/** Another process, which answers one question at a time. */
export interface Helper<Question, Answer> {
  ask(question: Question): Promise<Answer>
  stop(): Promise<void>
}

type Reply<Answer> = { readonly answer: Answer } | { readonly error: unknown }

/** Runs a file that calls {@link answerWith}, with the same loader as this process. */
export function startHelper<Question, Answer>(
  file: URL,
  nodeOptions: readonly string[] = [],
): Helper<Question, Answer> {
  // "advanced", so that an error arrives as what it was.
  const child = fork(file, { serialization: 'advanced', execArgv: [...process.execArgv, ...nodeOptions] })
  const ended = once(child, 'exit')
  return {
    async ask(question) {
      child.send(question as object)
      const isOver = ended.then(([code]) => {
        throw new Error(`the process of ${file.pathname.split('/').at(-1)} ended with ${code}`)
      })
      const [reply] = (await Promise.race([once(child, 'message'), isOver])) as [Reply<Answer>]
      if ('error' in reply) throw reply.error
      return reply.answer
    },
    async stop() {
      if (child.connected) child.disconnect()
      await ended
    },
  }
}

/** The other side of {@link startHelper}. The process ends with the one that started it. */
export function answerWith<Question, Answer>(answer: (question: Question) => Answer | Promise<Answer>): void {
  process.on('message', async (question: Question) => {
    process.send?.(await reply(answer, question))
  })
  process.once('disconnect', () => process.exit())
}

async function reply<Question, Answer>(
  answer: (question: Question) => Answer | Promise<Answer>,
  question: Question,
): Promise<Reply<Answer>> {
  try {
    return { answer: await answer(question) }
  } catch (error) {
    return { error }
  }
}
