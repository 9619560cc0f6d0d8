// For every algorithm that both have: what one signs, the other verifies, and what has been changed, both refuse.

import { afterAll, describe, expect, test } from 'vitest'
import { awsJwtVerify } from './aws-jwt-verify.ts'
import { fastJwt } from './fast-jwt.ts'
import { jose } from './jose.ts'
import { jsonwebtoken } from './jsonwebtoken.ts'
import { keyOf } from './keys.ts'
import { isInstalled, openssl } from './openssl.ts'
import { WAYS } from './ours.ts'
import { Table } from './table.ts'
import { CLAIMS, tamper } from './token.ts'

const PEERS = [jose, jsonwebtoken, fastJwt, awsJwtVerify, openssl]
const table = new Table()

afterAll(() => console.log(`Agreements with each peer\n\n${table.toString(PEERS.map((peer) => peer.name))}\n`))

for (const peer of PEERS) {
  const isAbsent = peer === openssl && !isInstalled
  const title = isAbsent ? 'openssl is not installed (apt-get install openssl)' : peer.name
  describe.skipIf(isAbsent)(title, () => {
    for (const alg of peer.algorithms) {
      const key = keyOf(alg)
      for (const [name, createForm] of Object.entries(peer.forms)) {
        const form = createForm(key)
        if (!form) continue
        test(`${alg}, ${name}: it verifies our tokens`, async () => {
          for (const way of WAYS) {
            const token = await way.sign(key)
            expect(await form.verify(token), way.name).toEqual(CLAIMS)
            for (const changed of tamper(token)) await expect(form.verify(changed), way.name).rejects.toThrow()
            table.add(peer.name, 'verifies', alg)
          }
        })
        if (!form.sign) continue
        test(`${alg}, ${name}: we verify its tokens`, async () => {
          const token = (await form.sign?.()) ?? ''
          for (const way of WAYS) {
            expect(await way.verify(token, key), way.name).toEqual(CLAIMS)
            for (const changed of tamper(token)) {
              await expect(way.verify(changed, key), way.name).rejects.toMatchObject({ code: 'ERR_JWS_SIGNATURE' })
            }
            table.add(peer.name, 'signs', alg)
          }
        })
      }
    }
  })
}
