import { fileURLToPath } from 'node:url'

/** The directory of the suite, where its packages are. */
export const BENCH = fileURLToPath(new URL('..', import.meta.url))
