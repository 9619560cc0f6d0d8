import { type FlattenedJWSInput, flattenedVerify, type GeneralJWSInput, generalVerify } from 'jose'
import { verifyFlattened, verifyGeneral } from '../../../src/jws/index.ts'
import { ASYNCHRONOUS_PATHS } from '../../paths.ts'
import { type DrawnSerialization, serialization } from '../generate/serialization.ts'
import { joseCrit, joseKey } from '../jose.ts'
import { everyWay, keyOf } from '../ours.ts'
import * as reference from '../reference/serialization.ts'
import type { Target } from '../target.ts'
import { peerVerdict, referenceOf } from '../verdict.ts'
import { referenceKey } from './jws.ts'

export interface SerializationInput extends DrawnSerialization {
  readonly crit: readonly string[]
  readonly require?: 'any' | 'all'
}

/** What was signed, and by whom. */
const shown = (payload: Uint8Array, keys: readonly { readonly alg: string }[]) =>
  `${Buffer.from(payload).toString('base64url')} ${keys.map(({ alg }) => alg)}`

export const serializationTarget: Target<SerializationInput> = {
  name: 'serialization',
  share: 12,
  outside: ['text', 'payload'],

  draw(draw) {
    const drawn = serialization(draw)
    return {
      ...drawn,
      crit: draw.pick([[], [], ['exp', 'x'], ['http://example.com/x']]),
      ...(drawn.form === 'general' && draw.once(3) ? { require: draw.pick(['any', 'all'] as const) } : {}),
    }
  },

  async observe({ form, text, algs, crit, require, payload }) {
    const options = { crit, ...(payload === undefined ? {} : { payload }) }
    const generalOptions = { ...options, ...(require ? { require } : {}) }
    const ways = await everyWay(
      `${form} JWS`,
      async (path) => {
        const keys = algs.map((alg) => keyOf(alg, path))
        if (form === 'flattened') {
          const verified = await verifyFlattened(text, () => keys, options)
          return shown(verified.payload, [verified.key])
        }
        const verified = await verifyGeneral(text, () => keys, generalOptions)
        return shown(
          verified.payload,
          verified.signatures.map(({ key }) => key),
        )
      },
      ASYNCHRONOUS_PATHS,
    )
    const verify = form === 'flattened' ? reference.verifyFlattened : reference.verifyGeneral
    return {
      ways,
      reference: referenceOf(() => {
        const verified = verify(text, algs.map(referenceKey), generalOptions)
        return shown(verified.payload, verified.keys)
      }),
      jose: await peerVerdict(() => verifyByJose({ form, text, algs, ...options })),
    }
  },
}

/** It says that it accepts, and not what, since it knows no names for keys. */
async function verifyByJose({ form, text, algs, crit, payload }: SerializationInput): Promise<string> {
  const jws = JSON.parse(text)
  if (payload !== undefined) {
    if (Object.hasOwn(jws, 'payload')) throw new TypeError('there are two payloads, and it can be told one')
    const isEncoded = [jws, ...(jws.signatures ?? [])].every((entry) => readB64(entry) !== false)
    jws.payload = isEncoded ? Buffer.from(payload).toString('base64url') : payload
  }
  const options = { algorithms: [...algs], crit: joseCrit(crit) }
  const key = (shielded: { alg?: string } | undefined, { header }: { header?: { alg?: string } }) =>
    joseKey(shielded?.alg ?? (header?.alg as string))
  if (form === 'flattened') await flattenedVerify(jws as FlattenedJWSInput, key, options)
  else await generalVerify(jws as GeneralJWSInput, key, options)
  return ''
}

function readB64(entry: { protected?: unknown } | null): unknown {
  try {
    // Anything else with a "length" would become as many octets.
    return JSON.parse(Buffer.from(String(entry?.protected), 'base64url').toString()).b64
  } catch {
    return undefined
  }
}
