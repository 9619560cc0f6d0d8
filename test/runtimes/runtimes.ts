import type { Need } from './apart.ts'
import { chromium } from './launch/chromium.ts'
import { program } from './launch/programs.ts'
import type { Runtime } from './launch/runtime.ts'
import { workerd } from './launch/workerd.ts'

/** All that Node can do, up to the version whose JSON.stringify knows no depth. */
const NODE: readonly Need[] = [
  ...(['node:crypto', 'node:crypto alone', 'one node:crypto', 'KeyObject', 'PSS keys', 'equal PSS keys'] as const),
  'own options',
  ...(['process', 'servers', 'secure contexts', 'OpenSSL', 'TLS options', 'one request', 'patience'] as const),
  ...(['cookies', 'shallow JSON', 'P-521 by ECDH', 'any modulus', 'late points'] as const),
]

const nodeWithout = (...lacking: readonly Need[]): Need[] => NODE.filter((need) => !lacking.includes(need))

/** What the portable node:crypto brings, and WebCrypto everywhere. */
const PORTABLE: readonly Need[] = ['P-521 by ECDH', 'any modulus', 'late points']

const DENO = nodeWithout(
  ...(['node:crypto alone', 'own options', 'equal PSS keys', 'TLS options', 'one request', 'patience'] as const),
  'shallow JSON',
  ...(['P-521 by ECDH', 'any modulus', 'late points'] as const),
)

const BUN = nodeWithout(
  ...(['PSS keys', 'equal PSS keys', 'secure contexts', 'OpenSSL', 'one request', 'patience'] as const),
  ...(['shallow JSON'] as const),
)

// The authorities of the system are what node:tls asks `sys` for.
const DENO_MAY = ['--allow-net=127.0.0.1', '--allow-read', '--allow-write', '--allow-env', '--allow-sys']

/** Every runtime of the suite, and what it can do. */
export const RUNTIMES: readonly Runtime[] = [
  program({ name: 'node20', file: 'node20/bin/node', able: NODE }),
  program({ name: 'node22', file: 'node22/bin/node', able: nodeWithout('patience') }),
  program({ name: 'node24', file: 'node24/bin/node', able: nodeWithout('patience') }),
  program({ name: 'node26', file: 'node26/bin/node', able: nodeWithout('shallow JSON') }),
  program({ name: 'deno', file: '@deno/linux-x64-glibc/deno', args: ['run', '--no-config', ...DENO_MAY], able: DENO }),
  program({ name: 'bun', file: '@oven/bun-linux-x64/bin/bun', able: BUN }),
  workerd('workerd-compat', ['nodejs_compat'], {
    able: [...PORTABLE, 'node:crypto', 'node:crypto alone', 'own options', 'cookies'],
    paths: ['node', 'web', 'sync'],
  }),
  workerd('workerd', [], { able: [...PORTABLE, 'one node:crypto', 'own options', 'cookies'], paths: ['web'] }),
  chromium('chromium', { able: [...PORTABLE, 'one node:crypto', 'own options'], paths: ['web'] }),
]
