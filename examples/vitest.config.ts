import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  test: {
    include: ['test/**/*.test.ts'],
    // They mostly wait.
    maxWorkers: 4,
    testTimeout: 20_000,
    hookTimeout: 20_000,
    // It warns that nobody should run its defaults in production.
    onConsoleLog: (text) => !text.includes('oidc-provider'),
  },
})
