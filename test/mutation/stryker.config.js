import { fileURLToPath } from 'node:url'

// How the chapters of chapters.js are mutated, and how many of the mutants must die.

const REPORTS = `test/mutation/reports/${process.env.COUNTERSIGN_CHAPTER}`
const here = (path) => fileURLToPath(new URL(path, import.meta.url))

/** @type {import('@stryker-mutator/api/core').PartialStrykerOptions} */
export default {
  plugins: ['@stryker-mutator/vitest-runner', here('words.js')],
  ignorers: ['words'],
  testRunner: 'vitest',
  vitest: { configFile: 'test/mutation/vitest.config.js', related: false },
  coverageAnalysis: 'perTest',
  concurrency: 2,
  // On a busy machine less makes a mutant that lives look like one that hangs, which counts as killed.
  timeoutMS: 5000,
  timeoutFactor: 2,
  reporters: ['clear-text', 'progress-append-only', 'json'],
  clearTextReporter: { reportTests: false, allowColor: false, logTests: false },
  jsonReporter: { fileName: `${REPORTS}.json` },
  incremental: true,
  incrementalFile: `${REPORTS}-incremental.json`,
  thresholds: { high: 97, low: 92, break: 92 },
  // TypeScript 7 has no API for it, and nothing here needs it.
  tsconfigFile: 'none.json',
  tempDirName: '.stryker-tmp',
  ignorePatterns: [
    'bench',
    'docs',
    'examples',
    'dist',
    'coverage',
    'test/runtimes',
    'test/package',
    'test/mutation/reports',
    'test/fuzz',
  ],
  disableTypeChecks: false,
  checkers: [],
}
