import { afterEach, beforeEach, describe, expect } from 'vitest'
import { ALL } from '../cases/all.ts'
import { runCases } from '../verdict.ts'
import { CATALOGUE, titleOf } from './catalogue.ts'

// The attacks that are tokens: what stands in the tables of `test/cases`, by its row of the catalogue.

describe('tokens', () => {
  const { fetch } = globalThis
  let fetches = 0

  beforeEach(() => {
    fetches = 0
    globalThis.fetch = () => {
      fetches++
      return Promise.reject(new Error('nothing is fetched because of a token'))
    }
  })
  afterEach(() => {
    globalThis.fetch = fetch
    expect(fetches, 'R7: fetches').toBe(0)
  })

  for (const { row } of CATALOGUE) {
    const cases = ALL.filter(({ attack }) => attack === row)
    if (cases.length > 0) runCases(titleOf(row), cases)
  }
})
