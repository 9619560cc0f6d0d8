import { describe, expect } from 'vitest'
import { forge, segment, segmentsOf } from '../forge.ts'
import { PATHS } from '../paths.ts'
import { keyOf, policyOf, SECRET, shortest } from '../verdict.ts'
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

describeAttack(39, (path) => {
  testEach(
    FORGERIES.map(([title, token]) => [`11 MB: ${title}: refused in under ${LIMIT} ms`, token] as const),
    async (token) => {
      const key = keyOf('HS256', path)
      const verify = path.createVerifier({ ...policyOf(), keys: key })
      expect(await shortest(() => verify(token), 'ERR_JWS_INVALID')).toBeLessThan(LIMIT)
      expect(await shortest(() => path.verifyJwt(token, key, policyOf()), 'ERR_JWS_INVALID')).toBeLessThan(LIMIT)
    },
  )
})

describe('work before the signature check is linear in the token', () => {
  // Where longer tokens are allowed, sixteen times the length takes about sixteen times as long, and not 256 times.
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
        const timeOf = (token: string) => shortest(() => verify(token), verdict)
        const [short, long] = [await timeOf(make(500_000)), await timeOf(make(8_000_000))]
        expect(long).toBeLessThan(Math.max(50, short * 64))
      },
    )
  }
})
