import { jwtVerify } from 'jose'
import { createVerifierSync } from '../../../src/sync.ts'
import { PATHS, type Path } from '../../paths.ts'
import { claimsJson, policy } from '../generate/claims.ts'
import { algorithm, headerJson, token } from '../generate/token.ts'
import { joseCrit, joseKey, joseOptions } from '../jose.ts'
import { everyWay, keyOf } from '../ours.ts'
import type { Policy } from '../reference/claims.ts'
import { verifyJwt } from '../reference/jwt.ts'
import type { Target } from '../target.ts'
import { peerVerdict, referenceOf, verdictOf } from '../verdict.ts'
import { type JwsInput, referenceKey } from './jws.ts'

export interface JwtInput extends JwsInput {
  readonly policy: Policy
}

const SYNC = PATHS.find(({ name }) => name === 'sync') as Path

export const jwtTarget: Target<JwtInput> = {
  name: 'jwt',
  share: 45,
  outside: ['token'],

  draw(draw) {
    const alg = algorithm(draw)
    const header = draw.once(2) ? headerJson(draw, alg) : JSON.stringify({ alg, typ: 'JWT' })
    return {
      token: token(draw, alg, header, claimsJson(draw)),
      alg,
      crit: draw.pick([[], [], ['exp', 'x']]),
      policy: policy(draw),
      ...(draw.once(10) ? { maxTokenLength: 65536 } : {}),
    }
  },

  async observe({ token, alg, crit, policy, maxTokenLength }) {
    const { time, ...checks } = policy
    const options = { crit, ...(maxTokenLength === undefined ? {} : { maxTokenLength }) }
    const rules = { ...checks, ...options, now: () => time }
    const verify = createVerifierSync({ ...rules, keys: keyOf(alg, SYNC), cache: { maxSize: 2 } })
    const claimsOf = (prepared: typeof verify) => verdictOf(() => prepared(token).claims)
    return {
      ways: {
        ...(await everyWay('verifyJwt', async (path) => (await path.verifyJwt(token, keyOf(alg, path), rules)).claims)),
        prepared: claimsOf(verify),
        cached: claimsOf(verify),
      },
      reference: referenceOf(() => verifyJwt(token, [referenceKey(alg)], { ...policy, ...options }).claims),
      jose: await peerVerdict(async () => {
        const how = { ...joseOptions(policy), algorithms: [alg], crit: joseCrit(crit) }
        return (await jwtVerify(token, joseKey(alg), how)).payload
      }),
    }
  },
}
