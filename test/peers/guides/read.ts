// What one snippet has signed, the library of the other must take.

import { importVerificationKey, verifyJwt } from 'countersign'
import type { AuthValidator } from 'countersign/gateway'
import { createVerifier } from 'fast-jwt'
import { importJWK, jwtVerify } from 'jose'
import jwt from 'jsonwebtoken'
import { CLAIMS, publicJwk, publicPem, requests, requestWith, secret, secretJwk } from './given.ts'

export async function byOurs(token: string, keyJwk = publicJwk): Promise<object> {
  const policy = { issuer: CLAIMS.iss, audience: CLAIMS.aud }
  return withoutClock((await verifyJwt(token, importVerificationKey(keyJwk), policy)).claims)
}

export async function byJose(token: string): Promise<object> {
  return withoutClock((await jwtVerify(token, await importJWK(publicJwk, 'ES256'))).payload)
}

export function byJsonwebtoken(token: string, keyJwk = publicJwk): object {
  return withoutClock(jwt.verify(token, keyJwk === secretJwk ? secret : publicPem) as jwt.JwtPayload)
}

export function byFastJwt(token: string, keyJwk = publicJwk): object {
  return withoutClock(createVerifier({ key: keyJwk === secretJwk ? secret : publicPem })(token))
}

/** The two are signed at different times: what must be equal is how long they live. */
function withoutClock({ iat = 0, exp = 0, ...others }: { iat?: number | undefined; exp?: number | undefined }): object {
  return { ...others, lifetime: exp - iat }
}

/** How a validator answers to KrakenD's requests. */
export function statuses(validator: AuthValidator): Promise<number[]> {
  const verdicts = requests.map(({ authorization }) => validator.validate(requestWith(authorization)))
  return Promise.all(verdicts.map(async (verdict) => verdict.then((found) => (found.ok ? 200 : found.status))))
}

/** The members of a JWK with their lengths, since two keys made at random have no more in common. */
export function shape(jwk: object): string[] {
  return Object.entries(jwk)
    .map(([name, value]) => `${name}: ${String(value).length}`)
    .sort()
}
