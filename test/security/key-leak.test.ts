import { inspect } from 'node:util'
import { serialize } from 'node:v8'
import { describe, expect, test } from 'vitest'
import { JoseError, type Jwk } from '../../src/index.ts'
import { ALGS, freshJwk, privateJwk } from '../keys.ts'
import { PATHS } from '../paths.ts'

// R4 and attack 41: nothing that is said about a key, and no way to write it down, shows what is secret of it.

const SECRETS = ['k', 'd', 'p', 'q', 'dp', 'dq', 'qi']

const EVERYTHING = { showHidden: true, showProxy: true, depth: Number.POSITIVE_INFINITY, getters: true } as const

/** The forms in which a secret member would show up. */
function tracesOf(jwk: Jwk): string[] {
  return SECRETS.filter((name) => Object.hasOwn(jwk, name)).flatMap((name) => {
    const octets = Buffer.from(jwk[name] as string, 'base64url').subarray(0, 12)
    return [
      (jwk[name] as string).slice(0, 12),
      octets.toString('hex'),
      octets.toString('hex').replace(/..(?=.)/g, '$& '),
    ]
  })
}

function expectNoTrace(text: string, jwk: Jwk): void {
  for (const trace of tracesOf(jwk)) expect(text).not.toContain(trace)
}

/** Another key for one algorithm of each kind. */
const foreignJwks = new Map((['HS512', 'RS256', 'ES256', 'ES512', 'EdDSA'] as const).map((alg) => [alg, freshJwk(alg)]))

describe.each(PATHS)('on the path $name', (path) => {
  test.each(ALGS)('R4: a %s key shows its algorithm and its kid alone', async (alg) => {
    const jwk = privateJwk(alg, { kid: 'one' })
    const [signing, verification] = [path.importSigningKey(jwk), path.importVerificationKey(jwk)]
    await path.verifyCompact(await path.signCompact('x', signing), verification)

    for (const key of [signing, verification]) {
      const name = key === signing ? 'SigningKey' : 'VerificationKey'
      expect(Reflect.ownKeys(key)).toEqual(['alg', 'kid'])
      expect(JSON.stringify(key)).toBe(JSON.stringify({ alg, kid: 'one' }))
      expect(inspect(key, EVERYTHING)).toBe(`${name} { alg: '${alg}', kid: 'one' }`)
      expect(`${key}`).toBe('[object Object]')
      const clone: object = structuredClone(key)
      expect(Object.getPrototypeOf(clone)).toBe(Object.prototype)
      expect(clone).toEqual({ alg, kid: 'one' })
      expectNoTrace(serialize(key).toString('latin1'), jwk)
      expectNoTrace(inspect(Object.getOwnPropertyDescriptors(Object.getPrototypeOf(key)), EVERYTHING), jwk)
    }
  })

  test.each([...foreignJwks.keys()])('attack 41: no error about a %s key shows anything secret of it', async (alg) => {
    const jwk = privateJwk(alg)
    const foreign = foreignJwks.get(alg) as Jwk
    const names = Object.keys(jwk).filter((name) => !['kty', 'alg', 'crv'].includes(name))
    const malformed = names.flatMap((name) => {
      const value = jwk[name] as string
      return [
        null,
        [value],
        '',
        `${value}=`,
        value.slice(4),
        `${value.slice(4)}AAAA`,
        `AAAA${value}`,
        foreign[name],
      ].map((wrong): Jwk => ({ ...jwk, [name]: wrong }))
    })
    const misused = [{ alg: 'none' }, { alg: 'ES999' }, { kty: 'x' }, { use: 'enc' }, { key_ops: [jwk.k ?? jwk.d] }]
    const errors: unknown[] = []
    for (const wrong of [...malformed, ...misused.map((members) => ({ ...jwk, ...members }) as Jwk)]) {
      for (const use of [
        () => path.signCompact('x', path.importSigningKey(wrong)),
        () => path.importVerificationKey(wrong),
      ]) {
        try {
          await use()
        } catch (error) {
          errors.push(error)
          expect(error).toBeInstanceOf(JoseError)
          expectNoTrace(inspect(error, EVERYTHING), jwk)
        }
      }
    }
    expect(errors.length).toBeGreaterThan(names.length * 4)
  })

  test.each(ALGS)('R3: a TypeError about what was given instead of a %s key does not show it', (alg) => {
    const jwk = privateJwk(alg)
    for (const wrong of [JSON.stringify(jwk), [jwk], Object.values(jwk)]) {
      try {
        path.importSigningKey(wrong as unknown as Jwk)
        expect.unreachable()
      } catch (error) {
        expect(error).toBeInstanceOf(TypeError)
        expectNoTrace(inspect(error, EVERYTHING), jwk)
      }
    }
  })
})
