import type { Claims, HeaderParameters } from '../../../src/index.ts'
import { PATHS, type Path } from '../../paths.ts'
import { claimsJson } from '../generate/claims.ts'
import { plainObject } from '../generate/json.ts'
import { headerJson } from '../generate/token.ts'
import { PRIVATE_JWKS } from '../keys.ts'
import { everyWay, keyOf } from '../ours.ts'
import { parseObject } from '../reference/json.ts'
import { verify } from '../reference/jws.ts'
import type { Target } from '../target.ts'
import { referenceOf, verdictSoon } from '../verdict.ts'
import { referenceKey } from './jws.ts'

export interface SignInput {
  /** As text, since JSON cannot write all that it can read. */
  readonly claims: string
  readonly header: string
}

const keys = new Map(
  PATHS.map((path) => [path.name, path.importSigningKey({ ...(PRIVATE_JWKS.HS256 as { kty: string }), alg: 'HS256' })]),
)

/** What is signed is what was given, verified here and by the reference; what is not is refused for what it is. */
export const signTarget: Target<SignInput> = {
  name: 'sign',
  share: 12,
  outside: ['claims', 'header'],

  draw: (draw) => ({
    claims: draw.once(2) ? plainObject(draw) : claimsJson(draw),
    header: draw.once(2) ? headerJson(draw, 'HS256') : '{}',
  }),

  async observe({ claims, header }) {
    const [parsedClaims, parsedHeader] = [parse(claims), parse(header)]
    if (!parsedClaims || !parsedHeader) return { ways: {} }
    const sign = (path: Path) =>
      path.signJwt(parsedClaims as Claims, keyOfSigner(path), parsedHeader as HeaderParameters)
    const crit = Array.isArray(parsedHeader.crit) ? parsedHeader.crit.filter(isExtension) : []
    const ways = await everyWay('signJwt', async (path) => {
      const token = await sign(path)
      const { payload } = await path.verifyCompact(token, keyOf('HS256', path), { crit })
      return Buffer.from(payload).toString('base64url')
    })
    const signed = await verdictSoon(() => sign(PATHS[0] as Path))
    if (!signed.startsWith('accepted')) {
      const isRight = /^ERR_(?:SIGN|CRIT|ALG_UNSUPPORTED)\b/.test(signed)
      return { ways, reference: { verdict: isRight ? signed : 'ERR_SIGN', rule: 'R20' } }
    }
    return {
      ways,
      reference: referenceOf(() => {
        const { payload } = verify(signed.slice('accepted '.length), [referenceKey('HS256')], { crit })
        const isSame = payload.toString() === JSON.stringify(parsedClaims)
        return isSame ? payload.toString('base64url') : 'other claims'
      }),
    }
  },
}

const keyOfSigner = ({ name }: Path) => keys.get(name) as never

const isExtension = (name: unknown): name is string =>
  typeof name === 'string' && name !== '' && !/^(?:alg|kid|crit|enc|p2c|zip)$/.test(name)

function parse(json: string): Record<string, unknown> | undefined {
  try {
    return parseObject(Buffer.from(json), 'none')
  } catch {
    return undefined
  }
}
