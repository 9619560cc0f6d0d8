import { COMMON_OPTIONS } from './arguments.ts'
import type { Command } from './command.ts'

type Commands = Readonly<Record<string, Command>>

export function helpOf(name: string, command: Command): string {
  const options = Object.entries({ ...command.options, ...COMMON_OPTIONS })
  const rows = options.map(([option, { value, help }]) => [
    `--${option}${value === undefined ? '' : ` ${value}`}`,
    help,
  ])
  return [
    `countersign ${name}: ${command.summary}`,
    '',
    `  countersign ${name} ${command.usage}`,
    '',
    ...table(rows),
    '',
    'examples',
    ...command.examples.map(exampleLine),
  ].join('\n')
}

export function helpOfAll(commands: Commands): string {
  const rows = Object.entries(commands).map(([name, { summary }]) => [name, summary])
  return [
    'countersign: JSON Web Keys, Signatures and Tokens',
    '',
    ...table(rows),
    '',
    'examples',
    ...Object.values(commands).flatMap(({ examples }) => examples.slice(0, 1).map(exampleLine)),
    '',
    'countersign COMMAND --help says more. Exit codes: 0 valid, or done; 1 refused; 2 wrong use.',
    'Long options may be cut short: --aud for --audience. Completion: source <(countersign completion bash)',
  ].join('\n')
}

function exampleLine(example: string): string {
  return `  ${example.includes('countersign') ? example : `countersign ${example}`}`
}

function table(rows: readonly (readonly string[])[]): string[] {
  const width = Math.max(...rows.map(([first = '']) => first.length))
  return rows.map(([first = '', second = '']) => `  ${first.padEnd(width)}  ${second}`)
}
