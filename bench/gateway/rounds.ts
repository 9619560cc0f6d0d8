import { isDisturbed, machineUsage, processUsage } from './disturbance.ts'
import type { Gateway } from './gateways.ts'
import type { Load, LoadQuestion } from './load.ts'
import type { Helper } from './processes.ts'
import { quantile } from './quantile.ts'
import type { Route } from './routes.ts'
import type { Variant } from './variants.ts'

export interface Plan {
  readonly rounds: number
  /** Seconds of load for each gateway in each round. */
  readonly seconds: number
  /** Seconds of load for each gateway beforehand: code is still being optimised after the first 50,000 requests. */
  readonly warmup: number
  readonly connections: number
  readonly tokens: number
}

/** The medians of the rounds of one variant. */
export interface Row extends Variant {
  readonly perSecond: number
  /** The requests a second, as a share of those without a check a moment before. */
  readonly ofNoCheck: number
  /** The first and the third quartile of that. */
  readonly ofNoCheckFrom: number
  readonly ofNoCheckTo: number
  /** Milliseconds. */
  readonly p50: number
  readonly p97_5: number
  readonly p99: number
  /** Microseconds of CPU time of the server's process for each request, in the round that was disturbed least. */
  readonly cpuPerRequest: number
  /** The share of its time for which the server's process was busy; more than 1 with several threads. */
  readonly busy: number
  /** The rounds in which other work of the machine took part of the cores, whatever the number of attempts. */
  readonly disturbed: number
}

interface Sample extends Load {
  /** The requests a second without a check, a moment before. */
  readonly unchecked: number
  readonly cpuPerRequest: number
  readonly busy: number
  readonly isDisturbed: boolean
}

/** So often a sample is taken again when other work of the machine has disturbed it. */
const MOST_ATTEMPTS = 3

/**
 * Loads all gateways in turn, several times over, and each time the one without a check just before, so that a machine that
 * grows slower, or warmer, does so for both.
 *
 * @param unchecked one of the gateways
 */
export async function measure(
  gateways: readonly Gateway[],
  unchecked: Gateway,
  { path, awake }: Route,
  generator: Helper<LoadQuestion, Load>,
  plan: Plan,
): Promise<readonly Row[]> {
  const { rounds, connections } = plan
  const load = (gateway: Gateway, seconds: number) =>
    observe(gateway, generator, { url: gateway.url + path, tokens: gateway.tokens, connections, seconds, awake })

  const takeSample = async (gateway: Gateway): Promise<Sample> => {
    const before = await load(unchecked, plan.seconds)
    const own = await load(gateway, plan.seconds)
    return { ...own, unchecked: before.perSecond, isDisturbed: before.isDisturbed || own.isDisturbed }
  }

  for (const gateway of gateways) await load(gateway, plan.warmup)
  const samples = new Map(gateways.map((gateway) => [gateway, [] as Sample[]]))
  for (let round = 0; round < rounds; round++) {
    console.log(`${path}: round ${round + 1} of ${rounds}`)
    for (const gateway of gateways) {
      let sample = await takeSample(gateway)
      for (let attempt = 1; sample.isDisturbed && attempt < MOST_ATTEMPTS; attempt++) sample = await takeSample(gateway)
      samples.get(gateway)?.push(sample)
    }
  }
  return [...samples].map(([{ variant }, own]) => ({ ...variant, ...summarize(own) }))
}

async function observe(
  gateway: Gateway,
  generator: Helper<LoadQuestion, Load>,
  question: LoadQuestion,
): Promise<Omit<Sample, 'unchecked'>> {
  const usage = async () => {
    const server = await gateway.usage()
    return { server, machine: machineUsage(), own: server + processUsage() }
  }
  const before = await usage()
  const start = performance.now()
  const load = await generator.ask(question)
  const elapsed = (performance.now() - start) * 1000
  const after = await usage()
  const used = after.server - before.server
  return {
    ...load,
    cpuPerRequest: used / load.requests,
    busy: used / elapsed,
    isDisturbed: isDisturbed(before, { ...after, own: after.own + load.generatorUsage }, elapsed),
  }
}

function summarize(samples: readonly Sample[]): Omit<Row, keyof Variant> {
  const medianOf = (read: (sample: Sample) => number) => quantile(samples.map(read), 0.5)
  const shares = samples.map(({ perSecond, unchecked }) => perSecond / unchecked)
  return {
    perSecond: medianOf(({ perSecond }) => perSecond),
    ofNoCheck: quantile(shares, 0.5),
    ofNoCheckFrom: quantile(shares, 0.25),
    ofNoCheckTo: quantile(shares, 0.75),
    p50: medianOf(({ p50 }) => p50),
    p97_5: medianOf(({ p97_5 }) => p97_5),
    p99: medianOf(({ p99 }) => p99),
    cpuPerRequest: Math.min(...samples.map(({ cpuPerRequest }) => cpuPerRequest)),
    busy: medianOf(({ busy }) => busy),
    disturbed: samples.filter(({ isDisturbed }) => isDisturbed).length,
  }
}
