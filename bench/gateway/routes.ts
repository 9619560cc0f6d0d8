import type { Keys } from './checks.ts'
import type { Variant } from './variants.ts'

/** What is measured on every server. */
export interface Route {
  readonly path: string
  readonly title: string
  /** Whether the load generator may keep a core busy; the backend needs one too. */
  readonly awake: boolean
}

/** Answered by the server itself, so that nothing but Node's HTTP stands beside the check. */
export const OWN_ANSWER: Route = {
  path: '/private/own',
  title: 'The server answers by itself: nothing but HTTP stands beside the check.',
  awake: true,
}

/** Answered by the backend behind the gateway. */
export const BACKEND_ANSWER: Route = {
  path: '/private/custom',
  title: 'The server asks a backend, as the node:http example does.',
  awake: false,
}

/** `start` comes first and is answered with the address; `usage` with the microseconds of CPU time used so far. */
export type ServerQuestion =
  | { readonly ask: 'start'; readonly variant: Variant; readonly keys: Keys; readonly backend: string }
  | { readonly ask: 'usage' }

export type ServerAnswer = string | number
