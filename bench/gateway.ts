import { mkdirSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { drawRequests } from './gateway/chart.ts'
import { type Gateway, proveAnswers, type Skipped, startGateway } from './gateway/gateways.ts'
import type { Load, LoadQuestion } from './gateway/load.ts'
import { startSurroundings } from './gateway/loopback.ts'
import { startHelper } from './gateway/processes.ts'
import { describeMachine, printGoal, printScenario, type Scenario, writeMarkdown } from './gateway/report.ts'
import { measure, type Plan } from './gateway/rounds.ts'
import { BACKEND_ANSWER, OWN_ANSWER } from './gateway/routes.ts'
import { issueTokens, type Tokens } from './gateway/tokens.ts'
import { ALGORITHMS, type Algorithm, describeVariant, NO_CHECK, VARIANTS, type Variant } from './gateway/variants.ts'

// What a check of tokens costs a gateway: one HTTP server, each time in a process of its own, without a check and with
// those of several libraries, under load from another process.
//
// With one of these nothing is written to the results:
// --quick            a look, not a measurement
// --only HS256       only the variants whose names hold that, and no check
// --profile out      the servers leave the CPU profiles of Node in that directory

const FULL: Plan = { rounds: 3, seconds: 1, warmup: 6, connections: 32, tokens: 1000 }
const QUICK: Plan = { rounds: 3, seconds: 0.5, warmup: 3, connections: 32, tokens: 1000 }

const { values } = parseArgs({
  options: { quick: { type: 'boolean' }, only: { type: 'string' }, profile: { type: 'string' } },
})
const plan = values.quick ? QUICK : FULL
const nodeOptions = values.profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${values.profile}`]

const issued = new Map<Algorithm, Tokens>()
for (const alg of ALGORITHMS) issued.set(alg, await issueTokens(alg, plan.tokens))
const surroundings = await startSurroundings([...issued.values()])
const generator = startHelper<LoadQuestion, Load>(new URL('./gateway/load.ts', import.meta.url))
const gateways: Gateway[] = []
const skipped: Skipped[] = []

try {
  for (const variant of VARIANTS.filter(isWanted)) {
    const tokens = issued.get(variant.alg) as Tokens
    const started = await startGateway(variant, tokens, surroundings, nodeOptions)
    if ('reason' in started) {
      skipped.push(started)
      continue
    }
    gateways.push(started)
    await proveAnswers(started, tokens)
  }
  const unchecked = gateways.find(({ variant }) => variant === NO_CHECK) as Gateway
  const ofHs256 = gateways.filter(({ variant }) => variant.alg === 'HS256')
  await report([
    { ...OWN_ANSWER, rows: await measure(gateways, unchecked, OWN_ANSWER, generator, plan) },
    { ...BACKEND_ANSWER, rows: await measure(ofHs256, unchecked, BACKEND_ANSWER, generator, plan) },
  ])
} finally {
  await Promise.all([...gateways, generator].map((helper) => helper.stop()))
  surroundings.stop()
}

function isWanted(variant: Variant): boolean {
  return variant === NO_CHECK || values.only === undefined || describeVariant(variant).includes(values.only)
}

async function report(scenarios: readonly [own: Scenario, backend: Scenario]): Promise<void> {
  for (const scenario of scenarios) printScenario(scenario)
  printGoal(scenarios, skipped)
  if (Object.keys(values).length > 0) return
  const results = new URL('./results/', import.meta.url)
  mkdirSync(results, { recursive: true })
  const measured = { ...describeMachine(), plan, skipped, scenarios }
  writeFileSync(new URL('gateway.json', results), `${JSON.stringify(measured, null, 2)}\n`)
  writeFileSync(new URL('gateway.md', results), writeMarkdown(scenarios, skipped, plan))
  await drawRequests(new URL('gateway.svg', results), scenarios[0])
}
