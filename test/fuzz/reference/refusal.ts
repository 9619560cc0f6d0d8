// What the specification says about an input, written from the RFCs and from the project's rules over node:crypto, and from
// none of `src`: slow, plain, and in the order in which the rules are read.

/** Why the reference refuses: the code, the claim at fault, and the rule that decides. */
export class Refusal extends Error {
  readonly code: string
  readonly rule: string
  readonly claim: string | undefined

  constructor(code: string, rule: string, claim?: string) {
    super(`${code} by ${rule}`)
    this.code = code
    this.rule = rule
    this.claim = claim
  }
}
