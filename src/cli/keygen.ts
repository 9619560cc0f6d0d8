import { randomUUID } from 'node:crypto'
import { realpath, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Alg } from '../jwa.ts'
import { type Jwk, thumbprint } from '../jwk.ts'
import { generateKey, toPublicJwk } from '../keys/index.ts'
import { type Answer, type Command, type Given, WrongUse } from './command.ts'
import { checkFileName, usable } from './input.ts'
import { toJson } from './output.ts'

export const keygen: Command = {
  summary: 'make a key',
  usage: '--alg ALG (--out FILE | --print-private)',
  options: {
    alg: { value: 'ALG', help: 'the algorithm of the key, such as ES256 or HS256' },
    kid: { value: 'KID', help: 'the id of the key; by default its thumbprint (RFC 7638), and of a secret a UUID' },
    bits: { value: 'BITS', help: 'the length of an RSA modulus' },
    out: { value: 'FILE', help: 'write the private or secret key there, for you alone, and print what is public' },
    force: { help: 'replace the file' },
    'print-private': { help: 'print the private or secret key' },
  },
  examples: ['keygen --alg ES256 --out key.json', 'keygen --alg HS256 --kid main --print-private'],

  async run(given) {
    const alg = given.text('alg')
    const out = given.text('out')
    const printsPrivate = given.has('print-private')
    if (alg === undefined) throw new WrongUse('--alg is missing')
    if (out === undefined && !printsPrivate)
      throw new WrongUse('the key goes into a file with --out FILE, or is printed with --print-private')
    if (out !== undefined) checkFileName('--out', out)
    const made = await usable('--alg', () => generateKey(alg as Alg, rsaOptions(given)))
    const jwk: Jwk = { ...made, kid: given.text('kid') ?? (await idOf(made)) }
    if (out !== undefined) await writeKey(out, jwk, given.has('force'))
    return answerOf(printsPrivate ? jwk : withoutPrivatePart(jwk), out)
  },
}

function rsaOptions(given: Given): { modulusLength?: number } {
  const bits = given.text('bits')
  if (bits === undefined) return {}
  if (!/^\d+$/.test(bits)) throw new WrongUse('--bits takes a number')
  return { modulusLength: Number(bits) }
}

/** A thumbprint of a secret would give it away to who can guess it (RFC 7638 §7). */
async function idOf(jwk: Jwk): Promise<string> {
  return jwk.kty === 'oct' ? randomUUID() : thumbprint(jwk)
}

/** Readable by its owner alone. */
async function writeKey(path: string, jwk: Jwk, replace: boolean): Promise<void> {
  const text = `${JSON.stringify(jwk, null, 2)}\n`
  try {
    await (replace ? replaceFile(path, text) : createFile(path, text))
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new WrongUse(code === 'EEXIST' ? `${path} is there already: --force replaces it` : `${path}: ${code}`)
  }
}

function createFile(path: string, text: string): Promise<void> {
  return writeFile(path, text, { mode: 0o600, flag: 'wx' })
}

/** A file that is there keeps its mode, and who has it open reads what comes: another one takes its place. */
async function replaceFile(path: string, text: string): Promise<void> {
  const there = await stat(path).catch(() => undefined)
  // A pipe or a device, such as /dev/stdout, is written to and stays.
  if (there && !there.isFile()) return writeFile(path, text)
  // A link stays one.
  const target = there ? await realpath(path) : path
  const temporary = join(dirname(target), `.${randomUUID()}`)
  try {
    await createFile(temporary, text)
    await rename(temporary, target)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
}

/** Of a secret nothing is public but what it is called. */
function withoutPrivatePart(jwk: Jwk): object {
  const { kty, kid, alg } = jwk
  return kty === 'oct' ? { kty, kid, alg } : toPublicJwk(jwk)
}

function answerOf(jwk: object, out: string | undefined): Answer {
  const answer = { human: toJson(jwk), json: jwk }
  return out === undefined ? answer : { ...answer, note: `the key is in ${out}` }
}
