import type { Surroundings } from './loopback.ts'
import { type Helper, startHelper } from './processes.ts'
import { OWN_ANSWER, type ServerAnswer, type ServerQuestion } from './routes.ts'
import type { Tokens } from './tokens.ts'
import { describeVariant, type Variant } from './variants.ts'

/** A server that runs, with what it is sent. */
export interface Gateway {
  readonly variant: Variant
  readonly tokens: readonly string[]
  readonly url: string
  /** Microseconds of CPU time that its process has used, in all threads. */
  usage(): Promise<number>
  stop(): Promise<void>
}

export interface Skipped {
  readonly variant: Variant
  readonly reason: string
}

/** Starts the server of a variant; or says why that variant does not exist. */
export async function startGateway(
  variant: Variant,
  issued: Tokens,
  surroundings: Surroundings,
  nodeOptions: readonly string[],
): Promise<Gateway | Skipped> {
  const helper: Helper<ServerQuestion, ServerAnswer> = startHelper(new URL('./server.ts', import.meta.url), nodeOptions)
  const keys = { jwk: issued.jwk, jwksUrl: surroundings.jwksUrl(issued) }
  try {
    const url = (await helper.ask({ ask: 'start', variant, keys, backend: surroundings.backend })) as string
    const usage = async () => (await helper.ask({ ask: 'usage' })) as number
    return { variant, tokens: issued.good, url, usage, stop: helper.stop }
  } catch (error) {
    await helper.stop()
    // A build of the library that does not know an option says so with a TypeError.
    if (error instanceof TypeError && variant.cached) return { variant, reason: error.message }
    throw error
  }
}

/** Whether the server lets the good tokens in and no others. A server that does not check lets everybody in. */
export async function proveAnswers({ variant, url }: Gateway, { good, bad }: Tokens): Promise<void> {
  const expect = async (wanted: number, what: string, token?: string) => {
    const headers = token === undefined ? {} : { authorization: `Bearer ${token}` }
    const { status } = await fetch(url + OWN_ANSWER.path, { headers })
    if (status !== wanted) throw new Error(`${describeVariant(variant)}: ${status}, and not ${wanted}, for ${what}`)
  }
  const refusal = variant.library === 'none' ? 200 : 401
  // Twice: the second answer may come from a cache.
  for (const round of ['first', 'second']) {
    for (const token of good) await expect(200, `a good token, the ${round} time`, token)
    for (const [fault, token] of Object.entries(bad)) await expect(refusal, `a bad token: ${fault}`, token)
    await expect(refusal, 'no token')
  }
}
