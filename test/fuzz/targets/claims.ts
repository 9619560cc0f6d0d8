import { UnsecuredJWT } from 'jose'
import { checkClaims } from '../../../src/index.ts'
import { measured } from '../clock.ts'
import { claimsJson, policy } from '../generate/claims.ts'
import { joseOptions } from '../jose.ts'
import { type Policy, checkClaims as referenceCheck } from '../reference/claims.ts'
import { isObject, type JsonObject } from '../reference/json.ts'
import type { Target } from '../target.ts'
import { peerVerdict, referenceOf, verdictOf } from '../verdict.ts'

export interface ClaimsInput {
  /** As text, since JSON cannot write all that it can read: 1e400, -0. */
  readonly json: string
  readonly policy: Policy
}

const UNSECURED = Buffer.from('{"alg":"none"}').toString('base64url')

export const claimsTarget: Target<ClaimsInput> = {
  name: 'claims',
  share: 120,
  outside: ['json'],

  draw(draw) {
    const { typ: _, ...rest } = policy(draw)
    return { json: claimsJson(draw), policy: rest }
  },

  async observe({ json, policy }) {
    const { time, ...checks } = policy
    const claims = parse(json)
    if (!claims) return { ways: {} }
    return {
      ways: {
        checkClaims: measured('checkClaims', () =>
          verdictOf(() => checkClaims(claims, { ...checks, now: () => time })),
        ),
      },
      reference: referenceOf(() => referenceCheck(claims, policy)),
      jose: await peerVerdict(() => {
        const token = `${UNSECURED}.${Buffer.from(json).toString('base64url')}.`
        UnsecuredJWT.decode(token, joseOptions(policy))
      }),
    }
  },
}

/** What is no object is none of this target's business. */
function parse(json: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(json)
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}
