import { describe } from 'vitest'
import { BACKENDS, onBackend } from '../gateway/fixtures.ts'

/** The tests on each backend that there is (R16). */
export function onEachBackend(title: string, tests: () => void): void {
  for (const { name, backend } of BACKENDS) {
    describe(`${title} (${name})`, () => {
      onBackend(backend)
      tests()
    })
  }
}
