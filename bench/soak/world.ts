import { type Helper, startHelper } from '../gateway/processes.ts'
import { monotonic } from './clock.ts'
import { every, faultsInTurn, type Incident, jump } from './disturbances.ts'
import { KeyRing } from './key-ring.ts'
import { type KeyServer, startKeyServer } from './key-server.ts'
import { type Facts, mintShots } from './mint.ts'
import { Oracle } from './oracle.ts'
import type {
  FetchEvent,
  GatewayAnswer,
  GatewayQuestion,
  LoadAnswer,
  LoadQuestion,
  LoopDelay,
  Sample,
  Shot,
} from './questions.ts'
import { type Random, seededRandom } from './random.ts'
import { VALIDATORS } from './scenario.ts'
import { Tally } from './tally.ts'

/** Seconds after which a token is in use no more, and no answer on its way, however slow the machine. */
const LATEST_ANSWER = 180
/** Seconds between two measurements of the gateway. */
const SAMPLE_INTERVAL = 5
/** Seconds, from the least to the most: long enough for a wait to run into the time cap, and for a set to get too old. */
const OUTAGE = [4, 8] as const
/** The share of the rotations by which all keys are replaced at once. */
const THEFTS = 0.2

const PURPOSES = ['fault', 'rotation', 'jump', 'revocation', 'token'] as const
type Purpose = (typeof PURPOSES)[number]

/** A measurement of the gateway, beside what the machine did meanwhile to a process that does nothing. */
export interface Moment extends Sample {
  /** Seconds since the start. */
  readonly at: number
  readonly bystander: LoopDelay
}

/** The gateway, its clients, its key server, what disturbs them, and who judges. */
export class World {
  readonly #random: (purpose: Purpose) => Random
  readonly #seed: number
  readonly #rings: ReadonlyMap<string, KeyRing>
  readonly #gateway: Helper<GatewayQuestion, GatewayAnswer>
  readonly #load: Helper<LoadQuestion, LoadAnswer> = startHelper(new URL('./load-process.ts', import.meta.url))
  readonly #bystander: Helper<'sample', LoopDelay> = startHelper(new URL('./bystander.ts', import.meta.url))
  readonly #epoch: number
  readonly #start: number
  readonly #url: string
  readonly #facts = new Map<number, { readonly facts: Facts; readonly until: number }>()
  readonly #is: Record<'rotation' | 'fault' | 'jump' | 'revocation' | 'sample', (now: number) => boolean>
  readonly #nextFault: ReturnType<typeof faultsInTurn>
  #shots = 0
  #healAt = Number.POSITIVE_INFINITY
  #fault: { readonly name: string; readonly from: number } | undefined
  readonly keyServer: KeyServer
  readonly oracle: Oracle
  readonly tally: Tally
  readonly incidents: Incident[] = []
  readonly moments: Moment[] = []
  readonly errors: string[] = []
  revocations = 0

  static async create(seed: number): Promise<World> {
    const rings = new Map<string, KeyRing>()
    for (const plan of VALIDATORS) rings.set(plan.name, await KeyRing.create(plan))
    const keyServer = await startKeyServer(rings)
    const gateway = startHelper<GatewayQuestion, GatewayAnswer>(new URL('./gateway-process.ts', import.meta.url), [
      '--expose-gc',
    ])
    const epoch = Date.now() / 1000 - monotonic()
    const url = (await gateway.ask({ ask: 'start', epoch, keyServer: keyServer.url })) as string
    return new World(seed, rings, keyServer, gateway, epoch, url)
  }

  private constructor(
    seed: number,
    rings: ReadonlyMap<string, KeyRing>,
    keyServer: KeyServer,
    gateway: Helper<GatewayQuestion, GatewayAnswer>,
    epoch: number,
    url: string,
  ) {
    // One for each purpose, so that how often one is asked, which depends on the machine, changes no other.
    const randoms = PURPOSES.map((_, index) => seededRandom(seed * PURPOSES.length + index))
    const random = (purpose: Purpose) => randoms[PURPOSES.indexOf(purpose)] as Random
    this.#seed = seed
    this.#random = random
    this.#rings = rings
    this.#gateway = gateway
    this.#epoch = epoch
    this.#url = url
    this.#start = monotonic()
    this.#nextFault = faultsInTurn(random('fault'))
    this.#is = {
      rotation: every(4 / VALIDATORS.length, random('rotation')),
      fault: every(27, random('fault')),
      jump: every(6, random('jump')),
      revocation: every(0.5, random('revocation')),
      sample: every(SAMPLE_INTERVAL, { ...random('token'), between: () => 1 }),
    }
    this.keyServer = keyServer
    this.oracle = new Oracle(epoch)
    this.tally = new Tally(this.#start)
  }

  get elapsed(): number {
    return monotonic() - this.#start
  }

  /** Disturbs, brings new tokens, and judges what has been answered. */
  async step(): Promise<void> {
    const now = this.elapsed
    await this.#disturbServer(now)
    if (this.#is.rotation(now)) await this.#rotate(now)
    if (this.#is.jump(now)) await this.#jump(now)
    if (this.#is.revocation(now)) await this.#revoke()
    const { answered, errors } = await this.#load.ask({ url: this.#url, seed: this.#seed, add: this.#mint() })
    this.errors.push(...errors)
    // Asked for after the answers, so that all is known that happened before them.
    const events = (await this.#gateway.ask({ ask: 'fetches' })) as readonly FetchEvent[]
    for (const event of events) this.oracle.noteFetch(event, this.keyServer.served)
    for (const answer of answered) {
      const facts = this.#facts.get(answer.id)?.facts
      if (facts) this.tally.note(answer, facts, this.oracle.allowed(facts, answer.from, answer.to))
      else this.errors.push(`an answer after more than ${LATEST_ANSWER} s`)
    }
    if (this.#is.sample(now)) await this.#sample()
    await this.#forget()
  }

  async stop(): Promise<void> {
    await Promise.all([this.#load, this.#gateway, this.#bystander].map((helper) => helper.stop()))
    this.keyServer.stop()
  }

  async #disturbServer(now: number): Promise<void> {
    if (this.#fault && now >= this.#healAt) {
      await this.keyServer.heal()
      this.incidents.push({ what: 'fault', name: this.#fault.name, from: this.#fault.from, to: this.elapsed })
      this.#fault = undefined
    } else if (!this.#fault && this.#is.fault(now)) {
      const name = this.#nextFault()
      this.keyServer.strike(name)
      this.#fault = { name, from: now }
      this.#healAt = now + this.#random('fault').between(...OUTAGE)
    }
  }

  async #rotate(now: number): Promise<void> {
    const random = this.#random('rotation')
    const { name } = random.pick(VALIDATORS)
    const isTheft = random.next() < THEFTS
    const ring = this.#rings.get(name) as KeyRing
    await (isTheft ? ring.replace() : ring.rotate())
    this.incidents.push({ what: isTheft ? 'theft' : 'rotation', name, from: now, to: now })
  }

  async #jump(now: number): Promise<void> {
    const before = this.oracle.clock.latest - this.#epoch
    const offset = jump(before, this.#random('jump'))
    const time = (await this.#gateway.ask({ ask: 'clock', offset })) as number
    this.oracle.clock.set(time, this.#epoch + offset)
    const by = offset - before
    this.incidents.push({ what: 'clock', name: `${by < 0 ? '' : '+'}${by.toFixed(1)} s`, from: now, to: now })
  }

  /** Some of the tokens that may be are revoked, and then some are not any more. */
  async #revoke(): Promise<void> {
    const revocable = [...this.#facts.values()].filter(
      ({ facts }) => facts.kind === 'revoked' && facts.plan.isRevocable,
    )
    const random = this.#random('revocation')
    const isRevoked = random.next() < 0.6
    const ids = revocable.flatMap(({ facts }) => (random.next() < 0.4 && facts.token ? [facts.token.claims.jti] : []))
    const time = (await this.#gateway.ask({ ask: 'revoke', ids, isRevoked })) as number
    for (const id of ids) this.oracle.noteRevocation(id, time, isRevoked)
    this.revocations += ids.length
  }

  #mint(): Shot[] {
    const now = this.oracle.clock.latest + monotonic()
    const until = monotonic() + LATEST_ANSWER
    return VALIDATORS.flatMap((plan) => {
      const ring = this.#rings.get(plan.name) as KeyRing
      return mintShots(plan, ring, now, this.#random('token'), () => ++this.#shots).map(({ shot, facts }) => {
        this.#facts.set(shot.id, { facts, until })
        return shot
      })
    })
  }

  async #sample(): Promise<void> {
    const at = this.elapsed
    const [sample, bystander] = await Promise.all([this.#gateway.ask({ ask: 'sample' }), this.#bystander.ask('sample')])
    this.moments.push({ at, ...(sample as Sample), bystander })
  }

  async #forget(): Promise<void> {
    const now = monotonic()
    this.oracle.forget(now - LATEST_ANSWER)
    const gone: string[] = []
    for (const [id, { facts, until }] of this.#facts) {
      if (until > now) break
      this.#facts.delete(id)
      if (facts.kind === 'revoked' && facts.token) gone.push(facts.token.claims.jti)
    }
    await this.#gateway.ask({ ask: 'revoke', ids: gone, isRevoked: false })
    for (const id of gone) this.oracle.forgetRevocation(id)
  }
}
