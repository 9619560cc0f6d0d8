import { describe, expect, test } from 'vitest'
import { JoseError } from '../src/index.ts'

describe('JoseError', () => {
  test('has a code and a message, and nothing else of its own that is enumerable', () => {
    const error = new JoseError('ERR_CRIT', 'reason')
    expect(error.code).toBe('ERR_CRIT')
    expect(error.message).toBe('reason')
    expect(Object.keys(error)).toEqual(['code'])
  })

  test('is an Error of its own name', () => {
    const error = new JoseError('ERR_CRIT', 'reason')
    expect(error).toBeInstanceOf(JoseError)
    expect(error).toBeInstanceOf(Error)
    expect(error.name).toBe('JoseError')
    expect(String(error)).toBe('JoseError: reason')
    expect(error.stack).toMatch(/^JoseError: reason\n/)
  })

  test('keeps its name on the prototype, where it does not show up in logs of members', () => {
    expect(Object.hasOwn(new JoseError('ERR_CRIT', ''), 'name')).toBe(false)
    expect(Object.getOwnPropertyDescriptor(JoseError.prototype, 'name')?.enumerable).toBe(false)
  })

  test('names the claim at fault', () => {
    const error = new JoseError('ERR_JWT_EXPIRED', 'reason', { claim: 'exp' })
    expect(error.claim).toBe('exp')
    expect(Object.keys(error)).toEqual(['code', 'claim'])
  })

  test('carries the status of a gateway', () => {
    const error = new JoseError('ERR_ROLES', 'reason', { status: 403 })
    expect(error.status).toBe(403)
    expect(Object.keys(error)).toEqual(['code', 'status'])
  })

  test('carries its cause, also one that is undefined, where other errors have it', () => {
    const cause = new TypeError('the platform says no')
    const error = new JoseError('ERR_JWK_INVALID', 'reason', { cause })
    expect(error.cause).toBe(cause)
    expect(Object.keys(error)).toEqual(['code'])
    expect(Object.hasOwn(new JoseError('ERR_CRIT', '', { cause: undefined }), 'cause')).toBe(true)
  })

  test.each(['claim', 'status', 'cause'])('has no own "%s" when it was not given', (name) => {
    const error = new JoseError('ERR_CRIT', 'reason')
    expect(Object.hasOwn(error, name)).toBe(false)
    expect(name in error).toBe(false)
  })
})
