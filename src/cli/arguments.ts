import { parseArgs } from 'node:util'
import { type Command, type Given, type Option, WrongUse } from './command.ts'

/** The options that every command has. */
export const COMMON_OPTIONS: Readonly<Record<string, Option>> = {
  json: { help: 'write JSON' },
  help: { help: 'say what there is' },
}

/** Reads what stands behind the name of a command. A long option may be cut short, as long as it is only one. */
export function parseArguments(command: Command, args: readonly string[]): Given {
  const options = { ...command.options, ...COMMON_OPTIONS }
  const parsed = parse(completeNames(args, Object.keys(options)), options)
  const texts = (name: string): readonly string[] | undefined => parsed.values[name] as string[] | undefined
  for (const [name, { value, multiple }] of Object.entries(options)) {
    if (value !== undefined && !multiple && (texts(name)?.length ?? 0) > 1)
      throw new WrongUse(`--${name} is there more than once`)
  }
  return {
    positionals: parsed.positionals,
    text: (name) => texts(name)?.at(-1),
    texts,
    has: (name) => parsed.values[name] !== undefined,
  }
}

/** Whether this is not the name of a file but what belongs into one: then no message may hold it. */
export function isKeyItself(text: string): boolean {
  return /^\s*(?:\{|-----BEGIN)|[\r\n]/.test(text)
}

type Values = Readonly<Record<string, unknown>>

function parse(
  args: string[],
  options: Readonly<Record<string, Option>>,
): { values: Values; positionals: readonly string[] } {
  const known = Object.entries(options).map(([name, { value }]) => [
    name,
    value === undefined ? { type: 'boolean' } : { type: 'string', multiple: true },
  ])
  try {
    return parseArgs({ args, options: Object.fromEntries(known), allowPositionals: true })
  } catch (error) {
    // Node quotes what it takes for an option.
    if (args.some((arg) => arg.startsWith('-----BEGIN')))
      throw new WrongUse('a key is given by the name of its file, and not itself')
    // Its first sentence says what is wrong; the others are advice about other programs.
    throw new WrongUse((error as Error).message.split(/\.\s/)[0])
  }
}

/** Writes each long option in full. What follows "--" is no option. */
function completeNames(args: readonly string[], names: readonly string[]): string[] {
  const end = args.indexOf('--')
  return args.map((arg, index) => {
    const [, written, rest] = /^--([a-z][\w-]*)(=.*)?$/s.exec(arg) ?? []
    if (written === undefined || (end !== -1 && index > end)) return arg
    return `--${completeName(written, names)}${rest ?? ''}`
  })
}

function completeName(written: string, names: readonly string[]): string {
  if (names.includes(written)) return written
  const fitting = names.filter((name) => name.startsWith(written))
  if (fitting.length > 1) throw new WrongUse(`--${written} may mean ${fitting.map((name) => `--${name}`).join(' or ')}`)
  const [name] = fitting
  if (name === undefined)
    throw new WrongUse(`--${written} is not an option; there are ${names.map((known) => `--${known}`).join(', ')}`)
  return name
}
