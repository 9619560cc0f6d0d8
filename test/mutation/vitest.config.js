import { defineConfig } from 'vitest/config'

// The suite without what says nothing about the code as it runs, and without what waits for seconds.
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: [
      'test/floor-plan.test.ts',
      'test/jsr.test.ts',
      'test/cli/**',
      'test/security/catalogue.test.ts',
      'test/security/cost.test.ts',
      'test/gateway/faults.test.ts',
      'test/gateway/flood.test.ts',
      'test/**/node_modules/**',
    ],
    // Nor what measures times: what is instrumented is slow.
    testNamePattern: /^(?!.*( ms\b|linear|milliseconds|timeout|hangs)).*$/,
    pool: 'threads',
    isolate: false,
    // What is instrumented is slow, and machines are busy.
    testTimeout: 60_000,
  },
})
