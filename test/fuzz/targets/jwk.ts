import { importJWK } from 'jose'
import type { ImportOptions, Jwk } from '../../../src/index.ts'
import { PATHS } from '../../paths.ts'
import { measured } from '../clock.ts'
import { jwk } from '../generate/jwk.ts'
import { ML_DSA } from '../keys.ts'
import type { JsonObject } from '../reference/json.ts'
import { importKey } from '../reference/jwk.ts'
import type { Target } from '../target.ts'
import { peerVerdict, referenceOf, verdictSoon } from '../verdict.ts'

export interface JwkInput {
  readonly jwk: Jwk
  readonly operation: 'sign' | 'verify'
  readonly options: ImportOptions
}

export const jwkTarget: Target<JwkInput> = {
  name: 'jwk',
  share: 4,
  outside: ['jwk'],

  draw(draw) {
    const alg = draw.pick([
      'HS256',
      'HS512',
      'ES256',
      'ES512',
      'EdDSA',
      'Ed25519',
      'Ed448',
      ...Object.keys(ML_DSA),
      ...(draw.once(2) ? ['RS256', 'PS384', 'RS256', 'PS384'] : ['HS384']),
    ])
    const isAsked = !draw.once(4)
    return {
      jwk: jwk(draw, alg),
      operation: draw.once(2) ? 'sign' : 'verify',
      options: {
        ...(isAsked ? { alg: (draw.once(20) ? 'RS512' : alg) as never } : {}),
        ...(draw.once(4) ? { allowWeakKey: draw.once(2) } : {}),
      },
    }
  },

  async observe({ jwk, operation, options }) {
    // A signature of P-521, by which a private key is tried out, takes its time whatever the key.
    const timed = operation === 'sign' && jwk.crv === 'P-521' ? <T>(_: string, run: () => T) => run() : measured
    const entries = PATHS.map(async (path) => {
      const verdict = await timed(`import, ${path.name}`, () =>
        verdictSoon(async () => {
          if (operation === 'verify') return nameOf(path.importVerificationKey(jwk, options))
          const key = path.importSigningKey(jwk, options)
          // With WebCrypto some is only seen when the key is used.
          if (path.name === 'web' && !key.alg.startsWith('RS') && !key.alg.startsWith('PS'))
            await path.signCompact('', key)
          return nameOf(key)
        }),
      )
      return [path.name, verdict] as const
    })
    return {
      ways: Object.fromEntries(await Promise.all(entries)),
      reference: referenceOf(() => nameOf(importKey(jwk as JsonObject, operation, options as { alg?: string }))),
      jose: await peerVerdict(async () => {
        await importJWK(structuredClone(jwk) as never, options.alg)
        return ''
      }),
    }
  },
}

const nameOf = ({ alg, kid }: { alg: string; kid: string | undefined }): string => JSON.stringify([alg, kid])
