import type { Backend } from '../src/backend/backend.ts'
import { useBackend } from '../src/backend/choice.ts'
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
import {
  createSignerSync,
  createVerifierSync,
  signCompactSync,
  signJwtSync,
  verifyCompactSync,
  verifyJwtSync,
} from '../src/sync.ts'

/** One of the three ways through the library. They must agree on every verdict and code (R16). */
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

const node = nodeBackend as Backend

function useFor<T>(backend: Backend, run: () => T): T {
  useBackend(backend)
  try {
    return run()
  } finally {
    useBackend(node)
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

const synchronousPath: Path = {
  ...asynchronousPath('node', node),
  name: 'sync',
  signCompact: async (...args) => signCompactSync(...args),
  verifyCompact: async (...args) => verifyCompactSync(...args),
  signJwt: async (...args) => signJwtSync(...args),
  verifyJwt: async (...args) => verifyJwtSync(...args),
  createSigner(options) {
    const sign = createSignerSync(options)
    return async (claims) => sign(claims)
  },
  createVerifier(options) {
    const verify = createVerifierSync(options)
    return async (token) => verify(token)
  },
}

export const PATHS: readonly Path[] = [
  asynchronousPath('node', node),
  asynchronousPath('web', webBackend),
  synchronousPath,
]

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
