import { JoseError } from '../errors.ts'
import type { Backend } from './backend.ts'
import { nodeBackend } from './node.ts'
import { compute } from './thread.ts'
import { webBackend } from './web.ts'

/**
 * node:crypto for what runs on this thread, WebCrypto for what does not. In Deno, whose node:crypto takes twice as long for
 * what it does elsewhere, and lacks ML-DSA; its WebCrypto lacks Ed448.
 */
export function mixBackends(node: Backend, web: Backend): Backend {
  return {
    ...node,
    verificationHandle(jwa, material) {
      const elsewhere = web.verificationHandle(jwa, material)
      const here = where(() => node.verificationHandle(jwa, material))
      if (!here) return elsewhere
      const { verifySync = here.verify } = here
      const verify: typeof here.verify = (input, signature) =>
        compute(
          jwa.verifyingTime,
          () => verifySync(input, signature) as boolean,
          () =>
            elsewhereOr(
              () => verifySync(input, signature) as boolean,
              () => elsewhere.verify(input, signature),
            ),
        )
      return { ...here, verify }
    },
    signingHandle(jwa, material) {
      const elsewhere = web.signingHandle(jwa, material)
      const here = where(() => node.signingHandle(jwa, material))
      if (!here) return elsewhere
      const { signSync = here.sign } = here
      const sign: typeof here.sign = (input) =>
        compute(
          jwa.signingTime,
          () => signSync(input) as string,
          () =>
            elsewhereOr(
              () => signSync(input) as string,
              () => elsewhere.sign(input),
            ),
        )
      return { ...here, sign }
    },
  }
}

/** What WebCrypto says, or where it does not have the algorithm node:crypto, which has. */
async function elsewhereOr<T>(here: () => T, elsewhere: () => T | Promise<T>): Promise<T> {
  try {
    return await elsewhere()
  } catch (error) {
    if (isUnsupported(error)) return here()
    throw error
  }
}

function isUnsupported(error: unknown): boolean {
  return error instanceof JoseError && error.code === 'ERR_ALG_UNSUPPORTED'
}

/** `undefined` where node:crypto does not have the algorithm. */
function where<Handle>(make: () => Handle): Handle | undefined {
  try {
    return make()
  } catch (error) {
    if (isUnsupported(error)) return undefined
    throw error
  }
}

function chooseBackend(): Backend {
  if (!nodeBackend) return webBackend
  return 'Deno' in globalThis ? mixBackends(nodeBackend, webBackend) : nodeBackend
}

let current: Backend = chooseBackend()

/** node:crypto where the runtime has it, otherwise WebCrypto. A key stays with the backend of its import. */
export function backend(): Backend {
  return current
}

/** For tests: the backend of the keys that are imported from now on. No entry point of the package exports it. */
export function useBackend(backend: Backend): void {
  current = backend
}
