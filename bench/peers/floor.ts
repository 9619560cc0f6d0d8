import {
  createHmac,
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto'
import { derToRaw, pssPrivateKey, pssPublicKey, rawToDer } from '../../src/backend/der.ts'
import { findJwa, type Jwa } from '../../src/jwa.ts'
import { type Alg, isHmac } from '../core/algorithms.ts'
import type { TestKey } from '../core/keys.ts'
import { FLOOR, Lacking, type Operation, type Peer, type VerifyTask } from '../core/peer.ts'

/**
 * The bare platform: the call of node:crypto on the text of the signing input, one decode and one JSON.parse.
 * Everything else, such as splitting the token or decoding and converting its signature, has been done before the clock
 * starts; nothing is checked but the signature.
 */
export const floor: Peer = {
  name: FLOOR,
  ignoresClaims: true,
  verifySync: (task) => {
    const operation = isHmac(task.alg) ? verifyMac(task) : verifySignature(task)
    return task.cacheSize === undefined ? operation : remember(operation)
  },
  signSync: ({ alg, key }) => (isHmac(alg) ? signMac(alg, key) : signSignature(alg, key)),
  // On the thread pool where a gateway's event loop would suffer otherwise; what is fast is fastest where it is.
  verify: (task) =>
    (jwaOf(task.alg).verifyingTime > LONG ? verifyOnThreadPool(task) : floor.verifySync?.(task)) as Operation,
  sign: (task) =>
    (jwaOf(task.alg).signingTime > LONG ? signOnThreadPool(task.alg, task.key) : floor.signSync?.(task)) as Operation,
  importKey: () => ({
    run: ({ alg, secret, publicJwk }: TestKey) =>
      isHmac(alg) ? createSecretKey(secret) : createPublicKey({ key: publicJwk, format: 'jwk' }),
  }),
}

/** Microseconds. */
const LONG = 200

/** A token taken apart. */
interface Parts {
  readonly kid: string
  readonly input: string
  readonly payload: string
  readonly text: string
  readonly signature: Buffer
}

function takeApart(alg: Alg): (token: string) => Parts {
  const { family } = jwaOf(alg)
  return (token) => {
    const [header = '', payload = '', text = ''] = token.split('.')
    const input = `${header}.${payload}`
    const raw = Buffer.from(text, 'base64url')
    const signature = family === 'ECDSA' ? Buffer.from(rawToDer(raw)) : raw
    return { kid: parse(header).kid as string, input, payload, text, signature }
  }
}

function parse(text: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(text, 'base64url').toString())
}

/** Of a set, one look-up by the key's id. */
function chooser({ keys, isSet }: VerifyTask, importKey: (key: TestKey) => KeyObject): (parts: Parts) => KeyObject {
  const imported = new Map(keys.map((key) => [key.kid, importKey(key)]))
  const [only] = imported.values()
  return isSet ? ({ kid }) => imported.get(kid) as KeyObject : () => only as KeyObject
}

function verifyMac(task: VerifyTask): Operation {
  const digest = digestOf(task.alg) as string
  const choose = chooser(task, secretKey)
  const run = (parts: Parts) => {
    if (createHmac(digest, choose(parts)).update(parts.input).digest('base64url') !== parts.text) throw refused()
    return parse(parts.payload)
  }
  return { prepare: takeApart(task.alg), run }
}

function verifySignature(task: VerifyTask): Operation {
  const digest = digestOf(task.alg)
  const choose = chooser(task, publicKey)
  const run = (parts: Parts) => {
    if (!verify(digest, Buffer.from(parts.input, 'latin1'), choose(parts), parts.signature)) throw refused()
    return parse(parts.payload)
  }
  return { prepare: takeApart(task.alg), run }
}

function verifyOnThreadPool(task: VerifyTask): Operation {
  const digest = digestOf(task.alg)
  const choose = chooser(task, publicKey)
  const run = (parts: Parts) =>
    new Promise((resolve, reject) => {
      verify(digest, Buffer.from(parts.input, 'latin1'), choose(parts), parts.signature, (_error, isValid) =>
        isValid ? resolve(parse(parts.payload)) : reject(refused()),
      )
    })
  return { prepare: takeApart(task.alg), run }
}

/** Of a cache, one look-up by the token in a map. */
function remember({ prepare, run }: Operation): Operation {
  const known = new Map<string, unknown>()
  return {
    run: (token: string) => {
      const remembered = known.get(token)
      if (remembered) return remembered
      const claims = run(prepare?.(token as never) as never)
      known.set(token, claims)
      return claims
    },
  }
}

function signMac(alg: Alg, key: TestKey): Operation {
  const digest = digestOf(alg) as string
  const handle = secretKey(key)
  const header = encodeHeader(alg, key)
  const run = (claims: object) => {
    const input = header + encode(claims)
    return `${input}.${createHmac(digest, handle).update(input).digest('base64url')}`
  }
  return { run }
}

function signSignature(alg: Alg, key: TestKey): Operation {
  const digest = digestOf(alg)
  const handle = privateKey(key)
  const header = encodeHeader(alg, key)
  const run = (claims: object) => {
    const input = header + encode(claims)
    return `${input}.${sign(digest, Buffer.from(input, 'latin1'), handle).toString('base64url')}`
  }
  return { run, read: tokenReader(alg) }
}

function signOnThreadPool(alg: Alg, key: TestKey): Operation {
  const digest = digestOf(alg)
  const handle = privateKey(key)
  const header = encodeHeader(alg, key)
  const run = (claims: object) => {
    const input = header + encode(claims)
    return new Promise((resolve, reject) => {
      sign(digest, Buffer.from(input, 'latin1'), handle, (error, signature) =>
        error ? reject(error) : resolve(`${input}.${signature.toString('base64url')}`),
      )
    })
  }
  return { run, read: tokenReader(alg) }
}

/** An ECDSA signature is left as the DER that it is, which only the check before the measurement has to convert. */
function tokenReader(alg: Alg): (token: string) => string {
  const { family, signatureLength = 0 } = jwaOf(alg)
  if (family !== 'ECDSA') return (token) => token
  return (token) => {
    const start = token.lastIndexOf('.') + 1
    const raw = derToRaw(Buffer.from(token.slice(start), 'base64url'), signatureLength)
    return token.slice(0, start) + Buffer.from(raw).toString('base64url')
  }
}

function encodeHeader(alg: Alg, { kid }: TestKey): string {
  return `${encode({ alg, kid, typ: 'JWT' })}.`
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

// Each handle is passed on bare, since options beside it would make Node 24 export the key anew for each call. That is
// why an RSA-PSS key has its parameters inside.

function secretKey({ secret }: TestKey): KeyObject {
  return createSecretKey(secret)
}

function publicKey({ alg, publicJwk }: TestKey): KeyObject {
  const key = createPublicKey({ key: publicJwk, format: 'jwk' })
  const jwa = jwaOf(alg)
  if (jwa.family !== 'RSA-PSS') return key
  const spki = pssPublicKey(jwa, key.export({ type: 'pkcs1', format: 'der' }))
  return importPss(() => createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' }))
}

function privateKey({ alg, privateJwk }: TestKey): KeyObject {
  const key = createPrivateKey({ key: privateJwk, format: 'jwk' })
  const jwa = jwaOf(alg)
  if (jwa.family !== 'RSA-PSS') return key
  const pkcs8 = pssPrivateKey(jwa, key.export({ type: 'pkcs1', format: 'der' }))
  return importPss(() => createPrivateKey({ key: Buffer.from(pkcs8), format: 'der', type: 'pkcs8' }))
}

function importPss(create: () => KeyObject): KeyObject {
  try {
    return create()
  } catch {
    throw new Lacking('this runtime takes no RSA-PSS keys')
  }
}

function jwaOf(alg: Alg): Jwa {
  return findJwa(alg) as Jwa
}

function digestOf(alg: Alg): string | null {
  return alg === 'EdDSA' ? null : `sha${alg.slice(2)}`
}

function refused(): Error {
  return new Error('the signature is wrong')
}
