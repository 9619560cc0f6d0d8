// What compiles in a module of the CommonJS kind, which can require the package from Node 20.19 on.

import countersign = require('countersign')
import gateway = require('countersign/gateway')
import jws = require('countersign/jws')

const verify: (token: string) => Promise<countersign.VerifiedJwt> = countersign.createVerifier({
  keys: countersign.createRemoteJwks('https://id.example/jwks.json'),
  issuer: 'https://id.example',
  audience: null,
})
const validator: Promise<gateway.AuthValidator> = gateway.createAuthValidator({
  alg: 'RS256',
  jwk_local_path: '',
})
const signed: Promise<jws.GeneralJws> = jws.signGeneral('text', [])
export = { verify, validator, signed }
