// What the suite imports from vitest, wherever it runs.
export { expect } from './expect.ts'
export { afterAll, afterEach, beforeAll, beforeEach, describe, test } from './tree.ts'
export { vi } from './vi.ts'
