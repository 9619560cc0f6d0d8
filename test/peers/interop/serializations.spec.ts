import { importSigningKey, importVerificationKey } from 'countersign'
import {
  signDetached,
  signFlattened,
  signGeneral,
  verifyDetached,
  verifyFlattened,
  verifyGeneral,
} from 'countersign/jws'
import { CompactSign, FlattenedSign, flattenedVerify, GeneralSign, generalVerify, importJWK, type JWK } from 'jose'
import { describe, expect, test } from 'vitest'
import { ALGORITHMS, keyOf, type TestKey } from './keys.ts'

// The serializations of countersign/jws, made here and verified by jose, and the other way round.

const OCTETS = new TextEncoder().encode('sold for $.02')
const B64 = { b64: false, crit: ['b64'] }
const UNPROTECTED = { note: 'unsigned' }
/** Ed448, which jose does not have, apart. */
const SHARED = ALGORITHMS.filter((alg) => alg !== 'Ed448')

const ourKeys = ({ privateJwk, publicJwk }: TestKey) => ({
  signing: importSigningKey(privateJwk),
  verifying: importVerificationKey(publicJwk),
})

const theirKeys = async ({ alg, privateJwk, publicJwk }: TestKey) => ({
  signing: await importJWK(privateJwk as JWK, alg),
  verifying: await importJWK(publicJwk as JWK, alg),
})

describe.each(SHARED)('%s', (alg) => {
  const key = keyOf(alg)

  for (const unencoded of [false, true]) {
    const header = { alg, ...(unencoded ? B64 : {}) }

    test(`ours, flattened, ${unencoded ? 'as it is' : 'encoded'}: jose verifies`, async () => {
      const signer = { key: ourKeys(key).signing, unprotectedHeader: UNPROTECTED }
      const jws = await signFlattened(OCTETS, signer, { unencoded })
      const { payload, protectedHeader } = await flattenedVerify(jws as never, (await theirKeys(key)).verifying)
      expect(new Uint8Array(payload)).toEqual(OCTETS)
      expect(protectedHeader).toEqual({ ...header, kid: key.publicJwk.kid })
      const forged = { ...jws, payload: `${jws.payload?.slice(0, -2)}AA` }
      await expect(verifyFlattened(forged, ourKeys(key).verifying)).rejects.toMatchObject({ code: 'ERR_JWS_SIGNATURE' })
    })

    test(`jose's, flattened, ${unencoded ? 'as it is and detached' : 'encoded'}: verifies here`, async () => {
      const signer = new FlattenedSign(OCTETS).setProtectedHeader(header).setUnprotectedHeader(UNPROTECTED)
      const { payload: carried, ...rest } = await signer.sign((await theirKeys(key)).signing)
      const jws = { ...rest, ...(unencoded ? {} : { payload: carried as string }) }
      const options = unencoded ? { payload: OCTETS } : {}
      const verified = await verifyFlattened(JSON.stringify(jws), ourKeys(key).verifying, options)
      expect(verified).toMatchObject({ payload: OCTETS, header, unprotectedHeader: UNPROTECTED })
    })

    test(`detached, ${unencoded ? 'as it is' : 'encoded'}: both ways`, async () => {
      const ours = (await signDetached(OCTETS, ourKeys(key).signing, {}, { unencoded })).split('.') as [
        string,
        string,
        string,
      ]
      const jws = {
        protected: ours[0],
        payload: unencoded ? OCTETS : Buffer.from(OCTETS).toString('base64url'),
        signature: ours[2],
      }
      await flattenedVerify(jws, (await theirKeys(key)).verifying)
      const theirs = await new CompactSign(OCTETS).setProtectedHeader({ alg }).sign((await theirKeys(key)).signing)
      const detached = theirs.replace(/\..*\./, '..')
      expect((await verifyDetached(detached, OCTETS, ourKeys(key).verifying)).payload).toEqual(OCTETS)
    })
  }
})

describe('general, of several keys', () => {
  const keys = SHARED.map(keyOf)

  test('ours: jose verifies by each key', async () => {
    const jws = await signGeneral(
      OCTETS,
      keys.map((key) => ({ key: ourKeys(key).signing })),
    )
    for (const key of keys) {
      const { payload, protectedHeader } = await generalVerify(jws as never, (await theirKeys(key)).verifying, {
        algorithms: [key.alg],
      })
      expect(new Uint8Array(payload)).toEqual(OCTETS)
      expect(protectedHeader).toEqual({ alg: key.alg, kid: key.publicJwk.kid })
    }
  })

  test("jose's: all verify here", async () => {
    const signer = new GeneralSign(OCTETS)
    for (const key of keys) signer.addSignature((await theirKeys(key)).signing).setProtectedHeader({ alg: key.alg })
    const source = () => keys.map((key) => ourKeys(key).verifying)
    const { payload, signatures } = await verifyGeneral(JSON.stringify(await signer.sign()), source, { require: 'all' })
    expect(payload).toEqual(OCTETS)
    expect(signatures.map(({ header }) => header.alg)).toEqual(SHARED)
  })
})
