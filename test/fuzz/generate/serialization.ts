import type { Draw } from '../draw.ts'
import { signAs } from '../keys.ts'
import { anyJson, jsonText, type Member, objectText } from './json.ts'
import { mutateText } from './text.ts'
import { algorithm, bend, headerJson } from './token.ts'

export interface DrawnSerialization {
  readonly form: 'flattened' | 'general'
  readonly text: string
  /** Of the keys that the verifier has. */
  readonly algs: readonly string[]
  /** A payload that travels another way. */
  readonly payload?: string
}

/** The JSON text of a JWS, most of them signed well, and some of them changed. */
export function serialization(draw: Draw): DrawnSerialization {
  const form = draw.pick(['flattened', 'general'] as const)
  const payload = draw.once(2) ? anyJson(draw) : draw.pick(['', 'a', '$.02', '\u00e9\ud83d\ude00', 'a.b'])
  const b64 = !draw.once(3)
  const isDetached = draw.once(5)
  const carried = b64 ? Buffer.from(payload).toString('base64url') : payload
  const sealed = draw.once(40) && b64 ? bend(draw, Buffer.from(payload)) : carried
  const first = algorithm(draw)
  const algs = draw.once(20) ? draw.pick([['HS384'], ['EdDSA'], ['HS256', 'EdDSA']]) : [first]
  const entry = (alg: string) => signature(draw, alg, draw.once(40) && !isDetached ? !b64 : b64, sealed)
  const others =
    form === 'flattened' ? [] : draw.some(draw.once(100) ? 17 : 2, () => entry(draw.once(3) ? 'HS384' : 'HS256'))
  const entries = [entry(first), ...others]
  if (draw.once(3)) entries.sort(() => draw.below(3) - 1)
  if (draw.once(3)) algs.push(draw.pick(['HS256', 'HS384', 'EdDSA']))
  const members: Member[] = isDetached !== draw.once(40) ? [] : [['payload', jsonText(draw, sealed)]]
  if (draw.once(60)) members.push(['payload', anyJson(draw)])
  if (form === 'flattened' || draw.once(60)) members.push(...(entries[0] as Member[]))
  if (form === 'general' || draw.once(60)) {
    members.push(['signatures', draw.once(60) ? anyJson(draw) : `[${entries.map((each) => objectText(draw, each))}]`])
  }
  if (draw.once(20)) members.push([draw.pick(['x', 'protected', '__proto__', 'iv']), anyJson(draw)])
  const text = objectText(draw, members)
  const drawn = { form, algs: [...new Set(algs)], text: draw.once(8) ? mutateText(draw, text) : text }
  return isDetached ? { ...drawn, payload } : drawn
}

/** One signature, with the members of its object. */
function signature(draw: Draw, alg: string, b64: boolean, payload: string): Member[] {
  const protects = !draw.once(6)
  const header = b64 ? headerJson(draw, alg) : unencodedJson(draw, alg)
  const shielded = protects ? Buffer.from(draw.once(40) ? mutateText(draw, header) : header).toString('base64url') : ''
  const input = Buffer.from(`${shielded}.${payload}`).toString('latin1')
  const octets = signAs(draw.once(12) ? 'HS256' : alg, input)
  if (draw.once(10)) octets.writeUInt8((octets[0] as number) ^ 1)
  const members: Member[] = []
  if (protects || draw.once(10)) members.push(['protected', draw.once(60) ? anyJson(draw) : jsonText(draw, shielded)])
  if (!protects || draw.once(5)) members.push(['header', unprotectedJson(draw, protects ? undefined : alg)])
  const written = draw.once(40) ? bend(draw, octets) : octets.toString('base64url')
  if (!draw.once(60)) members.push(['signature', draw.once(60) ? anyJson(draw) : jsonText(draw, written)])
  if (draw.once(60)) members.push(draw.pick(members))
  return members
}

/** RFC 7797 §3, and what nearly is it. */
function unencodedJson(draw: Draw, alg: string): string {
  const members: Member[] = [
    ['alg', jsonText(draw, alg)],
    ['b64', draw.once(20) ? anyJson(draw) : 'false'],
  ]
  if (!draw.once(20)) members.push(['crit', draw.pick(['["b64"]', '["b64"]', '["b64","exp"]', '["exp"]', '[]'])])
  if (draw.once(4)) members.push(['exp', anyJson(draw)])
  if (draw.once(8)) members.push([draw.pick(['kid', 'typ', 'x']), anyJson(draw)])
  return objectText(draw, members)
}

function unprotectedJson(draw: Draw, alg: string | undefined): string {
  const members: Member[] = alg === undefined ? [] : [['alg', jsonText(draw, alg)]]
  if (draw.once(3)) members.push([draw.pick(['note', 'kid', 'x', 'alg', 'exp', '__proto__']), anyJson(draw)])
  if (draw.once(12))
    members.push(
      draw.pick([
        ['b64', 'true'],
        ['b64', 'false'],
        ['crit', '["exp"]'],
      ] as const),
    )
  return draw.once(60) ? anyJson(draw) : objectText(draw, members)
}
