import { compactVerify } from 'jose'
import { decodeUnverified } from '../../../src/index.ts'
import { measured } from '../clock.ts'
import { anyJson } from '../generate/json.ts'
import { algorithm, headerJson, token } from '../generate/token.ts'
import { joseCrit, joseKey } from '../jose.ts'
import { publicJwk } from '../keys.ts'
import { everyWay, keyOf } from '../ours.ts'
import { importKey, type Key } from '../reference/jwk.ts'
import { verify } from '../reference/jws.ts'
import type { Target } from '../target.ts'
import { peerVerdict, referenceOf, verdictOf } from '../verdict.ts'

export interface JwsInput {
  readonly token: string
  /** That of the key. */
  readonly alg: string
  readonly crit: readonly string[]
  readonly maxTokenLength?: number
}

const encoded = (payload: Uint8Array) => Buffer.from(payload).toString('base64url')

export const jwsTarget: Target<JwsInput> = {
  name: 'jws',
  share: 60,
  outside: ['token'],

  draw(draw) {
    const alg = algorithm(draw)
    return {
      token: token(draw, alg, headerJson(draw, alg), anyJson(draw)),
      alg: draw.once(30) ? draw.pick(['HS256', 'HS384', 'EdDSA']) : alg,
      crit: draw.pick([[], [], ['exp', 'x'], ['http://example.com/x'], ['__proto__', 'constructor']]),
      ...(draw.once(30) ? { maxTokenLength: draw.pick([100, 150, 200]) } : {}),
    }
  },

  async observe({ token, alg, crit, maxTokenLength }) {
    const options = { crit, ...(maxTokenLength === undefined ? {} : { maxTokenLength }) }
    const ways = await everyWay('verifyCompact', async (path) =>
      encoded((await path.verifyCompact(token, keyOf(alg, path), options)).payload),
    )
    // What is verified can be looked at, and looking at anything ends in a JoseError at most.
    const looked = measured('decodeUnverified', () => verdictOf(() => encoded(decodeUnverified(token).payload)))
    const isShown = looked.startsWith('THROWN') || ways.sync?.startsWith('accepted')
    return {
      ways: { ...ways, ...(isShown ? { decodeUnverified: looked } : {}) },
      reference: referenceOf(() => encoded(verify(token, [referenceKey(alg)], options).payload)),
      jose: await peerVerdict(async () =>
        encoded((await compactVerify(token, joseKey(alg), { algorithms: [alg], crit: joseCrit(crit) })).payload),
      ),
    }
  },
}

const keys = new Map<string, Key>()

export function referenceKey(alg: string): Key {
  const key = keys.get(alg) ?? importKey({ ...publicJwk(alg), alg }, 'verify')
  keys.set(alg, key)
  return key
}
