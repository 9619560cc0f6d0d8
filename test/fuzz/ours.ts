import type { VerificationKey } from '../../src/index.ts'
import { PATHS, type Path } from '../paths.ts'
import { measured } from './clock.ts'
import { publicJwk } from './keys.ts'
import { verdictSoon } from './verdict.ts'

const imported = new Map<string, VerificationKey>()

/** The public key of an algorithm, imported for a path. */
export function keyOf(alg: string, path: Path): VerificationKey {
  const name = `${path.name} ${alg}`
  const key = imported.get(name) ?? path.importVerificationKey({ ...publicJwk(alg), alg })
  imported.set(name, key)
  return key
}

/** The verdicts of all ways through the library, measured. */
export async function everyWay(
  what: string,
  run: (path: Path) => unknown,
  paths: readonly Path[] = PATHS,
): Promise<Record<string, string>> {
  const entries = paths.map(async (path) => {
    const verdict = await measured(`${what}, ${path.name}`, () => verdictSoon(() => run(path)))
    return [path.name, verdict] as const
  })
  return Object.fromEntries(await Promise.all(entries))
}
