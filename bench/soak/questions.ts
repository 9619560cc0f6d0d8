/** What the gateway's process is told and asked. */
export type GatewayQuestion =
  | { readonly ask: 'start'; readonly epoch: number; readonly keyServer: string }
  /** Sets the validators' clock so many seconds apart from the right time. */
  | { readonly ask: 'clock'; readonly offset: number }
  | { readonly ask: 'revoke'; readonly ids: readonly string[]; readonly isRevoked: boolean }
  /** The fetches that have begun or ended since the last time. */
  | { readonly ask: 'fetches' }
  | { readonly ask: 'sample' }

/** The address; the moment of a change; the fetches; or a sample. */
export type GatewayAnswer = string | number | readonly FetchEvent[] | Sample

/** What the host of a validator sees of its fetches, in seconds of the shared clock. */
export interface FetchEvent {
  readonly validator: string
  readonly id: number
  readonly time: number
  /** What the validator's clock said at the start; absent at the end. */
  readonly startedAt?: number
}

/** Of a process: bytes after a collection of garbage, and milliseconds of delay of its event loop since the last sample. */
export interface Sample extends LoopDelay {
  readonly heap: number
  readonly resident: number
  /** Seconds for which the request that waits longest has had no verdict. */
  readonly longestWait: number
}

export interface LoopDelay {
  readonly delayP99: number
  readonly delayMax: number
  /** Without what other work of the machine has caused. */
  readonly ownP99: number
  readonly ownMax: number
}

/** A request as it is sent, again and again. */
export interface Shot {
  readonly id: number
  readonly validator: string
  readonly kind: string
  readonly headers: Readonly<Record<string, string>>
}

/** More shots, for which the answers to the requests since the last time are given. */
export interface LoadQuestion {
  readonly url: string
  readonly seed: number
  readonly add: readonly Shot[]
}

/** What became of a request. */
export interface Answered {
  readonly id: number
  readonly status: number
  /** `accepted`, or the code of the refusal. */
  readonly verdict: string
  /** When the validator was asked and when it had answered, in seconds of the shared clock. */
  readonly from: number
  readonly to: number
}

export interface LoadAnswer {
  readonly answered: readonly Answered[]
  /** Requests that got no answer at all. */
  readonly errors: readonly string[]
}
