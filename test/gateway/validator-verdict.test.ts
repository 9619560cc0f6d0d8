import { describe, expect, test } from 'vitest'
import { createAuthValidator } from '../../src/gateway/index.ts'
import type { Claims } from '../../src/index.ts'
import { bearer, fileHost, makeToken, NOW, SECRET, type TokenParts } from './fixtures.ts'
import { CONFIG, GOOD, openValidator, type Spoil, STEPS, spoiled } from './steps.ts'

describe('revocation: asynchronous, and fails closed', () => {
  const validate = async (answer: unknown, parts: TokenParts = { claims: GOOD }) => {
    const asked: Claims[] = []
    const hook = (claims: Claims) => {
      asked.push(claims)
      return (typeof answer === 'function' ? answer() : answer) as boolean
    }
    const validator = await createAuthValidator(CONFIG, { ...fileHost(), now: () => NOW, isRevoked: hook })
    return { verdict: await validator.validate(bearer(makeToken(parts))), asked }
  }
  const fail = (reason: unknown) => () => {
    throw reason
  }

  test.each([
    ['false', false],
    ['a promise of false', () => Promise.resolve(false)],
  ])('%s lets the token pass', async (_, answer) => {
    const { verdict, asked } = await validate(answer)
    expect(verdict.ok).toBe(true)
    expect(asked).toEqual([GOOD])
  })

  test.each([
    ['true', true],
    ['a promise of true', () => Promise.resolve(true)],
    ['undefined', undefined],
    ['a promise of undefined', () => Promise.resolve()],
    ['null', null],
    ['0', 0],
    ['"no"', 'no'],
  ])('%s refuses it for good', async (_, answer) => {
    const { verdict } = await validate(answer)
    expect(verdict).toMatchObject({ ok: false, status: 401, code: 'ERR_REVOKED', retriable: false })
  })

  test.each([
    ['an error', fail(new Error('the list cannot be reached'))],
    ['a promise that rejects', () => Promise.reject(new Error('the list cannot be reached'))],
    ['what is no error', fail('text')],
    ['a promise that rejects without a reason', () => Promise.reject()],
  ])('%s refuses it, and the client may try again', async (_, answer) => {
    const { verdict } = await validate(answer)
    expect(verdict).toMatchObject({ ok: false, status: 401, code: 'ERR_REVOKED', retriable: true })
  })

  test('only tokens that are good in every other way but the roles are asked about', async () => {
    for (const { spoil, outcome } of STEPS) {
      const { asked } = await validate(false, { claims: { ...GOOD, ...spoil.claims }, ...pick(spoil) })
      const isAskedAbout = spoil.wrap !== undefined || ['ERR_REVOKED', 'ERR_ROLES'].includes(outcome.code)
      expect(asked).toHaveLength(isAskedAbout ? 1 : 0)
    }
  })
})

function pick({ header, secret }: Spoil): TokenParts {
  return { ...(header && { header }), ...(secret !== undefined && { secret }) }
}

describe('a verdict is never a rejection', () => {
  const requests: readonly (readonly [title: string, request: () => unknown, code: string])[] = [
    ['undefined', () => undefined, 'ERR_TOKEN_MISSING'],
    ['null', () => null, 'ERR_TOKEN_MISSING'],
    ['a string', () => 'GET /', 'ERR_TOKEN_MISSING'],
    ['no headers', () => ({}), 'ERR_TOKEN_MISSING'],
    ['headers null', () => ({ headers: null }), 'ERR_TOKEN_MISSING'],
    ['headers that are a number', () => ({ headers: 5 }), 'ERR_TOKEN_MISSING'],
    ['headers that are an array', () => ({ headers: [['authorization', 'Bearer a.b.c']] }), 'ERR_TOKEN_MISSING'],
    ['"get" that throws', () => ({ headers: { get: throwing } }), 'ERR_JWT_INVALID'],
    ['"get" that gives an object', () => ({ headers: { get: () => ({}) } }), 'ERR_JWT_INVALID'],
    ['"get" that gives a number', () => ({ headers: { get: () => 5 } }), 'ERR_JWT_INVALID'],
    [
      'a getter of the headers that throws',
      () => Object.defineProperty({}, 'headers', { get: throwing }),
      'ERR_JWT_INVALID',
    ],
    [
      'a getter of one header that throws',
      () => ({ headers: Object.defineProperty({}, 'authorization', { get: throwing, enumerable: true }) }),
      'ERR_JWT_INVALID',
    ],
    ['a header that is a number', () => ({ headers: { authorization: 5 } }), 'ERR_TOKEN_MISSING'],
    ['a header that is an array of numbers', () => ({ headers: { authorization: [5] } }), 'ERR_JWT_INVALID'],
  ]
  test.each(requests)('%s', async (_, request, code) => {
    const validator = await openValidator()
    const verdict = await validator.validate(request() as never)
    expect(verdict).toMatchObject({ ok: false, status: 401, code, retriable: false })
  })

  test('nor is it for a log that fails', async () => {
    const config = { ...CONFIG, operation_debug: true }
    const validator = await createAuthValidator(config, { ...fileHost(), now: () => NOW, log: throwing })
    expect(await validator.validate({ headers: {} })).toMatchObject({
      ok: false,
      status: 401,
      code: 'ERR_TOKEN_MISSING',
    })
  })

  test('nor is one left over by a log that is asynchronous, and fails', async () => {
    const rejections: unknown[] = []
    const note = (reason: unknown) => rejections.push(reason)
    process.on('unhandledRejection', note)
    try {
      const config = { ...CONFIG, operation_debug: true }
      const log = async () => throwing()
      const validator = await createAuthValidator(config, { ...fileHost(), now: () => NOW, log })
      expect(await validator.validate({ headers: {} })).toMatchObject({ ok: false, code: 'ERR_TOKEN_MISSING' })
      await new Promise((resolve) => setImmediate(resolve))
    } finally {
      process.off('unhandledRejection', note)
    }
    expect(rejections).toEqual([])
  })

  test('nor is it for a clock that fails or is no number: the token is refused', async () => {
    for (const now of [throwing, () => Number.NaN]) {
      const validator = await createAuthValidator(CONFIG, { ...fileHost(), now })
      expect(await validator.validate(bearer(spoiled([])))).toMatchObject({ ok: false, status: 401 })
    }
  })
})

function throwing(): never {
  throw new RangeError('thrown by the host')
}

describe('the error of a refusal', () => {
  test('has the fields that a gateway needs, and no more', async () => {
    const validator = await openValidator()
    const verdict = await validator.validate(bearer(spoiled([{ claims: { exp: NOW - 60 } }])))
    expect(Object.keys(verdict).sort()).toEqual(['code', 'error', 'ok', 'retriable', 'status'])
    expect(verdict).toMatchObject({ error: { name: 'JoseError', code: 'ERR_JWT_EXPIRED', claim: 'exp' } })
  })

  test('shows neither token nor claim nor key', async () => {
    const validator = await openValidator()
    for (const { spoil } of STEPS) {
      const token = spoiled([spoil])
      const verdict = await validator.validate(bearer(token))
      if (verdict.ok) throw new Error('the token was accepted')
      const { error } = verdict
      const shown = JSON.stringify([error.message, error.stack, { ...error }])
      const secrets = [...token.split('.'), ...Object.values(spoil.claims ?? {}), GOOD.sub, SECRET]
      for (const secret of secrets) expect(shown).not.toContain(String(secret))
    }
  })
})
