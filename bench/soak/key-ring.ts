import { generateKeyPair, type KeyObject } from 'node:crypto'
import { promisify } from 'node:util'
import type { ValidatorPlan } from './scenario.ts'

export interface IssuerKey {
  readonly kid: string
  /** No other key has it, even where one has the same id. */
  readonly serial: number
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
  /** As it is published. */
  readonly jwk: object
}

/** The keys of an issuer, which rotate: announced, in use, still published, withdrawn. */
export class KeyRing {
  readonly #plan: ValidatorPlan
  #count = 0
  #replacements = 0
  next: IssuerKey
  current: IssuerKey
  previous: IssuerKey
  withdrawn: IssuerKey
  /** Stands only in answers that are to be refused. */
  readonly rogue: IssuerKey
  published: readonly IssuerKey[]

  private constructor(plan: ValidatorPlan, keys: readonly IssuerKey[]) {
    const [next, current, previous, withdrawn, rogue] = keys as [IssuerKey, IssuerKey, IssuerKey, IssuerKey, IssuerKey]
    this.#plan = plan
    this.next = next
    this.current = current
    this.previous = previous
    this.withdrawn = withdrawn
    this.rogue = rogue
    this.published = [next, current, previous]
  }

  static async create(plan: ValidatorPlan): Promise<KeyRing> {
    const names = ['next', 'current', 'previous', 'withdrawn', 'rogue']
    return new KeyRing(plan, await Promise.all(names.map((name) => generateKey(plan, `${plan.name}-${name}`))))
  }

  async rotate(): Promise<void> {
    const key = await this.#create()
    this.withdrawn = this.previous
    this.previous = this.current
    this.current = this.next
    this.next = key
    this.published = [this.next, this.current, this.previous]
  }

  /** As after a theft: all that was published is withdrawn at once. Now and then the new key has the id of the old one. */
  async replace(): Promise<void> {
    const isNamesake = ++this.#replacements % 2 === 1
    const [next, current] = await Promise.all([this.#create(), this.#create(isNamesake ? this.current.kid : undefined)])
    this.withdrawn = this.current
    this.previous = this.next
    this.current = current
    this.next = next
    this.published = [next, current]
  }

  #create(kid = `${this.#plan.name}-${++this.#count}`): Promise<IssuerKey> {
    return generateKey(this.#plan, kid)
  }
}

let serials = 0

async function generateKey({ alg }: ValidatorPlan, kid: string): Promise<IssuerKey> {
  const { privateKey, publicKey } = await GENERATORS[alg]()
  const jwk = { ...publicKey.export({ format: 'jwk' }), kid, alg, use: 'sig' }
  return { kid, serial: ++serials, privateKey, publicKey, jwk }
}

const generate = promisify(generateKeyPair)
const GENERATORS = {
  ES256: () => generate('ec', { namedCurve: 'P-256' }),
  RS256: () => generate('rsa', { modulusLength: 2048 }),
  EdDSA: () => generate('ed25519'),
}
