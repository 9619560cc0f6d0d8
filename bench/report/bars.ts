import { FLOOR, OURS } from '../core/peer.ts'
import { type RowResult, standingOf } from '../core/results.ts'
import { sizeLabel } from '../rows/set.ts'

/** A ratio that the library is tuned for. */
export interface Bar {
  readonly name: string
  readonly row: string
  readonly subject: string
  /** Whether more is better, as when a peer takes so many times our time. */
  readonly isMoreBetter: boolean
  readonly of: (result: RowResult) => number | undefined
}

export interface MeasuredBar {
  readonly name: string
  readonly row: string
  readonly subject: string
  readonly isMoreBetter: boolean
  /** Absent where the row, or one of the two, was not measured. */
  readonly value?: number
}

/** How many times our time a peer takes. */
function peerToOurs(row: string, subject: string, peer: string): Bar {
  const of = (result: RowResult) => standingOf(result, peer)?.toOurs
  return { name: `${row} ${subject}: ${peer} / ours`, row, subject, isMoreBetter: true, of }
}

/** How many times the floor's time we take. */
function oursToFloor(row: string, subject: string): Bar {
  const of = (result: RowResult) => standingOf(result, OURS)?.toFloor
  return { name: `${row} ${subject}: ours / ${FLOOR}`, row, subject, isMoreBetter: false, of }
}

/** How many times as much a large set of keys costs as one with a single key. */
function largeSet(subject: string): Bar {
  const of = (result: RowResult) => {
    const large = standingOf(result, OURS, sizeLabel(10_000))
    const small = standingOf(result, OURS, sizeLabel(1))
    return large && small && large.median / small.median
  }
  return { name: `set ${subject}: ours, 10 000 keys / 1 key`, row: 'set', subject, isMoreBetter: false, of }
}

const EVERY = ['HS256', 'HS384', 'HS512', 'RS256', 'PS256', 'ES256', 'ES384', 'ES512', 'EdDSA']

const loading: Bar = {
  name: 'load: ours / jose',
  row: 'load',
  subject: 'import()',
  isMoreBetter: false,
  of: (result) => {
    const jose = standingOf(result, 'jose')?.toOurs
    return jose && 1 / jose
  },
}

const BARS: readonly Bar[] = [
  peerToOurs('verify-sync', 'HS256', 'fast-jwt'),
  peerToOurs('sign-sync', 'HS256', 'fast-jwt'),
  ...['HS256', 'RS256', 'PS256', 'ES256'].map((alg) => oursToFloor('verify-sync', alg)),
  ...['HS256', 'ES256'].map((alg) => oursToFloor('sign-sync', alg)),
  ...['HS256', 'RS256', 'ES256'].map((alg) => peerToOurs('verify-async', alg, 'jose')),
  ...EVERY.map((alg) => peerToOurs('verify-64', alg, 'jose')),
  ...EVERY.map((alg) => peerToOurs('sign-64', alg, 'jose')),
  ...['HS256', 'RS256'].map((alg) => peerToOurs('cached', alg, 'fast-jwt')),
  ...['HS256', 'ES256'].map(largeSet),
  peerToOurs('forgery', '11 MB', 'fast-jwt'),
  loading,
]

export function measureBars(results: readonly RowResult[]): MeasuredBar[] {
  return BARS.map(({ name, row, subject, isMoreBetter, of }) => {
    const result = results.find((candidate) => candidate.row === row && candidate.subject === subject)
    const value = result && of(result)
    return { name, row, subject, isMoreBetter, ...(value !== undefined && { value }) }
  })
}
