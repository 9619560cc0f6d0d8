import { readFile } from 'node:fs/promises'
import { text } from 'node:stream/consumers'
import { JoseError } from '../errors.ts'
import { parseGoDuration } from '../gateway/duration.ts'
import { type JsonObject, own, parseJsonObject } from '../json.ts'
import type { Jwk } from '../jwk.ts'
import { entriesOf } from '../jwks/local.ts'
import { isKeyItself } from './arguments.ts'
import { type Given, WrongUse } from './command.ts'
import { jwkFromPem } from './pem-file.ts'

/** The text of a file, or of the standard input where the path is `-`. */
async function readText(path: string): Promise<string> {
  if (path === '-') return text(process.stdin)
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    throw new WrongUse(`${path} cannot be read (${(error as NodeJS.ErrnoException).code})`)
  }
}

/** The only argument that is no option; from the standard input where it is `-` or absent. */
export async function readArgument(what: string, { positionals, text }: Given): Promise<string> {
  if (positionals.length > 1) throw new WrongUse(`there is more than one ${what}`)
  const [given = '-'] = positionals
  if (given !== '-') return given
  if (text('key') === '-') throw new WrongUse(`the ${what} is missing: the standard input has the key`)
  if (process.stdin.isTTY) throw new WrongUse(`the ${what} is missing: write it, or pipe it into the standard input`)
  // The end of the line that `echo` and editors write, and nothing else.
  return (await readText('-')).replace(/\r?\n$/, '')
}

/** A JSON object, read as strictly as those of tokens. */
export function parseObject(what: string, json: string): JsonObject {
  return parseJsonObject(new TextEncoder().encode(json), 'ERR_JWT_INVALID', what)
}

/** Keys are secrets: one that was written in the place of a file's name is not shown again. */
export function checkFileName(what: string, path: string): void {
  if (isKeyItself(path)) throw new WrongUse(`${what} takes the name of a file, and not the key itself`)
}

/**
 * The keys of a file: a JWK, a JWK Set, or PEM.
 *
 * @param what takes the name of the file
 */
export async function readKeys(what: string, path: string): Promise<readonly Jwk[]> {
  checkFileName(what, path)
  const content = await readText(path)
  if (!content.trimStart().startsWith('{')) return [jwkFromPem(content, path)]
  const object = parseJsonObject(new TextEncoder().encode(content), 'ERR_JWK_INVALID', path)
  return own(object, 'keys') === undefined ? [object as Jwk] : entriesOf(object)
}

/** The one key of a file; of several, the one that `kid` names. */
export async function readKey(what: string, path: string, kid: string | undefined): Promise<Jwk> {
  const keys = (await readKeys(what, path)).filter((jwk) => kid === undefined || own(jwk, 'kid') === kid)
  const [key] = keys
  if (key === undefined) throw new WrongUse(`${path} has no key${kid === undefined ? '' : ` with the kid "${kid}"`}`)
  if (keys.length > 1) throw new WrongUse(`${path} has several keys: choose one with --kid`)
  return key
}

/** R2: of these types only "alg" says the algorithm. */
export function needsAlg(jwk: Jwk): boolean {
  return ['oct', 'RSA'].includes(own(jwk, 'kty') as string) && own(jwk, 'alg') === undefined
}

/** The library's own message speaks of where keys are imported, which is not in sight here. */
export function checkAlg(path: string, keys: readonly Jwk[], alg: unknown): void {
  if (alg === undefined && keys.length > 0 && keys.every(needsAlg))
    throw new WrongUse(`${path}: a key that has no "alg" needs --alg`)
}

/** Seconds: a number of them, or a duration such as `15m` or `1h30m`. */
export function secondsOf(name: string, { text }: Given): number | undefined {
  const written = text(name)
  if (written === undefined) return undefined
  const seconds = /^-?\d+(\.\d+)?$/.test(written) ? Number(written) : parseGoDuration(written)
  if (seconds === undefined) throw new WrongUse(`--${name} takes seconds, or a duration such as 15m or 1h30m`)
  return seconds
}

/** R19, for what is given to judge by: where that cannot be used, the mistake is the caller's. */
export async function usable<Value>(what: string, load: () => Value | Promise<Value>): Promise<Value> {
  try {
    return await load()
  } catch (error) {
    if (!(error instanceof JoseError) && !(error instanceof TypeError)) throw error
    throw new WrongUse(`${what}: ${error instanceof JoseError ? `${error.code}: ` : ''}${error.message}`)
  }
}
