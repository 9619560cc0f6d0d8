import { describe, expect, test } from 'vitest'
import type { ClaimsPolicy, KeySource, VerifierOptions } from '../src/index.ts'
import { ALL } from './cases/all.ts'
import { forge } from './forge.ts'
import { privateJwk } from './keys.ts'
import { PATHS, type Path } from './paths.ts'
import { type Case, casesOf, keysOf, NOW, policyOf, SECRET, verdictOf, verifyCase } from './verdict.ts'

/** Everything that a refusal says. */
async function outcomeOf(run: () => Promise<unknown>): Promise<unknown> {
  try {
    await run()
    return 'accepted'
  } catch (error) {
    const { name, code, claim, message } = error as Record<string, unknown>
    return { name, code, claim, message }
  }
}

function prepare(entry: Case, path: Path): (token: string) => Promise<unknown> {
  return path.createVerifier({ ...policyOf(entry.policy), keys: keysOf(entry, path) })
}

for (const path of PATHS) {
  test(`R16: a prepared verifier says what verifyJwt says, each time (${path.name})`, async () => {
    expect(ALL.length).toBeGreaterThan(1000)
    for (const entry of casesOf(path, ALL)) {
      const verify = prepare(entry, path)
      const token = entry.token as string
      const oneShot = await outcomeOf(() => verifyCase(entry, path))
      expect(await outcomeOf(() => verify(token)), entry.title).toEqual(oneShot)
      expect(await outcomeOf(() => verify(token)), `${entry.title}, again`).toEqual(oneShot)
    }
  })

  describe(`createVerifier (${path.name})`, () => {
    const key = path.importVerificationKey(SECRET)
    const token = (claims: object, header: object = { alg: 'HS256' }) => forge(header, claims, SECRET)
    const now = () => NOW

    test('gives header, claims and key', async () => {
      const verify = path.createVerifier({ keys: key, issuer: 'good', audience: null, now })
      const claims = { iss: 'good', exp: NOW + 60 }
      const verified = await verify(token(claims, { alg: 'HS256', typ: 'JWT' }))
      expect(verified).toEqual({ header: { alg: 'HS256', typ: 'JWT' }, claims, key })
      expect(verified.key).toBe(key)
    })

    test('R19: what becomes of the arrays of a policy afterwards has no effect', async () => {
      const lists = { issuer: ['good'], audience: ['api'], required: ['jti'], crit: ['x'] }
      const verify = path.createVerifier({ ...policyOf(), ...lists, keys: key })
      lists.issuer[0] = 'evil'
      lists.audience.push('other')
      lists.required.pop()
      lists.crit.push('y')
      const good = { iss: 'good', aud: 'api', jti: '1' }
      expect(await verdictOf(() => verify(token(good)))).toBe('accepted')
      expect(await verdictOf(() => verify(token({ ...good, iss: 'evil' })))).toBe('ERR_JWT_CLAIM iss')
      expect(await verdictOf(() => verify(token({ ...good, aud: 'other' })))).toBe('ERR_JWT_CLAIM aud')
      expect(await verdictOf(() => verify(token({ iss: 'good', aud: 'api' })))).toBe('ERR_JWT_CLAIM jti')
      expect(await verdictOf(() => verify(token(good, { alg: 'HS256', y: 1, crit: ['y'] })))).toBe('ERR_CRIT')
    })

    test('R19: what becomes of the options afterwards has no effect', async () => {
      const options: VerifierOptions & { issuer: string | null } = {
        ...policyOf({ issuer: 'good' }),
        issuer: 'good',
        keys: key,
        maxTokenLength: 500,
      }
      const verify = path.createVerifier(options)
      Object.assign(options, {
        issuer: null,
        maxTokenLength: 5,
        typ: 'x',
        subject: 'x',
        now: () => Number.NaN,
        clockTolerance: 1e9,
      })
      expect(await verdictOf(() => verify(token({ iss: 'good', exp: NOW + 1 })))).toBe('accepted')
      expect(await verdictOf(() => verify(token({ iss: 'good', exp: NOW })))).toBe('ERR_JWT_EXPIRED exp')
      expect(await verdictOf(() => verify(token({ iss: 'evil' })))).toBe('ERR_JWT_CLAIM iss')
    })

    test('R18: asks the clock for each token', async () => {
      let time = NOW
      const verify = path.createVerifier({ ...policyOf(), now: () => time, keys: key })
      const text = token({ exp: NOW + 10 })
      expect(await verdictOf(() => verify(text))).toBe('accepted')
      time += 10
      expect(await verdictOf(() => verify(text))).toBe('ERR_JWT_EXPIRED exp')
    })

    test('R24: keeps no verdict, unless asked to: a key that is gone verifies no more', async () => {
      let keys = [key]
      const verify = path.createVerifier({ ...policyOf(), keys: () => keys })
      const text = token({ sub: 'alice' })
      expect(await verdictOf(() => verify(text))).toBe('accepted')
      keys = []
      expect(await verdictOf(() => verify(text))).toBe('ERR_KEY_NOT_FOUND')
      keys = [path.importVerificationKey(privateJwk('HS512'))]
      expect(await verdictOf(() => verify(text))).toBe('ERR_ALG_NOT_ALLOWED')
    })

    test('does many things at a time', async () => {
      const verify = path.createVerifier({ ...policyOf(), keys: key })
      const claims = Array.from({ length: 200 }, (_, n) => ({ n }))
      const verified = await Promise.all(claims.map((each) => verify(token(each))))
      expect(verified.map((each) => each.claims)).toEqual(claims)
    })

    test('an error of the clock or of the key source is not overruled', async () => {
      const failure = new RangeError('of my own')
      const fail = () => {
        throw failure
      }
      const clocked = path.createVerifier({ ...policyOf(), now: fail, keys: key })
      await expect(clocked(token({ exp: NOW }))).rejects.toBe(failure)
      const sourced = path.createVerifier({ ...policyOf(), keys: fail as KeySource })
      await expect(sourced(token({}))).rejects.toBe(failure)
    })

    for (const [title, options] of [
      ['no keys', policyOf()],
      ['the keys under another name', { ...policyOf(), key }],
      ['a misspelt option', { ...policyOf(), keys: key, clocktolerance: 5 }],
      ['maxTokenLength NaN', { ...policyOf(), keys: key, maxTokenLength: Number.NaN }],
      ['maxTokenLength 0', { ...policyOf(), keys: key, maxTokenLength: 0 }],
      ['crit that is no array', { ...policyOf(), keys: key, crit: 'x' }],
      ['no decision about the issuer', { keys: key, audience: null } as unknown as ClaimsPolicy],
    ] as const) {
      test(`R19: ${title} is a mistake of the programmer, told at once`, () => {
        expect(() => path.createVerifier(options as VerifierOptions)).toThrow(TypeError)
      })
    }
  })
}
