import { describe, test } from 'vitest'
import { PATHS, type Path } from '../paths.ts'
import { titleOf } from './catalogue.ts'

/** Declares the tests of an attack once for each path through the library. */
export function describeAttack(row: number, declare: (path: Path) => void): void {
  describeOn(PATHS, row, declare)
}

/** The same on some of the paths. */
export function describeOn(paths: readonly Path[], row: number, declare: (path: Path) => void): void {
  for (const path of paths) describe(`${titleOf(row)} (${path.name})`, () => declare(path))
}

/** A test for each title. */
export function testEach<Entry>(
  entries: readonly (readonly [title: string, entry: Entry])[],
  run: (entry: Entry, title: string) => unknown,
): void {
  for (const [title, entry] of entries) test(title, async () => void (await run(entry, title)))
}
