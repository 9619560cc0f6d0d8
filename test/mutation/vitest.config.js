import { defineConfig } from 'vitest/config'
import { CHAPTERS } from './chapters.js'

const chapter = CHAPTERS.find(({ name }) => name === process.env.COUNTERSIGN_CHAPTER)

export default defineConfig({
  test: {
    include: chapter?.tests ?? ['test/**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/.stryker-tmp/**'],
    // Nor what measures times: what is instrumented is slow.
    testNamePattern: /^(?!.*( ms\b|linear|milliseconds)).*$/,
    pool: 'threads',
    isolate: false,
    // Machines are busy.
    testTimeout: 60_000,
  },
})
