import { parseArgs } from 'node:util'

export interface Options {
  readonly seed: number
  readonly seconds: number
  readonly executions: number
  readonly workers: number
  /** `seed:index` of one execution, or a file of findings. */
  readonly replay: string | undefined
  readonly only: string | undefined
  /** By what runs in the library, instead of by chance alone. */
  readonly guided: boolean
  /** Where the findings go, a line of JSON each. */
  readonly findings: string | undefined
}

/** Without options: 60 seconds of new inputs. */
export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seed: { type: 'string' },
      seconds: { type: 'string' },
      executions: { type: 'string' },
      workers: { type: 'string', default: '2' },
      replay: { type: 'string' },
      only: { type: 'string' },
      findings: { type: 'string' },
      guided: { type: 'boolean', default: false },
    },
  })
  const isBounded = values.executions !== undefined
  return {
    seed: number('seed', values.seed, Math.floor(Math.random() * 2 ** 31)),
    seconds: number('seconds', values.seconds, isBounded ? 86_400 : 60),
    executions: number('executions', values.executions, Number.MAX_SAFE_INTEGER),
    workers: number('workers', values.workers, 2),
    ...{ replay: values.replay, only: values.only, findings: values.findings, guided: values.guided },
  }
}

function number(name: string, text: string | undefined, fallback: number): number {
  const value = text === undefined ? fallback : Number(text)
  if (!(value >= 0)) throw new TypeError(`--${name} must be a number from 0 on`)
  return value
}
