/** One option of a command; `value` names what it takes, and an option without one is a switch. */
export interface Option {
  readonly value?: string
  readonly multiple?: boolean
  readonly help: string
}

/** What was written behind the name of a command, checked against its options. */
export interface Given {
  readonly positionals: readonly string[]
  /** The value of an option; the last where it was given several times. */
  text(name: string): string | undefined
  texts(name: string): readonly string[] | undefined
  has(name: string): boolean
}

/** What a command has to say, for people and for programs. */
export interface Answer {
  readonly human: string
  readonly json: unknown
  /** For the person at the terminal, beside the answer. */
  readonly note?: string
}

export interface Command {
  readonly summary: string
  /** What stands behind its name, beside the options. */
  readonly usage: string
  readonly options: Readonly<Record<string, Option>>
  /** Each a line for the shell, without the name of the program. */
  readonly examples: readonly string[]
  /**
   * @throws JoseError when what was to be judged is refused
   * @throws WrongUse when what was written, or what it is to be judged by, cannot be used
   */
  run(given: Given): Promise<Answer>
}

/** A mistake of whoever wrote the command line, told in one line. */
export class WrongUse extends Error {}
