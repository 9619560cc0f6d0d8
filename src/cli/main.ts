#!/usr/bin/env node
import { readFileSync } from 'node:fs'
import { JoseError } from '../errors.ts'
import { isKeyItself, parseArguments } from './arguments.ts'
import { type Command, WrongUse } from './command.ts'
import { completionOf } from './completion.ts'
import { helpOf, helpOfAll } from './help.ts'
import { inspect } from './inspect.ts'
import { jwks } from './jwks.ts'
import { keygen } from './keygen.ts'
import { toJson, toLine } from './output.ts'
import { sign } from './sign.ts'
import { thumbprints } from './thumbprint.ts'
import { refusalOf, verify } from './verify.ts'

// The command line: answers go to the standard output, everything else to the standard error.

const NAMED: Readonly<Record<string, Command>> = { keygen, jwks, sign, verify, inspect, thumbprint: thumbprints }
const COMMANDS: Readonly<Record<string, Command>> = { ...NAMED, completion: completionOf(NAMED) }

/** Done, or valid. */
const DONE = 0
const REFUSED = 1
const WRONG_USE = 2

async function run([name, ...args]: readonly string[]): Promise<number> {
  if (name === undefined || name === '--help' || name === 'help') {
    console[name === undefined ? 'error' : 'log'](helpOfAll(COMMANDS))
    return name === undefined ? WRONG_USE : DONE
  }
  if (name === '--version') {
    console.log(version())
    return DONE
  }
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined
  if (!command)
    throw new WrongUse(
      `${isKeyItself(name) ? 'this' : `"${name}"`} is not a command; there are ${Object.keys(COMMANDS).join(', ')}`,
    )
  const given = parseArguments(command, args)
  if (given.has('help')) {
    console.log(helpOf(name, command))
    return DONE
  }
  try {
    const { human, json, note } = await command.run(given)
    console.log(given.has('json') ? toJson(json) : human)
    if (note !== undefined) console.error(toLine(note))
    return DONE
  } catch (error) {
    if (!(error instanceof JoseError)) throw error
    if (given.has('json')) console.log(toJson(refusalOf(error)))
    else console.error(toLine(`refused: ${error.code}: ${error.message}`))
    return REFUSED
  }
}

function version(): string {
  return JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')).version
}

try {
  process.exitCode = await run(process.argv.slice(2))
} catch (error) {
  if (!(error instanceof WrongUse)) throw error
  console.error(toLine(`countersign: ${error.message}`))
  process.exitCode = WRONG_USE
}
