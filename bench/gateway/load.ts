import autocannon, { type Client } from 'autocannon'
import { processUsage } from './disturbance.ts'
import { answerWith } from './processes.ts'
import { quantile } from './quantile.ts'

// The load generator in a process of its own. Latencies are counted here: the histograms of autocannon have milliseconds.

export interface LoadQuestion {
  readonly url: string
  readonly tokens: readonly string[]
  readonly connections: number
  readonly seconds: number
  /** Whether the generator polls without a pause, for which it needs a core of its own. */
  readonly awake: boolean
}

export interface Load {
  /** All requests that were answered, those of the first moments too. */
  readonly requests: number
  readonly perSecond: number
  /** Milliseconds. */
  readonly p50: number
  readonly p97_5: number
  readonly p99: number
  /** Microseconds of CPU time that the generator used. */
  readonly generatorUsage: number
}

/** Milliseconds for the connections to open, not counted. */
const SETTLING = 250
/** Whatever happens, a run ends. */
const MOST_REQUESTS = 1_000_000

answerWith<LoadQuestion, Load>(async ({ url, tokens, connections, seconds, awake }) => {
  const usedBefore = processUsage()
  const shares = share(tokens, connections)
  let opened = 0
  const run = autocannon({
    url,
    connections,
    pipelining: 1,
    duration: seconds + SETTLING / 1000,
    maxOverallRequests: MOST_REQUESTS,
    sampleInt: 100,
    timeout: 5,
    setupClient: (client: Client) => client.setRequests(shares[opened++] ?? []),
  })

  const latencies: number[] = []
  const from = performance.now() + SETTLING
  let last = from
  run.on('response', (_client, _status, _bytes, milliseconds) => {
    const now = performance.now()
    if (now < from) return
    last = now
    latencies.push(milliseconds)
  })

  const release = awake ? stayAwake() : undefined
  const { errors, timeouts, non2xx, '2xx': requests } = await run
  release?.()
  if (errors + timeouts + non2xx > 0) {
    throw new Error(`${errors} errors, ${timeouts} timeouts and ${non2xx} refusals at ${url}`)
  }
  return {
    requests,
    perSecond: (latencies.length * 1000) / (last - from),
    p50: quantile(latencies, 0.5),
    p97_5: quantile(latencies, 0.975),
    p99: quantile(latencies, 0.99),
    generatorUsage: processUsage() - usedBefore,
  }
})

/**
 * Otherwise a server that is slower than the generator lets it fall asleep between the answers, and pays for waking it up:
 * in a virtual machine about as much as for checking a token. That would be counted as a cost of the check.
 */
function stayAwake(): () => void {
  let next = setImmediate(function poll() {
    next = setImmediate(poll)
  })
  return () => clearImmediate(next)
}

/** Each connection has tokens of its own and goes through them in turn, so that all of them are always in use. */
function share(tokens: readonly string[], connections: number) {
  const shares = Array.from({ length: connections }, (): { headers: Record<string, string> }[] => [])
  for (const [index, token] of tokens.entries()) {
    shares[index % connections]?.push({ headers: { authorization: `Bearer ${token}` } })
  }
  return shares
}
