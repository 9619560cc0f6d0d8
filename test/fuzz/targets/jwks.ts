import { compactVerify, createLocalJWKSet } from 'jose'
import { createLocalJwks, type JwkSet, type LocalJwksOptions } from '../../../src/index.ts'
import { jwkSet } from '../generate/jwk.ts'
import { headerJson, KIDS, token } from '../generate/token.ts'
import { ML_DSA } from '../keys.ts'
import { everyWay } from '../ours.ts'
import { importSet, type Selection } from '../reference/jwks.ts'
import { verify } from '../reference/jws.ts'
import type { Target } from '../target.ts'
import { peerVerdict, referenceOf } from '../verdict.ts'

export interface JwksInput {
  readonly set: unknown
  readonly selection: Selection
  readonly token: string
}

export const jwksTarget: Target<JwksInput> = {
  name: 'jwks',
  share: 7,
  outside: ['set', 'token'],

  draw(draw) {
    const alg = draw.pick(['HS256', 'HS256', 'HS512', 'ES256', 'EdDSA', 'Ed25519', 'Ed448', ...Object.keys(ML_DSA)])
    const identify = draw.pick(['kid', 'x5t', 'x5t#S256', 'kid_x5t'])
    return {
      set: jwkSet(draw, alg),
      selection: {
        ...(draw.once(2)
          ? { algorithms: draw.pick([[alg], [alg, 'RS256'], ['HS256', 'HS512'], ['ES256', 'EdDSA', 'Ed25519']]) }
          : {}),
        ...(draw.once(3) ? { identify } : {}),
      },
      token: token(
        draw,
        alg,
        draw.once(2) ? headerJson(draw, alg) : JSON.stringify({ alg, kid: draw.once(2) ? undefined : draw.pick(KIDS) }),
        '{}',
      ),
    }
  },

  async observe({ set, selection, token }) {
    return {
      ways: await everyWay('createLocalJwks', async (path) => {
        const keys = path.use(() => createLocalJwks(set as JwkSet, selection as LocalJwksOptions))
        const { key } = await path.verifyCompact(token, keys)
        return JSON.stringify([key.alg, key.kid])
      }),
      reference: referenceOf(() => {
        const { key } = verify(token, importSet(set, selection), {})
        return JSON.stringify([key.alg, key.kid])
      }),
      ...((selection.identify ?? 'kid') === 'kid' ? { jose: await joseVerdict(set, selection, token) } : {}),
    }
  },
}

function joseVerdict(set: unknown, { algorithms }: Selection, token: string): Promise<string> {
  return peerVerdict(async () => {
    const keys = createLocalJWKSet(structuredClone(set) as never)
    await compactVerify(token, keys, algorithms ? { algorithms: [...algorithms] } : {})
    return ''
  })
}
