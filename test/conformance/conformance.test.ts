import { readdirSync } from 'node:fs'
import { afterAll, describe, expect, test } from 'vitest'
import { nodeBackend } from '../../src/backend/node.ts'
import { SigningKey } from '../../src/key.ts'
import { PATHS } from '../paths.ts'
import { KRAKEND_PLANS } from './krakend.ts'
import { pendingReason } from './pending.ts'
import { type Plan, planOf } from './plan.ts'
import { REFUSALS } from './refusals.ts'
import { countPlans, formatReport, type Pass } from './report.ts'
import { findKey, GO_FILE, KRAKEND_FILE, readVectors, VECTOR_FOLDER, VECTORS } from './vectors.ts'

// Every case of every file in vectors/ either runs on each path, or is skipped with the reason in its name.

const PLANS: readonly Plan[] = [...VECTORS.map(planOf), ...KRAKEND_PLANS]
const passes: Pass[] = []

for (const { name, rfc, title, runs, pending, asynchronous } of PLANS) {
  if (pending) test.todo(`${name} ${title}: pending, ${pending}`)
  if (asynchronous) test.skip(`${name} ${title} [sync]: ${asynchronous}`)
  for (const { on, check, missing } of runs) {
    const outcome = missing === undefined ? '' : `: refused, ${missing} is not in this runtime`
    test(`${name} ${title} [${on}]${outcome}`, async () => {
      await check()
      if (missing === undefined) passes.push({ rfc, on })
    })
  }
}

afterAll(() => console.log(formatReport(PLANS, passes)))

/** Cases that run, and that are pending. A case changes its place on purpose or not at all. */
const COUNTS: Readonly<Record<string, { run: number; pending: number }>> = {
  'RFC 4231': { run: 7, pending: 0 },
  'RFC 4648': { run: 23, pending: 0 },
  'RFC 7515': { run: 40, pending: 0 },
  'RFC 7516': { run: 0, pending: 6 },
  'RFC 7517': { run: 8, pending: 1 },
  'RFC 7518': { run: 0, pending: 4 },
  'RFC 7519': { run: 2, pending: 2 },
  'RFC 7520': { run: 15, pending: 14 },
  'RFC 7638': { run: 4, pending: 0 },
  'RFC 7797': { run: 7, pending: 0 },
  'RFC 8032': { run: 13, pending: 0 },
  'RFC 8037': { run: 4, pending: 2 },
  'RFC 9278': { run: 1, pending: 0 },
  'RFC 9864': { run: 4, pending: 0 },
  'RFC 9964': { run: 6, pending: 0 },
  KrakenD: { run: 10, pending: 0 },
}

describe('the suite itself', () => {
  test('leaves no case of any file out, and runs on every path what is not pending', () => {
    const files = readdirSync(VECTOR_FOLDER).filter(
      (file) => file.endsWith('.json') && ![KRAKEND_FILE, GO_FILE].includes(file),
    )
    const cases = files.flatMap((file) => (readVectors(file) as { cases: unknown[] }).cases)
    expect(PLANS).toHaveLength(cases.length + KRAKEND_PLANS.length)
    expect(new Set(PLANS.map(({ name }) => name)).size).toBe(PLANS.length)
    for (const { runs, pending, asynchronous } of PLANS) {
      const ways = runs.map(({ on }) => on).filter((on) => on !== 'native' && on !== 'by hand')
      const possible = nodeBackend ? ['node', 'web', 'sync'] : ['web']
      expect(ways).toEqual(pending ? [] : possible.filter((way) => way !== 'sync' || !asynchronous))
    }
  })

  test('has as many cases per RFC as it should', () => {
    const rfcs = [...new Set(PLANS.map(({ rfc }) => rfc))]
    const counts = rfcs.map((rfc) => [rfc, countPlans(PLANS.filter((plan) => plan.rfc === rfc))])
    expect(Object.fromEntries(counts)).toEqual(COUNTS)
  })

  test('knows the code of each case to be refused, and of no other', () => {
    const refused = VECTORS.filter((vector) => vector.expect === 'reject' && pendingReason(vector) === undefined)
    expect(Object.keys(REFUSALS).sort()).toEqual(refused.map(({ name }) => name).sort())
  })

  test.each(PATHS)('has the keys of the right platform on the path $name', ({ name, importSigningKey }) => {
    const key = importSigningKey(findKey('rfc7515.json', 'A.1-oct'), { alg: 'HS256' })
    const sign = () => SigningKey.signSync(key, 'signed')
    if (name === 'web') expect(sign).toThrow(TypeError)
    else expect(sign()).toHaveLength(43)
  })
})
