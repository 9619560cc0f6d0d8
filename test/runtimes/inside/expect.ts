import {
  ASYMMETRIC_MATCHERS_OBJECT,
  chai,
  customMatchers,
  JestAsymmetricMatchers,
  JestChaiExpect,
  JestExtend,
  setState,
} from '@vitest/expect'

// vitest's own `expect`, put together as vitest does it.

chai.use(JestExtend)
chai.use(JestChaiExpect)
chai.use(JestAsymmetricMatchers)

const matchers = (globalThis as unknown as Record<symbol, object>)[ASYMMETRIC_MATCHERS_OBJECT]

export const expect: Chai.ExpectStatic = Object.assign(
  (value: unknown, message?: string) => chai.expect(value, message),
  chai.expect,
  matchers,
  {
    unreachable(message = 'this') {
      throw new Error(`${message} should not be reached`)
    },
  },
)

setState({ assertionCalls: 0 }, expect as never)
;(chai.expect as unknown as { extend: (on: unknown, matchers: object) => void }).extend(expect, customMatchers)
