export const ALGORITHMS = ['HS256', 'RS256', 'ES256'] as const
export type Algorithm = (typeof ALGORITHMS)[number]

/** How the server checks the tokens of its requests; by `none` it does not look at them. */
export interface Variant {
  readonly library: 'none' | 'countersign' | 'fast-jwt' | 'jose'
  /** Of the tokens that come, also where nobody looks at them. */
  readonly alg: Algorithm
  /** Whether the answer for a token is kept, by the library itself. */
  readonly cached: boolean
}

export const NO_CHECK: Variant = { library: 'none', alg: 'HS256', cached: false }

export const VARIANTS: readonly Variant[] = [NO_CHECK, ...ALGORITHMS.flatMap(checksOf)]

/** jose keeps no answers. */
function checksOf(alg: Algorithm): readonly Variant[] {
  return [
    { library: 'countersign', alg, cached: false },
    { library: 'fast-jwt', alg, cached: false },
    { library: 'jose', alg, cached: false },
    { library: 'countersign', alg, cached: true },
    { library: 'fast-jwt', alg, cached: true },
  ]
}

export function describeVariant({ library, alg, cached }: Variant): string {
  if (library === 'none') return 'no check'
  return `${alg}, ${library}${cached ? ', token cache' : ''}`
}
