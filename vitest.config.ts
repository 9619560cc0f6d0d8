import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // One module graph for all files, so that RSA keys are made once.
    pool: 'threads',
    maxWorkers: '100%',
    isolate: false,
    coverage: {
      provider: 'v8',
      include: ['src/**/*.ts'],
      // The command line runs as processes of its own, which are not seen here: test/cli.
      exclude: ['src/cli/**'],
      reporter: ['text-summary', 'json-summary'],
      thresholds: { lines: 95, branches: 90 },
    },
  },
})
