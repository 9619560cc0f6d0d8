import { describe, expect, test } from 'vitest'
import type { Jwk } from '../../src/index.ts'
import { certificateThumbprints, thumbprintUri } from '../../src/keys/index.ts'
import rfc7515 from '../../vectors/rfc7515.json' with { type: 'json' }
import { publicJwk } from '../keys.ts'
import { PATHS } from '../paths.ts'

const chain = rfc7515.cases.find(({ kind }) => kind === 'x5c') as unknown as {
  x5c: string[]
  x5t: string[]
  'x5t#S256': string[]
}

describe('certificateThumbprints', () => {
  for (const path of PATHS.filter(({ name }) => name !== 'sync')) {
    test(`of the chain of RFC 7515 B, as x5c, DER and PEM (${path.name})`, async () => {
      for (const [index, entry] of chain.x5c.entries()) {
        const expected = { x5t: chain.x5t[index], 'x5t#S256': chain['x5t#S256'][index] }
        const pem = `-----BEGIN CERTIFICATE-----\n${entry.replace(/.{64}(?=.)/g, '$&\n')}\n-----END CERTIFICATE-----\n`
        for (const form of [entry, pem, new Uint8Array(Buffer.from(entry, 'base64'))]) {
          expect(await path.use(() => certificateThumbprints(form))).toEqual(expected)
        }
      }
    })
  }

  test('of nothing else', async () => {
    await expect(certificateThumbprints('not a certificate')).rejects.toMatchObject({ code: 'ERR_JWK_INVALID' })
    await expect(certificateThumbprints(5 as never)).rejects.toThrow(TypeError)
  })
})

test('thumbprintUri: the hash is in it', async () => {
  expect(await thumbprintUri(publicJwk('ES256'))).toMatch(/^urn:ietf:params:oauth:jwk-thumbprint:sha-256:[\w-]{43}$/)
  expect(await thumbprintUri(publicJwk('ES256'), 'SHA-512')).toMatch(/:sha-512:[\w-]{86}$/)
  await expect(thumbprintUri(publicJwk('ES256'), 'MD5' as never)).rejects.toThrow(TypeError)
  await expect(thumbprintUri({ kty: 'x' } as Jwk)).rejects.toMatchObject({ code: 'ERR_JWK_INVALID' })
})
