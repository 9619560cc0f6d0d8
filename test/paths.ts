import type { Backend } from '../src/backend/backend.ts'
import { backend, useBackend } from '../src/backend/choice.ts'
import { nodeBackend } from '../src/backend/node.ts'
import { webBackend } from '../src/backend/web.ts'
import {
  type Claims,
  type ClaimsPolicy,
  createSigner,
  createVerifier,
  type HeaderParameters,
  type ImportOptions,
  importSigningKey,
  importVerificationKey,
  JoseError,
  type Jwk,
  type KeySource,
  type SignerOptions,
  type SigningKey,
  signCompact,
  signJwt,
  type VerificationKey,
  type VerifiedJws,
  type VerifiedJwt,
  type VerifierOptions,
  type VerifyOptions,
  verifyCompact,
  verifyJwt,
} from '../src/index.ts'

/** One of the ways through the library: three, or one where there is no node:crypto. They must agree on every verdict and code (R16). */
export interface Path {
  readonly name: 'node' | 'web' | 'sync'
  /** Runs something that imports keys, so that the keys are of the path's backend. */
  use<T>(run: () => T): T
  importSigningKey(jwk: Jwk, options?: ImportOptions): SigningKey
  importVerificationKey(jwk: Jwk, options?: ImportOptions): VerificationKey
  signCompact(payload: Uint8Array | string, key: SigningKey, header?: HeaderParameters): Promise<string>
  verifyCompact(token: string, keys: VerificationKey | KeySource, options?: VerifyOptions): Promise<VerifiedJws>
  signJwt(claims: Claims, key: SigningKey, header?: HeaderParameters): Promise<string>
  verifyJwt(
    token: string,
    keys: VerificationKey | KeySource,
    policy: ClaimsPolicy & VerifyOptions,
  ): Promise<VerifiedJwt>
  createSigner(options: SignerOptions): (claims: Claims) => Promise<string>
  createVerifier(options: VerifierOptions): (token: string) => Promise<VerifiedJwt>
}

/** What the library itself chooses: in Deno it is of both, and the path `node` is where it has node:crypto. */
const chosen = backend()

function useFor<T>(platform: Backend, run: () => T): T {
  useBackend(platform)
  try {
    return run()
  } finally {
    useBackend(chosen)
  }
}

function asynchronousPath(name: 'node' | 'web', backend: Backend): Path {
  const use = <T>(run: () => T): T => useFor(backend, run)
  return {
    name,
    use,
    importSigningKey: (jwk, options) => use(() => importSigningKey(jwk, options)),
    importVerificationKey: (jwk, options) => use(() => importVerificationKey(jwk, options)),
    signCompact,
    verifyCompact,
    signJwt,
    verifyJwt,
    createSigner,
    createVerifier,
  }
}

function synchronousPath(node: Backend, sync: typeof import('../src/sync.ts')): Path {
  return {
    ...asynchronousPath('node', node),
    name: 'sync',
    signCompact: async (...args) => sync.signCompactSync(...args),
    verifyCompact: async (...args) => sync.verifyCompactSync(...args),
    signJwt: async (...args) => sync.signJwtSync(...args),
    verifyJwt: async (...args) => sync.verifyJwtSync(...args),
    createSigner(options) {
      const sign = sync.createSignerSync(options)
      return async (claims) => sign(claims)
    },
    createVerifier(options) {
      const verify = sync.createVerifierSync(options)
      return async (token) => verify(token)
    },
  }
}

const webPath = asynchronousPath('web', webBackend)

/** `countersign/sync` is imported only where it does not refuse to be. */
export const PATHS: readonly Path[] = nodeBackend
  ? [asynchronousPath('node', chosen), webPath, synchronousPath(chosen, await import('../src/sync.ts'))]
  : [webPath]

/** Those that can wait. */
export const ASYNCHRONOUS_PATHS: readonly Path[] = PATHS.filter(({ name }) => name !== 'sync')

/** The code with which something is refused; `accepted` when it is not. Anything but a JoseError is thrown on. */
export async function codeOf(run: () => unknown): Promise<string> {
  try {
    await run()
    return 'accepted'
  } catch (error) {
    if (error instanceof JoseError) return error.code
    throw error
  }
}
