import { afterAll, describe, expect } from 'vitest'
import { forge, segment, segmentsOf } from '../forge.ts'
import { PATHS } from '../paths.ts'
import { keyOf, policyOf, SECRET, shortest, verdictOf } from '../verdict.ts'
import { describeAttack, testEach } from './attack.ts'

// R25: what an attacker sends must cost him more than us.

const MEGABYTES_11 = 11_000_000
const [HEADER, PAYLOAD, SIGNATURE] = segmentsOf(forge({ alg: 'HS256' }, { sub: 'alice' }, SECRET))
const NESTED = `{"a":${'['.repeat((MEGABYTES_11 * 3) / 4)}`

const FORGERIES: readonly (readonly [title: string, token: string])[] = [
  ['nested arrays as the payload', `${HEADER}.${segment(NESTED)}.${SIGNATURE}`],
  ['nested arrays as the header', `${segment(NESTED)}.${PAYLOAD}.${SIGNATURE}`],
  ['dots', '.'.repeat(MEGABYTES_11)],
  ['a token and dots', `${HEADER}.${PAYLOAD}.${SIGNATURE}${'.'.repeat(MEGABYTES_11)}`],
  ['a junk header', `${'A'.repeat(MEGABYTES_11)}.${PAYLOAD}.${SIGNATURE}`],
  ['a junk signature', `${HEADER}.${PAYLOAD}.${'A'.repeat(MEGABYTES_11)}`],
  ['no dot', 'A'.repeat(MEGABYTES_11)],
  ['the letters of another alphabet', `${'Ł'.repeat(MEGABYTES_11)}.${PAYLOAD}.${SIGNATURE}`],
]

/** Milliseconds. */
const LIMIT = 10

const figures: { readonly path: string; readonly milliseconds: number }[] = []

afterAll(() => {
  const slowest = PATHS.map(({ name }) => {
    const ours = figures.filter(({ path }) => path === name).map(({ milliseconds }) => milliseconds)
    return `${name} ${Math.max(...ours).toFixed(3)} ms`
  })
  console.log(`forgeries of 11 MB, the slowest refusal of ${FORGERIES.length}: ${slowest.join(', ')}`)
})

describeAttack(39, (path) => {
  testEach(
    FORGERIES.map(([title, token]) => [`11 MB: ${title}: refused in under ${LIMIT} ms`, token] as const),
    async (token) => {
      const key = keyOf('HS256', path)
      const verify = path.createVerifier({ ...policyOf(), keys: key })
      const prepared = await shortest(() => verify(token), 'ERR_JWS_INVALID')
      const single = await shortest(() => path.verifyJwt(token, key, policyOf()), 'ERR_JWS_INVALID')
      figures.push({ path: path.name, milliseconds: Math.max(prepared, single) })
      expect(prepared).toBeLessThan(LIMIT)
      expect(single).toBeLessThan(LIMIT)
    },
  )
})

/** What a long token may take, as times of what as many letters in short ones take. Quadratic work would take sixteen times that. */
const EXCESS = 8

describe('work before the signature check is linear in the token', () => {
  const contents: readonly (readonly [title: string, make: (size: number) => string, verdict: string])[] = [
    [
      'nested arrays in the payload',
      (size) => `${HEADER}.${'W1tb'.repeat(size / 4)}.${SIGNATURE}`,
      'ERR_JWS_SIGNATURE',
    ],
    ['a long header', (size) => `${'A'.repeat(size)}.${PAYLOAD}.${SIGNATURE}`, 'ERR_JWS_INVALID'],
    ['a long signature', (size) => `${HEADER}.${PAYLOAD}.${'A'.repeat(size)}`, 'ERR_JWS_SIGNATURE'],
    ['dots', (size) => '.'.repeat(size), 'ERR_JWS_INVALID'],
  ]
  for (const path of PATHS) {
    testEach(
      contents.map(([title, make, verdict]) => [`${path.name}: ${title}`, { make, verdict }] as const),
      async ({ make, verdict }) => {
        const verify = path.createVerifier({ ...policyOf({ maxTokenLength: 1e9 }), keys: keyOf('HS256', path) })
        const [short, long] = [make(500_000), make(8_000_000)]
        const timeOf = async (token: string, times: number): Promise<number> => {
          const start = performance.now()
          for (let round = 0; round < times; round++) expect(await verdictOf(() => verify(token))).toBe(verdict)
          return performance.now() - start
        }
        // In turns, so that whoever else uses the machine slows down both; once is enough, since too much work is always so.
        let excess = Number.POSITIVE_INFINITY
        for (let round = 0; round < 12 && excess >= EXCESS; round++) {
          // A clock that stands still while code runs, as workerd's does, tells nothing.
          const many = Math.max(await timeOf(short, 16), Number.EPSILON)
          excess = Math.min(excess, (await timeOf(long, 1)) / many)
        }
        expect(excess).toBeLessThan(EXCESS)
      },
    )
  }
})
