import type { Draw } from '../draw.ts'
import { signAs } from '../keys.ts'
import type { Target } from '../target.ts'
import { mutateText } from './text.ts'

/** An input with one of the texts that come from outside changed; `other` has pieces to take over. */
export function mutateInput(draw: Draw, { outside }: Target, input: unknown, other: unknown): unknown {
  if (typeof input === 'string') return mutateLeaf(draw, input, other)
  const copy = structuredClone(input) as Record<string, unknown>
  const leaves = (outside ?? []).flatMap((member) => leavesOf(copy, member))
  if (leaves.length === 0) return copy
  const { holder, name } = draw.pick(leaves)
  const others = (outside ?? []).flatMap((member) => leavesOf(other as Record<string, unknown>, member))
  const from = others.find((leaf) => leaf.name === name)
  holder[name] = from && draw.once(4) ? from.holder[name] : mutateLeaf(draw, holder[name] as string, from?.holder[name])
  return copy
}

interface Leaf {
  readonly holder: Record<string, unknown>
  readonly name: string
}

/** The texts in a member. */
function leavesOf(holder: Record<string, unknown>, name: string): Leaf[] {
  const value = holder[name]
  if (typeof value === 'string') return [{ holder, name }]
  if (typeof value !== 'object' || value === null) return []
  return Object.keys(value).flatMap((member) => leavesOf(value as Record<string, unknown>, member))
}

/** Text; or what text stands behind base64url, and then tokens are signed anew. */
function mutateLeaf(draw: Draw, text: string, other: unknown): string {
  if (typeof other === 'string' && draw.once(6)) return splice(draw, text, other)
  const segments = text.split('.')
  if (segments.length === 3 && !draw.once(4)) return mutateToken(draw, segments)
  const octets = Buffer.from(text, 'base64url')
  const isEncoded = text.length > 3 && octets.toString('base64url') === text
  return isEncoded && draw.once(2) ? mutateOctets(draw, octets) : mutateText(draw, text)
}

function splice(draw: Draw, text: string, other: string): string {
  return text.slice(0, draw.below(text.length + 1)) + other.slice(draw.below(other.length + 1))
}

function mutateOctets(draw: Draw, octets: Buffer): string {
  return Buffer.from(mutateText(draw, octets.toString('latin1')), draw.once(8) ? 'utf8' : 'latin1').toString(
    'base64url',
  )
}

function mutateToken(draw: Draw, segments: readonly string[]): string {
  const input = segments.slice(0, 2)
  const place = draw.below(2)
  input[place] = mutateOctets(draw, Buffer.from(input[place] as string, 'base64url'))
  return `${input.join('.')}.${signAs('HS256', input.join('.')).toString('base64url')}`
}
