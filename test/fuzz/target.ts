import type { Draw } from './draw.ts'

/** What became of one input: a verdict begins with `accepted`, with a code, or with `THROWN`, which nothing may. */
export interface Observation {
  /** By each way through the library; they must be alike (R16). */
  readonly ways: Readonly<Record<string, string>>
  /** By the reference, with the rule that decides; code and claim must be alike, and what is accepted. */
  readonly reference?: { readonly verdict: string; readonly rule: string }
  /** By jose, of which only is asked whether it accepts, and what. */
  readonly jose?: string
}

/** A part of the library and what may be put into it. */
export interface Target<Input = unknown> {
  readonly name: string
  /** How many executions it gets beside the others. What is cheap gets most. */
  readonly share: number
  /** Plain data, so that it can be printed and read again. */
  draw(draw: Draw): Input
  /** Which members come from outside, and may be anything; the others are the programmer's. Default: all. */
  readonly outside?: readonly string[]
  observe(input: Input): Observation | Promise<Observation>
}
