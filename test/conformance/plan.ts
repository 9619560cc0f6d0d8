import { PATHS, type Path } from '../paths.ts'
import {
  checkJwk,
  checkJwks,
  checkJwksText,
  checkJwkText,
  checkThumbprint,
  checkThumbprintUri,
  checkX5c,
} from './jwk.ts'
import { checkJws, checkJwt, hasPlainCompact } from './jws.ts'
import { checkMissing, missingAlg } from './missing.ts'
import { pendingReason } from './pending.ts'
import { checkCodecByHand, checkEddsa, checkHmac, checkNativeCodec, checkSegment } from './primitives.ts'
import { checkMultiJws } from './serializations.ts'
import type { LaterVector, Vector } from './vectors.ts'

/** A path through the library, or one of the two base64url codecs. */
export const WAYS = ['node', 'web', 'sync', 'native', 'by hand'] as const
export type Way = (typeof WAYS)[number]

export interface Run {
  readonly on: Way
  readonly check: () => Promise<void>
  /** The algorithm that the platform of this way does not have: then it is the refusal that is checked. */
  readonly missing?: string | undefined
}

/** What is done with a case: it runs on one way or more, or it is pending. */
export interface Plan {
  readonly name: string
  readonly rfc: string
  readonly title: string
  readonly runs: readonly Run[]
  /** The reason. */
  readonly pending?: string | undefined
  /** Why it does not run on the synchronous path. */
  readonly asynchronous?: string | undefined
}

export function planOf(vector: Vector): Plan {
  const { name, rfc, title } = vector
  const pending = pendingReason(vector)
  const runs = pending === undefined ? runsOf(vector as RunnableVector) : []
  return { name, rfc, title, runs, pending, asynchronous: pending ? undefined : asynchronousReason(vector) }
}

function asynchronousReason(vector: Vector): string | undefined {
  if (THUMBPRINTS.includes(vector.kind)) return 'there is no synchronous thumbprint'
  const isMore = vector.kind === 'jws-multi' || (vector.kind === 'jws' && !hasPlainCompact(vector))
  return isMore ? 'there is no synchronous twin of countersign/jws' : undefined
}

const THUMBPRINTS: readonly Vector['kind'][] = ['thumbprint', 'thumbprint-uri', 'x5c']

type RunnableVector = Exclude<Vector, LaterVector>

function runsOf(vector: RunnableVector): readonly Run[] {
  switch (vector.kind) {
    case 'jws':
      return onPaths((path) => checkJws(vector, path), vector, hasPlainCompact(vector) ? WAYS : ASYNCHRONOUS)
    case 'jws-multi':
      return onPaths((path) => checkMultiJws(vector, path), vector, ASYNCHRONOUS)
    case 'jwt':
      return onPaths((path) => checkJwt(vector, path))
    case 'jwk':
      return onPaths((path) => checkJwk(vector, path))
    case 'jwks':
      return onPaths((path) => checkJwks(vector, path))
    case 'jwk-text':
      return onPaths((path) => checkJwkText(vector, path))
    case 'jwks-text':
      return onPaths((path) => checkJwksText(vector, path))
    case 'thumbprint':
      return onPaths((path) => checkThumbprint(vector, path), undefined, ASYNCHRONOUS)
    case 'thumbprint-uri':
      return onPaths((path) => checkThumbprintUri(vector, path), undefined, ASYNCHRONOUS)
    case 'x5c':
      return onPaths((path) => checkX5c(vector, path), undefined, ASYNCHRONOUS)
    case 'hmac':
      return onPaths((path) => checkHmac(vector, path))
    case 'eddsa':
      return onPaths((path) => checkEddsa(vector, path), vector)
    case 'base64url':
      return [
        { on: 'native', check: () => checkNativeCodec(vector) },
        { on: 'by hand', check: () => checkCodecByHand(vector) },
        ...onPaths((path) => checkSegment(vector, path)),
      ]
    default:
      throw new Error(`${(vector as Vector).name} is of a kind that has no check and no reason to be pending`)
  }
}

const ASYNCHRONOUS: readonly Way[] = ['node', 'web']

/** @param vector whose algorithm the runtime may not have */
function onPaths(check: (path: Path) => Promise<void>, vector?: Vector, ways: readonly Way[] = WAYS): readonly Run[] {
  return PATHS.filter(({ name }) => ways.includes(name)).map((path) => {
    const missing = vector && missingAlg(vector, path)
    if (vector && missing) return { on: path.name, check: () => checkMissing(vector, path), missing }
    return { on: path.name, check: () => check(path) }
  })
}
