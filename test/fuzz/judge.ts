import { takeSlow } from './clock.ts'
import { DIFFERENCES, type Disagreement } from './differences.ts'
import { type Draw, drawOf } from './draw.ts'
import type { Observation, Target } from './target.ts'
import { TARGETS } from './targets/all.ts'

/** A fault, or what nobody has explained yet. */
export interface Finding {
  readonly kind: 'exception' | 'ways differ' | 'jose' | 'reference' | 'slow' | 'harness'
  /** `seed:index`, which draws the input anew. */
  readonly at: string
  readonly target: string
  readonly input: unknown
  readonly details: unknown
}

export interface Judgement {
  readonly findings: Finding[]
  /** The differences that are known, by what they are. */
  readonly known: readonly string[]
  /** The class of the verdict, to see that all of them come up. */
  readonly verdict: string
}

const SHARES = TARGETS.reduce((sum, { share }) => sum + share, 0)

export function targetOf(draw: Draw, only?: string): Target {
  const one = TARGETS.find(({ name }) => name === only)
  let rest = draw.below(SHARES)
  const drawn = TARGETS.find(({ share }) => {
    rest -= share
    return rest < 0
  })
  return one ?? (drawn as Target)
}

/** One execution: one input through all ways of its target, and through the others that know it. */
export async function execute(
  seed: number,
  index: number,
  only?: string,
): Promise<Judgement & { readonly target: string }> {
  const draw = drawOf(seed, index)
  const target = targetOf(draw, only)
  return { target: target.name, ...(await judge(target, target.draw(draw), `${seed}:${index}`)) }
}

/** The same alone, so that what is slow is this execution and no other. */
export async function findSlow(seed: number, index: number, only?: string): Promise<Finding[]> {
  takeSlow()
  const { target } = await execute(seed, index, only)
  return takeSlow().map((details) => ({
    kind: 'slow',
    at: `${seed}:${index}`,
    target,
    input: inputOf(seed, index, only),
    details,
  }))
}

function inputOf(seed: number, index: number, only?: string): unknown {
  const draw = drawOf(seed, index)
  return targetOf(draw, only).draw(draw)
}

export async function judge(target: Target, input: unknown, at: string): Promise<Judgement> {
  const finding = (kind: Finding['kind'], details: unknown): Finding => ({
    kind,
    at,
    target: target.name,
    input,
    details,
  })
  let observation: Observation
  try {
    observation = await target.observe(input)
  } catch (error) {
    const details = error instanceof Error ? error.stack : String(error)
    return { findings: [finding('harness', details)], known: [], verdict: 'none' }
  }
  const { ways, reference, jose } = observation
  const verdicts = Object.values(ways)
  const [ours = 'none'] = verdicts
  const findings: Finding[] = []
  if (verdicts.some((verdict) => verdict.startsWith('THROWN'))) findings.push(finding('exception', ways))
  else if (verdicts.some((verdict) => verdict !== ours)) findings.push(finding('ways differ', ways))

  const disagreements: Pick<Disagreement, 'between' | 'theirs'>[] = []
  if (reference && reference.verdict !== ours) disagreements.push({ between: 'reference', theirs: reference.verdict })
  if (jose !== undefined && !agrees(ours, jose)) disagreements.push({ between: 'jose', theirs: jose })
  const known: string[] = []
  for (const { between, theirs } of disagreements) {
    const rule = reference?.rule ?? ''
    const disagreement = { target: target.name, between, ours, theirs, rule, input: input as never }
    const difference = DIFFERENCES.find((each) => each.matches(disagreement))
    if (difference) known.push(difference.what)
    else findings.push(finding(between, { ours, theirs, rule }))
  }
  return { findings, known, verdict: ours.split(' ')[0] as string }
}

/** Both refuse, for whatever reason, or both accept, and the same where jose says what. */
function agrees(ours: string, jose: string): boolean {
  const [isOurs, isJoses] = [ours, jose].map((verdict) => verdict.startsWith('accepted'))
  return isOurs === isJoses && (!isOurs || jose === 'accepted ' || jose === ours)
}
